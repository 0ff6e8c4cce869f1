"""The queue as an agent sees it: who is next for him, how many wait in all, and what he has promised himself."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from orders.calling_hours import CallingHours
from orders.desk_lanes import DeskRules, Level, lane_of, opens
from orders.desk_words import CallTask, Counted, Queue, Waiting
from orders.ledger.desk_claims import HELD, IN_TURN, OF_LEVEL, lanes, levels_for, names_of
from orders.ledger.desk_rows import task_of
from orders.ledger.tables import call_tasks, orders

ALWAYS = CallingHours()
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
    .where(
        call_tasks.c.due_at.is_not(None),
        call_tasks.c.due_at <= bindparam("now"),
        call_tasks.c.lane.not_in(bindparam("closed", expanding=True)),
    )
    .order_by(call_tasks.c.due_at)
    .limit(bindparam("most"))
)
_due_in = select(func.count()).where(
    call_tasks.c.due_at.is_not(None),
    call_tasks.c.due_at <= bindparam("now"),
    call_tasks.c.lane.in_(bindparam("these", expanding=True)),
)
_held = select(call_tasks.c.due_at, call_tasks.c.lease_until, call_tasks.c.lane).where(
    call_tasks.c.agent.is_not(None)  # few, by index
)


def queue(connection: Connection, agent: str, now: float, rules: DeskRules) -> Queue:
    counts = counted(connection, now, rules.hours)
    levels = levels_for(connection, agent, now, rules)
    mine = connection.execute(HELD, {"now": now, "me": agent}).first()
    return Queue(
        tuple(_listed(connection, levels, now)),
        counts.due,
        counts.later,
        None if mine is None else mine.id,
        _promises(connection, agent, levels),
        counts.closed,
        counts.opens_at,
    )


def counted(connection: Connection, now: float, hours: CallingHours = ALWAYS) -> Counted:
    """How many wait to be rung now, later, and until the hours of their region begin; what is in somebody's hands does
    not wait."""
    there = lanes(connection) if hours.is_closed_somewhere(now) else set()
    shut = _shut(there, now, hours)
    names = {"now": now, "closed": sorted(shut)}
    due, later = connection.execute(_due, names).scalar_one(), connection.execute(_later, names).scalar_one()
    taken = [row for row in connection.execute(_held) if _is_held(row, now)]
    held = [row for row in taken if row.due_at is not None and row.due_at <= now]
    closed = _due_of(connection, shut, there, due, now) - sum(row.lane in shut for row in held)
    waiting = due - len(held) - closed
    oldest = connection.execute(_oldest, names | {"most": len(held) + 1}) if waiting else ()
    oldest_at = next((row.due_at for row in oldest if not _is_held(row, now)), None)
    return Counted(waiting, later, len(taken), oldest_at, closed, min(shut.values()) if closed else None)


def _due_of(connection: Connection, shut: Mapping[str, float], there: set[str], due: int, now: float) -> int:
    """How many are due in lanes that are shut; told from the others, where those are fewer."""
    if not shut:
        return 0
    others = there - set(shut)
    these = sorted(shut if len(shut) < len(others) else others)
    count = connection.execute(_due_in, {"now": now, "these": these}).scalar_one() if these else 0
    return count if len(shut) < len(others) else due - count


def _shut(there: set[str], now: float, hours: CallingHours) -> dict[str, float]:
    """Lanes whose hours have not begun, and when they do."""
    found = {lane: opens(lane_of(lane), hours, now) for lane in there}
    return {lane: at for lane, at in found.items() if at is not None}


def _is_held(row: Any, now: float) -> bool:
    return row.lease_until is not None and bool(row.lease_until > now)


def _listed(connection: Connection, levels: list[list[Level]], now: float) -> list[Waiting]:
    found: list[Waiting] = []
    for together in levels:
        rows = [row for level in together for row in _of_level(connection, level, now, LISTED - len(found))]
        rows.sort(key=lambda row: (row.due_at, row.id))
        rows = rows[: LISTED - len(found)]
        found += [Waiting(task_of(row), row.total, together[0].opens_at) for row in rows]
        if len(found) >= LISTED:
            break
    return found


def _of_level(connection: Connection, level: Level, now: float, most: int) -> list[Any]:
    return list(connection.execute(_waiting, names_of(level, now, ()) | {"most": most}))


def _promises(connection: Connection, agent: str, levels: list[list[Level]]) -> tuple[CallTask, ...]:
    lanes = {str(level.lane) for together in levels for level in together if level.lane.promised_by == agent}
    if not lanes:
        return ()
    return tuple(task_of(row) for row in connection.execute(_promised, {"lanes": sorted(lanes)}))
