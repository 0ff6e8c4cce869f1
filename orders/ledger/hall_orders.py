"""A hall's orders, from rows: one, and a page of those that meet some conditions.

When an order was completed or cancelled is read off its events, which are never changed; what a hall may look for is
the table ATTRIBUTES, each of them something the database can tell without reading every order.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select

from orders.halls import Client, Compare, Condition, HallOrder, NoSuchOrder, Page, Search
from orders.ledger.order_rows import load_order, order_of
from orders.ledger.rows import values
from orders.ledger.tables import hall_words, order_events, order_items, orders
from orders.order import OrderState

_who: Any = bindparam("who", expanding=True)
_which: Any = bindparam("which", expanding=True)
_items = (
    select(order_items)
    .where(order_items.c.subscriber.in_(_who), order_items.c.number.in_(_which))
    .order_by(order_items.c.number, order_items.c.item)
)
_events = (
    select(order_events.c.number, order_events.c.event, order_events.c.at, order_events.c.state, order_events.c.hash)
    .where(order_events.c.subscriber.in_(_who), order_events.c.number.in_(_which))
    .order_by(order_events.c.number, order_events.c.event)
)
_told = select(hall_words).where(hall_words.c.subscriber.in_(_who), hall_words.c.number.in_(_which))
_by_number = select(orders).where(orders.c.number == bindparam("no"))


def _came_to(state: OrderState) -> Any:
    return (
        select(func.min(order_events.c.at))
        .where(
            order_events.c.subscriber == orders.c.subscriber,
            order_events.c.number == orders.c.number,
            order_events.c.state == state.value,
        )
        .correlate(orders)
        .scalar_subquery()
    )


ATTRIBUTES: Mapping[str, Any] = {
    "number": orders.c.number,
    "external_id": orders.c.external_id,
    "state": orders.c.state,
    "ordered_at": orders.c.ordered_at,
    "completed_at": _came_to(OrderState.COMPLETED),
    "cancelled_at": _came_to(OrderState.CANCELLED),
    "channel": orders.c.channel,
    "subscriber": orders.c.subscriber,
    "total": orders.c.total,
    "offer": order_items.c.offer,
}

_COMPARING: Mapping[Compare, Any] = {
    Compare.GT: lambda column, value: column > value,
    Compare.GTE: lambda column, value: column >= value,
    Compare.LT: lambda column, value: column < value,
    Compare.LTE: lambda column, value: column <= value,
}


def find(connection: Connection, client: Client, search: Search) -> Page:
    where = [*_seen_by(client), *map(_met, search.conditions)]
    total = connection.execute(select(func.count()).select_from(orders).where(*where)).scalar_one()
    order = [_sorted(attribute, descending) for attribute, descending in search.sort]
    query = select(orders).where(*where).order_by(*order, orders.c.ordered_at, orders.c.number)
    rows = connection.execute(query.offset(search.offset).limit(search.limit)).all() if search.limit else []
    return Page(tuple(_whole(connection, rows)), total)


def hall_order(connection: Connection, client: Client, number: str, *, lock: bool = False) -> HallOrder:
    """With `lock` nobody else changes it until the transaction ends; its subscriber's lock is held already."""
    row = connection.execute(_by_number, {"no": number}).one_or_none()
    if row is None or not (client.sees_all or row.hall == client.name):
        raise NoSuchOrder(f"there is no order {number}")
    if lock:
        load_order(connection, row.subscriber, number)
        row = connection.execute(_by_number, {"no": number}).one()
    return _whole(connection, [row])[0]


def subscriber_of(connection: Connection, client: Client, number: str) -> str:
    row = connection.execute(_by_number, {"no": number}).one_or_none()
    if row is None or not (client.sees_all or row.hall == client.name):
        raise NoSuchOrder(f"there is no order {number}")
    return str(row.subscriber)


def _seen_by(client: Client) -> list[ColumnElement[bool]]:
    return [] if client.sees_all else [orders.c.hall == client.name]


def _met(condition: Condition) -> ColumnElement[bool]:
    if condition.attribute == "offer":
        return _has_item(condition)
    return _compared(ATTRIBUTES[condition.attribute], condition.compare, condition.values)


def _compared(column: Any, compare: Compare, wanted: Sequence[str | float]) -> ColumnElement[bool]:
    if compare is Compare.EQ:
        return column.in_(wanted)  # type: ignore[no-any-return]
    if compare is Compare.NE:
        return or_(column.is_(None), column.not_in(wanted))
    return or_(*(_COMPARING[compare](column, value) for value in wanted))


def _has_item(condition: Condition) -> ColumnElement[bool]:
    mine = (order_items.c.subscriber == orders.c.subscriber) & (order_items.c.number == orders.c.number)
    compare = Compare.EQ if condition.compare is Compare.NE else condition.compare
    meets = _compared(order_items.c.offer, compare, condition.values)
    found = select(order_items.c.item).where(mine, meets).correlate(orders).exists()
    return ~found if condition.compare is Compare.NE else found


def _sorted(attribute: str, descending: bool) -> Any:
    column = ATTRIBUTES[attribute]
    return column.desc() if descending else column.asc()


def _whole(connection: Connection, rows: Sequence[Any]) -> list[HallOrder]:
    if not rows:
        return []
    names = {"who": sorted({row.subscriber for row in rows}), "which": sorted({row.number for row in rows})}
    items = _by_order(connection.execute(_items, names))
    events = _by_order(connection.execute(_events, names))
    told = {row.number: row for row in connection.execute(_told, names)}
    return [_made(row, items.get(row.number, []), events[row.number], told.get(row.number)) for row in rows]


def _by_order(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(row)
    return found


def _made(row: Any, items: Sequence[Any], events: Sequence[Any], told: Any) -> HallOrder:
    last = events[-1]
    return HallOrder(
        order=order_of(row, items, last.event + 1, last.hash),
        told=values(told.told) if told else {},
        revision=told.revision if told else 0,
        completed_at=_first(events, OrderState.COMPLETED),
        cancelled_at=_first(events, OrderState.CANCELLED),
    )


def _first(events: Sequence[Any], state: OrderState) -> float | None:
    return next((event.at for event in events if event.state == state), None)
