"""How fast segments may go out: a bucket that fills with `rate` tokens a second and gives one for each segment.

It holds a twentieth of a second's worth, so that a pause is not made up for by a burst that the message centre counts
as too fast. A message of several segments is sent when there is one token and leaves a debt.
"""

_GRAIN = 1e-6  # an instant as a float is no finer; a little late is surely not too early


class Pace:
    __slots__ = ("_at", "_level", "_rate", "_top")

    def __init__(self, rate: float, now: float = 0.0) -> None:
        self._rate = rate
        self._top = max(1.0, rate / 20)
        self._level = self._top
        self._at = now

    @property
    def rate(self) -> float:
        return self._rate

    @property
    def spent(self) -> bool:
        """Whether the next one has to wait for its time."""
        return self._level < 1.0

    def become(self, rate: float, now: float) -> None:
        self._fill(now)
        self._rate = rate
        self._top = max(1.0, rate / 20)
        self._level = min(self._level, self._top)

    def allowance(self, now: float) -> int | None:
        """Segments that may go now; None: as many as there are."""
        if not self._rate:
            return None
        self._fill(now)
        return max(0, int(self._level + 1e-9))

    def spend(self, segments: int) -> None:
        if self._rate:
            self._level -= segments

    def opens_at(self, now: float) -> float | None:
        """When there will be a token again; None when there is one."""
        self._fill(now)
        missing = 1.0 - self._level
        return self._at + missing / self._rate + _GRAIN if self._rate and missing > 1e-9 else None

    def _fill(self, now: float) -> None:
        """Whoever asks about an instant that is past is told how it is now, and no time counts twice."""
        if now > self._at:
            self._level = min(self._top, self._level + (now - self._at) * self._rate)
            self._at = now
