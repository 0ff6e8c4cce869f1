"""The requests that the ledger answers itself, within the transaction of the turn that asked.

    orders.place    {offer, quantity, price?, agreed?, chosen?}  placed | flagged {number, total} | refused {reason}
    orders.list     {cancellable?}        found {orders: [...]} | none
    parcels.list                          found {parcels: [...]} | none
    orders.answer   {number?, yes}        see confirming
    orders.returnable, orders.return      see returning
    orders.cancel   {number}              cancelled {number} | refused {number, state} | unknown {number}
    billing.balance, billing.bill         found … | unknown_account        (the embedded billing system only)

All requests of one round are answered together, so that each kind costs one look into the database, however many asked.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam, select

from dialogs.words import NOTHING, Inbound, Request, Value, Values
from orders.ledger import confirming, key_services, number_services, parcels, returning, survey_services
from orders.ledger.at_hand import Deed
from orders.ledger.changing import call_off
from orders.ledger.house import House
from orders.ledger.order_rows import load_order
from orders.ledger.placing import quantity_of, submit
from orders.ledger.tables import balances, order_items, orders
from orders.lookup import Answer
from orders.order import OrderState, cancellable
from orders.wish import Submitted, Wish, WishedItem

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Ask:
    inbound: Inbound
    request: Request


Answering = Callable[[Deed, Sequence[Ask]], list[Answer]]


def is_ours(house: House, service: str) -> bool:
    return service in _ORDERS or (house.billing is not None and service in _BILLING)


def answer(deed: Deed, asked: Sequence[Ask]) -> list[Answer]:
    """Answers in the order of the questions."""
    answers: dict[int, Answer] = {}
    for name, places in _by_service(asked).items():
        answering = _ORDERS.get(name) or _BILLING[name]
        found = answering(deed, [asked[place] for place in places])
        answers.update(zip(places, found, strict=True))
    return [answers[place] for place in range(len(asked))]


def _by_service(asked: Sequence[Ask]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for position, ask in enumerate(asked):
        places[ask.request.service].append(position)
    return places


def _who(asked: Iterable[Ask]) -> list[str]:
    return sorted({ask.inbound.subscriber for ask in asked})


# ── Placing an order ─────────────────────────────────────────────────────────────────────────────────────────────────


def _place(deed: Deed, asked: Sequence[Ask]) -> list[Answer]:
    return [_placed(submitted) for submitted in submit(deed, [_wish(ask) for ask in asked])]


def _wish(ask: Ask) -> Wish:
    told, arguments = ask.inbound, ask.request.arguments
    price, chosen = arguments.get("price"), arguments.get("chosen")
    item = WishedItem(
        offer=str(arguments.get("offer", "")),
        quantity=quantity_of(arguments.get("quantity", 1)),
        resource=chosen if isinstance(chosen, str) and chosen else None,
        price=price if isinstance(price, int) else None,
    )
    agreed = arguments.get("agreed") is True
    return Wish(told.subscriber, told.channel, told.service, (item,), told.id, agreed=agreed)


def _placed(submitted: Submitted) -> Answer:
    order = submitted.order
    if order is None or submitted.refused:
        return Answer("refused", {"reason": submitted.refused})
    told: dict[str, Value] = {"number": order.number, "total": order.total}
    if order.confirm_by is not None:
        told["confirm_by"] = order.confirm_by
    return Answer("flagged" if order.flags else "placed", told)


# ── A subscriber's orders ────────────────────────────────────────────────────────────────────────────────────────────

_mine = (
    select(orders, order_items.c.offer, order_items.c.quantity)
    .join(
        order_items,
        (order_items.c.subscriber == orders.c.subscriber)
        & (order_items.c.number == orders.c.number)
        & (order_items.c.item == 1),
    )
    .where(orders.c.subscriber.in_(bindparam("who", expanding=True)))
    .order_by(orders.c.subscriber, orders.c.ordered_at.desc(), orders.c.number.desc())
)


def _list(deed: Deed, asked: Sequence[Ask]) -> list[Answer]:
    of: dict[str, list[Any]] = defaultdict(list)
    for row in deed.connection.execute(_mine, {"who": _who(asked)}):
        of[row.subscriber].append(row)
    return [_listed(of[ask.inbound.subscriber], bool(ask.request.arguments.get("cancellable"))) for ask in asked]


def _listed(rows: Sequence[Any], only_cancellable: bool) -> Answer:
    shown = [
        {
            "number": row.number,
            "state": row.state,
            "offer": row.offer,
            "quantity": row.quantity,
            "total": row.total,
            "at": row.ordered_at,
        }
        for row in rows
        if not only_cancellable or cancellable(OrderState(row.state))
    ][:SHOWN]
    return Answer("found", {"orders": cast(Value, shown)}) if shown else Answer("none")


def _cancel(deed: Deed, asked: Sequence[Ask]) -> list[Answer]:
    return [_cancelled(deed, ask.inbound.subscriber, str(ask.request.arguments.get("number", ""))) for ask in asked]


def _cancelled(deed: Deed, subscriber: str, number: str) -> Answer:
    order = load_order(deed.connection, subscriber, number)
    if order is None:
        return Answer("unknown", {"number": number})
    if not cancellable(order.state):
        return Answer("refused", {"number": number, "state": order.state.value})
    after = call_off(deed, order, "subscriber")
    asked = after.state is OrderState.ASSESSING_CANCELLATION
    return Answer("cancelled", {"number": number, "asked": True} if asked else {"number": number})


# ── The embedded billing system ──────────────────────────────────────────────────────────────────────────────────────

_accounts = select(balances).where(balances.c.subscriber.in_(bindparam("who", expanding=True)))


def _balance(deed: Deed, asked: Sequence[Ask]) -> list[Answer]:
    connection, house, now = deed.connection, deed.house, deed.now
    amounts = {row.subscriber: row.amount for row in connection.execute(_accounts, {"who": _who(asked)})}
    assert house.billing is not None
    default = house.billing.default_balance
    answers = []
    for ask in asked:
        amount = amounts.get(ask.inbound.subscriber, default)
        answers.append(Answer("unknown_account") if amount is None else Answer("found", {"amount": amount, "at": now}))
    return answers


def _bill(deed: Deed, asked: Sequence[Ask]) -> list[Answer]:
    rows = {row.subscriber: row for row in deed.connection.execute(_accounts, {"who": _who(asked)})}
    return [_bill_of(rows.get(ask.inbound.subscriber), deed.house, deed.now) for ask in asked]


def _bill_of(row: Any, house: House, now: float) -> Answer:
    if row is not None and row.bill is not None:
        bill: Values = json.loads(row.bill)
        return Answer("found", bill)
    assert house.billing is not None
    if row is None and house.billing.default_balance is None:
        return Answer("unknown_account", NOTHING)
    return Answer(
        "found", {"month": datetime.fromtimestamp(now, house.time_zone).strftime("%Y-%m"), "total": 0, "items": []}
    )


def _of_one(answering: Callable[[Deed, str, Request], Answer], deed: Deed, ask: Ask) -> Answer:
    return answering(deed, ask.inbound.subscriber, ask.request)


_ORDERS: Mapping[str, Answering] = {
    "orders.place": _place,
    "orders.list": _list,
    "orders.cancel": _cancel,
    "orders.answer": confirming.answered,
    "orders.returnable": returning.returnable,
    "orders.return": returning.asked,
    "survey.open": lambda deed, asked: [_of_one(survey_services.opened, deed, ask) for ask in asked],
    "survey.take": lambda deed, asked: [_of_one(survey_services.taken, deed, ask) for ask in asked],
    "survey.score": lambda deed, asked: [_of_one(survey_services.scored, deed, ask) for ask in asked],
    "survey.comment": lambda deed, asked: [_of_one(survey_services.commented, deed, ask) for ask in asked],
    "confirmation.open": lambda deed, asked: [_of_one(key_services.opened, deed, ask) for ask in asked],
    "confirmation.answer": lambda deed, asked: [_of_one(key_services.answered, deed, ask) for ask in asked],
    "parcels.list": lambda deed, asked: parcels.listed(deed, [ask.inbound.subscriber for ask in asked]),
    **number_services.SERVICES,
}
_BILLING: Mapping[str, Answering] = {"billing.balance": _balance, "billing.bill": _bill}

WRITING = frozenset(
    {
        "numbers.hold",
        "numbers.release",
        "orders.place",
        "orders.cancel",
        "orders.answer",
        "orders.return",
        "confirmation.answer",
        *survey_services.SERVICES,
    }
)
PLACED = frozenset({"placed", "flagged"})  # what an order comes to that stands
