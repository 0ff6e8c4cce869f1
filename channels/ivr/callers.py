"""The calls that we make, between the desk and the Asterisks that ring.

Who asks for one is told what becomes of it, as it happens; what he does with that is his affair. Commands of one call
wait for each other, as those of a call that comes in do.

When an Asterisk is heard again after it was lost, it is asked what has become of each call that it was making: after
what it was told last, so that the answer is of that. The same is asked when it would not dial at all, instead of
waiting for an answer of a telephone that does not ring.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from channels.clock import Clock, Delayed
from channels.ivr import ari
from channels.ivr.ari import Arrived, Left, Played, Rings
from channels.ivr.exchange import Line
from channels.ivr.in_turn import InTurn
from channels.ivr.reaching import Reach, Reaching
from channels.ivr.ringing import Now, Plan, Ringing, State, Step

log = Logger()

Told = Callable[[Now], None]


class Dialling(Line, Protocol):
    """An Asterisk that rings telephones."""

    async def state_of(self, channel: str) -> str | None:
        """As Asterisk calls it; empty: there is none of that name; None: Asterisk does not say."""


class CannotCall(Exception):
    """No call can be made now; it is to be dialled by hand."""


@dataclass(slots=True)
class Made:
    line: Dialling
    ringing: Ringing | Reaching
    told: Told
    commands: InTurn
    alarm: Delayed | None = None


@dataclass(slots=True)
class Callers:
    clock: Clock
    now: Callable[[], float]
    made: dict[str, Made] = field(default_factory=dict)

    def ring(self, line: Dialling, plan: Plan, told: Told) -> None:
        """Raises CannotCall when this call is already being made."""
        self._begin(line, Ringing(plan), told)

    def reach(self, line: Dialling, plan: Reach, told: Told) -> None:
        """A call without an agent. Raises CannotCall when it is already being made."""
        self._begin(line, Reaching(plan), told)

    def _begin(self, line: Dialling, ringing: Ringing | Reaching, told: Told) -> None:
        name = ringing.plan.name
        if name in self.made:
            raise CannotCall(f"the call {name} is already being made")
        made = self.made[name] = Made(line, ringing, told, InTurn(line.send))
        self._do(made, ringing.start(self.now()))

    def leave(self) -> None:
        """Nobody will be there any more."""
        for name in list(self.made):
            self.hang_up(name)

    def hang_up(self, name: str) -> None:
        if made := self.made.get(name):
            self._do(made, made.ringing.hang_up(self.now()))

    def dismiss(self, name: str, words: tuple[str, ...]) -> None:
        """Its agent is there no more; the customer hears these words before it ends."""
        made = self.made.get(name)
        if made is not None and isinstance(made.ringing, Ringing):
            self._do(made, made.ringing.dismiss(words, self.now()))

    def heard(self, event: ari.Event) -> bool:
        """Whether it was of a call that we make."""
        name, _, _ = event.channel.rpartition("-")
        made = self.made.get(name)
        if made is None:
            return False
        now, handed_on = self.now(), made.ringing.handed_on
        match event:
            case Arrived(channel):
                self._do(made, made.ringing.answered(channel, now))
            case Rings(channel):
                self._do(made, made.ringing.rings(channel, now))
            case Played(_, playback, failed) if isinstance(made.ringing, Ringing):
                self._do(made, made.ringing.played(playback, failed, now))
            case Left(channel, _, code) if code or handed_on:  # else it has left the room only, and may yet say why
                self._do(made, made.ringing.gone(channel, code, now))
        return not handed_on

    # ── Asterisk is lost, and found again ──

    def lost(self, line: Line) -> None:
        for made in self._of(line):
            made.ringing.unheard(self.now())
            self._set_alarm(made)

    def found(self, line: Line) -> frozenset[str]:
        """The names of the channels that are of calls of ours."""
        of_it = self._of(line)
        for made in of_it:
            self._ask_after(made)
        return frozenset(channel for made in of_it for channel in made.ringing.plan.channels)

    def _of(self, line: Line) -> list[Made]:
        return [made for made in self.made.values() if made.line is line]

    def _ask_after(self, made: Made) -> None:
        made.commands.then(lambda: Deferred.fromCoroutine(self._asked_after(made)).addErrback(_failed))

    async def _asked_after(self, made: Made) -> None:
        states = {channel: await made.line.state_of(channel) for channel in made.ringing.plan.channels}
        if None not in states.values():
            there = {channel: state for channel, state in states.items() if state}
            self._do(made, made.ringing.found(there, self.now()))

    # ── within ──

    def _do(self, made: Made, steps: Sequence[Step]) -> None:
        """Told first: what a command brings about may be news again."""
        for news in [step for step in steps if isinstance(step, Now)]:
            self._tell(made, news)
        for command in [step for step in steps if not isinstance(step, Now)]:
            if ari.rings_up(command):
                self._ring_up(made, command)
            else:
                made.commands.add(command)
        self._set_alarm(made)

    def _ring_up(self, made: Made, command: ari.Command) -> None:
        def answered(done: bool) -> None:
            if not done:
                self._ask_after(made)

        made.commands.then(lambda: made.line.send(command).addCallback(answered))

    def _tell(self, made: Made, news: Now) -> None:
        if news.state is State.OVER:
            self.made.pop(made.ringing.plan.name, None)
        try:
            made.told(news)
        except Exception:  # noqa: BLE001 - whoever asked for the call; the telephones are to be hung up all the same
            log.failure("what became of a call could not be told")

    def _set_alarm(self, made: Made) -> None:
        if made.alarm is not None and made.alarm.active():
            made.alarm.cancel()
        made.alarm = None
        if made.ringing.deadline is not None:
            made.alarm = self.clock.callLater(max(0.0, made.ringing.deadline - self.now()), self._ring, made)

    def _ring(self, made: Made) -> None:
        made.alarm = None
        self._do(made, made.ringing.tick(self.now()))


def _failed(failure: Any) -> None:
    log.failure("what became of a call is not known", failure)
