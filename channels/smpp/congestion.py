"""How loaded a message centre of SMPP 5.0 says it is, in the `congestion_state` of its answers.

    0 idle   1–29 low   30–49 medium   50–79 high   80–89 as it is best   90–99 nearly too much   100 too much

From 90 the window is narrowed, to half of it at first and to a single message at 100. What was said is good until the
next answer says otherwise, or for a while.
"""

from typing import Final

HIGH: Final = 90
FORGOTTEN_AFTER: Final = 30.0


class Congestion:
    __slots__ = ("_state", "_until")

    def __init__(self) -> None:
        self._state = 0
        self._until = float("-inf")

    def heard(self, state: int, now: float) -> bool:
        """True when it was well before, and is congested now."""
        before = self._now(now)
        self._state, self._until = min(state, 100), now + FORGOTTEN_AFTER
        return before < HIGH <= self._state

    def high(self, now: float) -> bool:
        return self._now(now) >= HIGH

    def narrowed(self, window: int, now: float) -> int:
        return max(1, window * (100 - self._now(now)) // 20) if self.high(now) else window

    def _now(self, now: float) -> int:
        return self._state if now < self._until else 0
