"""What supervisors see of those at work, and what they may do for them: values, without a database.

Whatever a supervisor does to somebody or to a task has a reason in words (`why`), and stands with it in the access log.
A pause that he asks for begins when the agent is done with what he has in hand, as one that the agent asks for himself;
to take that out of his hands is another thing, and is asked for as such.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orders.agent_states import Limits, Presence
from orders.desk import Outcome

REACHED = frozenset({Outcome.CONFIRMED, Outcome.CHANGED, Outcome.REJECTED, Outcome.NOT_ORDERED, Outcome.WRONG_NUMBER})
AGREED = frozenset({Outcome.CONFIRMED, Outcome.CHANGED})
AGES = (900.0, 3_600.0, 14_400.0)  # the queue by age: up to so many seconds, and beyond


class NotToHim(Exception):
    """A task cannot be given to this agent now."""


@dataclass(frozen=True, slots=True)
class OnShift:
    """Somebody who is not signed out. order: the number of the one in hand; tries: how often it has been rung about."""

    presence: Presence
    limit: float | None
    order: str | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class ReasonWaits:
    code: str
    count: int
    oldest_at: float


@dataclass(frozen=True, slots=True)
class Today:
    """Since the hall's midnight. tries: calls in all; reached: those in which the customer said something."""

    tries: int
    reached: int
    agreed: int

    @property
    def rate(self) -> float | None:
        """How many of those who were reached agreed; None where nobody was."""
        return self.agreed / self.reached if self.reached else None


@dataclass(frozen=True, slots=True)
class Shift:
    """ages: how many wait, for each of AGES and beyond; reasons: why, of the `looked_at` that have waited longest."""

    agents: tuple[OnShift, ...]
    limits: Limits
    ages: tuple[int, ...]
    reasons: tuple[ReasonWaits, ...]
    looked_at: int
    today: Today


def today(outcomes: Mapping[str, int]) -> Today:
    return Today(
        tries=sum(outcomes.values()),
        reached=sum(outcomes.get(outcome, 0) for outcome in REACHED),
        agreed=sum(outcomes.get(outcome, 0) for outcome in AGREED),
    )


def by_reason(waiting: Iterable[tuple[Iterable[str], float]]) -> tuple[ReasonWaits, ...]:
    """Of (codes, due at): each reason with how many it holds back, the most frequent first."""
    found: dict[str, tuple[int, float]] = {}
    for codes, due_at in waiting:
        for code in codes:
            count, oldest_at = found.get(code, (0, due_at))
            found[code] = (count + 1, min(oldest_at, due_at))
    waits = [ReasonWaits(code, count, oldest_at) for code, (count, oldest_at) in found.items()]
    return tuple(sorted(waits, key=lambda each: (-each.count, each.code)))
