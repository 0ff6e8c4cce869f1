"""Call tasks and attempts, from their rows."""

import json
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from orders.desk import Tried
from orders.desk_lanes import lane_of
from orders.desk_words import Attempt, CallTask
from orders.flags import flags_from_json
from orders.ledger.statements import locking
from orders.ledger.tables import call_attempts, call_tasks

PUT_BACK: Final = {"agent": None, "lease_until": None, "claimed_at": None, "dialled_at": None}  # to the others

_task = select(call_tasks).where(call_tasks.c.id == bindparam("task"))
_open = (
    select(call_tasks)
    .where(
        call_tasks.c.subscriber == bindparam("who"),
        call_tasks.c.order_number == bindparam("order"),
        call_tasks.c.due_at.is_not(None),
    )
    .order_by(call_tasks.c.id.desc())
    .limit(1)
)
_attempts = (
    select(call_attempts)
    .where(call_attempts.c.subscriber == bindparam("who"), call_attempts.c.task == bindparam("of"))
    .order_by(call_attempts.c.attempt)
)


def task_of(row: Any) -> CallTask:
    return CallTask(
        id=row.id,
        subscriber=row.subscriber,
        order_number=row.order_number,
        reasons=flags_from_json(row.reasons),
        priority=row.priority,
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        agent=row.agent,
        lease_until=row.lease_until,
        outcome=row.outcome,
        done_at=row.done_at,
        lane=lane_of(row.lane),
        claimed_at=row.claimed_at,
        dialled_at=row.dialled_at,
    )


def load_task(connection: Connection, task: int, *, lock: bool = False) -> CallTask | None:
    query = _task.with_for_update() if lock and locking(connection) else _task
    row = connection.execute(query, {"task": task}).one_or_none()
    return None if row is None else task_of(row)


def open_task(connection: Connection, subscriber: str, order: str) -> CallTask | None:
    """The one that is still to be done about this order, locked."""
    query = _open.with_for_update() if locking(connection) else _open
    row = connection.execute(query, {"who": subscriber, "order": order}).one_or_none()
    return None if row is None else task_of(row)


def load_attempts(connection: Connection, task: CallTask) -> tuple[Attempt, ...]:
    rows = connection.execute(_attempts, {"who": task.subscriber, "of": task.id})
    return tuple(
        Attempt(row.at, row.agent, row.outcome, row.note, json.loads(row.changes), row.callback_at) for row in rows
    )


def tries(attempts: tuple[Attempt, ...]) -> list[Tried]:
    return [Tried(attempt.outcome, attempt.at) for attempt in attempts]


def asked_for(connection: Connection, subscriber: str, task: int, now: float) -> bool:
    """Whether he is to be rung now because he said so when he was rung last: then it is the hour that he chose."""
    rows = connection.execute(_attempts, {"who": subscriber, "of": task}).all()
    return bool(rows) and rows[-1].callback_at is not None and bool(rows[-1].callback_at <= now)
