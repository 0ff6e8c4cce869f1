"""Subscriptions of other halls, and the deliveries that are due: claimed by a lease like everything that goes out.

    due ──claim──► a node has it ──delivered──► the row is gone
                        │ failed: due again, later; the callback rests ─► given up: a dead letter, without due_at
                        └ the node died: its lease ends, and another takes it up

Of one order's events a callback is told in their order: while an earlier one is still to be delivered, a later one is
not claimed. One that was given up holds nobody up any more. What was told may be told once more (a node may die after
the answer came): an event has an id by which its hearer knows it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from orders.halls import Client, Conflict, NoSuchThing
from orders.hub import DeadDelivery, Delivery, Patience, Subscription
from orders.ledger.rows import values
from orders.ledger.statements import locking
from orders.ledger.tables import hall_words, hub_deliveries, hub_subscriptions

MOST_SUBSCRIPTIONS = 100  # of one hall
LONGEST_REASON = 200

_mine = (hub_deliveries.c.id == bindparam("no"), hub_deliveries.c.node == bindparam("by"))
_done = delete(hub_deliveries).where(*_mine)
_postponed = (
    update(hub_deliveries)
    .where(*_mine)
    .values(due_at=bindparam("again"), node=None, attempts=bindparam("tried"), reason=bindparam("why"))
)
_rests = (
    update(hub_subscriptions).where(hub_subscriptions.c.id == bindparam("of")).values(paused_until=bindparam("until"))
)


# ── Subscriptions ────────────────────────────────────────────────────────────────────────────────────────────────────


def subscribe(connection: Connection, client: Client, wanted: Subscription, now: float) -> None:
    mine = select(func.count()).select_from(hub_subscriptions).where(hub_subscriptions.c.hall == client.name)
    if connection.execute(mine).scalar_one() >= MOST_SUBSCRIPTIONS:
        raise Conflict(f"{client.name} has {MOST_SUBSCRIPTIONS} subscriptions: delete one first")
    row = {
        "id": wanted.id,
        "hall": client.name,
        "sees_all": client.sees_all,
        "api": wanted.api,
        "callback": wanted.callback,
        "query": wanted.query,
        "secret": wanted.secret,
        "created_at": now,
        "paused_until": 0.0,
    }
    connection.execute(insert(hub_subscriptions), [row])


def unsubscribe(connection: Connection, client: Client, api: str, number: int) -> None:
    """What was still to be told to it is told to nobody."""
    mine = (
        hub_subscriptions.c.id == number,
        hub_subscriptions.c.api == api,
        hub_subscriptions.c.hall == client.name,
    )
    if not connection.execute(delete(hub_subscriptions).where(*mine)).rowcount:
        raise NoSuchThing(f"there is no subscription {number}")
    connection.execute(delete(hub_deliveries).where(hub_deliveries.c.subscription == number))


def listed(connection: Connection) -> list[Subscription]:
    rows = connection.execute(select(hub_subscriptions).order_by(hub_subscriptions.c.hall, hub_subscriptions.c.id))
    return [
        Subscription(row.id, row.hall, row.api, row.callback, row.query, sees_all=bool(row.sees_all)) for row in rows
    ]


# ── What is due ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _due() -> Any:
    earlier = hub_deliveries.alias("earlier")
    first = ~(
        select(earlier.c.id)
        .where(
            earlier.c.subscriber == hub_deliveries.c.subscriber,
            earlier.c.thing == hub_deliveries.c.thing,
            earlier.c.subscription == hub_deliveries.c.subscription,
            earlier.c.place < hub_deliveries.c.place,
            earlier.c.due_at.is_not(None),
        )
        .correlate(hub_deliveries)
        .exists()
    )
    words = (hall_words.c.subscriber == hub_deliveries.c.subscriber) & (hall_words.c.number == hub_deliveries.c.thing)
    return (
        select(hub_deliveries, hub_subscriptions.c.callback, hub_subscriptions.c.secret, hall_words.c.told)
        .join(hub_subscriptions, hub_subscriptions.c.id == hub_deliveries.c.subscription)
        .join(hall_words, words, isouter=True)
        .where(hub_deliveries.c.due_at <= bindparam("now"), hub_subscriptions.c.paused_until <= bindparam("now"), first)
        .order_by(hub_deliveries.c.due_at)
        .limit(bindparam("most"))
    )


_claimable = _due()
_claim = (
    update(hub_deliveries)
    .where(hub_deliveries.c.id.in_(bindparam("which", expanding=True)))
    .values(due_at=bindparam("until"), node=bindparam("by"))
)


def claim(connection: Connection, node: str, now: float, lease: float, most: int) -> list[Delivery]:
    query = _claimable
    if locking(connection):
        query = query.with_for_update(of=hub_deliveries, skip_locked=True)
    rows = connection.execute(query, {"now": now, "most": most}).all()
    if rows:
        connection.execute(_claim, {"which": [row.id for row in rows], "until": now + lease, "by": node})
    return [_delivery(row) for row in rows]


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id,
        subscription=row.subscription,
        callback=row.callback,
        secret=row.secret,
        type=row.type,
        at=row.at,
        attempts=row.attempts,
        seen=values(row.seen),
        told=values(row.told) if row.told else {},
    )


def delivered(connection: Connection, node: str, which: Delivery) -> None:
    connection.execute(_done, {"no": which.id, "by": node})


def failed(
    connection: Connection, node: str, which: Delivery, why: str, now: float, patience: Patience, *, for_good: bool
) -> float | None:
    """When it is tried again; None: it is given up."""
    again = None if for_good else patience.next_try(which.attempts + 1, now)
    values_ = {"no": which.id, "by": node, "again": again, "tried": which.attempts + 1, "why": why[:LONGEST_REASON]}
    connection.execute(_postponed, values_)
    if not for_good:
        connection.execute(_rests, {"of": which.subscription, "until": now + patience.pause})
    return again


def release(connection: Connection, node: str, now: float) -> None:
    """A node that goes leaves what it had in hand to the others."""
    left = update(hub_deliveries).where(hub_deliveries.c.node == node, hub_deliveries.c.due_at.is_not(None))
    connection.execute(left.values(due_at=now, node=None))


def depth(connection: Connection) -> int:
    """How many are still to be delivered."""
    query = select(func.count()).select_from(hub_deliveries).where(hub_deliveries.c.due_at.is_not(None))
    return int(connection.execute(query).scalar_one())


# ── Dead letters ─────────────────────────────────────────────────────────────────────────────────────────────────────


def dead(connection: Connection, most: int) -> list[DeadDelivery]:
    """The newest first."""
    query = (
        select(hub_deliveries, hub_subscriptions.c.hall, hub_subscriptions.c.callback)
        .join(hub_subscriptions, hub_subscriptions.c.id == hub_deliveries.c.subscription)
        .where(hub_deliveries.c.due_at.is_(None))
        .order_by(hub_deliveries.c.id.desc())
        .limit(most)
    )
    return [
        DeadDelivery(row.id, row.hall, row.callback, row.type, row.thing, row.at, row.attempts, row.reason or "")
        for row in connection.execute(query)
    ]


def resend(connection: Connection, which: Sequence[int] | None, now: float) -> int:
    """These, or all; how many there were. Each begins anew."""
    gone = [hub_deliveries.c.due_at.is_(None)]
    if which is not None:
        gone.append(hub_deliveries.c.id.in_(which))
    again = update(hub_deliveries).where(*gone).values(due_at=now, attempts=0, node=None, reason=None)
    return connection.execute(again).rowcount
