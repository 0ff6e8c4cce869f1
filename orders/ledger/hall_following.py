"""What halls are to be told of a change of an order, and what became of their requests to cancel one.

A consequence of every change. Where no hall has subscribed to anything it costs one look at an empty table for a batch
in which orders change, and nothing for one in which none does.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, update

from orders.halls import TaskState
from orders.ledger.statements import write
from orders.ledger.tables import hall_cancellations
from orders.order import Change, Order, OrderState

ASSESSED = frozenset({OrderState.ASSESSING_CANCELLATION, OrderState.PENDING_CANCELLATION})

_settle = (
    update(hall_cancellations)
    .where(
        hall_cancellations.c.subscriber == bindparam("of"),
        hall_cancellations.c.number == bindparam("order"),
        hall_cancellations.c.state == TaskState.IN_PROGRESS.value,
    )
    .values(state=TaskState.DONE.value, cancelled_at=bindparam("became_so"))
)


def follow(connection: Connection, now: float, changes: Sequence[Change]) -> None:
    write(connection, _settle, (_settled(now, order) for order in _assessed(changes)))


def _assessed(changes: Iterable[Change]) -> Iterable[Order]:
    """Orders whose cancellation was being looked into, and no longer is."""
    return (
        change.after
        for change in changes
        if change.before is not None and change.before.state in ASSESSED and change.after.state not in ASSESSED
    )


def _settled(now: float, order: Order) -> dict[str, Any]:
    at = now if order.state is OrderState.CANCELLED else None
    return {"of": order.subscriber, "order": order.number, "became_so": at}
