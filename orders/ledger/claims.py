"""What is due, and who does it: rows are claimed with a lease that goes stale, so that a dead node's work is found.

    queued, due_at <= now  ──claim──►  sending, due_at = end of the lease, node = me
    sending, due_at <= now ──claim──►  the same, for another node: the first one had its time

On PostgreSQL `FOR UPDATE SKIP LOCKED` lets nodes claim side by side; on SQLite there is one node and one thread.
Everything here runs in the ledger's thread and may run twice: a claim that was not heard of goes stale like any other.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, not_, or_, select, update

from dialogs.words import Inbound, TimerFired
from orders.ledger.diverting import AS_A_TEXT
from orders.ledger.ids import NODES, Ids
from orders.ledger.rows import lookup_of, outbound_of
from orders.ledger.statements import locking, statements, write
from orders.ledger.tables import dialogs, lookups, nodes, outbound
from orders.lookup import Lookup
from orders.outbound import NO_LINK, GaveUp, Outbound, OutboundState

DAY = 86_400.0
FORGOTTEN_AFTER = 7 * DAY


class TooManyNodes(Exception):
    """There is no ordinal left for another node."""


# ── This node ────────────────────────────────────────────────────────────────────────────────────────────────────────


def register(connection: Connection, name: str, now: float) -> int:
    """This node's ordinal, which is part of every id it makes. The caller holds the name's `NodeLock`."""
    if locking(connection):
        connection.exec_driver_sql("LOCK TABLE nodes IN EXCLUSIVE MODE")
    ordinals = {row.name: row.ordinal for row in connection.execute(select(nodes))}
    ordinal = ordinals.get(name)
    if ordinal is None:
        ordinal = next((free for free in range(NODES) if free not in ordinals.values()), None)
    if ordinal is None:
        ordinal = _inherited(connection, now)
    connection.execute(statements(connection).upsert(nodes), {"name": name, "ordinal": ordinal, "seen_at": now})
    release(connection, name, now)
    return int(ordinal)


def _inherited(connection: Connection, now: float) -> int:
    """The ordinal of the node that has been away for longest: names that come and go must not use them all up."""
    oldest = connection.execute(select(nodes).order_by(nodes.c.seen_at).limit(1)).one()
    if oldest.seen_at > now - FORGOTTEN_AFTER:
        raise TooManyNodes(
            f"{NODES} nodes have registered on this database within {FORGOTTEN_AFTER / DAY:.0f} days, as many as there "
            "may be: keep [node] name the same when a node is started anew"
        )
    release(connection, oldest.name, now)
    connection.execute(delete(nodes).where(nodes.c.name == oldest.name))
    return int(oldest.ordinal)


def release(connection: Connection, name: str, now: float) -> None:
    """What this node had claimed is due at once: its earlier life is over, or it is about to stop."""
    connection.execute(
        update(outbound)
        .where(outbound.c.due_at.is_not(None), outbound.c.node == name)
        .values(state=OutboundState.QUEUED, due_at=now, node=None)
    )
    connection.execute(update(lookups).where(lookups.c.node == name).values(due_at=now, node=None))


def beat(connection: Connection, name: str, now: float) -> None:
    connection.execute(update(nodes).where(nodes.c.name == name).values(seen_at=now))


# ── What is due ──────────────────────────────────────────────────────────────────────────────────────────────────────

_claim_outbound = (
    update(outbound)
    .where(outbound.c.subscriber == bindparam("of"), outbound.c.id == bindparam("row"))
    .values(state=OutboundState.SENDING, due_at=bindparam("until"), node=bindparam("by"))
)
_renew_outbound = (
    update(outbound)
    .where(
        outbound.c.subscriber == bindparam("of"), outbound.c.id == bindparam("row"), outbound.c.node == bindparam("by")
    )
    .values(due_at=bindparam("until"))
)
_hurry = (
    update(outbound)
    .where(
        outbound.c.due_at.is_not(None),
        outbound.c.due_at > bindparam("now"),
        outbound.c.state == OutboundState.QUEUED,
        outbound.c.channel == bindparam("of"),
        outbound.c.reason == NO_LINK,
    )
    .values(due_at=bindparam("now"))
)
_awake = (
    update(outbound)
    .where(
        outbound.c.subscriber == bindparam("who"),
        outbound.c.due_at.is_not(None),
        outbound.c.due_at > bindparam("now"),
        or_(outbound.c.not_before.is_(None), outbound.c.not_before <= bindparam("now")),
        outbound.c.state == OutboundState.QUEUED,
        outbound.c.channel == bindparam("of"),
    )
    .values(due_at=bindparam("now"))
)
_not_yet = and_(
    outbound.c.state == OutboundState.QUEUED,
    outbound.c.not_before.is_not(None),
    outbound.c.not_before > bindparam("now"),
)
_hand_on = (  # what was handed on in vain has its reason, and waits for its time
    update(outbound)
    .where(
        outbound.c.due_at.is_not(None),
        outbound.c.due_at == outbound.c.not_before,
        _not_yet,
        outbound.c.channel == bindparam("of"),
        outbound.c.reason.is_(None),
    )
    .values(due_at=bindparam("now"))
)
_expire_outbound = (
    update(outbound)
    .where(outbound.c.due_at.is_not(None), outbound.c.expires_at <= bindparam("now"))
    .values(
        state=OutboundState.FAILED,
        due_at=None,
        node=None,
        done_at=bindparam("now"),
        reason=func.coalesce(outbound.c.reason, "it was never tried"),
        gave_up=GaveUp.EXPIRED,
    )
)


_divert_outbound = (
    update(outbound)
    .where(
        outbound.c.due_at.is_not(None),
        outbound.c.expires_at <= bindparam("now"),
        outbound.c.channel != "sms",
        outbound.c.by_text,
    )
    .values(AS_A_TEXT)
)


def hurry(connection: Connection, channel: str, now: float) -> int:
    """A link is bound again: what waited for one waits no longer."""
    return connection.execute(_hurry, {"of": channel, "now": now}).rowcount


def awake(connection: Connection, channel: str, subscriber: str, now: float) -> int:
    """He can be reached again: what was refused for the moment is tried at once."""
    return connection.execute(_awake, {"of": channel, "who": subscriber, "now": now}).rowcount


def hand_on_early(connection: Connection, channel: str, now: float) -> int:
    """What is for later is due now: somebody is there who keeps it until its time."""
    return connection.execute(_hand_on, {"of": channel, "now": now}).rowcount


def due_outbound(
    connection: Connection, node: str, channel: str, now: float, lease: float, most: int
) -> list[Outbound]:
    """The oldest messages of a channel that may be sent now, and are this node's until the lease ends."""
    query = (
        select(outbound)
        .where(
            outbound.c.due_at.is_not(None),
            outbound.c.due_at <= now,
            outbound.c.channel == channel,
            outbound.c.expires_at > now,
        )
        .order_by(outbound.c.due_at, outbound.c.id)
        .limit(most)
    )
    if locking(connection):
        query = query.with_for_update(skip_locked=True)
    rows = connection.execute(query).all()
    until = now + lease
    write(
        connection,
        _claim_outbound,
        ({"of": row.subscriber, "row": row.id, "until": until, "by": node} for row in rows),
    )
    return sorted((outbound_of(row, until) for row in rows), key=lambda message: message.id)


