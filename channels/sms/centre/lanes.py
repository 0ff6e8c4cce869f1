"""What waits for one destination, in the order in which each sender sent it.

A message centre delivers one message of a sender at a time: only so do two of them arrive in order although many are
under way, and although one may be refused and come again. Every sender has a lane; the first of each lane may go, and
the lanes take turns.

    push ──> [a3 a2 a1]  ready ──> take: a1 ──> done: a2 is ready next
             [b1]                          └──> again: a1 is ready again, before a2
"""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


class Lanes(Generic[T]):
    def __init__(self) -> None:
        self._lanes: dict[str, deque[T]] = {}
        self._ready: deque[str] = deque()
        self._size = 0

    def __len__(self) -> int:
        """All that is not done, under way or not."""
        return self._size

    @property
    def ready(self) -> bool:
        return bool(self._ready)

    def push(self, sender: str, item: T) -> None:
        lane = self._lanes.get(sender)
        if lane is None:
            lane = self._lanes[sender] = deque()
            self._ready.append(sender)
        lane.append(item)
        self._size += 1

    def take(self) -> tuple[str, T]:
        sender = self._ready.popleft()
        return sender, self._lanes[sender][0]

    def done(self, sender: str) -> None:
        lane = self._lanes[sender]
        lane.popleft()
        self._size -= 1
        if lane:
            self._ready.append(sender)
        else:
            del self._lanes[sender]

    def again(self, sender: str) -> None:
        self._ready.append(sender)

    def waiting(self) -> Iterator[tuple[str, T]]:
        """All that is not under way."""
        ready = set(self._ready)
        for sender, lane in self._lanes.items():
            for item in islice(lane, 0 if sender in ready else 1, None):
                yield sender, item

    def withdraw(self, sender: str, item: T) -> None:
        """One that is not under way."""
        lane = self._lanes[sender]
        lane.remove(item)
        self._size -= 1
        if not lane:
            del self._lanes[sender]
            self._ready.remove(sender)
