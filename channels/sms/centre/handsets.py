"""The handsets' side, in memory: what each has sent and received, as a person would see it.

Segments come one by one and are joined here into the messages they are parts of; a message's state is that of the
part that is furthest behind.

    out   queued ──> sent ──> delivered        sent: under way to the service; delivered: the service has taken it
    in    queued ──> sent ──> delivered        sent: under way to a tool that plays this handset
            ▲         │  └──> failed           refused for good, or nobody took it in time
            └─────────┘                        refused for the moment, or not answered

It is a demonstration's memory: bounded, and gone with the process. The handset and the message that were used longest
ago are forgotten first.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from channels.smpp import alphabets
from channels.smpp.pdus import DeliverSm
from channels.smpp.settings import LinkSettings
from channels.sms.hearing import Unheard, hear, join
from dialogs.words import MessagePart, MessageReceived, Unreadable

Direction: TypeAlias = Literal["out", "in"]
State: TypeAlias = Literal["queued", "sent", "delivered", "failed"]

Group: TypeAlias = tuple[str, str, str, str]  # handset, direction, peer, and what its parts have in common

_BEHIND: tuple[State, ...] = ("failed", "queued", "sent", "delivered")
_LONGEST_TIMELINE = 20
_EAR = LinkSettings(name="handset", connect="none", system_id="handset")
_ALPHABETS = {alphabets.GSM: "GSM-7", alphabets.UCS2: "UCS-2"}


@dataclass(frozen=True, slots=True)
class HandsetMessage:
    """revision: grows with every change anywhere; timeline: (state, since when).

    segments: how many it takes; arrived: how many of them are there.
    """

    id: int
    revision: int
    msisdn: str
    peer: str
    direction: Direction
    text: str
    alphabet: str
    segments: int
    arrived: int
    state: State
    timeline: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class PartOf:
    """Which part of which message a segment is, for telling what became of it."""

    message: int
    number: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A segment: a text by itself, or a part."""

    alphabet: str
    text: str
    part: MessagePart | None = None

    @property
    def total(self) -> int:
        return self.part.total if self.part else 1

    @property
    def number(self) -> int:
        return self.part.number if self.part else 1


@dataclass(slots=True)
class _Kept:
    message: HandsetMessage
    pieces: dict[int, _Piece]
    states: dict[int, State]
    group: Group | None


Listener: TypeAlias = Callable[[HandsetMessage], None]


class HandsetStore:
    """began: when, in seconds. Revisions count from there, so that a page which outlives the process misses nothing."""

    def __init__(self, ids: Callable[[], int], handsets: int, remembered: int, began: float) -> None:
        self._ids = ids
        self._handsets = handsets
        self._remembered = remembered
        self._revision = int(began * 1_000_000)
        self._by_handset: OrderedDict[str, OrderedDict[int, None]] = OrderedDict()
        self._kept: dict[int, _Kept] = {}
        self._incomplete: dict[Group, int] = {}
        self._listeners: dict[str, list[Listener]] = {}

    def messages(self, msisdn: str, after: int = 0) -> list[HandsetMessage]:
        """In the order in which they began; those only that have changed since the revision `after`."""
        kept = [self._kept[number].message for number in self._by_handset.get(msisdn, ())]
        return [message for message in kept if message.revision > after]

    def listen(self, msisdn: str, listener: Listener) -> Callable[[], None]:
        """Called with every message that begins or changes, until what is returned is called."""
        listeners = self._listeners.setdefault(msisdn, [])
        listeners.append(listener)

        def stop() -> None:
            listeners.remove(listener)
            if not listeners and self._listeners.get(msisdn) is listeners:
                del self._listeners[msisdn]

        return stop

    def record(self, msisdn: str, direction: Direction, peer: str, pdu: DeliverSm, now: float) -> PartOf:
        piece = _read(pdu)
        group = (msisdn, direction, peer, piece.part.group) if piece.part else None
        kept = self._begun(group) or self._begin(msisdn, direction, peer, piece, group)
        kept.pieces[piece.number] = piece
        kept.states[piece.number] = "queued"
        if group and len(kept.pieces) == piece.total:
            self._incomplete.pop(group, None)
        kept.message = replace(kept.message, text=_text(kept), arrived=len(kept.pieces))
        self._change(kept, now)
        return PartOf(kept.message.id, piece.number)

    def moved(self, part: PartOf, state: State, now: float) -> None:
        kept = self._kept.get(part.message)
        if kept is not None:
            kept.states[part.number] = state
            self._change(kept, now)

    def message(self, part: PartOf) -> HandsetMessage:
        return self._kept[part.message].message

    def _begun(self, group: Group | None) -> _Kept | None:
        return self._kept.get(self._incomplete.get(group, 0)) if group else None

    def _begin(
        self,
        msisdn: str,
        direction: Direction,
        peer: str,
        piece: _Piece,
        group: Group | None,
    ) -> _Kept:
        number = self._ids()
        message = HandsetMessage(number, 0, msisdn, peer, direction, "", piece.alphabet, piece.total, 0, "queued", ())
        self._kept[number] = kept = _Kept(message, {}, {}, group)
        if group:
            self._incomplete[group] = number
        self._remember(msisdn, number)
        return kept

    def _remember(self, msisdn: str, number: int) -> None:
        numbers = self._by_handset.setdefault(msisdn, OrderedDict())
        self._by_handset.move_to_end(msisdn)
        numbers[number] = None
        if len(numbers) > self._remembered:
            self._forget(numbers.popitem(last=False)[0])
        if len(self._by_handset) > self._handsets:
            for forgotten in self._by_handset.popitem(last=False)[1]:
                self._forget(forgotten)

    def _forget(self, number: int) -> None:
        kept = self._kept.pop(number)
        if kept.group and self._incomplete.get(kept.group) == number:
            del self._incomplete[kept.group]

    def _change(self, kept: _Kept, now: float) -> None:
        self._revision += 1
        state = min(kept.states.values(), key=_BEHIND.index)
        timeline = kept.message.timeline
        if not timeline or timeline[-1][0] != state:
            timeline = (*timeline, (state, now))[-_LONGEST_TIMELINE:]
        kept.message = replace(kept.message, revision=self._revision, state=state, timeline=timeline)
        for listener in tuple(self._listeners.get(kept.message.msisdn, ())):
            listener(kept.message)


def _read(pdu: DeliverSm) -> _Piece:
    """Read as Hall reads, whoever sent it; what is no text is shown as what it is."""
    heard = hear(replace(pdu, source_addr="10086"), _EAR)
    coding = alphabets.coding_of(pdu.data_coding, "gsm")
    alphabet = _ALPHABETS.get(coding, "data") if coding is not None else "data"
    if isinstance(heard, Unheard):
        return _Piece(alphabet, f"[{heard.why}]")
    if isinstance(heard.kind, Unreadable):
        return _Piece(alphabet, f"[{heard.kind.what}]")
    if isinstance(heard.kind, MessagePart):
        return _Piece(alphabet, "", heard.kind)
    return _Piece(alphabet, heard.kind.text if isinstance(heard.kind, MessageReceived) else "")


def _text(kept: _Kept) -> str:
    parts = [piece.part for piece in kept.pieces.values() if piece.part]
    return join(parts) if parts else "".join(piece.text for piece in kept.pieces.values())
