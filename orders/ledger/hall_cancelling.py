"""Halls that want an order cancelled: at once where its life allows it, else somebody has to look into it first.

    acknowledged, pending, held … ──cancel──► cancelled                       the request is done
    what has left the house ──ask_cancel──► assessingCancellation ──► …       it is in progress, and then done
    anything else                                                             Conflict, and there is no request

The request follows its order: see hall_following.
"""

from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from orders.halls import Cancellation, Client, Conflict, NoSuchThing, TaskState
from orders.ledger import hub_telling
from orders.ledger.at_hand import Deed
from orders.ledger.batch import lock_subscribers
from orders.ledger.changing import call_off
from orders.ledger.hall_following import cancellation_of
from orders.ledger.hall_orders import hall_order, subscriber_of
from orders.ledger.tables import hall_cancellations
from orders.order import IllegalChange, Order, OrderState

_one = select(hall_cancellations).where(hall_cancellations.c.id == bindparam("no"))


def ask(deed: Deed, client: Client, number: str, reason: str | None, requested_for: str | None) -> Cancellation:
    lock_subscribers(deed.connection, [subscriber_of(deed.connection, client, number)])
    order = cancel(deed, client, hall_order(deed.connection, client, number, lock=True).order, reason)
    asked = Cancellation(
        id=deed.house.ids.next(deed.now),
        order=number,
        subscriber=order.subscriber,
        state=TaskState.DONE if order.state is OrderState.CANCELLED else TaskState.IN_PROGRESS,
        reason=reason,
        requested_for=requested_for,
        asked_at=deed.now,
        cancelled_at=deed.now if order.state is OrderState.CANCELLED else None,
    )
    keep(deed, client.name, asked, order)
    return asked


def keep(deed: Deed, hall: str, asked: Cancellation, order: Order) -> None:
    deed.connection.execute(insert(hall_cancellations), [_row(asked, hall)])
    hub_telling.tell_cancellation(deed.connection, deed.house.ids, deed.now, asked, order)


def cancel(deed: Deed, client: Client, order: Order, reason: str | None) -> Order:
    """Raises Conflict when this order cannot be cancelled any more. Why a hall wants it is kept out of the events."""
    try:
        return call_off(deed, order, f"hall:{client.name}", {"reason_given": bool(reason)})
    except IllegalChange:
        raise Conflict(f"order {order.number} is {order.state} and cannot be cancelled") from None


def one(connection: Connection, client: Client, number: int) -> Cancellation:
    row = connection.execute(_one, {"no": number}).one_or_none()
    if row is None or not (client.sees_all or row.hall == client.name):
        raise NoSuchThing(f"there is no cancellation {number}")
    return cancellation_of(row)


def listed(
    connection: Connection, client: Client, order: str | None, offset: int, limit: int
) -> tuple[list[Cancellation], int]:
    table = hall_cancellations
    mine = [] if client.sees_all else [table.c.hall == client.name]
    mine += [] if order is None else [table.c.number == order]
    total = connection.execute(select(func.count()).select_from(table).where(*mine)).scalar_one()
    query = select(table).where(*mine).order_by(table.c.id).offset(offset).limit(limit)
    return [cancellation_of(row) for row in connection.execute(query)], total


def _row(asked: Cancellation, hall: str) -> dict[str, Any]:
    return {
        "subscriber": asked.subscriber,
        "id": asked.id,
        "number": asked.order,
        "hall": hall,
        "state": asked.state.value,
        "reason": asked.reason,
        "requested_for": asked.requested_for,
        "asked_at": asked.asked_at,
        "cancelled_at": asked.cancelled_at,
    }
