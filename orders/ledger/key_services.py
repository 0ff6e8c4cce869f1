"""What the dialog of a call that the house makes asks of the ledger: does the order wait still, and what he pressed.

confirmation.open    {number}            open {number, name, quantity, total} | settled
confirmation.answer  {number, answer}    confirmed {number} | for_agent {number} | settled      answer: confirm, change
"""

import json
from typing import Any

from sqlalchemy import bindparam, select, update

from dialogs.words import AgentDecided, Request, Value
from orders.calling import HOUSE
from orders.desk import ENDINGS, Decision, Outcome
from orders.desk_words import CallTask
from orders.flags import flags_to_json
from orders.ledger import key_confirmations, phone_calls
from orders.ledger.at_hand import Deed
from orders.ledger.decisions import move_task, record_attempt
from orders.ledger.deed import act
from orders.ledger.desk_rows import load_task, open_task
from orders.ledger.notices import tell
from orders.ledger.order_rows import load_order
from orders.ledger.tables import call_tasks, offers
from orders.lookup import Answer
from orders.order import Flag, Order, OrderState

SERVICES = ("confirmation.open", "confirmation.answer")
PRESSED = "pressed {key}"
WANTS_CHANGE, WANTS_AGENT = "wants_change", "wants_agent"
SOONER = 50  # by so much more urgent is he who waits for an agent

_names = select(offers.c.names).where(offers.c.code == bindparam("code"))


def opened(deed: Deed, subscriber: str, asked: Request) -> Answer:
    found = _found(deed, subscriber, asked)
    if found is None:
        return Answer("settled")
    order, _ = found
    told: dict[str, Value] = {"number": order.number, "name": _name(deed, order)}
    told |= {"quantity": sum(item.quantity for item in order.items), "total": order.total}
    return Answer("open", told)


def answered(deed: Deed, subscriber: str, asked: Request) -> Answer:
    found = _found(deed, subscriber, asked)
    if found is None:
        return Answer("settled")
    order, task = found
    if asked.arguments.get("answer") == "confirm":
        _confirm(deed, order, task)
        return Answer("confirmed", {"number": order.number})
    for_agent(deed, task, WANTS_CHANGE, "2")
    return Answer("for_agent", {"number": order.number})


def asked_for_agent(deed: Deed, subscriber: str) -> int:
    """He wants a person. In a call of the house it is the order's own task that an agent takes up: its id; else 0."""
    call = phone_calls.under_way(deed.connection, subscriber)
    if call is None or call.agent != HOUSE:
        return 0
    task = load_task(deed.connection, call.task, lock=True)
    if task is None or task.order_number is None or task.done_at is not None:
        return 0
    if key_confirmations.rings_at(deed.connection, subscriber, task.order_number) is not None:
        for_agent(deed, task, WANTS_AGENT, "0")
    return task.id


def for_agent(deed: Deed, task: CallTask, why: str, key: str) -> None:
    """He is to be rung by an agent, at once; the card says why."""
    assert task.order_number is not None
    record_attempt(deed.connection, task, _pressed(task, why, key), deed.now)
    mine = (call_tasks.c.subscriber == task.subscriber, call_tasks.c.id == task.id)
    moved: dict[str, Any] = {"due_at": deed.now, "attempts": task.attempts + 1, "priority": task.priority + SOONER}
    moved["reasons"] = flags_to_json((Flag(why), *task.reasons))
    deed.connection.execute(update(call_tasks).where(*mine).values(**moved))
    key_confirmations.leave_to_agents(deed.connection, task.subscriber, task.order_number)


def _confirm(deed: Deed, order: Order, task: CallTask) -> None:
    """As an agent does it, but that it was he himself."""
    ending, decided = ENDINGS[Outcome.CONFIRMED], _pressed(task, Outcome.CONFIRMED.value, "1")
    record_attempt(deed.connection, task, decided, deed.now)
    move_task(deed.connection, task, Decision(Outcome.CONFIRMED), deed.now)
    assert ending.notice is not None
    tell(deed, order, ending.notice)
    act(deed, order, ending.act, "subscriber", {"by": "key", "task": str(task.id), "outcome": decided.outcome})


def _pressed(task: CallTask, outcome: str, key: str) -> AgentDecided:
    return AgentDecided(task.id, HOUSE, outcome, PRESSED.format(key=key))


def _found(deed: Deed, subscriber: str, asked: Request) -> tuple[Order, CallTask] | None:
    """The order, if it waits and may be confirmed so."""
    number = str(asked.arguments.get("number", ""))
    if key_confirmations.rings_at(deed.connection, subscriber, number) is None:
        return None
    order, task = load_order(deed.connection, subscriber, number), open_task(deed.connection, subscriber, number)
    return (order, task) if order and task and order.state is OrderState.HELD else None


def _name(deed: Deed, order: Order) -> Value:
    """In every language, of all that was ordered."""
    named: dict[str, list[str]] = {}
    for item in order.items:
        names = json.loads(deed.connection.scalar(_names, {"code": item.offer}) or "{}")
        for language in ("zh", "en", *names):
            named.setdefault(language, [])
        for language, said in named.items():
            said.append(str(names.get(language, item.offer)))
    return {language: ("、" if language == "zh" else ", ").join(said) for language, said in named.items()}
