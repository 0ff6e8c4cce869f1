"""The board by which a supervisor sees the whole desk."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from orders.calling_hours import CallingHours
from orders.desk_words import AtDesk, Board
from orders.ledger.desk_queue import ALWAYS, counted
from orders.ledger.tables import agents, call_attempts, call_tasks, desk_sessions

DAY = 86_400.0

_held = select(call_tasks.c.id, call_tasks.c.agent, call_tasks.c.lease_until).where(
    call_tasks.c.agent.is_not(None), call_tasks.c.lease_until > bindparam("now")
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


def board(connection: Connection, now: float, hours: CallingHours = ALWAYS) -> Board:
    names = {"now": now, "since": now - DAY}
    counts = counted(connection, now, hours)
    held = {row.agent: row for row in connection.execute(_held, names)}
    seen = {row.agent: row.seen_at for row in connection.execute(_seen)}
    of: dict[str, dict[str, int]] = defaultdict(dict)
    every: dict[str, int] = defaultdict(int)
    for row in connection.execute(_outcomes, names):
        of[row.agent][row.outcome] = row.times
        every[row.outcome] += row.times
    return Board(
        due=counts.due,
        later=counts.later,
        held=len(held),
        oldest_at=counts.oldest_at,
        outcomes=dict(every),
        agents=tuple(_at_desk(row, held, seen, of) for row in connection.execute(_agents)),
        closed=counts.closed,
        opens_at=counts.opens_at,
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
