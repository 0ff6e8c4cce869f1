"""What an agent decided, recorded in one transaction: the attempt, the task, the order with its event, and the notice.

    AgentDecided ─► may he? (TaskGone, NotYours, LeaseOver) ─► what does it mean? (desk.decide: BadDecision)
                 ─► may the order? (IllegalChange) ─► rows

Everything that can be refused is refused before the first row is written, so that a batch which holds a refused
decision commits the rest as if it had not been there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, insert, select, update

from dialogs.words import AgentDecided, Inbound, Prompt, Value
from orders.desk import Changes, Decision, Outcome, changes_from, decide, outcome_named, with_changes
from orders.desk_words import BadDecision, CallTask, LeaseOver, NotYours, TaskGone, must_hold
from orders.ledger.deed import Deed, alter
from orders.ledger.desk_rows import load_attempts, load_task, tries
from orders.ledger.house import House
from orders.ledger.order_rows import load_order
from orders.ledger.rows import to_json
from orders.ledger.tables import call_attempts, call_tasks, offers, subscribers
from orders.order import Change, IllegalChange, Order, changed

REFUSALS = (TaskGone, NotYours, LeaseOver, BadDecision, IllegalChange)


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision that will be accepted, before it is written, and what becomes of the order, if anything does."""

    decision: Decision
    change: Change | None = None


def take(deed: Deed, told: Inbound) -> None:
    """Record the decision that an inbound carries, or raise one of REFUSALS with nothing written."""
    connection, house, now = deed.connection, deed.house, deed.now
    decided = cast(AgentDecided, told.kind)
    task = must_hold(load_task(connection, decided.task, lock=True), decided.agent, now)
    settled = _settle(connection, house, task, decided, now)
    _record_attempt(connection, task, decided, now)
    _move_task(connection, task, settled.decision, now)
    if settled.change is not None:
        alter(deed, [settled.change])
        _notify(deed, settled.change.after, settled.decision)


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
    return Settled(decision, Change(order, after, event))


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


def _notify(deed: Deed, order: Order, decision: Decision) -> None:
    if decision.notice is None:
        return
    query = select(subscribers.c.language).where(subscribers.c.subscriber == order.subscriber)
    language = deed.connection.execute(query).scalar_one_or_none() or order.language or deed.house.language
    deed.post(order.subscriber, Prompt(decision.notice, _notice_values(deed.connection, order, language)), language)


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
