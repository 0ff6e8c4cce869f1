"""Rows of what is to be told to other halls, written in the transaction in which it happened.

One look at the subscriptions for a batch in which orders change; where there are none, that is all it costs. An event's
place among those of its order is that of the change that made it, so that a callback is told of them in their order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from orders.halls import Booking, Cancellation
from orders.hub import (
    BOOKING_STATES,
    CANCEL_CHANGED,
    CANCEL_CREATED,
    CHANGED,
    CREATED,
    INFORMATION_REQUIRED,
    ORDERING,
    RESERVING,
    STATE_CHANGED,
    Query,
    booked,
    query_of,
    seen,
)
from orders.ledger.ids import Ids
from orders.ledger.rows import to_json
from orders.ledger.statements import write
from orders.ledger.tables import hub_deliveries, hub_subscriptions
from orders.order import Change, Order, OrderState

PLACES = 1_000_000  # for what happens between two events of an order
WORDS = 1_000  # from here on, changes of a hall's own words

_subscriptions = select(hub_subscriptions).where(hub_subscriptions.c.api == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Listener:
    id: int
    hall: str
    sees_all: bool
    query: Query

    def hears(self, hall: str | None, kind: str, state: str) -> bool:
        return (self.sees_all or self.hall == hall) and self.query.wants(kind, state)


@dataclass(frozen=True, slots=True)
class Happened:
    """place: among what happens between this event of the order and its next."""

    kind: str
    order: Order
    seen: Mapping[str, Any]
    state: str
    place: int = 0


def listeners(connection: Connection, api: str = ORDERING) -> list[Listener]:
    rows = connection.execute(_subscriptions, {"of": api}).all()
    return [Listener(row.id, row.hall, bool(row.sees_all), query_of(row.query, api)) for row in rows]


def tell_changes(connection: Connection, ids: Ids, now: float, changes: Sequence[Change]) -> None:
    if changes and (hearing := listeners(connection)):
        _tell(connection, ids, now, hearing, (event for change in changes for event in _of_change(change)))


def tell_cancellation(connection: Connection, ids: Ids, now: float, asked: Cancellation, order: Order) -> None:
    """A request to cancel that has just been made, or has come to its end."""
    if hearing := listeners(connection):
        kind, place = (CANCEL_CREATED, 2) if asked.asked_at == now else (CANCEL_CHANGED, 3)
        told = {
            "id": asked.id,
            "order": asked.order,
            "state": asked.state.value,
            "reason": asked.reason,
            "requested_for": asked.requested_for,
            "asked_at": asked.asked_at,
            "cancelled_at": asked.cancelled_at,
        }
        _tell(connection, ids, now, hearing, [Happened(kind, order, told, order.state.value, place)])


def tell_words(connection: Connection, ids: Ids, now: float, order: Order, revision: int) -> None:
    """A hall has changed what it wrote to its order."""
    if hearing := listeners(connection):
        happened = Happened(CHANGED, order, seen(order), order.state.value, WORDS + revision)
        _tell(connection, ids, now, hearing, [happened])


def tell_booking(connection: Connection, ids: Ids, now: float, kind: str, booking: Booking) -> None:
    """A reservation was made, let go, removed, or ordered from. That its time is over its hall knows by itself."""
    state = BOOKING_STATES[booking.state].value
    hearing = [each for each in listeners(connection, RESERVING) if each.hears(booking.client, kind, state)]
    who, thing, seen_ = booking.subscriber or "", str(booking.id), to_json(booked(booking))
    rows = [_row(ids, now, who, thing, ids.next(now), kind, seen_, listener) for listener in hearing]
    write(connection, insert(hub_deliveries), rows)


def _of_change(change: Change) -> Iterator[Happened]:
    before, after = change.before, change.after
    told, state = seen(after), after.state.value
    moved = before is not None and before.state is not after.state
    kind = CREATED if before is None else STATE_CHANGED if moved else CHANGED
    yield Happened(kind, after, told, state)
    if after.state is OrderState.PENDING and (before is None or moved):
        yield Happened(INFORMATION_REQUIRED, after, told, state, 1)


def _tell(
    connection: Connection, ids: Ids, now: float, hearing: Sequence[Listener], happened: Iterable[Happened]
) -> None:
    write(
        connection,
        insert(hub_deliveries),
        (
            _row(
                ids,
                now,
                event.order.subscriber,
                event.order.number,
                event.order.events * PLACES + event.place,
                event.kind,
                to_json(event.seen),
                listener,
            )
            for event in happened
            for listener in hearing
            if listener.hears(event.order.hall, event.kind, event.state)
        ),
    )


def _row(
    ids: Ids, now: float, subscriber: str, thing: str, place: int, kind: str, seen: str, listener: Listener
) -> dict[str, Any]:
    return {
        "subscriber": subscriber,
        "thing": thing,
        "place": place,
        "subscription": listener.id,
        "id": ids.next(now),
        "type": kind,
        "seen": seen,
        "at": now,
        "due_at": now,
        "attempts": 0,
    }
