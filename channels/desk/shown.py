"""Values as the console is shown them. Ids are texts (a browser's numbers end at 2**53), amounts are fen.

A subscriber's number is masked wherever it is shown; only `dial` tells it, to the agent who holds the task.
"""

from collections.abc import Iterable
from typing import Any

from channels.desk import parcels, work
from orders.dead_letters import DeadLetter, DeadLetters, Resent
from orders.desk_words import (
    AtDesk,
    Attempt,
    Board,
    CallTask,
    Card,
    CardOrder,
    DeskSession,
    Happened,
    Line,
    Queue,
    Recorded,
    Waiting,
)
from orders.masking import dialled
from orders.masking import number as masked
from orders.misunderstood import MEANINGS, Misunderstood
from orders.telephoning import PhoneCall

Shown = dict[str, Any]

NEVER = ("identity",)  # proved once, shown to nobody


def session(of: DeskSession, by_password: bool = True) -> Shown:
    """by_password: whether passwords open this desk at all."""
    told = {"name": of.agent, "role": of.role.value, "csrf": of.csrf, "signed_in_at": of.signed_in_at}
    return told | {"has_password": of.has_password and by_password}


def card(of: Card, now: float) -> Shown:
    return {
        "now": now,
        **task(of.task),
        "name": of.name,
        "order": None if of.order is None else order(of.order),
        "conversation": [line(each) for each in of.conversation],
        "earlier": [order(each) for each in of.earlier],
        "siblings": [{"order_number": each.order_number, "due_at": each.due_at} for each in of.siblings],
        "attempts": [attempt(each) for each in of.attempts],
        "events": [event(each) for each in of.events],
        "parcels": [parcels.on_card(each) for each in of.parcels],
        "mark": of.mark,
        **work.on_card(of),
        **({"subscriber": dialled(of.task.subscriber)} if of.open_number else {}),
    }


def task(of: CallTask) -> Shown:
    return {
        "id": str(of.id),
        "subscriber": masked(of.subscriber),
        "order_number": of.order_number,
        "reasons": [{"code": flag.code, "saw": dict(flag.saw)} for flag in of.reasons],
        "priority": of.priority,
        "created_at": of.created_at,
        "due_at": of.due_at,
        "tries": of.attempts,
        "agent": of.agent,
        "lease_until": of.lease_until,
        "outcome": of.outcome,
        "done_at": of.done_at,
        "claimed_at": of.claimed_at,
        "dialled_at": of.dialled_at,
        "promised": of.lane.promised,
    }


def order(of: CardOrder) -> Shown:
    return {
        "number": of.number,
        "state": of.state,
        "channel": of.channel,
        "language": of.language,
        "total": of.total,
        "currency": "CNY",
        "address": of.address,
        "recipient": of.recipient,
        "deliver_at": of.deliver_at,
        "rules": of.rules,
        "ordered_at": of.ordered_at,
        "items": [
            {
                "offer": item.offer,
                "names": dict(item.names),
                "quantity": item.quantity,
                "unit_price": item.unit_price,
                **({"number": item.number} if item.number else {}),
            }
            for item in of.items
        ],
    }


def line(of: Line) -> Shown:
    return {
        "at": of.at,
        "channel": of.channel,
        "ours": of.ours,
        "text": of.text,
        "understood": of.understood,
        "state": of.state,
    }


def attempt(of: Attempt) -> Shown:
    return {
        "at": of.at,
        "agent": of.agent,
        "outcome": of.outcome,
        "note": of.note,
        "changes": dict(of.changes),
        "callback_at": of.callback_at,
    }


def event(of: Happened) -> Shown:
    return {
        "at": of.at,
        "actor": of.actor,
        "act": of.act,
        "state": of.state,
        "data": {key: value for key, value in of.data.items() if key not in NEVER},
    }


def queue(of: Queue, now: float) -> Shown:
    mine = None if of.mine is None else str(of.mine)
    waiting = [_waiting(each) for each in of.waiting]
    promised = [task(each) for each in of.promised]
    told = {"now": now, "due": of.due, "later": of.later, "mine": mine, "waiting": waiting, "promised": promised}
    return told | {"closed": of.closed, "opens_at": of.opens_at}


def _waiting(of: Waiting) -> Shown:
    return {**task(of.task), "total": of.total, "currency": "CNY", "opens_at": of.opens_at}


def board(of: Board, now: float) -> Shown:
    return {
        "now": now,
        "due": of.due,
        "later": of.later,
        "held": of.held,
        "oldest_at": of.oldest_at,
        "closed": of.closed,
        "opens_at": of.opens_at,
        "outcomes": dict(of.outcomes),
        "agents": [_at_desk(each) for each in of.agents],
    }


def _at_desk(of: AtDesk) -> Shown:
    return {
        "name": of.name,
        "role": of.role,
        "seen_at": of.seen_at,
        "task": None if of.task is None else str(of.task),
        "lease_until": of.lease_until,
        "outcomes": dict(of.outcomes),
    }


def misunderstood(of: Iterable[Misunderstood], now: float) -> Shown:
    texts = [
        {"text": each.text, "times": each.times, "last_at": each.last_at, "others": list(each.others)} for each in of
    ]
    return {"now": now, "texts": texts, "meanings": list(MEANINGS)}


def dead_letters(of: DeadLetters, now: float) -> Shown:
    return {"now": now, "count": of.count, "letters": [_letter(each) for each in of.letters]}


def _letter(of: DeadLetter) -> Shown:
    return {
        "id": str(of.id),
        "subscriber": masked(of.subscriber),
        "service": of.service,
        "text": of.text,
        "created_at": of.created_at,
        "died_at": of.died_at,
        "why": of.why.value,
        "reason": of.reason,
        "tries": of.attempts,
        "resent": [_resent(each) for each in of.resent],
    }


def _resent(of: Resent) -> Shown:
    return {"at": of.at, "by": of.by, "why": of.why, "reason": of.reason}


def recorded(of: Recorded, now: float) -> Shown:
    number = of.order_number
    return {
        "now": now,
        "outcome": of.outcome,
        "order": None if number is None else {"number": number, "state": of.order_state},
        "due_at": of.due_at,
    }


def call(phone: PhoneCall) -> Shown:
    """Of a call to the customer, as it stands; its number is on the card."""
    return {
        "id": str(phone.id),
        "state": phone.state,
        "ending": phone.ending or None,
        "outcome": phone.outcome.value if phone.outcome else None,
        "began_at": phone.began_at,
        "answered_at": phone.answered_at,
        "changed_at": phone.changed_at,
    }
