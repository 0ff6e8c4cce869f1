"""Who rings whom: an agent claims the most urgent task that is due, and holds it by a lease.

An agent has one task at a time. Asking again gives him the one he holds (his browser crashed, he signed in elsewhere),
so that nothing is left lying with somebody who does not know of it. A lease that ran out makes the task free without
anybody having to notice: whoever claims next may get it.

    levels      which lanes and priorities there are: an index is leapt through, however many tasks wait
    in_order    what of it is for him, the most urgent first (`desk_lanes`)
    the first   of each lane of a level, the one that is due for longest; of those, the one that is

What one customer is rung about is with one agent at a time: while somebody has a task of his in hand, the others of
that customer are passed over for everybody else. The callback of a caller who withholds his number is nobody's sibling.

On PostgreSQL the row of the agent is locked first, so that two windows of one agent get the same task, and a task that
another node is just claiming is skipped. So is one of a customer whose other task is: each claim tries a lock of the
customer, without waiting, and looks again when it has it, as what it saw before may be a moment old. On SQLite there is
one node and one thread. Each function runs in the ledger's thread, in a transaction of its own, and may run twice.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from orders.agent_states import State
from orders.desk_lanes import RELEASE, DeskRules, Hand, Level, in_order
from orders.desk_words import CallTask, must_hold
from orders.ledger import waiting_calls
from orders.ledger.desk_rows import PUT_BACK, load_task, task_of
from orders.ledger.locks import try_customer
from orders.ledger.statements import locking
from orders.ledger.tables import agent_states, agents, call_remarks, call_tasks

AS_EVER = DeskRules()

HELD = select(call_tasks).where(
    call_tasks.c.due_at.is_not(None), call_tasks.c.agent == bindparam("me"), call_tasks.c.lease_until > bindparam("now")
)
FREE = or_(call_tasks.c.lease_until.is_(None), call_tasks.c.lease_until <= bindparam("now"))
OF_LEVEL = and_(
    call_tasks.c.lane == bindparam("lane"),
    call_tasks.c.priority == bindparam("priority"),
    call_tasks.c.due_at.is_not(None),
    call_tasks.c.due_at <= bindparam("until"),
    call_tasks.c.id.not_in(bindparam("skipped", expanding=True)),
    FREE,
)
IN_TURN = (call_tasks.c.due_at, call_tasks.c.id)
_other = call_tasks.alias("other")
_with_another = and_(
    _other.c.agent.is_not(None),  # few, by index
    _other.c.due_at.is_not(None),
    _other.c.agent != bindparam("me"),
    _other.c.lease_until > bindparam("now"),
)
_siblings_free = or_(
    call_tasks.c.subscriber == "",
    ~select(_other.c.id).where(_with_another, _other.c.subscriber == call_tasks.c.subscriber).exists(),
)
_with = select(_other.c.agent).where(
    _with_another, _other.c.subscriber == bindparam("of"), _other.c.id != bindparam("besides")
)
_first = select(call_tasks).where(OF_LEVEL, _siblings_free).order_by(*IN_TURN).limit(1)
_glance = select(call_tasks.c.due_at, call_tasks.c.id).where(OF_LEVEL, _siblings_free).order_by(*IN_TURN).limit(1)
_this = select(call_tasks).where(OF_LEVEL, _siblings_free, call_tasks.c.id == bindparam("task"))
_leave = (
    update(call_tasks).where(call_tasks.c.agent == bindparam("me"), call_tasks.c.due_at.is_not(None)).values(PUT_BACK)
)
_agent = select(agents.c.name, agents.c.languages, agents.c.skills).where(agents.c.name == bindparam("me"))
_present = select(agent_states.c.agent).where(
    agent_states.c.until.is_(None),
    agent_states.c.state != State.SIGNED_OUT,
    agent_states.c.seen_at > bindparam("since"),
)
_skips = select(call_remarks.c.task).where(
    call_remarks.c.agent == bindparam("me"), call_remarks.c.reason.is_not(None), call_remarks.c.at > bindparam("since")
)


def _levels() -> Any:
    """The lanes there are, each found from the one before, and in each the priorities, in the same way."""
    is_open = call_tasks.c.due_at.is_not(None)
    lanes = select(func.min(call_tasks.c.lane).label("lane")).where(is_open).cte("lanes", recursive=True)
    beyond = select(func.min(call_tasks.c.lane)).where(is_open, call_tasks.c.lane > lanes.c.lane)
    lanes = lanes.union_all(select(beyond.scalar_subquery()).where(lanes.c.lane.is_not(None)))
    highest = select(func.max(call_tasks.c.priority)).where(is_open, call_tasks.c.lane == lanes.c.lane)
    levels = (
        select(lanes.c.lane, highest.scalar_subquery().label("priority"))
        .where(lanes.c.lane.is_not(None))
        .cte("levels", recursive=True)
    )
    below = select(func.max(call_tasks.c.priority)).where(
        is_open, call_tasks.c.lane == levels.c.lane, call_tasks.c.priority < levels.c.priority
    )
    levels = levels.union_all(select(levels.c.lane, below.scalar_subquery()).where(levels.c.priority.is_not(None)))
    return select(levels.c.lane, levels.c.priority).where(levels.c.priority.is_not(None))


_all_levels = _levels()


def claim_next(
    connection: Connection, agent: str, now: float, lease: float, rules: DeskRules = AS_EVER
) -> CallTask | None:
    """The task this agent holds already, else the most urgent that is due; None when there is nothing to do."""
    if locking(connection):
        connection.execute(_agent.with_for_update(), {"me": agent})
    row = connection.execute(HELD, {"me": agent, "now": now}).first()
    if row is not None:
        task = task_of(row)
        return _hold(connection, task, agent, _until(task, now, lease, rules))
    row = _next(connection, agent, now, rules)
    return None if row is None else _begin(connection, task_of(row), agent, now, lease, rules)


def lanes(connection: Connection) -> set[str]:
    """In which somebody waits, now or later."""
    return {row.lane for row in connection.execute(_all_levels)}


def levels_for(connection: Connection, agent: str, now: float, rules: DeskRules) -> list[list[Level]]:
    """From where he may take something, the most urgent first; what stands together is equally urgent. Those whose
    hours have not begun come last."""
    present = set(connection.scalars(_present, {"since": now - rules.away}))
    levels = [(row.lane, row.priority) for row in connection.execute(_all_levels)]
    return in_order(levels, hand_of(connection, agent), present, now, rules)


def hand_of(connection: Connection, agent: str) -> Hand:
    row = connection.execute(_agent, {"me": agent}).one_or_none()
    return Hand(agent) if row is None else Hand(agent, words_in(row.languages), words_in(row.skills))


def words_in(text: str | None) -> frozenset[str]:
    return frozenset((text or "").split())


def skipped_by(connection: Connection, agent: str, now: float, rules: DeskRules) -> list[int]:
    return list(connection.scalars(_skips, {"me": agent, "since": now - rules.skipped_for}))


def names_of(level: Level, now: float, skipped: Sequence[int]) -> dict[str, Any]:
    return {
        "lane": str(level.lane),
        "priority": level.priority,
        "until": level.until,
        "now": now,
        "skipped": list(skipped),
    }


def _next(connection: Connection, agent: str, now: float, rules: DeskRules) -> Any:
    skipped = skipped_by(connection, agent, now, rules)
    for together in levels_for(connection, agent, now, rules):
        if together[0].opens_at is not None:
            return None  # from here on nobody may be rung now
        if len(together) == 1:
            row = _first_of(connection, together[0], now, skipped, agent)
        else:
            row = _eldest(connection, together, now, skipped, agent)
        if row is not None:
            return row
    return None


def _first_of(connection: Connection, level: Level, now: float, skipped: list[int], agent: str) -> Any:
    """Of this level; `skipped` grows by those that somebody is just claiming a sibling of."""
    query = _first.with_for_update(skip_locked=True, of=call_tasks) if locking(connection) else _first
    while True:
        row = connection.execute(query, names_of(level, now, skipped) | {"me": agent}).first()
        if row is None or _alone_with(connection, row.subscriber, now, agent):
            return row
        skipped.append(row.id)


def _alone_with(connection: Connection, subscriber: str, now: float, agent: str) -> bool:
    """From now until the commit nobody else gets a task of this customer."""
    if not subscriber or not locking(connection):
        return True
    return try_customer(connection, subscriber) and with_another(connection, subscriber, now, agent) is None


def with_another(connection: Connection, subscriber: str, now: float, agent: str, besides: int = 0) -> str | None:
    """Who else has something of this customer in hand, other than the task `besides`."""
    if not subscriber:
        return None
    found: str | None = connection.scalar(
        _with.limit(1), {"of": subscriber, "now": now, "me": agent, "besides": besides}
    )
    return found


def _eldest(connection: Connection, levels: Sequence[Level], now: float, skipped: list[int], agent: str) -> Any:
    """Of levels that are equally urgent, the one who has waited longest of all. What is locked is what was seen to be
    first: if somebody was quicker, the next behind him may be younger than the first of another level."""
    me = {"me": agent}
    query = _this.with_for_update(skip_locked=True, of=call_tasks) if locking(connection) else _this
    while True:
        glances = [(connection.execute(_glance, names_of(level, now, skipped) | me).first(), level) for level in levels]
        found = [((row.due_at, row.id), level) for row, level in glances if row is not None]
        if not found:
            return None
        (_, task), level = min(found, key=lambda each: each[0])
        row = connection.execute(query, names_of(level, now, skipped) | me | {"task": task}).first()
        if row is not None and _alone_with(connection, row.subscriber, now, agent):
            return row
        skipped.append(task)


# ── What is in hand ──────────────────────────────────────────────────────────────────────────────────────────────────


def extend(
    connection: Connection, agent: str, task: int, now: float, lease: float, rules: DeskRules = AS_EVER
) -> float:
    """A sign of life: the end of the new lease."""
    held = must_hold(load_task(connection, task, lock=True), agent, now)
    until = _until(held, now, lease, rules)
    _set(connection, held, agent=agent, lease_until=until)
    return until


def release(connection: Connection, agent: str, task: int, now: float) -> CallTask:
    """Back to the others, as it was; it stays as urgent as it is."""
    held = must_hold(load_task(connection, task, lock=True), agent, now)
    _set(connection, held, **PUT_BACK)
    return held


def leave(connection: Connection, agent: str, now: float) -> None:
    """He goes: what he has in hand goes back to the others, and who is on his line to the queue."""
    connection.execute(_leave, {"me": agent})
    waiting_calls.forsaken(connection, agent, now)


def number_to_dial(connection: Connection, agent: str, task: int, now: float) -> str:
    """The subscriber's number, for the agent who holds the task and for nobody else."""
    return must_hold(load_task(connection, task), agent, now).subscriber


