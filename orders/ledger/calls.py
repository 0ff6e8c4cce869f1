"""Call tasks follow their orders: made when an order is held, closed when nobody needs to ring any more."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from orders.desk import AWAITS_CALL
from orders.desk_lanes import Lane
from orders.ledger.house import House
from orders.ledger.rows import Row, to_json
from orders.ledger.statements import write
from orders.ledger.tables import call_tasks
from orders.order import Change, OrderState

_open = select(call_tasks.c.id).where(
    call_tasks.c.subscriber == bindparam("of"),
    call_tasks.c.order_number == bindparam("order"),
    call_tasks.c.due_at.is_not(None),
)
_close = (
    update(call_tasks)
    .where(
        call_tasks.c.subscriber == bindparam("of"),
        call_tasks.c.order_number == bindparam("order"),
        call_tasks.c.due_at.is_not(None),
    )
    .values(due_at=None, done_at=bindparam("at"), outcome=bindparam("became"), agent=None, lease_until=None)
)


def follow(connection: Connection, house: House, now: float, changes: Sequence[Change]) -> None:
    held = [change for change in changes if _is_held_now(change) and not _is_rung_already(connection, change)]
    write(connection, insert(call_tasks), (_task(house, now, change) for change in held))
    write(connection, _close, (_closing(now, change) for change in changes if _is_settled_now(change)))


def _is_held_now(change: Change) -> bool:
    return change.after.state is OrderState.HELD and (
        change.before is None or change.before.state is not OrderState.HELD
    )


def _is_rung_already(connection: Connection, change: Change) -> bool:
    """An order that was held, then waited for its customer, and is held again has kept its task."""
    if change.before is None or change.before.state is not OrderState.PENDING:
        return False
    names = {"of": change.after.subscriber, "order": change.after.number}
    return connection.execute(_open, names).first() is not None


def _is_settled_now(change: Change) -> bool:
    return change.before is not None and change.before.state in AWAITS_CALL and change.after.state not in AWAITS_CALL


def _task(house: House, now: float, change: Change) -> Row:
    order = change.after
    reasons = [{"code": flag.code, "saw": flag.saw, "weight": flag.weight} for flag in order.flags]
    skill = house.desk.skill_for([flag.code for flag in order.flags], [item.offer for item in order.items])
    lane = str(Lane(order.language, skill, region=house.calling_hours.key_of(order.subscriber)))
    return call_task_row(order.subscriber, house.ids.next(now), order.number, reasons, change.priority, now, lane)


def _closing(now: float, change: Change) -> Row:
    order = change.after
    return {"of": order.subscriber, "order": order.number, "at": now, "became": order.state.value}


def call_task_row(
    subscriber: str,
    number: int,
    order: str | None,
    reasons: Sequence[Mapping[str, Any]],
    priority: int,
    now: float,
    lane: str = "",
) -> Row:
    """lane: what whoever takes it needs (`desk_lanes`); empty: nothing."""
    return {
        "subscriber": subscriber,
        "id": number,
        "order_number": order,
        "reasons": to_json(list(reasons)),
        "priority": priority,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
        "lane": lane,
    }
