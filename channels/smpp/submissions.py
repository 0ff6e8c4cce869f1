"""What waits to be submitted, in the order it was given, and when the next may go.

Three things hold it back: the window (so many unanswered), the pace (so many segments a second, as it was told or as it
was found) and the message centre itself (throttling; congestion, which narrows the window). A message that was refused
as too fast goes back to where it was in the order, before everything that has not been sent. It is given up, to whoever
schedules tries over hours, when it has been refused often enough.
"""

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush

from channels.smpp.congestion import Congestion
from channels.smpp.paces import Paces
from channels.smpp.throttle import Throttle


@dataclass(slots=True, order=True)
class Submission:
    """`order`: its place among all that were given to this link. `frame`: the PDU, which has no number yet.
    `answer`: the command by which it is answered. `destination`: who is to have it.
    """

    order: int
    token: object = field(compare=False)
    frame: bytes = field(compare=False)
    segments: int = field(compare=False)
    answer: int = field(compare=False)
    destination: str = field(compare=False)
    tries: int = field(default=0, compare=False)
    sent_at: float = field(default=0.0, compare=False)


class Submissions:
    __slots__ = ("_congestion", "_given", "_paces", "_returned", "_throttle", "_waiting", "_window")

    def __init__(self, window: int, paces: Paces) -> None:
        self._window = window
        self._paces = paces
        self._throttle = Throttle()
        self._congestion = Congestion()
        self._waiting: deque[Submission] = deque()
        self._returned: list[Submission] = []
        self._given = 0

    def __len__(self) -> int:
        return len(self._waiting) + len(self._returned)

    def add(self, token: object, frame: bytes, segments: int, answer: int, destination: str) -> None:
        self._given += 1
        self._waiting.append(Submission(self._given, token, frame, segments, answer, destination))

    def next(self, in_flight: int, now: float) -> Submission | None:
        if not self:
            return None
        if self.openings(in_flight, now) <= 0:
            if self._allowed(in_flight, now) > 0:
                self._paces.waits(now)
            return None
        submission = heappop(self._returned) if self._returned else self._waiting.popleft()
        submission.tries += 1
        submission.sent_at = now
        self._paces.sent(submission.segments, bool(self), now)
        self._throttle.sent()
        return submission

    def openings(self, in_flight: int, now: float) -> int:
        openings = self._allowed(in_flight, now)
        paced = self._paces.allowance(now)
        return openings if paced is None or openings < paced else paced

    def _allowed(self, in_flight: int, now: float) -> int:
        """By the message centre, whatever the pace."""
        openings = self._congestion.narrowed(self._window, now) - in_flight
        trying = self._throttle.allowance(now)
        return openings if trying is None or openings < trying else trying

    def opens_at(self, now: float) -> float | None:
        """When time alone will let more go."""
        return self._throttle.opens_at(now) or self._paces.opens_at(now)

    def slowed(self, now: float) -> bool:
        """By the message centre, in one way or the other."""
        return self._throttle.probing or self._congestion.high(now)

    def congested(self, state: int, now: float) -> bool:
        """True when that is news."""
        return self._congestion.heard(state, now)

    def throttled(self, submission: Submission, tries: int, now: float) -> bool:
        """False when it has been tried often enough."""
        if not self._throttle.tries(submission.sent_at):
            self._paces.found.refused(submission.segments, submission.sent_at, now)
        self._throttle.refused(submission.sent_at, now)
        if submission.tries >= tries:
            return False
        heappush(self._returned, submission)
        return True

    def settled(self, submission: Submission) -> None:
        self._throttle.passed(submission.sent_at)
        self._paces.found.answered(submission.sent_at)

    def unanswered(self, submission: Submission) -> None:
        self._throttle.unanswered(submission.sent_at)
        self._paces.found.answered(submission.sent_at)

    def emptied(self) -> list[Submission]:
        found = [*sorted(self._returned), *self._waiting]
        self._returned.clear()
        self._waiting.clear()
        return found
