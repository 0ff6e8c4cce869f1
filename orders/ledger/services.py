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

from sqlalchemy import Connection, bindparam, insert, select, update

from dialogs.words import NOTHING, Inbound, Request, Value, Values
from orders.flags import Draft, Earlier, History, Profile, judge, window
from orders.ledger.house import House
from orders.ledger.order_rows import insert_orders, load_order, update_order
from orders.ledger.rows import Row, to_json
from orders.ledger.statements import write
from orders.ledger.tables import balances, call_tasks, order_items, orders, subscribers
from orders.lookup import Answer
from orders.order import Act, Order, OrderEvent, OrderItem, OrderState, cancellable, changed, placed

SHOWN = 5
LARGEST_QUANTITY = 99
GIVEN_UP = (OrderState.CANCELLED, OrderState.REJECTED)


@dataclass(frozen=True, slots=True)
class Ask:
    inbound: Inbound
    request: Request


Answering = Callable[[Connection, House, float, Sequence[Ask]], list[Answer]]


def is_ours(house: House, service: str) -> bool:
    return service in _ORDERS or (house.billing is not None and service in _BILLING)


def answer(connection: Connection, house: House, now: float, asked: Sequence[Ask]) -> list[Answer]:
    """Answers in the order of the questions."""
    answers: dict[int, Answer] = {}
    for name, places in _by_service(asked).items():
        answering = _ORDERS.get(name) or _BILLING[name]
        found = answering(connection, house, now, [asked[place] for place in places])
        answers.update(zip(places, found, strict=True))
    return [answers[place] for place in range(len(asked))]


def _by_service(asked: Sequence[Ask]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, ask in enumerate(asked):
        places[ask.request.service].append(place)
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


def _place(connection: Connection, house: House, now: float, asked: Sequence[Ask]) -> list[Answer]:
    names = {"who": _who(asked)}
    profiles = {row.subscriber: row for row in connection.execute(_profiles, names)}
    histories = _histories(connection, house, now, names)
    made: list[tuple[Order, OrderEvent]] = []
    tasks: list[Row] = []
    answers = []
    for ask in asked:
        known = profiles.get(ask.inbound.subscriber)
        profile = Profile(bool(known.blacklisted), known.address) if known else Profile()
        language = (known.language if known else None) or house.language
        answered, order = _judged(house, ask, histories.get(ask.inbound.subscriber, History()), profile, language, now)
        answers.append(answered)
        if order is not None:
            (kept, event), priority = order
            made.append((kept, event))
            if kept.state is OrderState.HELD:
                flags = [{"code": flag.code, "saw": flag.saw} for flag in kept.flags]
                tasks.append(call_task_row(kept.subscriber, house.ids.next(now), kept.number, flags, priority, now))
    insert_orders(connection, made)
    write(connection, insert(call_tasks), tasks)
    return answers


def _judged(
    house: House, ask: Ask, history: History, profile: Profile, language: str, now: float
) -> tuple[Answer, tuple[tuple[Order, OrderEvent], int] | None]:
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
    if verdict.rejected:
        return Answer("refused", {"reason": verdict.rejected}), ((order, event), 0)
    result = "flagged" if verdict.flags else "placed"
    return Answer(result, {"number": order.number, "total": order.total}), ((order, event), verdict.priority)


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


def call_task_row(
    subscriber: str, number: int, order: str | None, reasons: Sequence[Mapping[str, Any]], priority: int, now: float
) -> Row:
    return {
        "subscriber": subscriber,
        "id": number,
        "order_number": order,
        "reasons": to_json(list(reasons)),
        "priority": priority,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }


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


def _list(connection: Connection, house: House, now: float, asked: Sequence[Ask]) -> list[Answer]:
    of: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(_mine, {"who": _who(asked)}):
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


def _cancel(connection: Connection, house: House, now: float, asked: Sequence[Ask]) -> list[Answer]:
    return [
        _cancelled(connection, ask.inbound.subscriber, str(ask.request.arguments.get("number", "")), now)
        for ask in asked
    ]


def _cancelled(connection: Connection, subscriber: str, number: str, now: float) -> Answer:
    order = load_order(connection, subscriber, number)
    if order is None:
        return Answer("unknown", {"number": number})
    if not cancellable(order.state):
        return Answer("refused", {"number": number, "state": order.state.value})
    update_order(connection, *changed(order, Act.CANCEL, "subscriber", now))
    connection.execute(
        update(call_tasks)
        .where(
            call_tasks.c.subscriber == subscriber, call_tasks.c.order_number == number, call_tasks.c.due_at.is_not(None)
        )
        .values(due_at=None, done_at=now, outcome="cancelled", agent=None, lease_until=None)
    )
    return Answer("cancelled", {"number": number})


# ── The embedded billing system ──────────────────────────────────────────────────────────────────────────────────────

_accounts = select(balances).where(balances.c.subscriber.in_(bindparam("who", expanding=True)))


def _balance(connection: Connection, house: House, now: float, asked: Sequence[Ask]) -> list[Answer]:
    amounts = {row.subscriber: row.amount for row in connection.execute(_accounts, {"who": _who(asked)})}
    assert house.billing is not None
    default = house.billing.default_balance
    answers = []
    for ask in asked:
        amount = amounts.get(ask.inbound.subscriber, default)
        answers.append(Answer("unknown_account") if amount is None else Answer("found", {"amount": amount, "at": now}))
    return answers


def _bill(connection: Connection, house: House, now: float, asked: Sequence[Ask]) -> list[Answer]:
    rows = {row.subscriber: row for row in connection.execute(_accounts, {"who": _who(asked)})}
    return [_bill_of(rows.get(ask.inbound.subscriber), house, now) for ask in asked]


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
