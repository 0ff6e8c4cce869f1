"""How things are at the desk, for all browsers of a node at once: a handful of statements, however many look on.

Asking is also a sign of life of those browsers: their sessions go on, and so do the agents' states.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, ScalarSelect, bindparam, func, select, tuple_

from orders.agent_states import BUSY, Event, Presence, State, Told
from orders.calling_hours import CallingHours
from orders.desk_news import InHand, News, Viewer, Waits
from orders.ledger import agent_states, agents, pauses, waiting_calls
from orders.ledger.desk_queue import ALWAYS, counted
from orders.ledger.phone_calls import call_of
from orders.ledger.tables import (
    call_attempts,
    call_tasks,
    desk_sessions,
    inbound,
    order_events,
    orders,
    outbound,
    phone_calls,
)
from orders.signing_in import SessionRules
from orders.telephoning import PhoneCall

_these = call_tasks.c.agent.in_(bindparam("names", expanding=True))


def _last(column: Any, *where: Any) -> ScalarSelect[Any]:
    return select(func.max(column)).where(*where).scalar_subquery()


_same = {table: table.c.subscriber == call_tasks.c.subscriber for table in (inbound, outbound, orders, order_events)}
_marked = select(
    call_tasks.c.agent,
    call_tasks.c.id,
    call_tasks.c.lease_until,
    call_tasks.c.attempts,
    _last(inbound.c.id, _same[inbound]).label("heard"),
    _last(outbound.c.id, _same[outbound]).label("said"),
    _last(order_events.c.event, _same[order_events], order_events.c.number == call_tasks.c.order_number).label("event"),
)
_in_hand = _marked.where(_these, call_tasks.c.lease_until > bindparam("now"))
_one = _marked.where(call_tasks.c.id == bindparam("task"))
_newest = (
    select(phone_calls.c.agent, func.max(phone_calls.c.id))
    .where(phone_calls.c.agent.in_(bindparam("names", expanding=True)))
    .group_by(phone_calls.c.agent)
)
_calls = select(phone_calls).where(tuple_(phone_calls.c.agent, phone_calls.c.id).in_(_newest))
_attempt = select(func.max(call_attempts.c.at))
_sessions = select(desk_sessions).where(desk_sessions.c.token_hash.in_(bindparam("of", expanding=True)))


def news(
    connection: Connection,
    viewers: Sequence[Viewer],
    now: float,
    node: str,
    beat: bool,
    sessions: SessionRules = agents.USUAL,
    hours: CallingHours = ALWAYS,
) -> News:
    """beat: whether this look is a sign of life as well; every few seconds is enough."""
    over = _over(connection, viewers)
    if beat:
        over |= _run_out(connection, viewers, over, now, sessions)
    names = sorted({viewer.agent for viewer in viewers if viewer.session not in over})
    if beat:
        _here(connection, names, now, node)
    agent_states.wrapped_up(connection, now, node)
    counts = counted(connection, now, hours)
    return News(
        waits=Waits(counts.due, counts.later, counts.oldest_at, counts.closed, counts.opens_at),
        limits=pauses.limits(connection),
        over=over,
        presences={each.agent: each for each in agent_states.everybody(connection)},
        in_hand=_held(connection, names, now),
        calls=_called(connection, names),
        last_attempt=connection.scalar(_attempt),
        callers=tuple(waiting_calls.waiting(connection)),
    )


def _over(connection: Connection, viewers: Sequence[Viewer]) -> dict[bytes, str]:
    """What somebody ended, and why."""
    rows = connection.execute(_sessions, {"of": [viewer.session for viewer in viewers]})
    why = {bytes(row.token_hash): row.ended for row in rows}
    ended = {viewer.session: why.get(viewer.session, "") for viewer in viewers}
    return {session: reason for session, reason in ended.items() if reason is not None}


def _run_out(
    connection: Connection, viewers: Sequence[Viewer], over: Mapping[bytes, str], now: float, sessions: SessionRules
) -> dict[bytes, str]:
    going_on = {viewer.session for viewer in viewers} - set(over)
    return {session: "" for session in going_on if agents.session(connection, session, now, sessions) is None}


def _here(connection: Connection, names: Sequence[str], now: float, node: str) -> None:
    are = {each.agent: each for each in agent_states.everybody(connection)}
    for name in names:
        is_now = are.get(name, Presence(name))
        if is_now.state is State.SIGNED_OUT:
            agent_states.happened(connection, name, Told(Event.SIGN_IN, now, name, node))
        elif is_now.state in BUSY:
            agent_states.caught_up(connection, name, now, node)
    agent_states.seen(connection, names, now)


def _held(connection: Connection, names: Sequence[str], now: float) -> dict[str, InHand]:
    rows = connection.execute(_in_hand, {"names": names, "now": now})
    return {row.agent: InHand(row.id, row.lease_until, _mark(row)) for row in rows}


def mark(connection: Connection, task: int) -> str:
    """Changes when something was said or done that the card of this task shows."""
    return _mark(connection.execute(_one, {"task": task}).one())


def _mark(row: Any) -> str:
    return f"{row.attempts}.{row.heard}.{row.said}.{row.event}"


def _called(connection: Connection, names: Sequence[str]) -> dict[str, PhoneCall]:
    return {row.agent: call_of(row) for row in connection.execute(_calls, {"names": names})}
