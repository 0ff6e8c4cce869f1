"""Is everything that was ordered as it was written? For `hall orders verify`, while a server goes on writing.

The orders are taken by ranges of subscribers, each range with its events, items and private rows, so that a million of
them need no more memory than a few hundred. The last range is open, so that rows which belong to no order are found.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from orders.access import Did, first_bad
from orders.audit import Fault, verify
from orders.ledger import access_log, marks
from orders.ledger.order_rows import event_of, order_of
from orders.ledger.tables import access_log as access_rows
from orders.ledger.tables import audit_marks, order_events, order_items, order_private, orders

RANGE = 500

_erased = select(access_rows.c.what).where(access_rows.c.act == Did.ERASED)

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
    erased = frozenset(connection.scalars(_erased))
    done = 0
    for within in ranges(connection):
        rows = {(row.subscriber, row.number): row for row in connection.execute(select(orders).where(within(orders)))}
        events = by_order(connection, order_events, within, order_events.c.event)
        items = by_order(connection, order_items, within, order_items.c.item)
        hidden = by_order(connection, order_private, within, order_private.c.event)
        for key in sorted({*rows, *events, *items, *hidden}):
            yield from _bad_order(key, rows.get(key), events[key], items[key], hidden[key], erased)
        done += len(rows)
        told(done, total)


def ranges(connection: Connection) -> Iterator[Callable[[Table], ColumnElement[bool]]]:
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


def by_order(connection: Connection, table: Table, within: Any, place: Any) -> dict[Key, list[Any]]:
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in connection.execute(select(table).where(within(table)).order_by(place)):
        found[row.subscriber, row.number].append(row)
    return found


def _bad_order(
    key: Key,
    row: Any,
    events: Sequence[Any],
    items: Sequence[Any],
    hidden: Sequence[Any],
    erased: Collection[str],
) -> Iterator[Bad]:
    where = f"order {key[1]}"
    try:
        fault = _fault(row, events, items, {each.event: each.data for each in hidden})
    except (ValueError, KeyError, TypeError) as unreadable:  # a state that is none, a document that is none
        yield Bad(where, max(len(events) - 1, 0), f"its rows cannot be read: {unreadable}")
        return
    if fault is None and row is not None and not row.salt and row.subscriber not in erased:
        fault = Fault(len(events) - 1, "its salt is gone, but its subscriber was never erased")
    if fault is not None:
        yield Bad(where, fault.event, fault.what)


def _fault(row: Any, events: Sequence[Any], items: Sequence[Any], private: dict[int, str]) -> Fault | None:
    last = events[-1] if events else None
    order = None if row is None else order_of(row, items, len(events), bytes(last.hash) if last else b"")
    fault = verify([event_of(each, private.pop(each.event, None)) for each in events], order)
    if fault is None and private:
        return Fault(min(private), "there are private words of an event that is not there")
    if fault is None and order is not None and order.total != row.total:
        return Fault(len(events) - 1, f"its total is {row.total}, but its items come to {order.total}")
    return fault


# ── What is no longer there ──────────────────────────────────────────────────────────────────────────────────────────


def bad_marks(connection: Connection) -> Iterator[Bad]:
    for ordinal in marks.ordinals(connection):
        for mark, wrong in marks.checked(connection, ordinal):
            if wrong is not None:
                yield Bad(f"mark {mark.name} of {instant(mark.at)}", None, wrong)


def bad_log(connection: Connection) -> Iterator[Bad]:
    bad = first_bad(access_log.listed(connection))
    if bad is not None:
        yield Bad(f"row {bad} of the access log", None, "is not as it was written, or is missing")


def sealed_by(connection: Connection, noted: str) -> Bad | None:
    """What has become of a mark that somebody wrote down outside, as `0/17:9f31…`."""
    found = re.fullmatch(r"(\d+)/(\d+):([0-9a-f]{8,64})", noted)
    if not found:
        return Bad(f"mark {noted}", None, "write it as it was printed: node/serial:hash")
    ordinal, serial, beginning = found.groups()
    query = select(audit_marks.c.hash).where(audit_marks.c.ordinal == int(ordinal), audit_marks.c.serial == int(serial))
    kept = connection.scalar(query)
    if kept is None:
        return Bad(f"mark {noted}", None, "is not there any more, and with it perhaps all that was written since")
    return None if bytes(kept).hex().startswith(beginning) else Bad(f"mark {noted}", None, "is another one now")


def instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
