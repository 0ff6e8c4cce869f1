"""Whose queue is full: one subscriber's, or the message centre's own?

ESME_RMSGQFUL says neither. A phone that is switched off fills its queue, and that is no reason to keep everybody else
waiting. But when many different subscribers meet it among the last few answers, there is no room for anybody.
"""

from collections import deque
from typing import Final

LOOKED_AT: Final = 10


class Crowd:
    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: deque[str] = deque(maxlen=LOOKED_AT)

    def passed(self) -> None:
        self._last.append("")

    def met(self, destination: str, many: int) -> bool:
        """Whether so many different ones have met it now."""
        self._last.append(destination)
        return len(set(self._last) - {""}) >= many
