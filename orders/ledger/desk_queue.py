"""The queue as an agent sees it: who is next for him, how many wait in all, and what he has promised himself."""

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from orders.desk_lanes import DeskRules, Level
from orders.desk_words import CallTask, Counted, Queue, Waiting
from orders.ledger.desk_claims import HELD, IN_TURN, OF_LEVEL, levels_for, names_of
from orders.ledger.desk_rows import task_of
from orders.ledger.tables import call_tasks, orders

LISTED = 50
PROMISED = 20

_order_of = (orders.c.subscriber == call_tasks.c.subscriber) & (orders.c.number == call_tasks.c.order_number)
_waiting = (
    select(call_tasks, orders.c.total)
    .join(orders, _order_of, isouter=True)
    .where(OF_LEVEL)
    .order_by(*IN_TURN)
    .limit(bindparam("most"))
)
_promised = (
    select(call_tasks)
    .where(call_tasks.c.due_at.is_not(None), call_tasks.c.lane.in_(bindparam("lanes", expanding=True)))
    .order_by(*IN_TURN)
    .limit(PROMISED)
)
_due = select(func.count()).where(call_tasks.c.due_at.is_not(None), call_tasks.c.due_at <= bindparam("now"))
_later = select(func.count()).where(call_tasks.c.due_at > bindparam("now"))
_oldest = (
    select(call_tasks.c.due_at, call_tasks.c.lease_until)
    .where(call_tasks.c.due_at.is_not(None), call_tasks.c.due_at <= bindparam("now"))
    .order_by(call_tasks.c.due_at)
    .limit(bindparam("most"))
)
_held = select(call_tasks.c.due_at, call_tasks.c.lease_until).where(call_tasks.c.agent.is_not(None))  # few, by index


def queue(connection: Connection, agent: str, now: float, rules: DeskRules) -> Queue:
    counts = counted(connection, now)
    levels = levels_for(connection, agent, now, rules)
    mine = connection.execute(HELD, {"now": now, "me": agent}).first()
    return Queue(
        tuple(_listed(connection, levels, now)),
        counts.due,
        counts.later,
        None if mine is None else mine.id,
        _promises(connection, agent, levels),
    )


def counted(connection: Connection, now: float) -> Counted:
    """How many wait to be rung now, and later; those that are in somebody's hands do not wait."""
    names = {"now": now}
    due, later = connection.execute(_due, names).scalar_one(), connection.execute(_later, names).scalar_one()
    taken = [row for row in connection.execute(_held) if _is_held(row, now)]
    held = sum(row.due_at is not None and row.due_at <= now for row in taken)
    oldest = connection.execute(_oldest, names | {"most": held + 1})
    return Counted(due - held, later, len(taken), next((row.due_at for row in oldest if not _is_held(row, now)), None))


def _is_held(row: Any, now: float) -> bool:
    return row.lease_until is not None and bool(row.lease_until > now)


def _listed(connection: Connection, levels: list[list[Level]], now: float) -> list[Waiting]:
    found: list[Waiting] = []
    for together in levels:
        rows = [row for level in together for row in _of_level(connection, level, now, LISTED - len(found))]
        rows.sort(key=lambda row: (row.due_at, row.id))
        found += [Waiting(task_of(row), row.total) for row in rows]
        if len(found) >= LISTED:
            break
    return found[:LISTED]


def _of_level(connection: Connection, level: Level, now: float, most: int) -> list[Any]:
    return list(connection.execute(_waiting, names_of(level, now, ()) | {"most": most}))


def _promises(connection: Connection, agent: str, levels: list[list[Level]]) -> tuple[CallTask, ...]:
    lanes = {str(level.lane) for together in levels for level in together if level.lane.promised_by == agent}
    if not lanes:
        return ()
    return tuple(task_of(row) for row in connection.execute(_promised, {"lanes": sorted(lanes)}))
