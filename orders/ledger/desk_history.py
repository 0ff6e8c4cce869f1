"""What was tried and noted before: attempts about other things of the same customer, and remarks about this one.

A remark is a note that an agent makes beside his attempts, or the reason for which he left the task to others (a skip):
the task then waits as it did, and who skipped it is not offered it for a while.
"""

import json
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from orders.desk_words import Attempt, CallTask, EarlierCall, Remarked
from orders.ledger.tables import call_attempts, call_remarks, call_tasks

EARLIER = 10
REMARKS = 50

_earlier = (
    select(call_attempts, call_tasks.c.order_number)
    .join(
        call_tasks,
        (call_tasks.c.subscriber == call_attempts.c.subscriber) & (call_tasks.c.id == call_attempts.c.task),
        isouter=True,
    )
    .where(call_attempts.c.subscriber == bindparam("who"), call_attempts.c.task != bindparam("of"))
    .order_by(call_attempts.c.at.desc())
    .limit(EARLIER)
)
_remarks = (
    select(call_remarks)
    .where(call_remarks.c.subscriber == bindparam("who"), call_remarks.c.task == bindparam("of"))
    .order_by(call_remarks.c.id)
    .limit(REMARKS)
)


def earlier_calls(connection: Connection, task: CallTask) -> tuple[EarlierCall, ...]:
    rows = connection.execute(_earlier, {"who": task.subscriber, "of": task.id})
    return tuple(EarlierCall(row.order_number, attempt_of(row)) for row in rows)


def remarks(connection: Connection, task: CallTask) -> tuple[Remarked, ...]:
    rows = connection.execute(_remarks, {"who": task.subscriber, "of": task.id})
    return tuple(Remarked(row.at, row.agent, row.note, row.reason) for row in rows)


def attempt_of(row: Any) -> Attempt:
    return Attempt(row.at, row.agent, row.outcome, row.note, json.loads(row.changes), row.callback_at)


def remark(
    connection: Connection, number: int, task: CallTask, agent: str, now: float, note: str, reason: str | None = None
) -> None:
    row = {"subscriber": task.subscriber, "id": number, "task": task.id, "at": now, "agent": agent}
    connection.execute(insert(call_remarks), [row | {"reason": reason, "note": note}])
