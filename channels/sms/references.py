"""The number by which a phone knows the parts of one long message.

Each message has the next one; one that is sent again has its own again, so that a phone which has some of its parts
already puts them together with those that come, and does not keep half a message for ever.
"""

from collections import OrderedDict
from typing import Final

MOST: Final = 1_000  # messages that wait to be sent again; of the oldest the number is forgotten


class References:
    def __init__(self, first: int) -> None:
        self._next = first & 0xFFFF
        self._kept: OrderedDict[int, int] = OrderedDict()

    def of(self, message: int) -> int:
        kept = self._kept.pop(message, None)
        if kept is not None:
            return kept
        self._next = (self._next + 1) & 0xFFFF
        return self._next

    def keep(self, message: int, reference: int) -> None:
        """It will be sent again."""
        self._kept[message] = reference
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
