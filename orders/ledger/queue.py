"""What waits for the writer, and the order in which it is taken.

    ┌ lost(7) ┬ opened(8) ┐                                             ┌ lost(8) ┐
    │  done before        │ who is in a session │ everything else       │         │ …
    └─────────────────────┴─────────────────────┴───────────────────────┴─────────┴──
     one stretch                                                         the next

Who dialled a code or rang looks at an empty screen or listens to silence, and loses the session if that lasts; who
texted has put the telephone away. So within a stretch sessions go first; not within a transaction, where all wait for
the same commit, and what one person texts and dials keeps its order. None goes past the news that a connection was
opened or lost: what comes on the next one may be a repeat, which is known only then.

A transaction that takes five hundred is the cheapest there is, and who comes while it works waits for all of them. So
while there are sessions one takes `BESIDE_SESSIONS` at most.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from orders.ledger.load import Job, Load, Waiting

LIMIT: Final = 500
BESIDE_SESSIONS: Final = 100
LATELY: Final = 10.0  # seconds after an input for which there are sessions

Numbered = tuple[int, Waiting]


@dataclass(slots=True)
class _Stretch:
    openings: list[Job] = field(default_factory=list)
    sessions: deque[Numbered] = field(default_factory=deque)
    others: deque[Numbered] = field(default_factory=deque)
    added: int = 0

    def __len__(self) -> int:
        return len(self.sessions) + len(self.others)

    def add(self, waiting: Waiting) -> None:
        self.added += 1
        (self.sessions if waiting.arrival.inbound.session else self.others).append((self.added, waiting))

    def take(self, most: int) -> list[Waiting]:
        """Sessions before all others, but each in its place among those that are taken with it."""
        taken = [(self.sessions or self.others).popleft() for _ in range(min(most, len(self)))]
        return [waiting for _, waiting in sorted(taken, key=itemgetter(0))]


class Queue:
    def __init__(self) -> None:
        self._stretches: deque[_Stretch] = deque()
        self._session_at = float("-inf")

    def __len__(self) -> int:
        return sum(len(stretch.openings) + len(stretch) for stretch in self._stretches)

    def add(self, waiting: Waiting) -> None:
        if not self._stretches:
            self._stretches.append(_Stretch())
        self._stretches[-1].add(waiting)
        if waiting.arrival.inbound.session:
            self._session_at = max(self._session_at, waiting.since)

    def add_opening(self, job: Job) -> None:
        """To be done after all that waits, and before all that comes."""
        if not self._stretches or len(self._stretches[-1]):
            self._stretches.append(_Stretch())
        self._stretches[-1].openings.append(job)

    def move_into(self, load: Load, now: float) -> None:
        most = BESIDE_SESSIONS if now - self._session_at < LATELY else LIMIT
        while self._stretches and len(load.arrivals) < most:
            front = self._stretches[0]
            if front.openings and load.arrivals:
                return
            load.openings += front.openings
            front.openings.clear()
            load.arrivals += front.take(most - len(load.arrivals))
            if not front:
                self._stretches.popleft()

    def put_back(self, openings: Iterable[Job], kept: Iterable[Waiting]) -> None:
        """What could not be written, before all others."""
        stretch = _Stretch([*openings])
        for waiting in kept:
            stretch.add(waiting)
        if stretch.openings or stretch:
            self._stretches.appendleft(stretch)
