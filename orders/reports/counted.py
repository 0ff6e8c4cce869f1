"""What was counted in a span of days, as the ledger hands it to those who make reports of it (see ledger.counting)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from orders.reports.hours import Span


class Sum(NamedTuple):
    """How often, and the fen that belong to it."""

    times: int
    fen: int = 0


Steps = Mapping[str, Sum]  # by step
Named = Mapping[str, Steps]  # by name
NONE = Sum(0)


class Scored(NamedTuple):
    """Reviews of somebody's calls: how many, and of a hundred points what they came to."""

    agent: str
    reviews: int
    average: float
    lowest: float


class Spent(NamedTuple):
    """Seconds that somebody was in a state; `reason` of a pause."""

    agent: str
    state: str
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Counted:
    """
    channel:  "" for all of them; what agents do is of no channel.
    of:       orders, offers, flags, agents, scripts, what was heard: by the kind of it, by name, by step.
    channels: orders by channel and step, whichever was asked for.
    hours:    orders by the instant at which the hour began in which they were placed, and by step.
    calls:    outcomes by the instant at which their hour began.
    names:    of offers, by code and language.
    pauses:   the names of reasons to pause, by code and language.
    """

    span: Span
    zone: tzinfo
    now: float = 0.0
    channel: str = ""
    of: Mapping[str, Named] = field(default_factory=dict)
    channels: Named = field(default_factory=dict)
    hours: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    calls: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    spent: tuple[Spent, ...] = ()
    scores: tuple[Scored, ...] = ()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pauses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """At the hall."""
        return datetime.fromtimestamp(self.now, self.zone).date()

    def named(self, kind: str) -> Named:
        return self.of.get(kind, {})

    def steps(self, kind: str, name: str = "") -> Steps:
        return self.named(kind).get(name, {})


def times(steps: Steps, *wanted: str) -> int:
    """Of these steps; a name that ends with a colon stands for every act that it was lost by."""
    return sum(of.times for step, of in steps.items() if _is(step, wanted))


def fen(steps: Steps, *wanted: str) -> int:
    return sum(of.fen for step, of in steps.items() if _is(step, wanted))


def _is(step: str, wanted: tuple[str, ...]) -> bool:
    return any(step == each or (each.endswith(":") and step.startswith(each)) for each in wanted)
