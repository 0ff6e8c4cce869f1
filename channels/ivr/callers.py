"""The calls that we make, between the desk and the Asterisks that ring.

Who asks for one is told what becomes of it, as it happens; what he does with that is his affair. Commands of one call
wait for each other, as those of a call that comes in do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from twisted.logger import Logger

from channels.clock import Clock, Delayed
from channels.ivr import ari
from channels.ivr.ari import Arrived, Left, Rings
from channels.ivr.exchange import Line
from channels.ivr.in_turn import InTurn
from channels.ivr.ringing import Now, Plan, Ringing, State, Step

log = Logger()

Told = Callable[[Now], None]


class CannotCall(Exception):
    """No call can be made now; it is to be dialled by hand."""


@dataclass(slots=True)
class Made:
    ringing: Ringing
    told: Told
    commands: InTurn
    alarm: Delayed | None = None


@dataclass(slots=True)
class Callers:
    clock: Clock
    now: Callable[[], float]
    made: dict[str, Made] = field(default_factory=dict)

    def ring(self, line: Line, plan: Plan, told: Told) -> None:
        """Raises CannotCall when this call is already being made."""
        if plan.name in self.made:
            raise CannotCall(f"the call {plan.name} is already being made")
        made = self.made[plan.name] = Made(Ringing(plan), told, InTurn(line.send))
        self._do(made, made.ringing.start(self.now()))

    def hang_up(self, name: str) -> None:
        if made := self.made.get(name):
            self._do(made, made.ringing.hang_up(self.now()))

    def heard(self, event: ari.Event) -> bool:
        """Whether it was of a call that we make."""
        name, _, _ = event.channel.rpartition("-")
        made = self.made.get(name)
        if made is None:
            return False
        now = self.now()
        match event:
            case Arrived(channel):
                self._do(made, made.ringing.answered(channel, now))
            case Rings(channel):
                self._do(made, made.ringing.rings(channel, now))
            case Left(channel, _, code) if code:  # it has left the room only, and may yet say why
                self._do(made, made.ringing.gone(channel, code, now))
        return True

    def _do(self, made: Made, steps: Sequence[Step]) -> None:
        for step in steps:
            if isinstance(step, Now):
                self._tell(made, step)
            else:
                made.commands.add(step)
        self._set_alarm(made)

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
