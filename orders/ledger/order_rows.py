"""Orders and their events, to rows and back. Events are only ever inserted; an order is what its events came to."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from dialogs.words import NOTHING
from orders.flags import flags_from_json, flags_to_json
from orders.ledger.ids import Ids
from orders.ledger.rows import Row, to_json, values
from orders.ledger.statements import locking, write
from orders.ledger.tables import order_events, order_items, order_private, orders
from orders.order import Change, Order, OrderEvent, OrderItem, OrderState

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


_update = (
    update(orders)
    .where(orders.c.subscriber == bindparam("of"), orders.c.number == bindparam("no"))
    .values({column.name: bindparam(column.name) for column in orders.c if not column.primary_key})
)
_no_items = delete(order_items).where(
    order_items.c.subscriber == bindparam("of"), order_items.c.number == bindparam("no")
)


def insert_orders(connection: Connection, ids: Ids, placed: Sequence[Change]) -> None:
    write(connection, insert(orders), (order_row(change.after) for change in placed))
    write(connection, insert(order_items), (row for change in placed for row in item_rows(change.after)))
    _insert_events(connection, ids, placed)


def update_orders(connection: Connection, ids: Ids, changes: Sequence[Change]) -> None:
    write(connection, _update, (_changed_row(change.after) for change in changes))
    refilled = [change.after for change in changes if change.before and change.before.items != change.after.items]
    write(connection, _no_items, ({"of": order.subscriber, "no": order.number} for order in refilled))
    write(connection, insert(order_items), (row for order in refilled for row in item_rows(order)))
    _insert_events(connection, ids, changes)


def _insert_events(connection: Connection, ids: Ids, changes: Sequence[Change]) -> None:
    write(connection, insert(order_events), (event_row(ids, change.event) for change in changes))
    write(connection, insert(order_private), (private_row(change.event) for change in changes if change.event.private))


def _changed_row(order: Order) -> Row:
    row = order_row(order)
    return {"of": row.pop("subscriber"), "no": row.pop("number"), **row}


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
        items=tuple(OrderItem(item.offer, item.quantity, item.unit_price, item.resource, item.place) for item in items),
        ordered_at=row.ordered_at,
        changed_at=row.changed_at,
        flags=flags_from_json(row.flags),
        address=row.address,
        recipient=row.recipient,
        identity=row.identity,
        hall=row.hall,
        external_id=row.external_id,
        problem=row.problem,
        inbound=row.inbound,
        confirm_by=row.confirm_by,
        deliver_at=row.deliver_at,
        waived_at=row.waived_at,
        rules=row.rules,
        salt=bytes(row.salt or b""),
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
        "recipient": order.recipient,
        "identity": order.identity,
        "hall": order.hall,
        "external_id": order.external_id,
        "problem": order.problem,
        "ordered_at": order.ordered_at,
        "changed_at": order.changed_at,
        "inbound": order.inbound,
        "confirm_by": order.confirm_by,
        "deliver_at": order.deliver_at,
        "waived_at": order.waived_at,
        "rules": order.rules,
        "salt": order.salt,
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
            "resource": item.resource,
            "place": item.place,
        }
        for place, item in enumerate(order.items, 1)
    ]


def event_row(ids: Ids, event: OrderEvent) -> Row:
    return {
        "subscriber": event.subscriber,
        "number": event.number,
        "event": event.event,
        "id": ids.next(event.at),
        "at": event.at,
        "actor": event.actor,
        "act": event.act,
        "state": event.state,
        "data": to_json(event.data),
        "stands": event.stands,
        "whose": event.whose,
        "previous": event.previous,
        "hash": event.hash,
    }


def private_row(event: OrderEvent) -> Row:
    return {
        "subscriber": event.subscriber,
        "number": event.number,
        "event": event.event,
        "data": to_json(event.private),
    }


def event_of(row: Any, private: str | None = None) -> OrderEvent:
    return OrderEvent(
        subscriber=row.subscriber,
        number=row.number,
        event=row.event,
        at=row.at,
        actor=row.actor,
        act=row.act,
        state=row.state,
        data=values(row.data),
        stands=bytes(row.stands),
        whose=bytes(row.whose),
        previous=bytes(row.previous),
        hash=bytes(row.hash),
        private=values(private) if private else NOTHING,
    )
