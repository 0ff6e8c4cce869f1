"""Row ids that no two nodes can share and that grow with time on each of them.

    63 bits:  41 of milliseconds since 2024  |  10 of the node's ordinal  |  12 counted within the millisecond

A node that makes more than 4,096 ids in a millisecond borrows from the next one; a clock that is set back is waited
for in the same way, so an id is never given twice while the process lives. Between two lives of one process the clock
has moved on by more than that.
"""

from itertools import count

EPOCH = 1_704_067_200.0
NODES = 1 << 10
PER_MILLISECOND = 1 << 12


class Ids:
    def __init__(self, ordinal: int) -> None:
        if not 0 <= ordinal < NODES:
            raise ValueError(f"a node's ordinal lies between 0 and {NODES - 1}, not {ordinal}")
        self.ordinal = ordinal
        self._millisecond = 0
        self._counted = count()

    def beyond(self, row: int) -> None:
        """Whatever the clock says: no id that is not greater than this one."""
        if row >> 22 >= self._millisecond:
            self._millisecond, self._counted = (row >> 22) + 1, count()

    def next(self, now: float) -> int:
        millisecond = int((now - EPOCH) * 1000)
        if millisecond > self._millisecond:
            self._millisecond, self._counted = millisecond, count()
        sequence = next(self._counted)
        if sequence == PER_MILLISECOND:
            self._millisecond, self._counted = self._millisecond + 1, count(1)
            sequence = 0
        return self._millisecond << 22 | self.ordinal << 12 | sequence


def bound(at: float) -> int:
    """What ids made before `at` are less than."""
    return max(int((at - EPOCH) * 1000), 0) << 22


def maker(row: int) -> int:
    """The ordinal of the node that made it."""
    return row >> 12 & NODES - 1