def dialled(connection: Connection, agent: str, task: int, now: float, lease: float) -> str:
    """The number, and from here on he may see it: the time to read the card is over."""
    held = must_hold(load_task(connection, task, lock=True), agent, now)
    until = max(held.lease_until or now, now + lease)
    _set(connection, held, dialled_at=held.dialled_at or now, lease_until=until)
    return held.subscriber


def _begin(connection: Connection, task: CallTask, agent: str, now: float, lease: float, rules: DeskRules) -> CallTask:
    until = now + _preview(rules, lease)
    _set(connection, task, agent=agent, lease_until=until, claimed_at=now, dialled_at=None)
    return _reloaded(connection, task)


def _until(task: CallTask, now: float, lease: float, rules: DeskRules) -> float:
    """Of the new lease. Where reading has its time and the task is then another's, that is its end."""
    if rules.preview_then != RELEASE or not rules.preview or task.dialled_at is not None or task.claimed_at is None:
        return now + lease
    return min(now + lease, task.claimed_at + rules.preview)


def _preview(rules: DeskRules, lease: float) -> float:
    return min(lease, rules.preview) if rules.preview and rules.preview_then == RELEASE else lease


def _hold(connection: Connection, task: CallTask, agent: str, until: float) -> CallTask:
    _set(connection, task, agent=agent, lease_until=until)
    return _reloaded(connection, task)


def _reloaded(connection: Connection, task: CallTask) -> CallTask:
    held = load_task(connection, task.id)
    assert held is not None
    return held


def _set(connection: Connection, task: CallTask, **values: Any) -> None:
    mine = (call_tasks.c.subscriber == task.subscriber, call_tasks.c.id == task.id)
    connection.execute(update(call_tasks).where(*mine).values(**values))
