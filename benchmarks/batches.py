"""How many turns shared a transaction, from Hall's own metrics."""

import re
from collections.abc import Callable
from dataclasses import dataclass

SAMPLE = re.compile(
    r'^hall_batch_size_(bucket|sum|count)(?:\{[^}]*?le="([^"]+)"[^}]*\})?(?:\{[^}]*\})? (\S+)$', re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Batches:
    """`upto` counts the batches of at most so many turns."""

    total: float
    count: float
    upto: dict[str, float]

    def since(self, before: "Batches") -> "Batches":
        upto = {edge: count - before.upto.get(edge, 0) for edge, count in self.upto.items()}
        return Batches(self.total - before.total, self.count - before.count, upto)

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0

    def percentile(self, share: float) -> str:
        """The edge of the bucket in which that share of the batches is reached."""
        return next((edge for edge, count in self.upto.items() if self.count and count >= share * self.count), "-")


def read(get: Callable[[str], str]) -> Batches:
    totals = {"sum": 0.0, "count": 0.0}
    upto: dict[str, float] = {}
    for kind, edge, value in SAMPLE.findall(get("/metrics")):
        if kind == "bucket":
            upto[edge] = upto.get(edge, 0.0) + float(value)
        else:
            totals[kind] += float(value)
    return Batches(totals["sum"], totals["count"], upto)
