"""Order numbers, by blocks: a node takes a few thousand at a time, so that nodes need not wait for each other.

The block is taken in a transaction of its own, before the batch that uses it; a node that dies leaves the rest of its
block unused. Numbers say nothing but which block came first.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select, update

from orders.ledger.statements import locking, statements
from orders.ledger.tables import counters
from orders.order_numbers import order_number

BLOCK = 4000
NAME = "orders"


class Numbers:
    """Numbers that this node has taken and not yet used. A batch that is taken again gets later ones: no harm."""

    def __init__(self) -> None:
        self._left: Iterator[int] = iter(())
        self._count = 0

    @property
    def low(self) -> bool:
        """Whether the next batch might use more than there are."""
        return self._count < BLOCK // 2

    def add(self, first: int) -> None:
        self._left = iter([*self._left, *range(first, first + BLOCK)])
        self._count += BLOCK

    def next(self) -> str:
        self._count -= 1
        return order_number(next(self._left))


def take_block(connection: Connection) -> int:
    """The first number of a block that is now this node's."""
    connection.execute(statements(connection).put(counters), {"name": NAME, "next": 0})
    query = select(counters.c.next).where(counters.c.name == NAME)
    first = connection.execute(query.with_for_update() if locking(connection) else query).scalar_one()
    connection.execute(update(counters).where(counters.c.name == NAME).values(next=first + BLOCK))
    return int(first)