def renew(connection: Connection, node: str, messages: Iterable[Outbound], until: float) -> None:
    """This node still has them in hand."""
    write(
        connection,
        _renew_outbound,
        ({"of": message.subscriber, "row": message.id, "until": until, "by": node} for message in messages),
    )


def divert_outbound(connection: Connection, service: str, now: float, validity: float) -> int:
    """What must reach him and could not be said in its session goes as a text message."""
    names = {"now": now, "at": now, "until": now + validity, "text_service": service}
    return connection.execute(_divert_outbound, names).rowcount


def expire_outbound(connection: Connection, now: float) -> int:
    """Messages that nobody wants any more are failed, not sent."""
    return connection.execute(_expire_outbound, {"now": now}).rowcount


def due_lookups(connection: Connection, node: str, now: float, lease: float, most: int) -> list[Lookup]:
    query = select(lookups).where(lookups.c.due_at <= now).order_by(lookups.c.due_at).limit(most)
    if locking(connection):
        query = query.with_for_update(skip_locked=True)
    rows = connection.execute(query).all()
    if rows:
        connection.execute(
            update(lookups).where(lookups.c.id.in_([row.id for row in rows])).values(due_at=now + lease, node=node)
        )
    return [lookup_of(row) for row in rows]


def postpone_lookup(connection: Connection, lookup: Lookup, due_at: float) -> None:
    connection.execute(
        update(lookups)
        .where(lookups.c.subscriber == lookup.subscriber, lookups.c.id == lookup.id)
        .values(due_at=due_at, node=None, attempts=lookups.c.attempts + 1)
    )


def due_timers(connection: Connection, ids: Ids, now: float, most: int) -> list[Inbound]:
    """Deadlines that have passed, as inbounds. The turn moves the deadline on; a timer fired twice is stale the second
    time, so nothing is claimed."""
    query = select(dialogs).where(dialogs.c.deadline.is_not(None), dialogs.c.deadline <= now)
    return [
        _timer(row, ids.next(now), now) for row in connection.execute(query.order_by(dialogs.c.deadline).limit(most))
    ]


def _timer(row: Any, number: int, now: float) -> Inbound:
    channel, _, address = row.thread.partition(":")
    service, _, session = address.partition("/")
    return Inbound(number, channel, row.subscriber, service, now, TimerFired(row.turns), session)


# ── What everybody looks at ──────────────────────────────────────────────────────────────────────────────────────────


_since = func.coalesce(outbound.c.not_before, outbound.c.created_at)
_waiting = select(func.count(), func.min(_since)).where(outbound.c.due_at.is_not(None), not_(_not_yet))


def outbox(connection: Connection, now: float) -> tuple[int, float]:
    """How many messages wait, and how long the oldest has been due, in seconds. What is for later does not wait."""
    row = connection.execute(_waiting, {"now": now}).one()
    return int(row[0]), max(0.0, now - row[1]) if row[1] is not None else 0.0
