"""Is everything that was ordered as it was written? For `hall orders verify`, while a server goes on writing.

The orders are taken by ranges of subscribers, each range with its events, items and private rows, so that a million of
them need no more memory than a few hundred. The last range is open, so that rows which belong to no order are found.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from orders.audit import verify
from orders.ledger.order_rows import event_of, order_of
from orders.ledger.tables import order_events, order_items, order_private, orders

RANGE = 500

Key = tuple[str, str]
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Bad:
    """What is not as it was written. event: of the order, or None where it is not an order's."""

    where: str
    event: int | None
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.event is None else f"{self.where}, event {self.event}: {self.what}"


def bad_orders(connection: Connection, told: Told = lambda done, of: None) -> Iterator[Bad]:
    """The first fault of each order that has one, by subscriber. told: how many of how many have been looked at."""
    total = connection.scalar(select(func.count()).select_from(orders)) or 0
    done = 0
    for within in _ranges(connection):
        rows = {(row.subscriber, row.number): row for row in connection.execute(select(orders).where(within(orders)))}
        events = _by_order(connection, order_events, within, order_events.c.event)
        items = _by_order(connection, order_items, within, order_items.c.item)
        hidden = _by_order(connection, order_private, within, order_private.c.event)
        for key in sorted({*rows, *events, *items, *hidden}):
            yield from _bad_order(key, rows.get(key), events[key], items[key], hidden[key])
        done += len(rows)
        told(done, total)


def _ranges(connection: Connection) -> Iterator[Callable[[Table], ColumnElement[bool]]]:
    lower: str | None = None
    while True:
        query = select(orders.c.subscriber).order_by(orders.c.subscriber).offset(RANGE - 1).limit(1)
        upper = connection.scalar(query if lower is None else query.where(orders.c.subscriber > lower))
        yield lambda table, lower=lower, upper=upper: _between(table, lower, upper)  # type: ignore[misc]
        if upper is None:
            return
        lower = upper


def _between(table: Table, lower: str | None, upper: str | None) -> ColumnElement[bool]:
    above = table.c.subscriber > lower if lower is not None else table.c.subscriber.is_not(None)
    return and_(above, table.c.subscriber <= upper) if upper is not None else above


def _by_order(connection: Connection, table: Table, within: Any, place: Any) -> dict[Key, list[Any]]:
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in connection.execute(select(table).where(within(table)).order_by(place)):
        found[row.subscriber, row.number].append(row)
    return found


def _bad_order(key: Key, row: Any, events: Sequence[Any], items: Sequence[Any], hidden: Sequence[Any]) -> Iterator[Bad]:
    private = {each.event: each.data for each in hidden}
    last = events[-1] if events else None
    order = None if row is None else order_of(row, items, len(events), bytes(last.hash) if last else b"")
    where = f"order {key[1]}"
    fault = verify((event_of(each, private.pop(each.event, None)) for each in events), order)
    if fault is not None:
        yield Bad(where, fault.event, fault.what)
    elif private:
        yield Bad(where, min(private), "there are private words of an event that is not there")
    elif order is not None and order.total != row.total:
        yield Bad(where, len(events) - 1, f"its total is {row.total}, but its items come to {order.total}")
