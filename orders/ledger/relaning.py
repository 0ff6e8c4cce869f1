"""Tasks that wait are put into the lanes of their regions, when the calling hours have changed or a node has begun.

A task knows its region by its lane, from the moment at which it is made. Whoever publishes other regions has moved
people from one into another, so what waits is gone through once, some of it at a time, by each node: it changes nothing
where nothing is to be changed. It is gone through by when it is due: the order of an index that has nothing done in it.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select, update

from orders.calling_hours import CallingHours
from orders.desk_lanes import lane_of, moved
from orders.ledger.statements import write
from orders.ledger.tables import call_tasks

_some = (
    select(call_tasks.c.subscriber, call_tasks.c.id, call_tasks.c.lane, call_tasks.c.due_at)
    .where(
        call_tasks.c.due_at.is_not(None),
        call_tasks.c.due_at >= bindparam("due"),
        or_(call_tasks.c.due_at > bindparam("due"), call_tasks.c.id > bindparam("after")),
    )
    .order_by(call_tasks.c.due_at, call_tasks.c.id)
    .limit(bindparam("most"))
)
_move = (
    update(call_tasks)
    .where(
        call_tasks.c.subscriber == bindparam("who"),
        call_tasks.c.id == bindparam("task"),
        call_tasks.c.lane == bindparam("before"),
    )
    .values(lane=bindparam("other"))
)


@dataclass(frozen=True, slots=True)
class Looked:
    """By which hours, and at which task last; over: at all of them."""

    hours: CallingHours | None = None
    due: float = 0.0
    task: int = 0
    over: bool = False


def relane(connection: Connection, hours: CallingHours, looked: Looked, most: int) -> Looked:
    """Some more of them, or none where all were looked at by these hours."""
    if looked.hours != hours:
        looked = Looked(hours)
    if looked.over:
        return looked
    rows = connection.execute(_some, {"due": looked.due, "after": looked.task, "most": most}).all()
    others = [(row, moved(lane_of(row.lane), hours.key_of(row.subscriber))) for row in rows]
    write(
        connection,
        _move,
        (
            {"who": row.subscriber, "task": row.id, "before": row.lane, "other": str(lane)}
            for row, lane in others
            if str(lane) != row.lane
        ),
    )
    return Looked(hours, rows[-1].due_at, rows[-1].id) if len(rows) == most else Looked(hours, over=True)
