"""How fast the house begins to ring: so many calls a minute, evenly, and no more than a few at once."""

from dataclasses import dataclass

BURST = 5.0  # seconds' worth of calls that may be begun together


@dataclass(slots=True)
class Pace:
    a_minute: float
    _spare: float = 1.0
    _at: float | None = None

    def may(self, now: float) -> int:
        """How many calls may be begun now."""
        most = max(1.0, self.a_minute * BURST / 60.0)
        passed = 0.0 if self._at is None else max(0.0, now - self._at)
        self._spare, self._at = min(most, self._spare + passed * self.a_minute / 60.0), now
        return int(self._spare)

    def began(self, calls: int) -> None:
        self._spare -= calls
