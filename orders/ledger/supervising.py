"""What a supervisor does for those at work, each deed one transaction with its note in the access log at the end.

    unlock    a task is taken out of somebody's hands and waits again
    assign    and is put into somebody else's, who must be here and have none
    pause     an agent pauses, as soon as he is done
    sign_out  his sessions end, and what he has in hand waits again

Rows are locked in one order everywhere: the agent's, the task's, his state, and the log last.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from orders.access import Did
from orders.agent_states import Event, State, Told
from orders.desk_words import CallTask, NoSuchAgent, NotYours, TaskGone
from orders.ledger import access_log, agent_states, agents, desk_claims, pauses
from orders.ledger.desk_rows import load_task
from orders.ledger.locks import try_customer
from orders.ledger.statements import locking
from orders.ledger.tables import agents as agents_table
from orders.ledger.tables import call_tasks
from orders.people import By
from orders.supervising import NotToHim


@dataclass(frozen=True, slots=True)
class Deed:
    """by: who does it; why: in his words; node: where."""

    connection: Connection
    by: By
    now: float
    node: str
    why: str = ""

    def note(self, did: Did, what: str) -> None:
        access_log.note(self.connection, self.now, self.by.name, self.by.called, did, what, self.why)

    def tell(self, agent: str, event: Event, reason: str = "") -> None:
        told = Told(event, self.now, self.by.name, self.node, reason)
        agent_states.happened(self.connection, agent, told)


def unlock(deed: Deed, task: int) -> None:
    """Raises TaskGone, and NotYours where nobody has it."""
    held = _open_task(deed, task)
    if held.agent is None or held.lease_until is None or held.lease_until <= deed.now:
        raise NotYours(f"nobody holds task {task}: it waits already")
    _put(deed, held, None, None)
    deed.tell(held.agent, Event.DONE)
    deed.note(Did.UNLOCKED, f"{_called(held)} of {held.agent}")


def assign(deed: Deed, task: int, to: str, lease: float) -> None:
    """Raises TaskGone, NoSuchAgent, and NotToHim where he is not here or has one in hand, or another has one of this
    customer."""
    _lock_agent(deed.connection, to)
    held = _open_task(deed, task)
    if held.agent == to and held.lease_until is not None and held.lease_until > deed.now:
        raise NotToHim(f"{to} has this one in hand already")
    if agent_states.presence(deed.connection, to).state is State.SIGNED_OUT:
        raise NotToHim(f"{to} is not at the desk; give it to somebody who is")
    if deed.connection.execute(desk_claims.HELD, {"me": to, "now": deed.now}).first() is not None:
        raise NotToHim(f"{to} has another one in hand; wait, or unlock that first")
    _nobody_elses(deed, held, to)
    _put(deed, held, to, deed.now + lease)
    if held.agent is not None and held.agent != to:
        deed.tell(held.agent, Event.DONE)
    deed.note(Did.ASSIGNED, f"{_called(held)} to {to}")


def _nobody_elses(deed: Deed, task: CallTask, to: str) -> None:
    """As with claims: what one customer is rung about is with one agent at a time."""
    if not try_customer(deed.connection, task.subscriber):
        raise NotToHim("somebody is just taking an order of this customer; look at the board again")
    other = desk_claims.with_another(deed.connection, task.subscriber, deed.now, to, besides=task.id)
    if other is not None:
        raise NotToHim(f"{other} has another order of this customer in hand: unlock that first")


def pause(deed: Deed, agent: str, reason: str) -> None:
    """Raises NoSuchAgent and NoSuchReason."""
    agents.must_exist(deed.connection, agent)
    deed.tell(agent, Event.PAUSE, pauses.limits(deed.connection).reason(reason))
    deed.note(Did.PAUSED, f"agent {agent}: {reason}")


def sign_out(deed: Deed, agent: str) -> None:
    """Raises NoSuchAgent."""
    agents.must_exist(deed.connection, agent)
    agents.end_sessions(deed.connection, agent, agents.FORCED_OUT)
    desk_claims.leave(deed.connection, agent, deed.now)
    deed.tell(agent, Event.SIGN_OUT)
    deed.note(Did.SIGNED_OUT, f"agent {agent}")


def _open_task(deed: Deed, task: int) -> CallTask:
    held = load_task(deed.connection, task, lock=True)
    if held is None or held.done_at is not None:
        raise TaskGone(f"task {task} is done, or never was: look at the board again")
    return held


def _put(deed: Deed, task: CallTask, agent: str | None, until: float | None) -> None:
    mine = (call_tasks.c.subscriber == task.subscriber, call_tasks.c.id == task.id)
    values: dict[str, Any] = {"agent": agent, "lease_until": until, "dialled_at": None}
    values |= {"claimed_at": None if agent is None else deed.now}
    deed.connection.execute(update(call_tasks).where(*mine).values(**values))


def _lock_agent(connection: Connection, name: str) -> None:
    query = select(agents_table.c.disabled).where(agents_table.c.name == name)
    row = connection.execute(query.with_for_update() if locking(connection) else query).one_or_none()
    if row is None or row.disabled:
        raise NoSuchAgent(f"there is no agent {name} who may sign in; the board shows who there is")


def _called(task: CallTask) -> str:
    return f"task {task.id}" if task.order_number is None else f"order {task.order_number}"
