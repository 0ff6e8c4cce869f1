"""USSD sessions between the places they come in by and the ledger.

    place ── what was heard ──► Sessions ── Hear, Close ──► ledger ──(committed)──► the place tells its peer
                                   │  ▲                        │
    place ◄────── Answer ──────────┘  └─────── Outbound ◄──────┘

A place is a link's account or a gateway over HTTP; it knows how its peer is spoken to, and nothing of dialogs. What
became of an answer is told here, and goes on to the ledger:

    arrived     sent
    held back   not sent for now (no link, or it was lost on the way): the row waits, and the session is owed it
    refused     the peer does not know the session any more
    lost        the peer has had its time to say that it arrived; it is not said twice

A reply that finds no session is late. What must reach the subscriber (what came of an order, an answer that he was
promised) goes as a text message then; a question does not: the next session finds the dialog where it was left.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure

from channels.clock import Clock, Delayed
from channels.ussd import layout
from channels.ussd.meters import UssdMeters
from channels.ussd.session import Answer, Close, Event, Hear, Late, Manner, Name, Session
from channels.ussd.sessions import Sessions
from dialogs.words import Inbound, SessionClosed
from orders.arrival import Arrival, LedgerAway, Taken
from orders.outbound import Diverted, Failed, GaveUp, Mark, Outbound, Postponed, Sent

MOST: Final = 10_000  # sessions with an answer owed; beyond, replies wait as rows
SOON: Final = 0.5
MOST_TRIES: Final = 20
LEASE_MARGIN: Final = 10.0

log = Logger()


class Ledger(Protocol):
    """What sessions need of the ledger's writer."""

    def accept(self, arrival: Arrival, ours: bool = False) -> "Deferred[Taken]": ...
    def mark(self, mark: Mark) -> None: ...


