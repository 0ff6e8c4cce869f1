"""How heavy a process is, over time."""

import os
from collections.abc import Iterator
from pathlib import Path
from statistics import median

PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1 << 20
ENOUGH = 30  # weighings; of fewer nothing can be said
FREE = 12.0  # megabytes that a process may grow by: what chance fills caches and pools with
SHARE = 0.05


class Scales:
    def __init__(self, pid: int) -> None:
        self._statm = Path(f"/proc/{pid}/statm")
        self.weighed: list[tuple[float, float]] = []

    @property
    def last(self) -> float:
        return self.weighed[-1][1] if self.weighed else 0.0

    def weigh(self, at: float) -> None:
        resident = int(self._statm.read_text().split()[1]) * PAGE / MEGABYTE
        self.weighed.append((at, resident))

    def thirds(self) -> tuple[float, float, float]:
        """Megabytes in the middle of each third."""
        size = max(1, len(self.weighed) // 3)
        parts = self.weighed[:size], self.weighed[size : 2 * size], self.weighed[-size:]
        first, second, last = (median(weight for _, weight in part) for part in parts)
        return first, second, last

    def told(self) -> str:
        if not self.weighed:
            return "not weighed"
        first, second, last = self.thirds()
        most = max(weight for _, weight in self.weighed)
        return f"{first:.1f}, {second:.1f}, {last:.1f} MB in each third (median), {most:.1f} at the most"


def growth(name: str, scales: Scales) -> Iterator[str]:
    if len(scales.weighed) < ENOUGH:
        return
    _, second, last = scales.thirds()
    if last > second * (1 + SHARE) + FREE:
        yield f"{name} grew from {second:.1f} to {last:.1f} MB from the second third to the last"
