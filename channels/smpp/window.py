"""Requests that have been sent and not answered, by sequence number, and when to stop waiting for each.

Every request waits equally long, so the one that has waited longest is the first that was sent. Messages whose answer
did not come in time are remembered for a while: an answer that comes late is better than none.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from channels.smpp.submissions import Submission

LAST_SEQUENCE = 0x7FFFFFFF
MOST_LATE = 1_000  # messages that may still be answered late


class Asked(Enum):
    """What we ask about the session itself; it takes no place in the window."""

    BIND = auto()
    ENQUIRE_LINK = auto()
    UNBIND = auto()


@dataclass(frozen=True, slots=True)
class Query:
    """What became of a message that was submitted long ago."""

    token: object


What: TypeAlias = Submission | Query | Asked


@dataclass(slots=True)
class InFlight:
    """`through`: the acknowledgements that were written before this request (see confirmations)."""

    what: What
    through: int
    sent_at: float


class Window:
    __slots__ = ("_late", "_next", "_oldest", "_timeout", "_waiting", "submissions")

    def __init__(self, timeout: float, sequence_start: int) -> None:
        self._timeout = timeout
        self._next = sequence_start
        self._waiting: dict[int, InFlight] = {}
        self._oldest: deque[tuple[int, InFlight]] = deque()
        self._late: dict[int, Submission] = {}
        self.submissions = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def open(self, what: What, through: int, now: float) -> int:
        """The number to send the request with."""
        sequence = self._free_sequence()
        request = self._waiting[sequence] = InFlight(what, through, now)
        self._oldest.append((sequence, request))
        if self._late:
            self._late.pop(sequence, None)
        self.submissions += isinstance(what, Submission)
        return sequence

    def waiting(self, sequence: int) -> InFlight | None:
        """None when nothing waits under that number: never sent, answered already, or given up."""
        return self._waiting.get(sequence)

    def close(self, sequence: int) -> None:
        request = self._waiting.pop(sequence)
        self.submissions -= isinstance(request.what, Submission)
        if not self._waiting:
            self._oldest.clear()

    def expire(self, now: float) -> list[InFlight]:
        expired = []
        while (deadline := self.deadline()) is not None and deadline <= now:
            sequence, request = self._oldest[0]
            self.close(sequence)
            expired.append(request)
            if isinstance(request.what, Submission):
                self._remember(sequence, request.what)
        return expired

    def answered_late(self, sequence: int) -> Submission | None:
        """The message that was sent under that number, and given up. Once."""
        return self._late.pop(sequence, None)

    def _remember(self, sequence: int, submission: Submission) -> None:
        self._late[sequence] = submission
        if len(self._late) > MOST_LATE:
            del self._late[next(iter(self._late))]

    def deadline(self) -> float | None:
        while self._oldest:
            sequence, request = self._oldest[0]
            if self._waiting.get(sequence) is request:
                return request.sent_at + self._timeout
            self._oldest.popleft()
        return None

    def emptied(self) -> list[InFlight]:
        found = list(self._waiting.values())
        self._waiting.clear()
        self._oldest.clear()
        self._late.clear()
        self.submissions = 0
        return found

    def _free_sequence(self) -> int:
        while self._next in self._waiting:
            self._next = _after(self._next)
        sequence, self._next = self._next, _after(self._next)
        return sequence


def _after(sequence: int) -> int:
    return 1 if sequence >= LAST_SEQUENCE else sequence + 1
