"""Calls to customers, each a row from the first ring to the end: what happened to it, not what was said."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, insert, select, update

from orders.agent_states import State
from orders.ledger.tables import agent_states, agents, phone_calls
from orders.telephoning import LOST, OVER, AlreadyCalling, PhoneCall


def telephone_of(connection: Connection, agent: str) -> str:
    """How Asterisk dials him (`PJSIP/8001`); empty for somebody who dials by hand."""
    return connection.scalar(select(agents.c.phone).where(agents.c.name == agent)) or ""


def give_telephone(connection: Connection, agent: str, phone: str) -> None:
    connection.execute(update(agents).where(agents.c.name == agent).values(phone=phone or None))


def begin(connection: Connection, node: str, call: PhoneCall) -> None:
    """Raises AlreadyCalling: a customer is rung by one telephone at a time."""
    if under_way(connection, call.subscriber) is not None:
        raise AlreadyCalling("this customer is being rung already: hang up first, or wait for the end of the call")
    row = {
        "subscriber": call.subscriber,
        "id": call.id,
        "task": call.task,
        "agent": call.agent,
        "node": node,
        "state": call.state,
        "began_at": call.began_at,
        "changed_at": call.changed_at,
    }
    connection.execute(insert(phone_calls), [row])


def under_way(connection: Connection, subscriber: str) -> PhoneCall | None:
    query = select(phone_calls).where(phone_calls.c.subscriber == subscriber, phone_calls.c.ending.is_(None))
    row = connection.execute(query.order_by(phone_calls.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else call_of(row)


def moved(connection: Connection, call: PhoneCall) -> None:
    mine = (phone_calls.c.subscriber == call.subscriber, phone_calls.c.id == call.id)
    values: dict[str, Any] = {"state": call.state, "changed_at": call.changed_at, "answered_at": call.answered_at}
    if call.state == OVER:
        values |= {"ending": call.ending, "cause": call.cause}
    connection.execute(update(phone_calls).where(*mine).values(**values))


def last_of(connection: Connection, subscriber: str, task: int) -> PhoneCall | None:
    query = (
        select(phone_calls)
        .where(phone_calls.c.subscriber == subscriber, phone_calls.c.task == task)
        .order_by(phone_calls.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else call_of(row)


def forsaken(connection: Connection, node: str) -> list[PhoneCall]:
    """Calls of this node whose agents are not at the desk any more."""
    query = (
        select(phone_calls)
        .join(agent_states, agent_states.c.agent == phone_calls.c.agent)
        .where(phone_calls.c.node == node, phone_calls.c.ending.is_(None))
        .where(agent_states.c.until.is_(None), agent_states.c.state == State.SIGNED_OUT)
    )
    return [call_of(row) for row in connection.execute(query)]


def end_those_of(connection: Connection, node: str, now: float, but: Collection[int] = ()) -> None:
    """A node begins anew: nobody makes the calls of its earlier life any more, but for those that go on without it."""
    open_ones = (phone_calls.c.node == node, phone_calls.c.ending.is_(None), phone_calls.c.id.not_in(but))
    connection.execute(update(phone_calls).where(*open_ones).values(state=OVER, ending=LOST, changed_at=now))


def call_of(row: Any) -> PhoneCall:
    return PhoneCall(
        id=row.id,
        subscriber=row.subscriber,
        task=row.task,
        agent=row.agent,
        state=row.state,
        began_at=row.began_at,
        changed_at=row.changed_at,
        answered_at=row.answered_at,
        ending=row.ending or "",
        cause=row.cause or 0,
    )
