"""Orders and their events, to rows and back. Events are only ever inserted; an order is what its events came to."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from orders.flags import flags_from_json, flags_to_json
from orders.ledger.rows import Row, to_json, values
from orders.ledger.statements import locking, write
from orders.ledger.tables import order_events, order_items, orders
from orders.order import Order, OrderEvent, OrderItem, OrderState

_order = select(orders).where(orders.c.subscriber == bindparam("of"), orders.c.number == bindparam("no"))
_items = (
    select(order_items)
    .where(order_items.c.subscriber == bindparam("of"), order_items.c.number == bindparam("no"))
    .order_by(order_items.c.item)
)
_last_event = (
    select(order_events.c.event, order_events.c.hash)
    .where(order_events.c.subscriber == bindparam("of"), order_events.c.number == bindparam("no"))
    .order_by(order_events.c.event.desc())
    .limit(1)
)


def insert_orders(connection: Connection, placed: Iterable[tuple[Order, OrderEvent]]) -> None:
    listed = list(placed)
    write(connection, insert(orders), (order_row(order) for order, _ in listed))
    write(connection, insert(order_items), (row for order, _ in listed for row in item_rows(order)))
    write(connection, insert(order_events), (event_row(event) for _, event in listed))


def update_order(connection: Connection, order: Order, event: OrderEvent, items_changed: bool = False) -> None:
    mine = (orders.c.subscriber == order.subscriber, orders.c.number == order.number)
    changed = {name: value for name, value in order_row(order).items() if name not in ("subscriber", "number")}
    connection.execute(update(orders).where(*mine).values(**changed))
    if items_changed:
        connection.execute(
            delete(order_items).where(
                order_items.c.subscriber == order.subscriber, order_items.c.number == order.number
            )
        )
        write(connection, insert(order_items), item_rows(order))
    connection.execute(insert(order_events), [event_row(event)])


def load_order(connection: Connection, subscriber: str, number: str) -> Order | None:
    """The order as it stands, locked until the transaction ends; None if this subscriber has no such order."""
    names = {"of": subscriber, "no": number}
    row = connection.execute(_order.with_for_update() if locking(connection) else _order, names).one_or_none()
    if row is None:
        return None
    last = connection.execute(_last_event, names).one()
    return order_of(row, connection.execute(_items, names).all(), last.event + 1, last.hash)


def order_of(row: Any, items: Iterable[Any], events: int, seal: bytes) -> Order:
    return Order(
        number=row.number,
        subscriber=row.subscriber,
        state=OrderState(row.state),
        channel=row.channel,
        service=row.service,
        language=row.language,
        items=tuple(OrderItem(item.offer, item.quantity, item.unit_price) for item in items),
        ordered_at=row.ordered_at,
        changed_at=row.changed_at,
        flags=flags_from_json(row.flags),
        address=row.address,
        inbound=row.inbound,
        events=events,
        seal=bytes(seal),
    )


def order_row(order: Order) -> Row:
    return {
        "subscriber": order.subscriber,
        "number": order.number,
        "state": order.state.value,
        "channel": order.channel,
        "service": order.service,
        "language": order.language,
        "total": order.total,
        "flags": flags_to_json(order.flags),
        "address": order.address,
        "ordered_at": order.ordered_at,
        "changed_at": order.changed_at,
        "inbound": order.inbound,
    }


def item_rows(order: Order) -> list[Row]:
    return [
        {
            "subscriber": order.subscriber,
            "number": order.number,
            "item": place,
            "offer": item.offer,
            "quantity": item.quantity,
            "unit_price": item.unit_price,
        }
        for place, item in enumerate(order.items, 1)
    ]


def event_row(event: OrderEvent) -> Row:
    return {
        "subscriber": event.subscriber,
        "number": event.number,
        "event": event.event,
        "at": event.at,
        "actor": event.actor,
        "act": event.act,
        "state": event.state,
        "data": to_json(event.data),
        "previous": event.previous,
        "hash": event.hash,
    }


def event_of(row: Any) -> OrderEvent:
    return OrderEvent(
        subscriber=row.subscriber,
        number=row.number,
        event=row.event,
        at=row.at,
        actor=row.actor,
        act=row.act,
        state=row.state,
        data=values(row.data),
        previous=bytes(row.previous),
        hash=bytes(row.hash),
    )
