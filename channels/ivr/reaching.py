"""A call that the house makes by itself: one telephone, and the dialog when it is answered.

    Reaching            customer
    CALLING_CUSTOMER ── ring ──►
    RINGING          ◄── rings ──
    TALKING          ◄── answers ──    from here on it is a call as any other (exchange.py), until it is gone
    OVER

    state            | rings    answers  is gone  time is up
    -----------------+---------------------------------------
    CALLING_CUSTOMER | RINGING  TALKING  OVER     OVER
    RINGING          | -        TALKING  OVER     OVER
    TALKING          | -        -        OVER     -

How his line answered is what the network says in a cause, as in a call of an agent (ringing.py). Whether it is a person
who answers is not guessed: who presses a key is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from channels.ivr import ari
from channels.ivr.ringing import CAUSES, RINGING, UNHEARD, UP, Ending, Now, State, Step

PART = "house"  # what its channel says when it arrives


@dataclass(frozen=True, slots=True)
class Reach:
    """customer: how Asterisk dials him; shown: the number that he sees; patience: seconds that his telephone may ring.
    longest: seconds that a call may last, should nobody be there to end it."""

    name: str
    application: str
    customer: str
    shown: str = ""
    patience: float = 45.0
    longest: float = 1_800.0

    @property
    def channel(self) -> str:
        return f"{self.name}-customer"

    @property
    def channels(self) -> tuple[str, ...]:
        return (self.channel,)


@dataclass(slots=True)
class Reaching:
    plan: Reach
    state: State = State.CALLING_CUSTOMER
    deadline: float | None = None
    _unheard: bool = False

    @property
    def handed_on(self) -> bool:
        """What happens in the call is somebody else's affair."""
        return self.state is State.TALKING

    def start(self, now: float) -> list[Step]:
        plan = self.plan
        self.deadline = now + plan.patience
        ring = ari.ring_up(plan.customer, plan.channel, plan.application, PART, plan.shown, plan.patience, plan.longest)
        return [ring, Now(self.state, now)]

    def rings(self, channel: str, now: float) -> list[Step]:
        return self._become(State.RINGING, now) if self.state is State.CALLING_CUSTOMER else []

    def answered(self, channel: str, now: float) -> list[Step]:
        if self.state not in (State.CALLING_CUSTOMER, State.RINGING):
            return []
        self.deadline = None
        return self._become(State.TALKING, now)

    def gone(self, channel: str, cause: int, now: float) -> list[Step]:
        ending = Ending.TALKED if self.state is State.TALKING else CAUSES.get(cause, Ending.FAILED)
        return self._over(ending, cause, now, there=False)

    def hang_up(self, now: float) -> list[Step]:
        return self._over(Ending.TALKED if self.state is State.TALKING else Ending.FAILED, 16, now)

    def tick(self, now: float) -> list[Step]:
        if self.deadline is None or now < self.deadline:
            return []
        return self._over(Ending.NO_ANSWER, 19, now)

    def unheard(self, now: float) -> None:
        self._unheard = True
        if self.deadline is not None:
            self.deadline = max(self.deadline, now + UNHEARD)

    def found(self, states: Mapping[str, str], now: float) -> list[Step]:
        """What Asterisk says of it; a channel that it does not know is gone."""
        if self._unheard and self.deadline is not None:
            self.deadline = now + self.plan.patience
        self._unheard = False
        channel = self.plan.channel
        match states.get(channel):
            case None:
                return self.gone(channel, 0, now)
            case state if state == UP:
                return self.answered(channel, now)
            case state if state == RINGING:
                return self.rings(channel, now)
        return []

    def _become(self, state: State, now: float) -> list[Step]:
        self.state = state
        return [Now(state, now)]

    def _over(self, ending: Ending, cause: int, now: float, there: bool = True) -> list[Step]:
        if self.state is State.OVER:
            return []
        self.state, self.deadline = State.OVER, None
        return [*([ari.hang_up(self.plan.channel)] if there else []), Now(State.OVER, now, ending, cause)]
