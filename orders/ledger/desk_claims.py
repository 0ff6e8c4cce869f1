"""Who rings whom: an agent claims the most urgent task that is due, and holds it by a lease.

An agent has one task at a time. Asking again gives him the one he holds (his browser crashed, he signed in elsewhere),
so that nothing is left lying with somebody who does not know of it. A lease that ran out makes the task free without
anybody having to notice: whoever claims next may get it.

On PostgreSQL the row of the agent is locked first, so that two windows of one agent get the same task, and a task that
another node is just claiming is skipped. On SQLite there is one node and one thread. Each function runs in the ledger's
thread, in a transaction of its own, and may run twice.
"""

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from orders.desk_words import CallTask, must_hold
from orders.ledger.desk_rows import load_task, task_of
from orders.ledger.statements import locking
from orders.ledger.tables import agents, call_tasks

HELD = select(call_tasks).where(
    call_tasks.c.due_at.is_not(None), call_tasks.c.agent == bindparam("me"), call_tasks.c.lease_until > bindparam("now")
)
FREE = or_(call_tasks.c.lease_until.is_(None), call_tasks.c.lease_until <= bindparam("now"))
DUE = and_(call_tasks.c.due_at.is_not(None), call_tasks.c.due_at <= bindparam("now"))
NEXT = (call_tasks.c.priority.desc(), call_tasks.c.due_at, call_tasks.c.id)
_next = select(call_tasks).where(DUE, FREE).order_by(*NEXT).limit(1)
_agent = select(agents.c.name).where(agents.c.name == bindparam("me"))


def claim_next(connection: Connection, agent: str, now: float, lease: float) -> CallTask | None:
    """The task this agent holds already, else the most urgent that is due; None when there is nothing to do."""
    names = {"me": agent, "now": now}
    query = _next
    if locking(connection):
        connection.execute(_agent.with_for_update(), names)
        query = _next.with_for_update(skip_locked=True)
    row = connection.execute(HELD, names).first() or connection.execute(query, names).first()
    return None if row is None else _hold(connection, task_of(row), agent, now + lease)


def extend(connection: Connection, agent: str, task: int, now: float, lease: float) -> float:
    """A sign of life: the end of the new lease."""
    held = must_hold(load_task(connection, task, lock=True), agent, now)
    _hold(connection, held, agent, now + lease)
    return now + lease


def release(connection: Connection, agent: str, task: int, now: float) -> None:
    """Back to the others, as it was; it stays as urgent as it is."""
    held = must_hold(load_task(connection, task, lock=True), agent, now)
    _set(connection, held, None, None)


def number_to_dial(connection: Connection, agent: str, task: int, now: float) -> str:
    """The subscriber's number, for the agent who holds the task and for nobody else."""
    return must_hold(load_task(connection, task), agent, now).subscriber


def _hold(connection: Connection, task: CallTask, agent: str, until: float) -> CallTask:
    _set(connection, task, agent, until)
    held = load_task(connection, task.id)
    assert held is not None
    return held


def _set(connection: Connection, task: CallTask, agent: str | None, until: float | None) -> None:
    mine = (call_tasks.c.subscriber == task.subscriber, call_tasks.c.id == task.id)
    connection.execute(update(call_tasks).where(*mine).values(agent=agent, lease_until=until))
