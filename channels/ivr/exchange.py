"""The calls of all Asterisks, between them and the ledger.

    Asterisk ── event ──► Call ── Tell ──► Arrival ──► ledger ──(committed)──► Outbound
    Asterisk ◄── command ── Call ◄── say ◄────────────────────────────────────────┘

A call lives on one node: its channel is in that node's application, and a message for it that another node finds
waiting finds no call there and is given up; what must reach the subscriber whatever becomes of a call is a text message
anyway. Commands of one call go one after the other, each when the one before was answered, as connections may overtake
each other.

When the ledger cannot take what a caller did, he is told that we are busy and the call ends: there is nobody who would
offer his keys again.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from channels.clock import Clock, Delayed
from channels.ivr import ari
from channels.ivr.ari import Arrived, Command, Left, Played, Pressed
from channels.ivr.call import Call, Confide, Do, Over, Speech, Step, Tell
from channels.ivr.collector import Question
from channels.ivr.in_turn import InTurn
from channels.ivr.meters import IvrMeters
from channels.ivr.settings import AsteriskSettings
from channels.ivr.spoken import Spoken, read
from channels.msisdn import normalise
from dialogs.words import DIALLED_AGAIN, Begun, CallBegan, Digits, Inbound, Kind, Proof, Secret, SessionClosed
from orders.arrival import Arrival, LedgerAway, Taken
from orders.outbound import Diverted, Failed, GaveUp, Mark, Outbound, Sent

MOST_CALLS: Final = 2_000
UNHEARD: Final = 60.0  # seconds that an Asterisk may be away before its calls are taken for over
MADE: Final = "made-"  # how the names of channels begin that we have made

log = Logger()


class Ledger(Protocol):
    def accept(self, arrival: Arrival, ours: bool = False) -> "Deferred[Taken]": ...
    def mark(self, mark: Mark) -> None: ...


class Line(Protocol):
    """One Asterisk."""

    settings: AsteriskSettings

    def send(self, command: Command) -> "Deferred[bool]":
        """Fires when it was answered, with whether it was done; never fails."""


class Prompts(Protocol):
    def media(self, sounds: Sequence[tuple[str, str]], language: str) -> "Deferred[tuple[str, ...]]":
        """Names that Asterisk can play, made first where there is no recording. Never fails."""


class MadeCalls(Protocol):
    """The calls that we make."""

    def heard(self, event: ari.Event) -> bool:
        """Whether it was of one of them."""

    def lost(self, line: Line) -> None: ...

    def found(self, line: Line) -> frozenset[str]:
        """The line is back: which channels are of calls that are being made there."""


class Guest(Protocol):
    """A caller who is not with the dialogs just now: he waits for an agent, or talks with one."""

    def answered(self, key: str) -> None:
        """A key, or none, to what he was asked."""

    def quiet(self) -> None:
        """Nothing is being said to him."""

    def played(self, playback: str) -> None: ...

    def left(self) -> None: ...

    def found(self) -> None:
        """Asterisk is heard again."""


def session_of(line: Line, channel: str) -> str:
    """Each Asterisk numbers its channels by itself."""
    return f"{line.settings.name}.{channel}"


@dataclass(slots=True)
class Held:
    """A call in the hands of this node. service: the number that was dialled; subscriber: empty while nobody knows.

    own: the number that the line shows, while he is served as another one's subscriber, until `other_until`.
    """

    call: Call
    line: Line
    session: str
    subscriber: str
    service: str
    began_at: float
    commands: InTurn
    proof: Proof = Proof.NUMBER
    own: str = ""
    other_until: float = 0.0
    guest: Guest | None = None
    speaking: bool = False
    said: deque[Outbound] = field(default_factory=deque)
    alarm: Delayed | None = None
    limit: Delayed | None = None


@dataclass(slots=True)
class Exchange:
    """new_id: gives row ids. first, between: seconds that a caller is given for the first key, and for the next.
    barge_in: whether a key stops the question that is being played.
    busy: what is said when the ledger is away. longest: seconds that a call may last.
    made: the calls that we make, to which some of the events belong.
    text_service, text_validity: of what goes as a text message because the call is over.
    waits: has whoever is to be put through wait for an agent; None where he cannot.
    returned: an Asterisk is heard, and has these calls: takes up those whose callers waited in an earlier life.
    confide: keeps what is nobody's business, and gives what it is asked for by.
    proves: whether a number that the line shows is known to be its subscriber's; who calls from another is asked who
        he is, or refused if he is not to be (`asks_who`).
    other_number: seconds for which a caller may be served as the subscriber of another number, whose password he has
        given; own_again: what he hears when they are over.
    """

    ledger: Ledger
    prompts: Prompts
    clock: Clock
    now: Callable[[], float]
    new_id: Callable[[], int]
    meters: IvrMeters
    busy: Spoken
    country: str = "CN"
    first: float = 5.0
    between: float = 3.0
    barge_in: bool = True
    longest: float = 1_800.0
    language: str = "zh"
    text_service: str = "10086"
    text_validity: float = 86_400.0
    made: "MadeCalls | None" = None
    waits: "Callable[[Held, Outbound], Guest | None]" = lambda held, message: None
    returned: Callable[[Line, Mapping[str, Arrived]], None] = lambda line, channels: None
    confide: Callable[[str], str] = lambda keys: ""
    proves: Callable[[str], bool] = bool
    asks_who: bool = False
    other_number: float = 300.0
    own_again: Callable[[], Spoken | None] = lambda: None
    calls: dict[str, Held] = field(default_factory=dict)
    unheard: dict[str, Delayed] = field(default_factory=dict)
    taking: bool = True

    # ── Asterisk ──

    def heard(self, line: Line, event: ari.Event) -> None:
        if self.made is not None and self.made.heard(event):
            return
        if isinstance(event, Arrived):
            self._arrived(line, event)
            return
        held = self.calls.get(session_of(line, event.channel))
        if held is None:
            return
        now = self.now()
        match event:
            case Pressed(_, key):
                self.meters.key()
                self._do(held, held.call.pressed(key, now))
            case Played(_, playback):
                if held.guest is not None:
                    held.guest.played(playback)
                self._do(held, held.call.played(playback, now))
            case Left(_, cause):
                self._do(held, held.call.left(cause))

    def lost(self, line: Line) -> None:
        """What happens there is not known for a while; after a longer one its calls are over."""
        if self.made is not None:
            self.made.lost(line)
        self._heard_again(line)
        self.unheard[line.settings.name] = self.clock.callLater(UNHEARD, self._over_without, line)

    def _heard_again(self, line: Line) -> None:
        waiting = self.unheard.pop(line.settings.name, None)
        if waiting is not None and waiting.active():
            waiting.cancel()

    def _over_without(self, line: Line) -> None:
        for held in [held for held in self.calls.values() if held.line is line]:
            self._do(held, held.call.left("the line was lost"))

    def found(self, line: Line, channels: Mapping[str, Arrived]) -> None:
        """The line is back, and these are its calls: those that are gone are over, the others are gone on with."""
        self._heard_again(line)
        self.returned(line, channels)
        made = self.made.found(line) if self.made is not None else frozenset()
        for held in [held for held in self.calls.values() if held.line is line]:
            if held.call.channel not in channels:
                self._do(held, held.call.left("the line was lost"))
            elif held.guest is not None:
                held.guest.found()
            else:
                self._do(held, held.call.again(self.now()))
        for arrived in channels.values():
            if arrived.channel not in made:
                self._arrived(line, arrived, adopted=True)

    def _arrived(self, line: Line, arrived: Arrived, adopted: bool = False) -> None:
        session = session_of(line, arrived.channel)
        if session in self.calls:
            return
        if arrived.arguments == (ari.INHERITED,):
            adopted = True
        elif arrived.arguments or arrived.channel.startswith(MADE):
            line.send(ari.hang_up(arrived.channel))  # a call that an earlier life made: nobody is there for it any more
            return
        subscriber = normalise(arrived.caller, self.country)
        service = arrived.dialled if arrived.dialled in line.settings.lines else line.settings.lines[0]
        known = self.proves(subscriber)
        if not self.taking or len(self.calls) >= MOST_CALLS or not (known or self.asks_who):
            why = "stopping" if not self.taking else "too many" if known or self.asks_who else "anonymous"
            self.meters.refused(why)
            line.send(ari.hang_up(arrived.channel, "normal" if why == "anonymous" else "congestion"))
            return
        who, proof = (subscriber, Proof.NUMBER) if known else ("", Proof.NOBODY)
        held = self._hold(
            Held(Call(arrived.channel), line, session, who, service, self.now(), InTurn(line.send), proof)
        )
        self._do(held, held.call.adopted() if adopted else held.call.began())

    def take_up(self, line: Line, channel: str, subscriber: str, begun: Begun) -> None:
        """A call that we made was answered: `begun` says what he hears, and from then on it is as any other."""
        session, service = session_of(line, channel), line.settings.lines[0]
        self._hold(Held(Call(channel), line, session, subscriber, service, self.now(), InTurn(line.send)))
        self._do(self.calls[session], [Tell(begun)])

    def regain(self, line: Line, arrived: Arrived, subscriber: str, service: str) -> Held:
        """A call of an earlier life whose caller is somebody's guest: the dialogs do not hear of him. The number that
        the line shows is his, or else he had proved that another is."""
        session, shown = session_of(line, arrived.channel), normalise(arrived.caller, self.country)
        proof = Proof.NOBODY if not subscriber else Proof.NUMBER if subscriber == shown else Proof.SURE
        call, commands = Call(arrived.channel), InTurn(line.send)
        held = self._hold(Held(call, line, session, subscriber, service, self.now(), commands, proof))
        self._without_limit(held)
        return held

    def _hold(self, held: Held) -> Held:
        self.calls[held.session] = held
        self.meters.active(len(self.calls))
        held.limit = self.clock.callLater(self.longest, self._too_long, held)
        return held

    def _too_long(self, held: Held) -> None:
        held.limit = None
        log.info("a call has lasted too long and is hung up")
        self._command(held, ari.hang_up(held.call.channel))

    # ── the ledger: the sender of what is said in calls ──

    @property
    def open(self) -> bool:
        return True

    @property
    def room(self) -> int:
        return MOST_CALLS

    def send(self, message: Outbound) -> None:
        held = self.calls.get(message.session)
        if held is None or held.call.over:
            self._not_said(message)
            return
        held.said.append(message)
        self._speak_next(held)

    def aging(self, by: float) -> list[Outbound]:
        return []

    def renewed(self, messages: Iterable[Outbound], until: float) -> None:
        """Nothing is in hand for as long as that."""

    def _not_said(self, message: Outbound) -> None:
        """What he must know goes as a text message."""
        now, who, why = self.now(), message.subscriber, "the call was over"
        if message.by_text:
            self.ledger.mark(Diverted(message.id, who, now, why, self.text_service, now + self.text_validity))
        else:
            self.ledger.mark(Failed(message.id, who, now, why, GaveUp.EXPIRED))

    def _speak_next(self, held: Held) -> None:
        """In the order in which it was said, though speech may have to be made first."""
        if held.speaking or not held.said:
            return
        held.speaking = True
        message = held.said[0]
        spoken = read(message.layout, message.text, self.language)
        self.prompts.media(spoken.sounds, spoken.language).addCallback(self._speak, held, message, spoken)

    def _speak(self, media: tuple[str, ...], held: Held, message: Outbound, spoken: Spoken) -> None:
        held.speaking = False
        held.said.popleft()
        if held.call.over:
            self._not_said(message)
        else:
            goes_on = self._signed_in(held, message.signed_in) or bool(message.ends and message.signed_in)
            if message.put_through:
                self._have_wait(held, message)
            ends = message.ends and not goes_on and held.guest is None
            self._do(held, held.call.say(Speech(media, self._question(spoken), ends), self.now()))
            if goes_on:
                self._tell(held, CallBegan())
            name = held.line.settings.name
            self.ledger.mark(Sent(message.id, message.subscriber, self.now(), name, name, (), False))
        self._speak_next(held)

    def _have_wait(self, held: Held, message: Outbound) -> None:
        if held.guest is not None:
            return  # he waits already: this was not known to be said when Hall died
        held.guest = self.waits(held, message)
        if held.guest is not None:
            self._without_limit(held)

    def _without_limit(self, held: Held) -> None:
        if held.limit is not None:
            held.limit.cancel()
            held.limit = None

    def utter(
        self, held: Held, spoken: Spoken, ends: bool = False, still: Callable[[], bool] = lambda: True
    ) -> "Deferred[None]":
        """What no dialog says. still: whether it is to be said, when it can be."""

        def say(media: tuple[str, ...]) -> None:
            if still() and not held.call.over:
                self._do(held, held.call.say(Speech(media, self._question(spoken), ends), self.now()))

        return self.prompts.media(spoken.sounds, spoken.language).addCallback(say)

    def silence(self, held: Held) -> None:
        """Whatever an earlier life was playing."""
        self._do(held, held.call.silenced())

    def hush(self, held: Held) -> None:
        self._do(held, held.call.hush())

    def comes_back(self, held: Held) -> None:
        """To the dialogs: the question that stands is put again."""
        held.guest = None
        held.limit = self.clock.callLater(self.longest, self._too_long, held)
        self._tell(held, Digits("", terminated=True))

    def _signed_in(self, held: Held, subscriber: str) -> bool:
        """Whether the call is another subscriber's from now on; his session begins then."""
        if not subscriber:
            return False
        before, held.subscriber, held.proof = held.subscriber, subscriber, Proof.SURE
        if subscriber != before:
            held.own = "" if subscriber == held.own else held.own or before
            held.other_until = self.now() + self.other_number
        return subscriber != before

    def _is_himself_again(self, held: Held) -> None:
        """The time is over for which he was another's subscriber: that session is, and his own begins."""
        self._tell_of(held, SessionClosed(DIALLED_AGAIN))
        held.subscriber, held.proof, held.own = held.own, Proof.NUMBER, ""
        if (spoken := self.own_again()) is not None:
            self.utter(held, spoken)
        self._tell(held, CallBegan())

    def _question(self, spoken: Spoken) -> Question | None:
        if not spoken.keys:
            return None
        keys = spoken.keys, spoken.terminator, spoken.at_once
        return Question(*keys, self.first, self.between, self.barge_in, spoken.secret)

    # ── what a call wants ──

    def _do(self, held: Held, steps: Sequence[Step]) -> None:
        for step in steps:
            match step:
                case Do(command):
                    self._command(held, command)
                case Tell(kind):
                    self._tell(held, kind)
                case Confide(keys):
                    self._tell(held, Secret(self.confide(keys), len(keys)))
                case Over():
                    self._forget(held)
        self._set_alarm(held)
        if held.guest is not None and held.call.quiet and not held.call.over:
            held.guest.quiet()

    def _tell(self, held: Held, kind: Kind) -> None:
        if held.guest is not None and isinstance(kind, Digits):
            held.guest.answered(kind.text or ("#" if kind.terminated else ""))
            return
        if held.own and isinstance(kind, Digits | Secret) and self.now() >= held.other_until:
            self._is_himself_again(held)
            return
        self._tell_of(held, kind)

    def _tell_of(self, held: Held, kind: Kind) -> None:
        inbound = Inbound(
            self.new_id(), "ivr", held.subscriber, held.service, self.now(), kind, held.session, held.proof
        )
        told = self.ledger.accept(Arrival(inbound), ours=isinstance(kind, SessionClosed))
        told.addErrback(self._not_taken, held)

    def _not_taken(self, failure: Failure, held: Held) -> None:
        if not failure.check(LedgerAway):
            log.failure("what a caller did could not be taken", failure)
        self.meters.refused("ledger away")
        told = self.prompts.media(self.busy.sounds, self.busy.language)
        told.addCallback(lambda media: self._do(held, held.call.say(Speech(media, ends=True), self.now())))

    def _command(self, held: Held, command: Command) -> None:
        held.commands.add(command)

    def _set_alarm(self, held: Held) -> None:
        if held.alarm is not None and held.alarm.active():
            held.alarm.cancel()
        held.alarm = None
        deadline = held.call.deadline
        if deadline is not None and not held.call.over:
            held.alarm = self.clock.callLater(max(0.0, deadline - self.now()), self._ring, held)

    def _ring(self, held: Held) -> None:
        held.alarm = None
        self._do(held, held.call.tick(self.now()))

    def _forget(self, held: Held) -> None:
        self.calls.pop(held.session, None)
        if held.guest is not None:
            held.guest.left()
        self.meters.active(len(self.calls))
        self.meters.lasted(self.now() - held.began_at)
        for delayed in (held.alarm, held.limit):
            if delayed is not None and delayed.active():
                delayed.cancel()
        while held.said and not held.speaking:
            self._not_said(held.said.popleft())

    # ── stopping ──

    def leave(self) -> None:
        """Take no call any more, and end those there are."""
        self.taking = False
        for waiting in self.unheard.values():
            if waiting.active():
                waiting.cancel()
        for held in list(self.calls.values()):
            self._command(held, ari.hang_up(held.call.channel))
