"""The desk as a supervisor sees it: who does what and for how long, who waits and why, and how today goes.

Bounded however many wait: ages are counted in an index, reasons are read of those only that have waited longest.
"""

from itertools import pairwise

from sqlalchemy import Connection, bindparam, func, select

from orders.flags import flags_from_json
from orders.ledger import agent_states, pauses
from orders.ledger.tables import call_attempts, call_tasks
from orders.supervising import AGES, OnShift, Shift, Today, by_reason, today

LOOKED_AT = 2_000

_due = (call_tasks.c.due_at.is_not(None), call_tasks.c.due_at <= bindparam("now"))
_free = call_tasks.c.lease_until.is_(None) | (call_tasks.c.lease_until <= bindparam("now"))
_older = select(func.count()).where(call_tasks.c.due_at.is_not(None), call_tasks.c.due_at <= bindparam("until"))
_held = select(call_tasks.c.agent, call_tasks.c.order_number, call_tasks.c.attempts, call_tasks.c.due_at).where(
    call_tasks.c.agent.is_not(None), call_tasks.c.lease_until > bindparam("now")
)
_oldest = (
    select(call_tasks.c.reasons, call_tasks.c.due_at).where(*_due, _free).order_by(call_tasks.c.due_at).limit(LOOKED_AT)
)
_outcomes = (
    select(call_attempts.c.outcome, func.count())
    .where(call_attempts.c.at >= bindparam("since"))
    .group_by(call_attempts.c.outcome)
)


def shift(connection: Connection, now: float, midnight: float) -> Shift:
    limits = pauses.limits(connection)
    held = {row.agent: row for row in connection.execute(_held, {"now": now})}
    oldest = connection.execute(_oldest, {"now": now}).all()
    here = []
    for presence in agent_states.everybody(connection):
        task = held.get(presence.agent)
        about = (None, 0) if task is None else (task.order_number, task.attempts)
        here.append(OnShift(presence, limits.of(presence), *about))
    return Shift(
        agents=tuple(here),
        limits=limits,
        ages=_ages(connection, now, [row.due_at for row in held.values()]),
        reasons=by_reason(([flag.code for flag in flags_from_json(row.reasons)], row.due_at) for row in oldest),
        looked_at=len(oldest),
        today=_today(connection, midnight),
    )


def _ages(connection: Connection, now: float, held: list[float]) -> tuple[int, ...]:
    """How many have waited for up to each of AGES, and longer; those in hand do not wait."""
    bounds = [now, *(now - age for age in AGES)]
    older = [
        connection.execute(_older, {"until": until}).scalar_one() - sum(due_at <= until for due_at in held)
        for until in bounds
    ]
    return (*(longer - much_longer for longer, much_longer in pairwise(older)), older[-1])


def _today(connection: Connection, midnight: float) -> Today:
    return today({row.outcome: row[1] for row in connection.execute(_outcomes, {"since": midnight})})
