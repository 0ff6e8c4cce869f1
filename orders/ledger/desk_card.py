"""The work card: all that an agent should know before he rings, read in one transaction.

The conversation is what came in and what went out, by time, whichever channel it took: as much as a person reads before
a call. Earlier orders are the subscriber's others, the latest first.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from dialogs.words import Values
from orders.abnormal import NoSuchOrder
from orders.desk_words import CallTask, Card, CardItem, CardOrder, Happened, Line, Sibling, TaskGone
from orders.ledger import desk_parcels, waiting_calls
from orders.ledger.desk_rows import load_attempts, load_task
from orders.ledger.rows import values
from orders.ledger.tables import (
    call_tasks,
    inbound,
    offers,
    order_events,
    order_items,
    order_private,
    orders,
    outbound,
    subscribers,
)
from orders.veil import unveiled

LINES = 60
EARLIER = 10
SPOKEN = ("message", "ussd", "digits", "secret", "closed")

_said = (
    select(inbound)
    .where(inbound.c.subscriber == bindparam("who"), inbound.c.kind.in_(SPOKEN))
    .order_by(inbound.c.id.desc())
    .limit(LINES)
)
_answered = (
    select(outbound).where(outbound.c.subscriber == bindparam("who")).order_by(outbound.c.id.desc()).limit(LINES)
)
_orders = (
    select(orders)
    .where(orders.c.subscriber == bindparam("who"))
    .order_by(orders.c.ordered_at.desc(), orders.c.number.desc())
    .limit(EARLIER + 1)
)
_one_order = select(orders).where(orders.c.subscriber == bindparam("who"), orders.c.number == bindparam("of"))
_anybodys = select(orders.c.subscriber, orders.c.ordered_at).where(orders.c.number == bindparam("of"))
_task_of = (
    select(call_tasks.c.id)
    .where(call_tasks.c.subscriber == bindparam("who"), call_tasks.c.order_number == bindparam("of"))
    .order_by(call_tasks.c.id.desc())
    .limit(1)
)
_items = (
    select(order_items, offers.c.names)
    .join(offers, offers.c.code == order_items.c.offer, isouter=True)
    .where(order_items.c.subscriber == bindparam("who"), order_items.c.number.in_(bindparam("of", expanding=True)))
    .order_by(order_items.c.number, order_items.c.item)
)
_events = (
    select(order_events, order_private.c.data.label("private"))
    .join(
        order_private,
        (order_private.c.subscriber == order_events.c.subscriber)
        & (order_private.c.number == order_events.c.number)
        & (order_private.c.event == order_events.c.event),
        isouter=True,
    )
    .where(order_events.c.subscriber == bindparam("who"), order_events.c.number == bindparam("of"))
    .order_by(order_events.c.event)
)
_siblings = (
    select(call_tasks.c.order_number, call_tasks.c.due_at)
    .where(
        call_tasks.c.subscriber == bindparam("who"),
        call_tasks.c.id != bindparam("but"),
        call_tasks.c.due_at.is_not(None),
    )
    .order_by(call_tasks.c.due_at)
    .limit(EARLIER)
)
_name = select(subscribers.c.name).where(subscribers.c.subscriber == bindparam("who"))


def task_card(connection: Connection, task: int) -> Card:
    found = load_task(connection, task)
    if found is None:
        raise TaskGone("there is no such task; claim the next one")
    return _card(connection, found)


def order_card(connection: Connection, number: str) -> Card:
    """Of any order, also of one that nobody was ever to be rung about."""
    row = connection.execute(_anybodys, {"of": number}).one_or_none()
    if row is None:
        raise NoSuchOrder(f"there is no order {number}: mind the digits")
    task = connection.scalar(_task_of, {"who": row.subscriber, "of": number})
    found = None if task is None else load_task(connection, task)
    return _card(connection, found or CallTask(0, row.subscriber, number, (), 0, row.ordered_at, None))


def _card(connection: Connection, found: CallTask) -> Card:
    who, number = found.subscriber, found.order_number
    listed = _card_orders(connection, who, number)
    return Card(
        task=found,
        name=connection.execute(_name, {"who": who}).scalar_one_or_none(),
        order=next((order for order in listed if order.number == number), None),
        conversation=conversation(connection, who, "" if who else waiting_calls.session_of(connection, found.id)),
        earlier=tuple(order for order in listed if order.number != number)[:EARLIER],
        attempts=load_attempts(connection, found),
        events=() if number is None else _what_happened(connection, who, number),
        parcels=() if number is None else desk_parcels.of_order(connection, who, number),
        siblings=_siblings_of(connection, found) if who else (),
    )


def _siblings_of(connection: Connection, task: CallTask) -> tuple[Sibling, ...]:
    rows = connection.execute(_siblings, {"who": task.subscriber, "but": task.id})
    return tuple(Sibling(row.order_number, row.due_at) for row in rows)


def _card_orders(connection: Connection, who: str, number: str | None) -> list[CardOrder]:
    rows = list(connection.execute(_orders, {"who": who}))
    if number is not None and all(row.number != number for row in rows):
        rows += connection.execute(_one_order, {"who": who, "of": number})
    items: dict[str, list[CardItem]] = {row.number: [] for row in rows}
    for item in connection.execute(_items, {"who": who, "of": list(items)}):
        items[item.number].append(_card_item(item))
    return [_card_order(row, items) for row in rows]


def _card_order(row: Any, items: Mapping[str, list[CardItem]]) -> CardOrder:
    return CardOrder(
        number=row.number,
        state=row.state,
        channel=row.channel,
        language=row.language,
        total=row.total,
        address=row.address,
        ordered_at=row.ordered_at,
        items=tuple(items[row.number]),
        rules=row.rules,
        recipient=row.recipient,
        deliver_at=row.deliver_at,
    )


def _card_item(item: Any) -> CardItem:
    return CardItem(item.offer, _names(item.names), item.quantity, item.unit_price, item.resource)


def _names(text: str | None) -> Values:
    names: Values = json.loads(text) if text else {}
    return names


def conversation(connection: Connection, who: str, session: str = "") -> tuple[Line, ...]:
    """Whoever withholds his number shares his name with all who do: of them it is what was said in this session."""
    names = {"who": who}
    said, answered = _said, _answered
    if not who:
        said = said.where(inbound.c.thread.endswith(f"/{session}", autoescape=True))
        answered = answered.where(outbound.c.session == session)
    lines = [*map(_his, connection.execute(said, names)), *map(_ours, connection.execute(answered, names))]
    return tuple(_latest(lines))


def _latest(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.at, line.ours))[-LINES:]


def _his(row: Any) -> Line:
    channel = row.thread.partition(":")[0]
    text = row.content if row.kind != "closed" else ""
    return Line(row.received_at, channel, False, text, row.intent != "none", "closed" if row.kind == "closed" else "")


def _ours(row: Any) -> Line:
    return Line(row.created_at, row.channel, True, row.text, True, row.state)


def _what_happened(connection: Connection, who: str, number: str) -> tuple[Happened, ...]:
    rows = connection.execute(_events, {"who": who, "of": number})
    return tuple(
        Happened(row.at, row.actor, row.act, row.state, unveiled(values(row.data), values(row.private or "{}")))
        for row in rows
    )
