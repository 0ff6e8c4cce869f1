"""What halls are to be told of a change of an order, and what became of their requests to cancel one.

A consequence of every change. Where no hall has subscribed to anything it costs one look at an empty table for a batch
in which orders change, and nothing for one in which none does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from orders.halls import Cancellation, TaskState
from orders.ledger import hub_telling
from orders.ledger.ids import Ids
from orders.ledger.tables import hall_cancellations
from orders.order import Change, Order, OrderState

ASSESSED = frozenset({OrderState.ASSESSING_CANCELLATION, OrderState.PENDING_CANCELLATION})

_open = select(hall_cancellations).where(
    hall_cancellations.c.subscriber == bindparam("of"),
    hall_cancellations.c.number == bindparam("order"),
    hall_cancellations.c.state == TaskState.IN_PROGRESS.value,
)
_settle = (
    update(hall_cancellations)
    .where(hall_cancellations.c.subscriber == bindparam("of"), hall_cancellations.c.id == bindparam("which"))
    .values(state=TaskState.DONE.value, cancelled_at=bindparam("became_so"))
)


def follow(connection: Connection, ids: Ids, now: float, changes: Sequence[Change]) -> None:
    hub_telling.tell_changes(connection, ids, now, changes)
    for order in _assessed(changes):
        _settled(connection, ids, now, order)


def _assessed(changes: Iterable[Change]) -> Iterable[Order]:
    """Orders whose cancellation was being looked into, and no longer is."""
    return (
        change.after
        for change in changes
        if change.before is not None and change.before.state in ASSESSED and change.after.state not in ASSESSED
    )


def _settled(connection: Connection, ids: Ids, now: float, order: Order) -> None:
    at = now if order.state is OrderState.CANCELLED else None
    for row in connection.execute(_open, {"of": order.subscriber, "order": order.number}).all():
        connection.execute(_settle, {"of": order.subscriber, "which": row.id, "became_so": at})
        done = replace(cancellation_of(row), state=TaskState.DONE, cancelled_at=at)
        hub_telling.tell_cancellation(connection, ids, now, done, order)


def cancellation_of(row: Any) -> Cancellation:
    return Cancellation(
        id=row.id,
        order=row.number,
        subscriber=row.subscriber,
        state=TaskState(row.state),
        reason=row.reason,
        requested_for=row.requested_for,
        asked_at=row.asked_at,
        cancelled_at=row.cancelled_at,
    )
