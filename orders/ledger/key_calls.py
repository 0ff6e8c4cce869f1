"""Calls that the house makes by itself, on the ledger: whom to ring now, and what becomes of it.

    key_confirmations.keys_at passes ──due──► is it an hour to ring him? is he free? ──► phone_calls, keys_at = lease
                                                                                             │
          1 pressed: the order is confirmed    2, 0: an agent, at once ◄──(key_services)─────┤
          nobody there, no key: an attempt; again by the rules, or the agents' turn ◄──over──┘

Several nodes look for what is due; they take turns (one lock for all of them), so that a customer is rung by one of
them, and all of them together hold to `at_once`. A node that dies leaves its calls to the end of their lease. What the
line did not even try (no circuit, a trunk that is down) is no attempt, as he has not been rung: it is tried again soon,
and agents ring when the head start is over.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, func, select

from orders.calling import HOUSE
from orders.desk import MISSED, Outcome
from orders.ledger import key_confirmations, phone_calls
from orders.ledger.at_hand import Deed
from orders.ledger.decisions import missed_by_the_house
from orders.ledger.desk_rows import load_attempts, load_task, open_task
from orders.ledger.locks import lock_subscribers
from orders.ledger.order_rows import load_order
from orders.ledger.posting import deed as deed_for
from orders.ledger.tables import dialogs
from orders.ledger.tables import key_confirmations as rows
from orders.ledger.tables import phone_calls as calls
from orders.order import OrderState
from orders.telephoning import CALLING, PhoneCall

if TYPE_CHECKING:
    from orders.ledger.house import House

TURNS = "calls of the house"  # the lock by which nodes take turns
LEASE = 2_400.0  # seconds: longer than any call
BUSY = 120.0  # seconds until he may have hung up, or the agent may be done
SOON = 300.0  # seconds, after a call that could not even be tried

_running = select(func.count()).where(calls.c.ending.is_(None), calls.c.agent == HOUSE)
_due = (
    select(rows)
    .where(rows.c.keys_at.is_not(None), rows.c.keys_at <= bindparam("now"))
    .order_by(rows.c.keys_at)
    .limit(bindparam("most"))
)
_speaks = select(dialogs.c.thread).where(
    dialogs.c.subscriber == bindparam("of"),
    dialogs.c.thread.like("ivr:%/%"),
    dialogs.c.place.is_not(None),
    dialogs.c.expires_at > bindparam("now"),
)


# ── Whom to ring ─────────────────────────────────────────────────────────────────────────────────────────────────────


def due(connection: Connection, house: "House", now: float, most: int, at_once: int) -> list[tuple[PhoneCall, str]]:
    """Calls that this node is to make now, each about an order. most: of this node, now; at_once: of all nodes, in
    all."""
    lock_subscribers(connection, [TURNS])
    room = min(most, at_once - running(connection))
    if room <= 0:
        return []
    found = connection.execute(_due, {"now": now, "most": room}).all()
    lock_subscribers(connection, [row.subscriber for row in found])
    deed = deed_for(connection, house, now)
    return [(call, row.order_number) for row in found if (call := _call(deed, row))]


def running(connection: Connection) -> int:
    """Calls that the house is making, about whatever, on all nodes."""
    return int(connection.scalar(_running) or 0)


def _call(deed: Deed, found: Any) -> PhoneCall | None:
    """It was found before his lock was held: it is looked at once more."""
    connection, now, subscriber, number = deed.connection, deed.now, found.subscriber, found.order_number
    rings_at = key_confirmations.rings_at(connection, subscriber, number)
    if rings_at is None or rings_at > now:
        return None
    order, task = load_order(connection, subscriber, number), open_task(connection, subscriber, number)
    if order is None or task is None or order.state is not OrderState.HELD:
        key_confirmations.leave_to_agents(connection, subscriber, number)
        return None
    opens_at = deed.house.calling_hours.opens_at(subscriber, now)
    if opens_at is not None:
        key_confirmations.ring_again(deed, subscriber, number, opens_at)
        return None
    with_agent = task.agent is not None and (task.lease_until or 0.0) > now
    if with_agent or is_on_the_phone(connection, subscriber, now):
        key_confirmations.ring_again(deed, subscriber, number, now + BUSY)
        return None
    call = PhoneCall(deed.house.ids.next(now), subscriber, task.id, HOUSE, CALLING, now, now)
    phone_calls.begin(connection, deed.house.node, call)
    key_confirmations.ring_again(deed, subscriber, number, now + LEASE)
    return call


def is_on_the_phone(connection: Connection, subscriber: str, now: float) -> bool:
    """With an agent, with the house, or he has rung 10086 himself."""
    if phone_calls.under_way(connection, subscriber) is not None:
        return True
    return connection.execute(_speaks, {"of": subscriber, "now": now}).first() is not None


# ── What became of it ────────────────────────────────────────────────────────────────────────────────────────────────


def over(connection: Connection, house: "House", call: PhoneCall, now: float) -> None:
    """A job of the writer: the call is over, and kept as such; what its keys have not settled is followed up."""
    lock_subscribers(connection, [call.subscriber])
    phone_calls.moved(connection, call)
    task = load_task(connection, call.task, lock=True)
    if task is None or task.done_at is not None or task.order_number is None:
        return
    if key_confirmations.rings_at(connection, call.subscriber, task.order_number) is None:
        return  # he pressed a key that leaves it to agents, or one of them has taken it up
    deed = deed_for(connection, house, now)
    outcome = call.outcome or (Outcome.NO_KEY if call.answered_at is not None else None)
    if outcome is None:
        key_confirmations.ring_again(deed, call.subscriber, task.order_number, now + SOON)
        return
    decision = missed_by_the_house(deed, task, outcome, "")
    if decision.due_at is None:
        return
    if len(list(_made(connection, call))) < house.call_rules.by_keys:
        key_confirmations.ring_again(deed, call.subscriber, task.order_number, decision.due_at)
    else:
        key_confirmations.leave_to_agents(connection, call.subscriber, task.order_number)


def _made(connection: Connection, call: PhoneCall) -> Iterator[str]:
    """How the house's calls about this task ended that reached nobody."""
    task = load_task(connection, call.task)
    assert task is not None
    return (each.outcome for each in load_attempts(connection, task) if each.agent == HOUSE and each.outcome in MISSED)
