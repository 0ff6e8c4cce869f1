"""What an agent decided, recorded in one transaction: the attempt, the task, the order with its event, and the notice.

    AgentDecided ─► may he? (TaskGone, NotYours, LeaseOver) ─► what does it mean? (desk.decide: BadDecision)
                 ─► may the order? (IllegalChange) ─► rows

Everything that can be refused is refused before the first row is written, so that a batch which holds a refused
decision commits the rest as if it had not been there.
"""

from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import Connection, insert, update

from dialogs.words import AgentDecided, Inbound, Value
from orders.agent_states import Event, Told
from orders.calling import HOUSE
from orders.changing import changes_from
from orders.desk import MISSED, NOBODY, Decision, Outcome, decide, outcome_named
from orders.desk_lanes import ANYBODY
from orders.desk_words import BadDecision, CallTask, LeaseOver, NotYours, TaskGone, must_hold
from orders.ledger import agent_states, counting, key_confirmations
from orders.ledger.changing import said, wanted
from orders.ledger.deed import Deed, alter
from orders.ledger.desk_guide import must_have_asked
from orders.ledger.desk_rows import load_attempts, load_task, tries
from orders.ledger.notices import tell
from orders.ledger.order_rows import load_order
from orders.ledger.rows import to_json
from orders.ledger.tables import call_attempts, call_tasks
from orders.order import Change, IllegalChange, Order, changed

CONFIRMING = (Outcome.CONFIRMED, Outcome.CHANGED)
REFUSALS = (TaskGone, NotYours, LeaseOver, BadDecision, IllegalChange)


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision that will be accepted, before it is written, and what becomes of the order, if anything does."""

    decision: Decision
    change: Change | None = None
    order: Order | None = None
    is_first_miss: bool = False


def take(deed: Deed, told: Inbound) -> None:
    """Record the decision that an inbound carries, or raise one of REFUSALS with nothing written."""
    connection, now = deed.connection, deed.now
    decided = cast(AgentDecided, told.kind)
    task = must_hold(load_task(connection, decided.task, lock=True), decided.agent, now)
    settled = _settle(deed, task, decided, outcome_named(decided.outcome))
    record_attempt(connection, task, decided, now)
    counting.called(deed, decided.agent, decided.outcome)
    _carry_out(deed, task, settled, decided.agent if decided.mine else ANYBODY)
    if task.order_number is not None:
        key_confirmations.leave_to_agents(connection, task.subscriber, task.order_number)
    done = Event.DONE if settled.decision.outcome in NOBODY else Event.RECORDED
    agent_states.happened(connection, decided.agent, Told(done, now, decided.agent, deed.house.node))


def missed_by_the_house(deed: Deed, task: CallTask, outcome: Outcome, note: str) -> Decision:
    """A call that no agent made did not reach him: it counts as any other. The subscriber's lock is held."""
    decided = AgentDecided(task.id, HOUSE, outcome.value, note)
    settled = _settle(deed, task, decided, outcome)
    record_attempt(deed.connection, task, decided, deed.now)
    counting.called(deed, decided.agent, decided.outcome)
    _carry_out(deed, task, settled)
    return settled.decision


def _carry_out(deed: Deed, task: CallTask, settled: Settled, promised_by: str = ANYBODY) -> None:
    """The task, the order with all that follows, and what he is told."""
    decision = settled.decision
    move_task(deed.connection, task, decision, deed.now, promised_by)
    if settled.change is not None:
        if decision.notice is not None:
            tell(deed, settled.change.after, decision.notice)
        alter(deed, [settled.change])
    elif settled.order is not None and decision.outcome in MISSED and not decision.final and settled.is_first_miss:
        key_confirmations.write_after_miss(deed, settled.order)


def _settle(deed: Deed, task: CallTask, decided: AgentDecided, outcome: Outcome) -> Settled:
    connection, now = deed.connection, deed.now
    number = task.order_number
    order = None if number is None else load_order(connection, task.subscriber, number)
    state = None if order is None else order.state
    tried = tries(load_attempts(connection, task))
    decision = decide(outcome, state, tried, now, deed.house.call_rules, decided.callback_at)
    if decision.due_at is not None and outcome is not Outcome.CALL_LATER:  # whoever says when is rung when he said
        due_at = deed.house.calling_hours.next_open(task.subscriber, decision.due_at)
        decision = replace(decision, due_at=due_at)
    changes = changes_from(decided.changes) if outcome is Outcome.CHANGED and order is not None else None
    if order is None or decision.act is None:
        return Settled(decision, order=order, is_first_miss=all(each.outcome not in MISSED for each in tried))
    fresh = order if changes is None else wanted(deed, order, changes)
    data = _said(decided, order, fresh)
    if outcome in CONFIRMING:
        asked = must_have_asked(connection, deed.house, task, order, decided.agent, decided.checks)
        data |= {"asked": list(asked), "guide": deed.house.guide.version} if asked else {}
    actor = HOUSE if decided.agent == HOUSE else f"agent:{decided.agent}"
    after, event = changed(fresh, decision.act, actor, now, data)
    return Settled(decision, Change(order, after, event))


def _said(decided: AgentDecided, before: Order, after: Order) -> dict[str, Value]:
    told: dict[str, Value] = {"task": str(decided.task), "outcome": decided.outcome}
    return told | ({"note": decided.note} if decided.note else {}) | said(before, after)


def record_attempt(connection: Connection, task: CallTask, decided: AgentDecided, now: float) -> None:
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


def move_task(
    connection: Connection, task: CallTask, decision: Decision, now: float, promised_by: str = ANYBODY
) -> None:
    """Who was promised a call at a time of his own is rung before others: by whoever promised it, if that is said."""
    kept = promised_by if decision.outcome is Outcome.CALL_LATER else ""
    mine = (call_tasks.c.subscriber == task.subscriber, call_tasks.c.id == task.id)
    moved: dict[str, Any] = {"attempts": task.attempts + 1, "agent": None, "lease_until": None}
    moved |= {"due_at": decision.due_at, "outcome": decision.outcome.value}
    moved |= {"done_at": now if decision.final else None, "claimed_at": None, "dialled_at": None}
    moved |= {"lane": str(replace(task.lane, promised_by=kept))}
    connection.execute(update(call_tasks).where(*mine).values(**moved))
