"""What agents are doing, as rows: one for each state that somebody was in, from when to when.

The open one (`until` is null) is what he is doing now, and a unique index sees to it that there is only one. Reports
add up the others. What happens to an agent is written by the transaction in which it happens (claiming, dialling,
recording), so whoever asks for `ready` never gets somebody who has just taken a card.

A row is locked last, after those of tasks and orders. What nobody told (a lease ran out, the customer cancelled, a node
went down in the middle of a call) is found by `caught_up`, which compares what is open with what he holds.

That the time to wrap up is over is found by whoever looks first (`wrapped_up`): whatever waits for an agent, the stream
of any browser, and each node now and then. He was ready then from when it was over, whoever found it and when.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from orders.agent_states import AWAY, BUSY, GONE, Event, Presence, ReadyAgent, State, Told, moved
from orders.ledger.statements import locking, write
from orders.ledger.tables import agent_states, agents, call_tasks, phone_calls, state_limits

BY_THE_HOUSE = "hall"
NOTICED = 10.0  # `seen_at` is no more exact than this

_open = agent_states.c.until.is_(None)
_here = (_open, agent_states.c.state != State.SIGNED_OUT)
_mine = select(agent_states).where(_open, agent_states.c.agent == bindparam("who"))
_last = select(func.max(agent_states.c.number)).where(agent_states.c.agent == bindparam("who"))
_this = (agent_states.c.agent == bindparam("who"), agent_states.c.number == bindparam("which"))
_close = update(agent_states).where(*_this).values(until=bindparam("at"))
_change = (
    update(agent_states)
    .where(*_this)
    .values(
        task=bindparam("card"),
        line=bindparam("call"),
        pause_then=bindparam("wish"),
        ends_at=bindparam("ends"),
        seen_at=bindparam("seen"),
    )
)
_seen = (
    update(agent_states)
    .where(*_here, agent_states.c.agent == bindparam("who"), agent_states.c.seen_at < bindparam("before"))
    .values(seen_at=bindparam("at"))
)
_ready = (
    select(agent_states.c.agent, agents.c.phone, agent_states.c.since)
    .join(agents, agents.c.name == agent_states.c.agent)
    .where(
        _open,
        agent_states.c.state == State.READY,
        agent_states.c.seen_at > bindparam("after"),
        agents.c.phone.is_not(None),
        agents.c.disabled.is_(False),
    )
    .order_by(agent_states.c.since, agent_states.c.agent)
)
_wrap_up = select(state_limits.c.seconds).where(state_limits.c.state == State.WRAP_UP.value)
_wrapped_up = select(agent_states.c.agent, agent_states.c.ends_at).where(
    _open,
    agent_states.c.state == State.WRAP_UP,
    agent_states.c.task.is_(None),
    agent_states.c.ends_at <= bindparam("now"),
)
TIMED = frozenset({Event.OVER, Event.RECORDED, Event.LONGER})  # what depends on how long a wrap-up is


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def presence(connection: Connection, agent: str, *, lock: bool = False) -> Presence:
    """What he is doing; somebody who was never here is signed out."""
    row = _row(connection, agent, lock)
    return Presence(agent) if row is None else _presence(row)


def everybody(connection: Connection) -> tuple[Presence, ...]:
    """All who are not signed out, by name."""
    rows = connection.execute(select(agent_states).where(*_here).order_by(agent_states.c.agent))
    return tuple(_presence(row) for row in rows)


def ready(connection: Connection, now: float) -> tuple[ReadyAgent, ...]:
    """Those whom a caller may be put through to, by telephone: who has been ready for longest comes first."""
    rows = connection.execute(_ready, {"after": now - AWAY})
    return tuple(ReadyAgent(row.agent, row.phone, row.since) for row in rows)


def _row(connection: Connection, agent: str, lock: bool) -> Any:
    query = _mine.with_for_update() if lock and locking(connection) else _mine
    return connection.execute(query, {"who": agent}).one_or_none()


def _presence(row: Any) -> Presence:
    return Presence(
        agent=row.agent,
        state=State(row.state),
        since=row.since,
        reason=row.reason,
        task=row.task,
        line=row.line,
        then=row.pause_then,
        ends=row.ends_at,
        by=row.told_by,
        node=row.node,
        seen_at=row.seen_at,
    )


# ── What happens to somebody ─────────────────────────────────────────────────────────────────────────────────────────


def happened(connection: Connection, agent: str, told: Told) -> Presence:
    """What he is doing then. Told twice it comes out the same."""
    row = _row(connection, agent, lock=True)
    before = Presence(agent) if row is None else _presence(row)
    after = moved(before, told, connection.scalar(_wrap_up) if told.event in TIMED else None)
    if told.by == agent:  # a sign of life
        after = replace(after, seen_at=max(told.at, before.seen_at))
    if after != before:
        _write(connection, row, before, after)
    return after


def take(connection: Connection, agent: str, line: int, now: float, node: str) -> bool:
    """Put a caller through to him, if he is still ready: False when somebody else was quicker, or he has a card."""
    before = presence(connection, agent, lock=True)
    if before.state is not State.READY:
        return False
    happened(connection, agent, Told(Event.RING, now, BY_THE_HOUSE, node, line=line))
    return True


def _write(connection: Connection, row: Any, before: Presence, after: Presence) -> None:
    if row is not None and (after.state, after.reason) == (before.state, before.reason):
        card: dict[str, Any] = {"card": after.task, "call": after.line, "wish": after.then}
        card |= {"ends": after.ends, "seen": after.seen_at}
        connection.execute(_change, {"who": after.agent, "which": row.number, **card})
        return
    if row is not None:
        connection.execute(_close, {"who": after.agent, "which": row.number, "at": after.since})
    number = (connection.scalar(_last, {"who": after.agent}) or 0) + 1
    connection.execute(insert(agent_states), [_values(after, number)])


def _values(of: Presence, number: int) -> dict[str, Any]:
    return {
        "agent": of.agent,
        "number": number,
        "state": of.state.value,
        "reason": of.reason,
        "since": of.since,
        "until": None,
        "told_by": of.by,
        "node": of.node,
        "task": of.task,
        "line": of.line,
        "pause_then": of.then,
        "ends_at": of.ends,
        "seen_at": of.seen_at,
    }


# ── Who is still there ───────────────────────────────────────────────────────────────────────────────────────────────


def seen(connection: Connection, names: Iterable[str], now: float) -> None:
    """Their browsers are there."""
    write(connection, _seen, ({"who": name, "before": now - NOTICED, "at": now} for name in names))


def here(connection: Connection, agent: str, now: float, node: str) -> Presence:
    """A sign of life of his browser: what he is doing. Whoever was given up is ready again."""
    is_now = caught_up(connection, agent, now, node)
    if is_now.state is State.SIGNED_OUT:
        return happened(connection, agent, Told(Event.SIGN_IN, now, agent, node))
    seen(connection, [agent], now)
    return is_now


def gone(connection: Connection, node: str, now: float) -> tuple[str, ...]:
    """Signs out those whose browsers have given no sign of life for long, but nobody whose telephone talks on."""
    query = select(agent_states.c.agent).where(*_here, agent_states.c.seen_at < now - GONE)
    names = connection.scalars(query.order_by(agent_states.c.agent)).all()
    away = tuple(name for name in names if caught_up(connection, name, now, node).line is None)
    for name in away:
        happened(connection, name, Told(Event.SIGN_OUT, now, BY_THE_HOUSE, node))
    return away


def wrapped_up(connection: Connection, now: float, node: str) -> None:
    """Whose time to wrap up is over is ready from then on."""
    for row in connection.execute(_wrapped_up, {"now": now}).all():
        happened(connection, row.agent, Told(Event.TIME_UP, row.ends_at, BY_THE_HOUSE, node))


def caught_up(connection: Connection, agent: str, now: float, node: str) -> Presence:
    """What he is doing, after what nobody told of: the card that he does not hold any more, the call that is over."""
    is_now = presence(connection, agent)
    if is_now.state not in BUSY:
        return is_now
    if is_now.line is not None and _is_over(connection, agent, is_now.line):
        is_now = happened(connection, agent, Told(Event.OVER, now, BY_THE_HOUSE, node, line=is_now.line))
    if is_now.task is not None and not _holds(connection, agent, is_now.task, now):
        is_now = happened(connection, agent, Told(Event.DONE, now, BY_THE_HOUSE, node))
    if is_now.ends is not None and is_now.time_is_up(now):
        is_now = happened(connection, agent, Told(Event.TIME_UP, is_now.ends, BY_THE_HOUSE, node))
    return is_now


def lines_down(connection: Connection, node: str, now: float, but: Collection[int] = ()) -> None:
    """A node begins anew: the calls of its earlier life are over, but for those that go on without it."""
    query = select(agent_states.c.agent, agent_states.c.line).where(
        *_here, agent_states.c.line.is_not(None), agent_states.c.node == node, agent_states.c.line.not_in(but)
    )
    for row in connection.execute(query).all():
        happened(connection, row.agent, Told(Event.OVER, now, BY_THE_HOUSE, node, line=row.line))


def _is_over(connection: Connection, agent: str, line: int) -> bool:
    query = select(phone_calls.c.ending).where(
        phone_calls.c.id == line, phone_calls.c.agent == agent, phone_calls.c.ending.is_not(None)
    )
    return connection.scalar(query) is not None


def _holds(connection: Connection, agent: str, task: int, now: float) -> bool:
    query = select(call_tasks.c.id).where(
        call_tasks.c.id == task,
        call_tasks.c.agent == agent,
        call_tasks.c.due_at.is_not(None),
        or_(call_tasks.c.lease_until.is_(None), call_tasks.c.lease_until > now),
    )
    return connection.scalar(query) is not None
