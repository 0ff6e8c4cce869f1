"""How fast a message centre lets us go when nobody has said so: found by being refused, and tried anew now and then.

    rate   │                  refused ┐                      refused ┐
           │                        ╭─┤                            ╭─┤
    bound  │─ ─ ─ ─ ─ ╭─────────────╯─│─ ─ ─ ─ ─ ╭─────────────────╯─│
           │     ╭────╯               │     ╭────╯                   │
           │─────╯                    ╰─────╯                        ╰──
           └────────────────────────────────────────────────────────────► segments that had to wait for their turn

Before the first refusal there is no pace. At a refusal the bound becomes what was taken in the last second, the pace a
little less. It comes near the bound quickly, stays there for long, and then leaves it ever faster, in case more is
allowed now. Only segments that others wait behind count for that: a pace that is not needed is not tried.

A refusal soon after the last one, and again, means that the bound was far off. Who has not been refused for a while
forgets all of it. One pace outlives the connections of its link: a message centre that cuts the line has not become
faster by that.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from channels.smpp.pace import Pace

BELOW: Final = 0.85  # of the bound, after a refusal
HALF_A_CYCLE: Final = 30.0  # seconds under pressure until the bound is reached again
GUESSED: Final = 5.0  # the same, while the bound is hardly more than a guess
AT_LEAST: Final = 10  # segments until then, however slow
LEAVING: Final = 0.25  # of the bound, half a cycle after that
EARLY: Final = 0.1  # of half a cycle: a refusal so soon says that the bound was far off
TOO_HIGH: Final = 0.6  # of it, then
FORGOTTEN_AFTER: Final = 600.0
LOOKED_BACK: Final = 1.0
ENOUGH: Final = 10  # segments that say something about a rate
SLOWEST: Final = 0.1


@dataclass(slots=True)
class _Refusal:
    """heard_at, sent_at: of the first of its burst. before: the pace until then. guessed: by what is hardly more than a
    guess. early: so many in a row that came soon after the one before.
    seen: for how many seconds up to `sent_at` there is a record. sent, taken: segments in that time, and those of them
    that were not refused.
    """

    heard_at: float
    sent_at: float
    before: float
    guessed: bool
    early: int
    seen: float
    sent: int
    taken: int

    @property
    def measured(self) -> bool:
        return self.sent >= ENOUGH and self.seen >= 0.9 * LOOKED_BACK

    def bound(self) -> float:
        if not self.before:
            return max(self.taken / max(self.seen, LOOKED_BACK), 1.0)
        bound = self.before
        if self.measured:
            bound = max(min(bound, self.taken / self.seen), bound / 10)
        far_off = self.early >= (1 if self.guessed else 2)
        return max(bound * TOO_HIGH if far_off else bound, SLOWEST)


class FoundPace:
    """_log: when how many segments were sent, since the last refusal and no longer ago than is needed."""

    __slots__ = ("_bound", "_log", "_pace", "_progress", "_refusal")

    def __init__(self) -> None:
        self._pace = Pace(0)
        self._bound = self._progress = 0.0
        self._log: deque[tuple[float, int]] = deque()
        self._refusal: _Refusal | None = None

    @property
    def rate(self) -> float:
        """Segments a second; 0 while no pace is known."""
        return self._pace.rate

    def allowance(self, now: float) -> int | None:
        """Segments that may go now; None: as many as there are."""
        if self._refusal is None:
            return None
        if now - self._refusal.heard_at > FORGOTTEN_AFTER:
            self._refusal = None
            self._pace.become(0.0, now)
        return self._pace.allowance(now)

    def opens_at(self, now: float) -> float | None:
        return None if self._refusal is None else self._pace.opens_at(now)

    def sent(self, segments: int, pressed: bool, now: float) -> None:
        """pressed: others wait behind it."""
        self._log.append((now, segments))
        if self._refusal is None:
            return
        self._pace.spend(segments)
        if pressed and self._pace.spent:
            half_a_cycle = GUESSED if self._refusal.guessed else HALF_A_CYCLE
            self._progress += segments / max(AT_LEAST, half_a_cycle * self._pace.rate)
            self._pace.become(self._bound * _curve(self._progress), now)

    def answered(self, sent_at: float) -> None:
        """What was sent long before is not needed any more."""
        log, since = self._log, sent_at - self._span()
        while log and log[0][0] < since:
            log.popleft()

    def refused(self, segments: int, sent_at: float, now: float) -> None:
        """Those that were sent before the last refusal was heard belong to it."""
        if self._refusal is None or sent_at > self._refusal.heard_at:
            self._refusal = self._seen_of(sent_at, now)
            self._progress = 0.0
            self._log.clear()
        if sent_at <= self._refusal.sent_at:
            self._refusal.taken -= segments
        self._bound = self._refusal.bound()
        self._pace.become(self._bound * BELOW, now)

    def _seen_of(self, sent_at: float, now: float) -> _Refusal:
        since = sent_at - self._span()
        seen = [(at, segments) for at, segments in self._log if since <= at <= sent_at]
        sent = sum(segments for _, segments in seen)
        last, before = self._refusal, self._pace.rate
        early = last is not None and self._progress < EARLY and now - last.heard_at < HALF_A_CYCLE
        return _Refusal(
            heard_at=now,
            sent_at=sent_at,
            before=before,
            guessed=last is None or (early and last.guessed),
            early=last.early + 1 if last is not None and early else 0,
            seen=sent_at - seen[0][0] if seen else 0.0,
            sent=sent,
            taken=sent,
        )

    def _span(self) -> float:
        """Far enough back to see what a slow pace came to."""
        rate = self._pace.rate
        return max(LOOKED_BACK, ENOUGH / rate) if rate else LOOKED_BACK


def _curve(progress: float) -> float:
    """Of the bound, after so many halves of a cycle: up to it, along it, and away from it."""
    if progress <= 1:
        return 1 - (1 - BELOW) * (1 - progress) ** 3
    return 1 + LEAVING * (progress - 1) ** 3
