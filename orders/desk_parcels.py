"""What the desk is shown of parcels: those an account manager has to bring, those that are in trouble, and how people
found their delivery."""

from collections.abc import Mapping
from dataclasses import dataclass

from orders.consignment import ConsignmentState, Step

# What a person at the desk may tell of a parcel, in the order it is offered.
TOLD_AT_DESK = (Step.ACCEPT, Step.PICK_UP, Step.DELIVER, Step.REFUSE, Step.RETURN, Step.GRANT, Step.KEEP, Step.LOSE)
BY_SUPERVISORS = (*TOLD_AT_DESK, Step.WRITE_OFF)


@dataclass(frozen=True, slots=True)
class ParcelAtDesk:
    """steps: what may be told of it by whoever is looking. why: what is wrong with it, if anything is.
    events: what became of it: (when, step, told by, note)."""

    id: int
    order: str
    subscriber: str
    state: ConsignmentState
    carrier: Mapping[str, str]
    tracking: str | None
    changed_at: float
    why: str = ""
    steps: tuple[Step, ...] = ()
    events: tuple[tuple[float, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Deliveries:
    """mine: of the account manager who asks. For those who oversee: what is troubled, the latest with their events, and
    how many are standing in each state."""

    mine: tuple[ParcelAtDesk, ...] = ()
    troubled: tuple[ParcelAtDesk, ...] = ()
    latest: tuple[ParcelAtDesk, ...] = ()
    standing: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """counts: how many gave 1, 2, 3, 4 and 5."""

    week: float
    carrier: Mapping[str, str]
    counts: tuple[int, int, int, int, int]

    @property
    def answers(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> float:
        return sum(score * count for score, count in enumerate(self.counts, 1)) / max(1, self.answers)


@dataclass(frozen=True, slots=True)
class Remark:
    at: float
    order: str
    score: int
    comment: str


@dataclass(frozen=True, slots=True)
class Surveyed:
    """asked: how many were, in the weeks that are shown."""

    asked: int
    weeks: tuple[Scores, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class CardParcel:
    """A parcel of the order on an agent's card, and what became of it: (when, step, told by)."""

    carrier: str | None
    tracking: str | None
    state: str
    signed_by: str | None
    late: bool
    events: tuple[tuple[float, str, str, str], ...]
