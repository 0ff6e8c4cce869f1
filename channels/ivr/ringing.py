"""A call that we make: the agent's telephone first, then the customer's, then both in one room.

    agent               Ringing                customer
      ◄──── ring ───────  CALLING_AGENT
      ── answers ──────►  CALLING_CUSTOMER ──── ring ────►
      (hears it ring)     RINGING          ◄─── rings ───
      ◄═════ one room ══  TALKING          ◄── answers ──
      ── either hangs up ► OVER

    state            | agent answers  customer rings  customer answers  customer gone  agent gone  dismissed  time is up
    -----------------+-------------------------------------------------------------------------------------------------
    CALLING_AGENT    | CALLING_C.     -               -                 -              OVER        OVER       OVER
    CALLING_CUSTOMER | -              RINGING         TALKING           OVER           OVER        OVER       OVER
    RINGING          | -              -               TALKING           OVER           OVER        OVER       OVER
    TALKING          | -              -               -                 OVER           OVER        PARTING    -
    PARTING          | -              -               -                 OVER           -           -          OVER

An agent who is signed out in a call is dismissed: his telephone is hung up, and the customer hears that somebody will
ring him again (PARTING) before his is. The desk is told of the end then.

While Asterisk is not heard nothing of this is known: time goes on, but what was not heard is no answer. When it is
heard again it is asked what has become of both (`found`); of a telephone that is gone by then nobody says why.

The agent is rung first because a customer who answers must find somebody there. How the customer's line answered is
what the network says in a cause (ITU-T Q.850), and becomes the outcome without the agent's doing.

Names of channels are ours and told beforehand, so that an event never comes for a channel of which we know nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from channels.ivr import ari
from channels.ivr.ari import Command


class State(StrEnum):
    CALLING_AGENT = "calling_agent"
    CALLING_CUSTOMER = "calling_customer"
    RINGING = "ringing"
    TALKING = "talking"
    PARTING = "parting"
    OVER = "over"


class Ending(StrEnum):
    """How it ended; the first six are outcomes of the line, which an agent need not record."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    POWERED_OFF = "powered_off"
    NO_SUCH_NUMBER = "no_such_number"
    FAILED = "failed"
    AGENT_AWAY = "agent_away"
    AGENT_LEFT = "agent_left"
    TALKED = "talked"


PARTED: Final = 15.0  # seconds within which what the customer hears last has been said
UNHEARD: Final = 60.0  # seconds that an Asterisk may be away before a telephone that was ringing is given up

UP: Final = "Up"  # as Asterisk calls the states of a channel
RINGING: Final = "Ringing"

RING_BACK: Final = "tone:450/1000,0/4000"  # as it sounds in China; told in full, for Asterisks that know no country

CAUSES: Final[Mapping[int, Ending]] = {
    1: Ending.NO_SUCH_NUMBER,
    17: Ending.BUSY,
    18: Ending.NO_ANSWER,
    19: Ending.NO_ANSWER,
    20: Ending.POWERED_OFF,
    21: Ending.REJECTED,
    22: Ending.NO_SUCH_NUMBER,
    27: Ending.POWERED_OFF,
    28: Ending.NO_SUCH_NUMBER,
    31: Ending.NO_ANSWER,
}


@dataclass(frozen=True, slots=True)
class Now:
    """What the desk is to be told; `ending` once it is over, `cause` what the network said."""

    state: State
    at: float
    ending: Ending | None = None
    cause: int = 0


Step = Command | Now


@dataclass(frozen=True, slots=True)
class Plan:
    """agent, customer: how Asterisk dials them (`PJSIP/8001`); shown: the number that the customer sees.

    patience: seconds that the agent's and the customer's telephone may ring.
    record:   name of the recording; empty: there is none. notice: what both hear before it begins.
    longest:  seconds that a call may last, should nobody be there to end it.
    """

    name: str
    application: str
    agent: str
    customer: str
    shown: str = ""
    agent_patience: float = 20.0
    patience: float = 45.0
    record: str = ""
    notice: tuple[str, ...] = ()
    longest: float = 1_800.0

    @property
    def agent_channel(self) -> str:
        return f"{self.name}-agent"

    @property
    def customer_channel(self) -> str:
        return f"{self.name}-customer"

    @property
    def channels(self) -> tuple[str, str]:
        return self.agent_channel, self.customer_channel

    @property
    def room(self) -> str:
        return f"{self.name}-room"

    @property
    def tone(self) -> str:
        return f"{self.name}-tone"

    @property
    def told(self) -> str:
        return f"{self.name}-notice"

    @property
    def parting(self) -> str:
        return f"{self.name}-parting"