class Place(Protocol):
    def answer(self, answer: Answer) -> None:
        """Say it to the peer. Its fate is told to the channel, perhaps before this returns."""

    def closed(self, session: Session) -> None:
        """It is over, without a last word of ours."""

    def begun(self, message: Outbound) -> tuple[str, Manner, object] | None:
        """The mark of a session that we begin, and how it is spoken to; None where none can be begun now."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """By which a redelivered input is known (orders.arrival)."""

    fingerprint: bytes = b""
    connection: int = 0
    number: int = 0


UNSTAMPED: Final = Stamp()


@dataclass(slots=True)
class Channel:
    """said: the last reply in his session whose name begins so, and whether it answers the last input.
    text_service, text_validity: of what goes as a text message.
    """

    ledger: Ledger
    clock: Clock
    now: Callable[[], float]
    new_id: Callable[[], int]
    meters: UssdMeters
    said: Callable[[str, str], "Deferred[tuple[Outbound, bool] | None]"] = lambda subscriber, prefix: succeed(None)
    text_service: str = "10086"
    text_validity: float = 86_400.0
    sessions: Sessions = field(default_factory=Sessions)
    places: dict[str, Place] = field(default_factory=dict)
    _in_hand: dict[int, Outbound] = field(default_factory=dict)
    _alarm: Delayed | None = None
    _alarm_at: float = 0.0

    # ── what places hear ──

    def take(self, events: Sequence[Event], stamp: Stamp = UNSTAMPED) -> "Deferred[Taken] | None":
        """Fires once what was heard is committed; None when there is nothing to commit. The last thing heard is the
        stamped one: what comes before it only follows from it."""
        told: Deferred[Taken] | None = None
        heard = [event for event in events if isinstance(event, Hear | Close)]
        for event in events:
            match event:
                case Hear() | Close():
                    told = self._tell(event, stamp if event is heard[-1] else UNSTAMPED)
                case Answer():
                    self._answer(event)
                case Late(token=Outbound() as message, promised=promised):
                    self._late(message, promised)
        self._set_alarm()
        self.meters.open.set(len(self.sessions))
        return told

    def _tell(self, event: Hear | Close, stamp: Stamp) -> "Deferred[Taken]":
        session = event.session
        kind = event.kind if isinstance(event, Hear) else SessionClosed(event.reason)
        opens = isinstance(event, Hear) and event.kind.opening
        number = session.name.serial if opens else self.new_id()
        inbound = Inbound(number, "ussd", session.subscriber, session.service, self.now(), kind, session.id)
        arrival = Arrival(inbound, stamp.fingerprint, stamp.connection, stamp.number)
        told = self.ledger.accept(arrival, ours=isinstance(event, Close))
        if isinstance(event, Close):
            self.meters.closed(session.name.place, event.reason)
            if (place := self.places.get(session.name.place)) is not None:
                place.closed(session)
            return told
        self.meters.heard(session.name.place, opens)
        began = self.now()
        return told.addCallbacks(self._taken, self._not_taken, (session, began), errbackArgs=(session,))

    def _taken(self, taken: Taken, session: Session, began: float) -> Taken:
        self.meters.committed.observe(self.now() - began)
        if taken is Taken.REPEATED:
            self.take(self.sessions.repeated(session, self.now()))
            if session.former and session.owed:
                self._say_again(session)
        else:
            self.take(self.sessions.taken(session))
        return taken

    def _say_again(self, session: Session) -> None:
        """It was answered in an earlier life, and nobody here knows what was said."""
        told = self.said(session.subscriber, f"{session.name.place}/{session.name.mark}/")
        told.addCallbacks(lambda found: self._said_before(session, found), lambda failure: failure.trap(LedgerAway))

    def _said_before(self, session: Session, found: tuple[Outbound, bool] | None) -> None:
        """Without an answer to say again, what came of it has gone, or goes, by text."""
        name = Name.read(found[0].session) if found else None
        if session.over or not session.owed:
            return
        if found is None or name is None:
            self.take(self.sessions.given_up(session, self.now()))
            return
        message, answers = found
        self.sessions.renamed(session, name)
        if answers:
            now, shown = self.now(), layout.read(message.layout, message.text)
            said = self.sessions.replied(session.id, session.subscriber, shown, message.ends, None, now, now)
            session.retried = True
            self.take(said)
        else:
            self.take(self.sessions.given_up(session, self.now()))

    def _not_taken(self, failure: Failure, session: Session) -> Failure:
        failure.trap(LedgerAway)
        self.sessions.refused(session, self.now())
        return failure

    # ── the sender: what the dialog says ──

    @property
    def open(self) -> bool:
        """A node without USSD leaves what is to be said there to those that have it."""
        return bool(self.places) and len(self._in_hand) < MOST

    @property
    def room(self) -> int:
        return max(0, MOST - len(self._in_hand)) if self.open else 0

    def send(self, message: Outbound) -> None:
        now = self.now()
        if message.id in self._in_hand or message.lease_until < now + LEASE_MARGIN:
            return
        self._in_hand[message.id] = message
        shown = layout.read(message.layout, message.text)
        if not message.session and not self._of_a_push(message):
            self._push(message, shown, now)
            return
        said_at = message.created_at
        self.take(
            self.sessions.replied(message.session, message.subscriber, shown, message.ends, message, said_at, now)
        )

    def aging(self, by: float) -> list[Outbound]:
        """Nothing is worth saying into a session for as long as a lease lasts."""
        return []

    def renewed(self, messages: Iterable[Outbound], until: float) -> None:
        return None

    # ── sessions that we begin ──

    def _of_a_push(self, message: Outbound) -> bool:
        """A reply within a session that we have begun, which the ledger has no name for."""
        return self.sessions.pushed_to(message.subscriber) is not None

    def _push(self, message: Outbound, shown: layout.Layout, now: float) -> None:
        for name, place in self.places.items():
            if (begun := place.begun(message)) is not None:
                mark, manner, peer = begun
                self.meters.pushed("asks" if not message.ends else "tells")
                called = Name(name, mark, self.new_id())
                self.take(self.sessions.pushed(called, message, shown, manner, peer, now))
                return
        self.divert(message, "no session can be begun")

    # ── what became of an answer ──

    def _answer(self, answer: Answer) -> None:
        session = answer.session
        self.meters.answered(session.name.place, "slow" if answer.slow else "last" if answer.ends else "more")
        place = self.places.get(session.name.place)
        if place is None:
            self.refused(answer, "its place is no longer configured")
        else:
            place.answer(answer)

    def arrived(self, answer: Answer, link: str, account: str, remote_ids: tuple[str, ...] = ()) -> None:
        self.sessions.arrived(answer.session)
        if isinstance(message := answer.token, Outbound):
            self._mark(message, Sent(message.id, message.subscriber, self.now(), link, account, remote_ids, False))

    def held_back(self, answer: Answer, reason: str, after: float = SOON) -> None:
        message, now = answer.token, self.now()
        if not isinstance(message, Outbound) or answer.session.pushed:
            self.lost(answer, reason)
            return
        if message.attempts >= MOST_TRIES:
            self.refused(answer, reason)
            return
        self.sessions.unsent(answer.session, now)
        self._set_alarm()
        self._mark(message, Postponed(message.id, message.subscriber, now + after, reason))

    def refused(self, answer: Answer, reason: str) -> None:
        """One that was said once more was refused, perhaps, because the first was heard."""
        self.meters.refused(answer.session.name.place)
        log.info("a session was refused an answer: {reason}", reason=reason)
        if isinstance(message := answer.token, Outbound):
            if message.by_text or answer.session.pushed:
                self.divert(message, reason)
            else:
                self._fail(message, reason, GaveUp.REFUSED)
        if answer.session.retried:
            self.sessions.arrived(answer.session)
        else:
            self.take(self.sessions.rejected(answer.session, "refused"))

    def lost(self, answer: Answer, reason: str = "the answer never came") -> None:
        self.sessions.lost(answer.session, self.now())
        self._set_alarm()
        if isinstance(message := answer.token, Outbound):
            if message.by_text or answer.session.pushed:
                self.divert(message, reason)
            else:
                self._fail(message, reason, GaveUp.UNKNOWN)

    def _late(self, message: Outbound, promised: bool) -> None:
        reason = "the session was over"
        if message.by_text or not message.session or (promised and message.ends):
            self.divert(message, reason)
        else:
            self._fail(message, reason, GaveUp.EXPIRED)

    def divert(self, message: Outbound, reason: str) -> None:
        self.meters.by_text()
        now = self.now()
        until = now + self.text_validity
        self._mark(message, Diverted(message.id, message.subscriber, now, reason, self.text_service, until))

    def _fail(self, message: Outbound, reason: str, why: GaveUp) -> None:
        self.meters.dropped(why)
        self._mark(message, Failed(message.id, message.subscriber, self.now(), reason, why))

    def _mark(self, message: Outbound, mark: Mark) -> None:
        self._in_hand.pop(message.id, None)
        self.ledger.mark(mark)

    # ── time ──

    def _set_alarm(self) -> None:
        due = self.sessions.next_deadline()
        if due is None or (self._alarm is not None and self._alarm.active() and self._alarm_at <= due):
            return
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        self._alarm_at = due
        self._alarm = self.clock.callLater(max(0.0, due - self.now()), self._tick)

    def _tick(self) -> None:
        self._alarm = None
        self.take(self.sessions.tick(self.now()))

    def stop(self) -> None:
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
