"""The queue as agents see it, and the board by which a supervisor sees the whole desk."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from orders.desk_words import AtDesk, Board, Queue, Waiting
from orders.ledger.desk_claims import DUE, FREE, HELD, NEXT
from orders.ledger.desk_rows import task_of
from orders.ledger.tables import agents, call_attempts, call_tasks, desk_sessions, orders

LISTED = 50
DAY = 86_400.0

_order_of = (orders.c.subscriber == call_tasks.c.subscriber) & (orders.c.number == call_tasks.c.order_number)
_waiting = (
    select(call_tasks, orders.c.total)
    .join(orders, _order_of, isouter=True)
    .where(DUE, FREE)
    .order_by(*NEXT)
    .limit(LISTED)
)
_due = select(func.count(), func.min(call_tasks.c.due_at)).select_from(call_tasks).where(DUE, FREE)
_later = select(func.count()).select_from(call_tasks).where(call_tasks.c.due_at > bindparam("now"))
_held = select(call_tasks.c.id, call_tasks.c.agent, call_tasks.c.lease_until).where(
    call_tasks.c.due_at.is_not(None), call_tasks.c.lease_until > bindparam("now")
)
_outcomes = (
    select(call_attempts.c.agent, call_attempts.c.outcome, func.count().label("times"))
    .where(call_attempts.c.at > bindparam("since"))
    .group_by(call_attempts.c.agent, call_attempts.c.outcome)
)
_seen = (
    select(desk_sessions.c.agent, func.max(desk_sessions.c.seen_at).label("seen_at"))
    .where(desk_sessions.c.ended.is_(None))
    .group_by(desk_sessions.c.agent)
)
_agents = select(agents.c.name, agents.c.role).where(agents.c.disabled.is_(False)).order_by(agents.c.name)


def queue(connection: Connection, agent: str, now: float) -> Queue:
    names = {"now": now, "me": agent}
    due, _ = connection.execute(_due, names).one()
    later = connection.execute(_later, names).scalar_one()
    waiting = tuple(Waiting(task_of(row), row.total) for row in connection.execute(_waiting, names))
    mine = connection.execute(HELD, names).first()
    return Queue(waiting, due, later, None if mine is None else mine.id)


def board(connection: Connection, now: float) -> Board:
    names = {"now": now, "since": now - DAY}
    due, oldest_at = connection.execute(_due, names).one()
    held = {row.agent: row for row in connection.execute(_held, names)}
    seen = {row.agent: row.seen_at for row in connection.execute(_seen)}
    of: dict[str, dict[str, int]] = defaultdict(dict)
    every: dict[str, int] = defaultdict(int)
    for row in connection.execute(_outcomes, names):
        of[row.agent][row.outcome] = row.times
        every[row.outcome] += row.times
    return Board(
        due=due,
        later=connection.execute(_later, names).scalar_one(),
        held=len(held),
        oldest_at=oldest_at,
        outcomes=dict(every),
        agents=tuple(_at_desk(row, held, seen, of) for row in connection.execute(_agents)),
    )


def _at_desk(row: Any, held: dict[str, Any], seen: dict[str, float], of: dict[str, dict[str, int]]) -> AtDesk:
    task = held.get(row.name)
    return AtDesk(
        name=row.name,
        role=row.role,
        seen_at=seen.get(row.name),
        task=None if task is None else task.id,
        lease_until=None if task is None else task.lease_until,
        outcomes=dict(of.get(row.name, {})),
    )
