"""The words between the agents' console and the ledger: tasks, what a work card shows, and why something is refused.

A refusal says whose the task is and what to do; the console passes it on as it stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dialogs.words import NOTHING, Values
from orders.desk_lanes import ANY_LANE, Lane
from orders.desk_parcels import CardParcel
from orders.guide import Guided
from orders.order import Flag


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    @property
    def oversees(self) -> bool:
        return self is not Role.AGENT


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class TaskGone(Exception):
    """There is no such task."""


class NotYours(Exception):
    """Another agent holds the task, or it is done, or nobody has claimed it."""


class LeaseOver(Exception):
    """The agent held the task, but gave no sign of life in time; another may take it now."""


class BadDecision(Exception):
    """The agent's decision cannot be used as it is; the text says what is missing."""


class Unasked(BadDecision):
    """An order is to be confirmed, and not all was asked that has to be."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__(f"not asked yet: {', '.join(self.lines)}; ask it, tick it, and record the outcome then")


# ── A task ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CallTask:
    """Ring `subscriber` about an order, or, without a number of one, because he asked for an agent.

    due_at: when to ring; None once it is done. agent, lease_until: who has it, and until when without a sign of life.
    claimed_at, dialled_at: since when he has it, and when he asked for the number.
    """

    id: int
    subscriber: str
    order_number: str | None
    reasons: tuple[Flag, ...]
    priority: int
    created_at: float
    due_at: float | None
    attempts: int = 0
    agent: str | None = None
    lease_until: float | None = None
    outcome: str | None = None
    done_at: float | None = None
    lane: Lane = ANY_LANE
    claimed_at: float | None = None
    dialled_at: float | None = None


def must_hold(task: CallTask | None, agent: str, now: float) -> CallTask:
    """The task, if this agent may work on it; else the refusal that tells him what to do."""
    if task is None:
        raise TaskGone("there is no such task; claim the next one")
    if task.done_at is not None:
        raise NotYours(f"task {task.id} is done already: {task.outcome}; claim the next one")
    if task.agent is None:
        raise NotYours(f"nobody holds task {task.id}; claim it before you work on it")
    if task.agent != agent:
        raise NotYours(f"task {task.id} is with {task.agent}; claim another one")
    if task.lease_until is None or task.lease_until <= now:
        raise LeaseOver(f"your hold on task {task.id} ran out; claim it again before you go on")
    return task


# ── What a work card shows ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CardItem:
    offer: str
    names: Values
    quantity: int
    unit_price: int
    number: str | None = None


@dataclass(frozen=True, slots=True)
class CardOrder:
    number: str
    state: str
    channel: str
    language: str
    total: int
    address: str | None
    ordered_at: float
    items: tuple[CardItem, ...]
    rules: str | None = None
    recipient: str | None = None
    deliver_at: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation. understood: False where Hall did not know what he meant."""

    at: float
    channel: str
    ours: bool
    text: str
    understood: bool = True
    state: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    at: float
    agent: str
    outcome: str
    note: str
    changes: Values
    callback_at: float | None


@dataclass(frozen=True, slots=True)
class Happened:
    at: float
    actor: str
    act: str
    state: str
    data: Values


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """An attempt about something else of the same customer."""

    order_number: str | None
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Remarked:
    """reason: why he left the task to others; None for a note."""

    at: float
    agent: str
    note: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Sibling:
    """Something else that this customer is to be rung about. order_number: None where he asked for an agent."""

    order_number: str | None
    due_at: float


@dataclass(frozen=True, slots=True)
class Card:
    """siblings: what else he is to be rung about, which is offered to nobody else while this card is in hand.
    guided: what is to be said and asked; calls: about other things, the latest first; remarks: beside attempts.
    open_number: whoever sees it has dialled; read_until: the time for reading it, and then, what happens.
    mark: another one when something has been said or done since."""

    task: CallTask
    name: str | None
    order: CardOrder | None
    conversation: tuple[Line, ...]
    earlier: tuple[CardOrder, ...]
    attempts: tuple[Attempt, ...]
    events: tuple[Happened, ...]
    parcels: tuple[CardParcel, ...] = ()
    guided: Guided | None = None
    calls: tuple[EarlierCall, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    remarks: tuple[Remarked, ...] = ()
    open_number: bool = False
    read_until: float | None = None
    then: str = ""
    mark: str = ""


# ── What a change would come to ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class QuotedItem:
    offer: str
    quantity: int
    unit_price: int
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """before, total: of the order as it stands, and as it would be, in fen."""

    before: int
    total: int
    items: tuple[QuotedItem, ...]


@dataclass(frozen=True, slots=True)
class OnOffer:
    code: str
    names: Values
    price: int


# ── The queue and the board ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Waiting:
    """opens_at: when he may be rung; None: now."""

    task: CallTask
    total: int | None
    opens_at: float | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """waiting: those that are due, the next one first, as far as a list should go; due: how many there are in all.
    mine: the task that whoever asks has in hand; promised: what he said that he would ring about again.
    closed: those that would be due, but for the hours of their region, the first of which begin at opens_at."""

    waiting: tuple[Waiting, ...]
    due: int
    later: int
    mine: int | None = None
    promised: tuple[CallTask, ...] = ()
    closed: int = 0
    opens_at: float | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """due: those who wait to be rung now, and oldest_at since when; held: those that agents have in hand; closed: those
    who wait until the hours of their region begin, the first of them at opens_at."""

    due: int
    later: int
    held: int
    oldest_at: float | None
    closed: int = 0
    opens_at: float | None = None


@dataclass(frozen=True, slots=True)
class AtDesk:
    """seen_at: when the agent's browser last asked for anything; None if he is not signed in."""

    name: str
    role: str
    seen_at: float | None
    task: int | None
    lease_until: float | None
    outcomes: Values = NOTHING


@dataclass(frozen=True, slots=True)
class Board:
    """oldest_at: since when the one who waits longest has waited; outcomes: of the past 24 hours, by name."""

    due: int
    later: int
    held: int
    oldest_at: float | None
    outcomes: Values
    agents: tuple[AtDesk, ...]
    closed: int = 0
    opens_at: float | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a decision: the order as it now stands, and when the customer is rung again, if he is."""

    outcome: str
    order_number: str | None
    order_state: str | None
    due_at: float | None


# ── Who works here ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: Role
    disabled: bool = False
    locked_until: float | None = None


@dataclass(frozen=True, slots=True)
class DeskSession:
    agent: str
    role: Role
    csrf: str
    signed_in_at: float
    has_password: bool = True


class LockedOut(Exception):
    """Too many wrong passwords."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"too many wrong passwords; try again in {max(1, round(seconds / 60))} minutes")


class Slowed(LockedOut):
    """Too many wrong passwords came from his address, for whatever names."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        minutes = max(1, round(seconds / 60))
        self.args = (
            f"too many wrong passwords came from your address; try again in {minutes} minutes, "
            "or at a browser at which you have signed in before",
        )


class AgentExists(Exception):
    """There is somebody of that name already."""


class NoSuchAgent(Exception):
    """There is nobody of that name."""
