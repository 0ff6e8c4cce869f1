"""Callers of this node who wait for an agent, or talk with one: between calls, the queue in the ledger, and Asterisk.

    exchange ── put through ──► WaitingRoom ── look, once a second ──► ledger: who is next, and which agent is his
                                  │   ▲                                  │
       music, announcements ◄─────┘   └── Stand: ahead, offered, wished ◄┘
       agent's telephone, one room ◄── Asterisk that has the caller

When Hall comes back after it was killed, the ledger knows who waited (`left`), and Asterisk who is still on the line:
they go on waiting where they stood, and who talked talks on. Who is not there any more has his callback.

There is no timer while nobody waits. What a caller hears is decided in queueing.py, and who is put through to whom in
orders/waiting.py; here both are led to where they belong. Commands of one caller go one after the other, with those of
his call.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure

from channels.clock import Clock, Delayed
from channels.ivr import ari
from channels.ivr.ari import Arrived, Command, Left, Played
from channels.ivr.callers import Dialling
from channels.ivr.exchange import MADE, Exchange, Held, Line, session_of
from channels.ivr.meters import IvrMeters
from channels.ivr.queueing import Ended, Music, News, Queued, Rules, Say, State, Step
from channels.ivr.spoken import Spoken
from dialogs.words import NOTHING, Values
from orders.arrival import LedgerAway
from orders.outbound import Outbound
from orders.recording import named
from orders.waiting import Caller, Ending, Stand, Wish
from orders.waiting import State as Stands

EVERY: Final = 1.0
LOOPED: Final = 30  # times that our music is played before Asterisk is asked for more

log = Logger()


class Keeper(Protocol):
    """The queue, in the ledger."""

    def look(self, mine: frozenset[int]) -> "Deferred[list[Stand]]": ...

    def missed(self, number: int, declined: bool) -> "Deferred[None]": ...

    def talking(self, number: int) -> "Deferred[None]": ...

    def passed_back(self, number: int) -> "Deferred[None]": ...

    def over(self, number: int, ending: Ending) -> "Deferred[None]": ...


@dataclass(eq=False, slots=True)
class Waiter:
    """One caller, as his call sees it (`exchange.Guest`)."""

    room: "WaitingRoom"
    number: int
    held: Held
    line: Dialling
    queued: Queued
    language: str
    music: bool = False
    uttering: bool = False
    alarm: Delayed | None = None

    def answered(self, key: str) -> None:
        self.room.do(self, self.queued.answered(key, self.room.now()))

    def quiet(self) -> None:
        if not self.uttering:
            self.room.do(self, self.queued.quiet())

    def played(self, playback: str) -> None:
        if self.music and playback == self.held.call.music:
            self.room.play(self)

    def left(self) -> None:
        ending = Ending.LEFT if self.room.exchange.taking else Ending.CALLBACK
        self.room.do(self, self.queued.left(ending))

    def found(self) -> None:
        self.room.ask_after(self)


@dataclass(slots=True)
class WaitingRoom:
    """says: a phrase with its values, in a language, as it is spoken; True: and one key is waited for.
    music: a class of Asterisk's; empty: our own, `tune`, as Asterisk plays it.
    left: those who were here in an earlier life, by session, until Asterisk says which of them are still on the line.
    records: whether talks are recorded now; notice: what both hear then, in a language (it may raise CannotSay)."""

    exchange: Exchange
    keeper: Keeper
    clock: Clock
    now: Callable[[], float]
    says: Callable[[str, Values, str, bool], Spoken]
    meters: IvrMeters
    rules: Rules = field(default_factory=Rules)
    music: str = ""
    tune: str = ""
    records: Callable[[], bool] = lambda: False
    notice: "Callable[[str], Deferred[tuple[str, ...]]]" = lambda language: succeed(())
    waiters: dict[int, Waiter] = field(default_factory=dict)
    left: dict[str, Caller] = field(default_factory=dict)
    _looking: bool = False
    _again: Delayed | None = None

    # ── who comes and goes ──

    def welcome(self, held: Held, line: Dialling, message: Outbound, language: str) -> Waiter:
        waiter = self._waiter(message.put_through, held, line, language)
        self.do(waiter, waiter.queued.begin(self.now()))
        self._look()
        return waiter

    def _waiter(self, number: int, held: Held, line: Dialling, language: str) -> Waiter:
        settings, name, known = line.settings, f"{MADE}{number}", bool(held.subscriber)
        queued = Queued(held.call.channel, name, settings.application, settings.lines[0], known, self.rules)
        waiter = self.waiters[number] = Waiter(self, number, held, line, queued, language)
        self.meters.waiting(len(self.waiters))
        return waiter

    def returned(self, line: Dialling, channels: Mapping[str, Arrived]) -> None:
        """Asterisk is heard for the first time in this life, and these are its calls."""
        begins = session_of(line, "")
        for session, caller in [each for each in self.left.items() if each[0].startswith(begins)]:
            del self.left[session]
            arrived = channels.get(session.removeprefix(begins))
            if arrived is None:
                self.keeper.over(caller.id, Ending.LOST).addErrback(_failed)
            elif session not in self.exchange.calls:
                self._regain(line, arrived, caller)

    def _regain(self, line: Dialling, arrived: Arrived, caller: Caller) -> None:
        held = self.exchange.regain(line, arrived, caller.subscriber, caller.service)
        talking = caller.state is Stands.TALKING
        if not talking:
            self.exchange.silence(held)  # before anybody is told that it is quiet
        waiter = held.guest = self._waiter(caller.id, held, line, caller.language)
        self.do(waiter, waiter.queued.again(caller.since, self.now(), talking))
        self._look()

    def _look(self) -> None:
        """One look at a time."""
        if self._looking or not self.waiters:
            return
        if self._again is not None and self._again.active():
            self._again.cancel()
        self._looking = True
        self.keeper.look(frozenset(self.waiters)).addCallbacks(self._looked, self._not_looked).addBoth(self._look_later)

    def _looked(self, stands: list[Stand]) -> None:
        there = {stand.caller.id for stand in stands}
        for stand in stands:
            if waiter := self.waiters.get(stand.caller.id):
                self.do(waiter, self._told(waiter, stand))
        for number, waiter in list(self.waiters.items()):
            late = waiter.queued.since + EVERY < self.now()
            if number not in there and late and waiter.queued.state is not State.TALKING:
                self.do(waiter, waiter.queued.left(Ending.LOST))

    def _told(self, waiter: Waiter, stand: Stand) -> Sequence[Step]:
        now = self.now()
        if stand.phone:
            self._prepare_notice(waiter)
            return waiter.queued.offered(stand.phone, now)
        if stand.caller.wish:
            return waiter.queued.wished(Wish(stand.caller.wish), now)
        if stand.caller.agent and waiter.queued.state is State.WAITING:
            return [News.DECLINED]  # that he was offered to somebody was never heard here
        return waiter.queued.stands(stand.ahead, stand.staffed, now)

    def _prepare_notice(self, waiter: Waiter) -> None:
        """While the agent's telephone rings; where it cannot be said nothing is recorded."""
        waiter.queued.record = named(waiter.number) if self.records() else ""
        if not waiter.queued.record:
            return

        def there(media: tuple[str, ...]) -> None:
            waiter.queued.notice = media
            if not media:
                log.warn("a call is not recorded: there is neither a recording nor speech for what both must hear")

        maybeDeferred(self.notice, waiter.language).addCallbacks(there, _not_recorded)

    def _not_looked(self, failure: Failure) -> None:
        if not failure.check(LedgerAway):
            log.failure("the queue of callers could not be looked at", failure)

    def _look_later(self, _: object) -> None:
        self._looking = False
        if self.waiters:
            self._again = self.clock.callLater(EVERY, self._look)

    # ── Asterisk: the telephones of agents, and the rooms (exchange.MadeCalls) ──

    def heard(self, event: ari.Event) -> bool:
        waiter = self._of(event.channel)
        if waiter is None:
            return False
        match event:
            case Arrived():
                self.do(waiter, waiter.queued.agent_answered())
            case Played(_, playback, failed):
                self.do(waiter, waiter.queued.played(playback, failed))
            case Left():  # whatever the reason: of who hangs up before he is in the room only that is told
                self.do(waiter, waiter.queued.agent_gone())
        return True

    def lost(self, line: Line) -> None:
        """What happens there is asked after when it is back."""

    def found(self, line: Line) -> frozenset[str]:
        return frozenset(each.queued.agent_channel for each in self.waiters.values() if each.line is line)

    def ask_after(self, waiter: Waiter) -> None:
        if waiter.music:
            self._silence(waiter)
            self.play(waiter)
        self._ask_after_agent(waiter)

    def _ask_after_agent(self, waiter: Waiter) -> None:
        if waiter.queued.state in (State.RINGING, State.TALKING):
            waiter.held.commands.then(lambda: Deferred.fromCoroutine(self._asked_after(waiter)).addErrback(_failed))

    async def _asked_after(self, waiter: Waiter) -> None:
        state = await waiter.line.state_of(waiter.queued.agent_channel)
        if state is None:  # Asterisk was too busy to say; nobody else will
            self.clock.callLater(EVERY, self._ask_after_agent, waiter)
        elif state == "":
            self.do(waiter, waiter.queued.agent_gone())
        elif state == "Up" and waiter.queued.state is State.RINGING:
            self.do(waiter, waiter.queued.agent_answered())

    def _of(self, channel: str) -> Waiter | None:
        name, _, part = channel.removeprefix(MADE).rpartition("-")
        return self.waiters.get(int(name)) if part in ("agent", "room") and name.isdecimal() else None

    # ── what is to be done ──

    def do(self, waiter: Waiter, steps: Sequence[Step]) -> None:
        """What is going to be said is not over before it has begun: his call is quiet until then."""
        waiter.uttering = waiter.uttering or any(isinstance(step, Say) for step in steps)
        for step in steps:
            match step:
                case Command():
                    self._command(waiter, step)
                case Music(on=on):
                    self._set_music(waiter, on)
                case Say():
                    self._say(waiter, step)
                case News():
                    self._tell(waiter, step)
                case Ended():
                    self._end(waiter, step)
        self._set_alarm(waiter)

    def _command(self, waiter: Waiter, command: Command) -> None:
        commands = waiter.held.commands
        if not ari.rings_up(command):
            commands.add(command)
            return

        def answered(done: bool) -> None:
            if not done:
                self.do(waiter, waiter.queued.agent_gone())

        commands.then(lambda: waiter.line.send(command).addCallback(answered))

    def _say(self, waiter: Waiter, say: Say) -> None:
        spoken = self.says(say.phrase, say.values, waiter.language, say.asks)
        still = lambda: waiter.queued.state in (State.WAITING, State.RINGING)  # noqa: E731
        self.exchange.utter(waiter.held, spoken, say.ends, still).addBoth(lambda _: self._uttered(waiter))

    def _uttered(self, waiter: Waiter) -> None:
        waiter.uttering = False
        if waiter.held.call.quiet:
            waiter.quiet()

    def _tell(self, waiter: Waiter, news: News) -> None:
        if news is News.TALKING:
            told = self.keeper.talking(waiter.number)
        elif news is News.PASSED_BACK:
            told = self.keeper.passed_back(waiter.number)
        else:
            told = self.keeper.missed(waiter.number, news is News.DECLINED)
        told.addErrback(_failed)

    # ── music ──

    def _set_music(self, waiter: Waiter, on: bool) -> None:
        if not on:
            self.exchange.hush(waiter.held)
        if on == waiter.music:
            return
        waiter.music = on
        if on:
            self.play(waiter)
        else:
            self._silence(waiter)

    def play(self, waiter: Waiter) -> None:
        call = waiter.held.call
        if self.music:
            waiter.held.commands.add(ari.music(call.channel, self.music))
        else:
            waiter.held.commands.add(ari.play(call.channel, call.music, (self.tune,) * LOOPED))

    def _silence(self, waiter: Waiter) -> None:
        call = waiter.held.call
        waiter.held.commands.add(ari.no_music(call.channel) if self.music else ari.stop(call.music))

    # ── the end ──

    def _end(self, waiter: Waiter, ended: Ended) -> None:
        if self.waiters.pop(waiter.number, None) is None:
            return
        self.meters.waiting(len(self.waiters))
        self.meters.waited(ended.ending.value, self.now() - waiter.queued.since)
        told = self.keeper.over(waiter.number, ended.ending)
        told.addCallbacks(lambda _: self._afterwards(waiter, ended), lambda failure: self._not_kept(waiter, failure))

    def _afterwards(self, waiter: Waiter, ended: Ended) -> None:
        """It is so in the ledger now, and may be said."""
        if waiter.held.call.over:
            return
        if ended.back or ended.ending is Ending.LOST:
            self.exchange.comes_back(waiter.held)
            return
        self._last_words(waiter, ended.ending)

    def _last_words(self, waiter: Waiter, ending: Ending) -> None:
        phrase = {Ending.CALLBACK: "queue.kept", Ending.TALKED: "queue.over"}.get(ending, "queue.closed")
        self.exchange.utter(waiter.held, self.says(phrase, NOTHING, waiter.language, False), ends=True)

    def _not_kept(self, waiter: Waiter, failure: Failure) -> None:
        """The row is there, and lapses: his callback is due then. But nobody knows, so nothing is promised."""
        if not failure.check(LedgerAway):
            _failed(failure)
        if not waiter.held.call.over:
            self.exchange.utter(waiter.held, self.exchange.busy, ends=True)

    # ── the clock ──

    def _set_alarm(self, waiter: Waiter) -> None:
        if waiter.alarm is not None and waiter.alarm.active():
            waiter.alarm.cancel()
        waiter.alarm = None
        if waiter.queued.deadline is not None:
            delay = max(0.0, waiter.queued.deadline - self.now())
            waiter.alarm = self.clock.callLater(delay, self._ring, waiter)

    def _ring(self, waiter: Waiter) -> None:
        waiter.alarm = None
        self.do(waiter, waiter.queued.tick(self.now()))

    def __iter__(self) -> Iterator[Waiter]:
        return iter(self.waiters.values())


def _not_recorded(failure: Failure) -> None:
    log.warn("a call is not recorded: {why}", why=failure.getErrorMessage())


def _failed(failure: Failure) -> None:
    log.failure("what becomes of a caller who waits could not be done", failure)
