"""What an agent decided, recorded in one transaction: the attempt, the task, the order with its event, and the notice.

    AgentDecided ─► may he? (TaskGone, NotYours, LeaseOver) ─► what does it mean? (desk.decide: BadDecision)
                 ─► may the order? (IllegalChange) ─► rows

Everything that can be refused is refused before the first row is written, so that a batch which holds a refused
decision commits the rest as if it had not been there.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, insert, select, update

from dialogs.words import AgentDecided, Inbound, Prompt, Value
from orders.desk import Changes, Decision, Outcome, changes_from, decide, outcome_named, with_changes
from orders.desk_words import BadDecision, CallTask, LeaseOver, NotYours, TaskGone, must_hold
from orders.ledger.desk_rows import load_attempts, load_task, tries
from orders.ledger.house import House
from orders.ledger.order_rows import load_order, update_order
from orders.ledger.rows import to_json
from orders.ledger.tables import call_attempts, call_tasks, offers, subscribers
from orders.order import IllegalChange, Order, OrderEvent, changed

REFUSALS = (TaskGone, NotYours, LeaseOver, BadDecision, IllegalChange)

Post = Callable[[str, Prompt, str], None]


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision that will be accepted, before it is written. items_changed: the order's items are other ones now."""

    decision: Decision
    order: Order | None = None
    event: OrderEvent | None = None
    items_changed: bool = False


def take(connection: Connection, house: House, told: Inbound, now: float, post: Post) -> None:
    """Record the decision that an inbound carries, or raise one of REFUSALS with nothing written.

    `post(subscriber, prompt, language)` puts the customer's notice among the outbound rows of this transaction.
    """
    decided = cast(AgentDecided, told.kind)
    task = must_hold(load_task(connection, decided.task, lock=True), decided.agent, now)
    settled = _settle(connection, house, task, decided, now)
    _record_attempt(connection, task, decided, now)
    _move_task(connection, task, settled.decision, now)
    if settled.order is not None and settled.event is not None:
        update_order(connection, settled.order, settled.event, settled.items_changed)
        _notify(connection, settled.order, settled.decision, house.language, post)


def _settle(connection: Connection, house: House, task: CallTask, decided: AgentDecided, now: float) -> Settled:
    outcome = outcome_named(decided.outcome)
    number = task.order_number
    order = None if number is None else load_order(connection, task.subscriber, number)
    state = None if order is None else order.state
    tried = tries(load_attempts(connection, task))
    decision = decide(outcome, state, tried, now, house.call_rules, decided.callback_at)
    changes = changes_from(decided.changes) if outcome is Outcome.CHANGED and order is not None else None
    if order is None or decision.act is None:
        return Settled(decision)
    wanted = order if changes is None else with_changes(order, changes, _price(connection, changes))
    data = _said(decided, order, wanted)
    after, event = changed(wanted, decision.act, f"agent:{decided.agent}", now, data)
    return Settled(decision, after, event, after.items != order.items)


def _price(connection: Connection, changes: Changes) -> int | None:
    if changes.offer is None:
        return None
    query = select(offers.c.price).where(offers.c.code == changes.offer, offers.c.sold)
    return connection.execute(query).scalar_one_or_none()


def _said(decided: AgentDecided, before: Order, after: Order) -> dict[str, Value]:
    said: dict[str, Value] = {"task": str(decided.task), "outcome": decided.outcome}
    if decided.note:
        said["note"] = decided.note
    if after.items != before.items:
        said["items"] = [[item.offer, item.quantity, item.unit_price] for item in after.items]
        said["total"] = after.total
    if after.address != before.address:
        said["address"] = after.address
    return said


def _record_attempt(connection: Connection, task: CallTask, decided: AgentDecided, now: float) -> None:
    row = {
        "subscriber": task.subscriber,
        "task": task.id,
        "attempt": task.attempts + 1,
        "at": now,
        "agent": decided.agent,
        "outcome": decided.outcome,
        "note": decided.note,
        "changes": to_json(decided.changes),
        "callback_at": decided.callback_at,
    }
    connection.execute(insert(call_attempts), [row])


def _move_task(connection: Connection, task: CallTask, decision: Decision, now: float) -> None:
    mine = (call_tasks.c.subscriber == task.subscriber, call_tasks.c.id == task.id)
    moved: dict[str, Any] = {"attempts": task.attempts + 1, "agent": None, "lease_until": None}
    moved |= {"due_at": decision.due_at, "outcome": decision.outcome.value}
    moved |= {"done_at": now if decision.final else None}
    connection.execute(update(call_tasks).where(*mine).values(**moved))


def _notify(connection: Connection, order: Order, decision: Decision, language: str, post: Post) -> None:
    if decision.notice is None:
        return
    query = select(subscribers.c.language).where(subscribers.c.subscriber == order.subscriber)
    language = connection.execute(query).scalar_one_or_none() or order.language or language
    post(order.subscriber, Prompt(decision.notice, _notice_values(connection, order, language)), language)


def _notice_values(connection: Connection, order: Order, language: str) -> Mapping[str, Value]:
    codes = [item.offer for item in order.items]
    rows = connection.execute(select(offers.c.code, offers.c.names).where(offers.c.code.in_(codes)))
    names = {row.code: json.loads(row.names) for row in rows}
    called = [str(names.get(code, {}).get(language, code)) for code in codes]
    return {
        "number": order.number,
        "name": ("、" if language == "zh" else ", ").join(called),
        "offer": ",".join(codes),
        "quantity": sum(item.quantity for item in order.items),
        "total": order.total,
    }
