"""What goes to the ledger's thread at once, and what comes back from it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from twisted.internet.defer import Deferred

from orders.arrival import Arrival, Taken
from orders.ledger.gathered import Committed, Verdict
from orders.outbound import Mark

Job = Callable[[Connection], Any]


@dataclass(slots=True)
class Waiting:
    """An arrival that is not committed yet.

    ours:  nobody outside keeps it for us, so it is held and tried again while the database is away.
    again: those who offered the same message once more while it was still waiting; they are told the same.
    """

    arrival: Arrival
    told: "Deferred[Taken]"
    ours: bool
    since: float = 0.0
    again: "list[Deferred[Taken]]" = field(default_factory=list)

    @property
    def mark(self) -> tuple[str, bytes]:
        return self.arrival.inbound.subscriber, self.arrival.fingerprint

    def tell(self, verdict: Taken | Exception) -> None:
        if isinstance(verdict, Exception):
            for told in (self.told, *self.again):
                told.errback(verdict)
        else:
            self.told.callback(verdict)
            for told in self.again:
                told.callback(Taken.REPEATED)


@dataclass(slots=True)
class Load:
    """openings: what has to be done before these arrivals, in the same transaction (a connection opened, one lost)."""

    openings: list[Job] = field(default_factory=list)
    arrivals: list[Waiting] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    sure: dict[int, int] = field(default_factory=dict)
    jobs: "list[tuple[Job, Deferred[Any]]]" = field(default_factory=list)
    direct: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.openings or self.arrivals or self.marks or self.sure or self.jobs)


@dataclass(slots=True)
class Written:
    """What came of a load's arrivals.

    verdicts: one for each, in order; shorter if the database went away before the rest.
    away:     the error that says the database could not be reached, and from where on nothing was done.
    unsure:   ids of inbounds that may be stored or not; they must be taken again.
    """

    verdicts: list[Verdict] = field(default_factory=list)
    batches: list[Committed] = field(default_factory=list)
    seconds: float = 0.0
    opened: bool = False
    away: Exception | None = None
    unsure: frozenset[int] = frozenset()


@dataclass(slots=True)
class Done:
    """What came of a load's jobs: a result for each, an exception where one failed; shorter where there was no more
    time for the rest, or the database went away."""

    results: list[Any] = field(default_factory=list)
    away: Exception | None = None
