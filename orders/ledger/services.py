"""The requests that the ledger answers itself, within the transaction of the turn that asked.

    orders.place    {offer, quantity}     placed | flagged {number, total} | refused {reason}
    orders.list     {cancellable?}        found {orders: [...]} | none
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

from sqlalchemy import Connection, bindparam, select

from dialogs.words import NOTHING, Inbound, Request, Value, Values
from orders.flags import Draft, Earlier, History, Profile, judge, window
from orders.ledger.deed import Deed, act, place
from orders.ledger.house import House
from orders.ledger.order_rows import load_order
from orders.ledger.tables import balances, order_items, orders, subscribers
from orders.lookup import Answer
from orders.order import Act, Change, OrderItem, OrderState, cancellable, placed

SHOWN = 5
LARGEST_QUANTITY = 99
GIVEN_UP = (OrderState.CANCELLED, OrderState.REJECTED)


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

_profiles = select(
    subscribers.c.subscriber, subscribers.c.blacklisted, subscribers.c.address, subscribers.c.language
).where(subscribers.c.subscriber.in_(bindparam("who", expanding=True)))

_earlier = (
    select(orders.c.subscriber, orders.c.number, orders.c.state, orders.c.ordered_at, orders.c.total)
    .where(orders.c.subscriber.in_(bindparam("who", expanding=True)))
    .order_by(orders.c.ordered_at)
)
_earlier_items = select(order_items.c.subscriber, order_items.c.number, order_items.c.offer).where(
    order_items.c.subscriber.in_(bindparam("who", expanding=True))
)


def _place(deed: Deed, asked: Sequence[Ask]) -> list[Answer]:
    names = {"who": _who(asked)}
    profiles = {row.subscriber: row for row in deed.connection.execute(_profiles, names)}
    histories = _histories(deed.connection, deed.house, deed.now, names)
    changes: list[Change] = []
    answers = []
    for ask in asked:
        known = profiles.get(ask.inbound.subscriber)
        profile = Profile(bool(known.blacklisted), known.address) if known else Profile()
        language = (known.language if known else None) or deed.house.language
        history = histories.get(ask.inbound.subscriber, History())
        answered, change = _judged(deed.house, ask, history, profile, language, deed.now)
        answers.append(answered)
        if change is not None:
            changes.append(change)
    place(deed, changes)
    return answers


def _judged(
    house: House, ask: Ask, history: History, profile: Profile, language: str, now: float
) -> tuple[Answer, Change | None]:
    arguments = ask.request.arguments
    offer = house.offers.get(str(arguments.get("offer", "")))
    quantity = arguments.get("quantity", 1)
    if offer is None:
        return Answer("refused", {"reason": "not_sold"}), None
    if not isinstance(quantity, int) or not 1 <= quantity <= LARGEST_QUANTITY:
        return Answer("refused", {"reason": "quantity"}), None
    items = (OrderItem(offer.code, quantity, offer.price),)
    draft = Draft(ask.inbound.subscriber, items, profile.address)
    verdict = judge(house.flag_rules, draft, history, profile, now, confirm_all=house.confirm_all)
    order, event = placed(
        number=house.numbers.next(),
        subscriber=ask.inbound.subscriber,
        channel=ask.inbound.channel,
        service=ask.inbound.service,
        language=language,
        items=items,
        now=now,
        flags=verdict.flags,
        address=profile.address,
        inbound=ask.inbound.id,
        refused=verdict.rejected,
    )
    change = Change(None, order, event, verdict.priority)
    if verdict.rejected:
        return Answer("refused", {"reason": verdict.rejected}), change
    result = "flagged" if verdict.flags else "placed"
    return Answer(result, {"number": order.number, "total": order.total}), change


def _histories(connection: Connection, house: House, now: float, names: Mapping[str, Any]) -> dict[str, History]:
    rows = connection.execute(_earlier, names).all()
    if not rows:
        return {}
    offers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in connection.execute(_earlier_items, names):
        offers[item.subscriber, item.number].append(item.offer)
    since = now - window(house.flag_rules)
    counts: dict[str, int] = defaultdict(int)
    recent: dict[str, list[Earlier]] = defaultdict(list)
    for row in rows:
        state = OrderState(row.state)
        counts[row.subscriber] += state not in GIVEN_UP
        if row.ordered_at > since:
            sold = tuple(offers[row.subscriber, row.number])
            recent[row.subscriber].append(Earlier(row.number, sold, row.ordered_at, state, row.total))
    return {subscriber: History(count, tuple(recent[subscriber])) for subscriber, count in counts.items()}


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
    act(deed, order, Act.CANCEL, "subscriber")
    return Answer("cancelled", {"number": number})


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


_ORDERS: Mapping[str, Answering] = {"orders.place": _place, "orders.list": _list, "orders.cancel": _cancel}
_BILLING: Mapping[str, Answering] = {"billing.balance": _balance, "billing.bill": _bill}

WRITING = frozenset({"orders.place", "orders.cancel"})
PLACED = frozenset({"placed", "flagged"})  # what an order comes to that stands