@dataclass(slots=True)
class Ringing:
    plan: Plan
    state: State = State.CALLING_AGENT
    deadline: float | None = None
    began_at: float = 0.0
    answered_at: float | None = None
    _gone: set[str] = field(default_factory=set)
    _unheard: bool = False

    @property
    def handed_on(self) -> bool:
        return False

    def start(self, now: float) -> list[Step]:
        plan = self.plan
        self.began_at, self.deadline = now, now + plan.agent_patience
        return [
            self._rung(plan.agent, plan.agent_channel, "agent", plan.agent_patience),
            Now(self.state, now),
        ]

    def answered(self, channel: str, now: float) -> list[Step]:
        plan = self.plan
        if channel == plan.agent_channel and self.state is State.CALLING_AGENT:
            self.deadline = now + plan.patience
            return [
                ari.make_room(plan.room),
                ari.enter(plan.room, plan.agent_channel),
                ari.play_in(plan.room, plan.tone, RING_BACK),
                self._rung(plan.customer, plan.customer_channel, "customer", plan.patience),
                *self._become(State.CALLING_CUSTOMER, now),
            ]
        if channel == plan.customer_channel and self.state in (State.CALLING_CUSTOMER, State.RINGING):
            self.deadline, self.answered_at = None, now
            recording = [ari.play_in(plan.room, plan.told, *plan.notice)] if plan.record and plan.notice else []
            return [
                ari.stop(plan.tone),
                ari.enter(plan.room, plan.customer_channel),
                *recording,
                *self._become(State.TALKING, now),
            ]
        return []

    def played(self, playback: str, failed: bool, now: float) -> list[Step]:
        """The notice was heard to its end: from now on it is recorded. Or the last that the customer hears."""
        if playback == self.plan.parting and self.state is State.PARTING:
            return self._over(Ending.TALKED, 16, now)
        if playback != self.plan.told or failed or self.state is not State.TALKING:
            return []
        return [ari.record(self.plan.room, self.plan.record)]

    def rings(self, channel: str, now: float) -> list[Step]:
        if channel != self.plan.customer_channel or self.state is not State.CALLING_CUSTOMER:
            return []
        return self._become(State.RINGING, now)

    def gone(self, channel: str, cause: int, now: float) -> list[Step]:
        if self.state is State.OVER:
            return []
        self._gone.add(channel)
        if channel == self.plan.agent_channel:
            return [] if self.state is State.PARTING else self._over(self._without_agent(), cause, now)
        if channel == self.plan.customer_channel:
            return self._over(self._without_customer(cause), cause, now)
        return []

    def hang_up(self, now: float) -> list[Step]:
        """The agent has pressed the button."""
        if self.state is State.OVER:
            return []
        talked = self.state in (State.TALKING, State.PARTING)
        return self._over(Ending.TALKED if talked else Ending.AGENT_LEFT, 16, now)

    def dismiss(self, words: tuple[str, ...], now: float) -> list[Step]:
        """The agent is there no more; the customer hears these words."""
        if self.state is State.PARTING:
            return []
        if self.state is not State.TALKING or not words:
            return self.hang_up(now)
        plan = self.plan
        self.state, self.deadline = State.PARTING, now + PARTED
        self._gone.add(plan.agent_channel)
        return [ari.hang_up(plan.agent_channel), ari.play_in(plan.room, plan.parting, *words)]

    def tick(self, now: float) -> list[Step]:
        if self.deadline is None or now < self.deadline or self.state is State.OVER:
            return []
        if self.state is State.CALLING_AGENT:
            return self._over(Ending.AGENT_AWAY, 19, now)
        if self.state is State.PARTING:
            return self._over(Ending.TALKED, 16, now)
        return self._over(Ending.FAILED, 0, now) if self._unheard else self._over(Ending.NO_ANSWER, 19, now)

    # ── Asterisk is lost, and found again ──

    def unheard(self, now: float) -> None:
        """A talk goes on without us."""
        self._unheard = True
        if self.deadline is not None:
            self.deadline = max(self.deadline, now + UNHEARD)

    def found(self, states: Mapping[str, str], now: float) -> list[Step]:
        """What Asterisk says of both: the state of each channel; one that it does not know is gone."""
        if self.state is State.OVER:
            return []
        plan, before = self.plan, self.state
        if self._unheard and self.deadline is not None:
            self.deadline = now + (plan.agent_patience if before is State.CALLING_AGENT else plan.patience)
        self._unheard = False
        if before is State.PARTING:
            return self._over(Ending.TALKED, 0, now)
        if plan.agent_channel not in states:
            return self.gone(plan.agent_channel, 0, now)
        if before is State.CALLING_AGENT:
            return self.answered(plan.agent_channel, now) if states[plan.agent_channel] == UP else []
        return self._customer_found(states.get(plan.customer_channel), now)

    def _customer_found(self, state: str | None, now: float) -> list[Step]:
        channel = self.plan.customer_channel
        if state is None:
            return self.gone(channel, 0, now)
        return self.answered(channel, now) if state == UP else self.rings(channel, now) if state == RINGING else []

    # ── within ──

    def _rung(self, endpoint: str, channel: str, part: str, within: float) -> Command:
        plan = self.plan
        return ari.ring_up(endpoint, channel, plan.application, part, plan.shown, within, plan.longest)

    def _without_agent(self) -> Ending:
        match self.state:
            case State.CALLING_AGENT:
                return Ending.AGENT_AWAY
            case State.TALKING:
                return Ending.TALKED
        return Ending.AGENT_LEFT

    def _without_customer(self, cause: int) -> Ending:
        talked = self.state in (State.TALKING, State.PARTING)
        return Ending.TALKED if talked else CAUSES.get(cause, Ending.FAILED)

    def _become(self, state: State, now: float) -> list[Step]:
        self.state = state
        return [Now(state, now)]

    def _over(self, ending: Ending, cause: int, now: float) -> list[Step]:
        plan, was = self.plan, self.state
        self.state, self.deadline = State.OVER, None
        called = [plan.agent_channel] if was is State.CALLING_AGENT else [plan.agent_channel, plan.customer_channel]
        left = [ari.hang_up(channel) for channel in called if channel not in self._gone]
        room = [] if was is State.CALLING_AGENT else [ari.close_room(plan.room)]
        return [*left, *room, Now(State.OVER, now, ending, cause)]
