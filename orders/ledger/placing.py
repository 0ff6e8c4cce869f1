"""A wish becomes an order, for turns and for other halls alike: prices, flags, the number, and all that follows.

    Wish ─► is it sold, here, at the price that was told? ─► judge (flags, history, what is known of him)
         ─► out of which store? ─► placed ─► deed.place: rows and consequences

Wishes of one round come together, so that a hundred of them cost one look into the past orders and not a hundred. On
PostgreSQL the caller holds the subscribers' locks (`batch.lock_subscribers`), or two nodes might judge by one history.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from dialogs.words import Value
from orders.flag_history import history as history_of
from orders.flags import Chosen, Draft, Earlier, History, Profile, judge
from orders.identity import BadIdentity, masked
from orders.ledger.deed import Deed, Ended, place
from orders.ledger.house import House
from orders.ledger.number_following import Promises, promised
from orders.ledger.stores import SoldOut, Storeroom, lock_stores
from orders.ledger.tables import order_items, orders, subscribers
from orders.order import Change, OrderItem, OrderState, placed
from orders.wish import (
    ELSEWHERE,
    IDENTITY,
    LARGEST_QUANTITY,
    NOT_SOLD,
    PRICE,
    QUANTITY,
    SOLD_OUT,
    TOO_FEW,
    Submitted,
    Wish,
)

_profiles = select(
    subscribers.c.subscriber,
    subscribers.c.blacklisted,
    subscribers.c.address,
    subscribers.c.name,
    subscribers.c.language,
).where(subscribers.c.subscriber.in_(bindparam("who", expanding=True)))

_earlier = (
    select(orders.c.subscriber, orders.c.number, orders.c.state, orders.c.ordered_at, orders.c.total, orders.c.channel)
    .where(orders.c.subscriber.in_(bindparam("who", expanding=True)))
    .order_by(orders.c.ordered_at)
)
_earlier_items = select(
    order_items.c.subscriber, order_items.c.number, order_items.c.offer, order_items.c.resource
).where(order_items.c.subscriber.in_(bindparam("who", expanding=True)))


class Unfit(Exception):
    """One of a wish's items cannot be ordered."""

    def __init__(self, reason: str, item: int) -> None:
        super().__init__(reason)
        self.reason, self.item = reason, item


def submit(deed: Deed, wishes: Sequence[Wish]) -> list[Submitted]:
    """What became of each, in their order; all that stand are written."""
    names = {"who": sorted({wish.subscriber for wish in wishes})}
    profiles = {row.subscriber: row for row in deed.connection.execute(_profiles, names)}
    histories = _histories(deed.connection, deed.house, deed.now, names)
    limited = {item.offer for wish in wishes for item in wish.items if item.offer in deed.house.stock}
    room = Storeroom(lock_stores(deed.connection, limited))
    changes: list[Change] = []
    told = []
    for wish, promises in zip(wishes, promised(deed, wishes), strict=True):
        try:
            known = profiles.get(wish.subscriber)
            draft = _draft(deed.house, wish, promises, known)
            change, refused = _judged(deed, room, wish, draft, histories.get(wish.subscriber, History()), known)
        except Unfit as unfit:
            told.append(Submitted(None, unfit.reason, unfit.item))
            continue
        changes.append(change)
        told.append(Submitted(change.after, refused))
    ended = place(deed, changes)
    return [_as_it_stands(each, ended) for each in told] if ended else told


def _as_it_stands(told: Submitted, ended: Ended) -> Submitted:
    return replace(told, order=ended.get(told.order.number, told.order)) if told.order else told


def _judged(
    deed: Deed, room: Storeroom, wish: Wish, draft: Draft, history: History, known: Any
) -> tuple[Change, str | None]:
    house, now = deed.house, deed.now
    profile = Profile(bool(known.blacklisted), known.address, known.name) if known else Profile()
    rules, zone = house.flag_rules, house.time_zone
    verdict = judge(rules, draft, history, profile, now, confirm_all=house.confirm_all, zone=zone)
    items = draft.items if verdict.rejected else _taken(room, draft.items)
    order, event = placed(
        number=house.numbers.next(),
        subscriber=wish.subscriber,
        channel=wish.channel,
        service=wish.service,
        language=wish.language or (known.language if known else None) or house.language,
        items=items,
        now=now,
        flags=verdict.flags,
        address=draft.address,
        recipient=wish.recipient,
        identity=wish.identity,
        hall=wish.hall,
        external_id=wish.external_id,
        inbound=wish.inbound,
        refused=verdict.rejected,
        actor=wish.actor,
        confirm_by=now + house.second_yes_within if _wants_second_yes(house, wish) else None,
        deliver_at=wish.deliver_at,
        waived_at=now if wish.agreed and any(house.offers[item.offer].no_return for item in items) else None,
        rules=rules.version or None,
        salt=house.salt(),
    )
    return Change(None, order, event, verdict.priority), verdict.rejected


def _draft(house: House, wish: Wish, promises: Promises, known: Any) -> Draft:
    _require_masked(wish)
    items = tuple(_items(house, wish, promises))
    address = wish.address or (known.address if known else None)
    chosen = (number for number in promises.values() if not isinstance(number, str))
    numbers = tuple(Chosen(number.terms.grade, number.terms.prepaid, number.region) for number in chosen)
    return Draft(wish.subscriber, items, address, wish.recipient, wish.channel, numbers)


def _require_masked(wish: Wish) -> None:
    try:
        if wish.identity is not None:
            masked(wish.identity)
    except BadIdentity:
        raise Unfit(IDENTITY, 0) from None


def _taken(room: Storeroom, items: tuple[OrderItem, ...]) -> tuple[OrderItem, ...]:
    try:
        return room.take(items)
    except SoldOut as out:
        raise Unfit(TOO_FEW if out.left else SOLD_OUT, out.item) from None


def _wants_second_yes(house: House, wish: Wish) -> bool:
    return wish.channel in house.second_yes or any(house.offers[item.offer].confirm for item in wish.items)


def _items(house: House, wish: Wish, promises: Promises) -> Iterator[OrderItem]:
    """What goes with a number costs the number's prepayment besides."""
    not_here: frozenset[str] = house.not_here.get(wish.channel, frozenset())
    for place_, item in enumerate(wish.items):
        offer = house.offers.get(item.offer)
        if offer is None:
            raise Unfit(NOT_SOLD, place_)
        if offer.code in not_here:
            raise Unfit(ELSEWHERE, place_)
        number = promises.get(place_)
        if isinstance(number, str):
            raise Unfit(number, place_)
        price = offer.price + (number.terms.prepaid if number else 0)
        if item.price is not None and item.price != price:
            raise Unfit(PRICE, place_)
        if not 1 <= item.quantity <= (1 if number else LARGEST_QUANTITY):
            raise Unfit(QUANTITY, place_)
        yield OrderItem(offer.code, item.quantity, price, item.resource)


def quantity_of(value: Value) -> int:
    """What a script was told; 0, which nobody can order, for what is no number."""
    return value if isinstance(value, int) else 0


def _histories(connection: Connection, house: House, now: float, names: Mapping[str, Any]) -> dict[str, History]:
    rows = connection.execute(_earlier, names).all()
    if not rows:
        return {}
    items: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for item in connection.execute(_earlier_items, names):
        items[item.subscriber, item.number].append(item)
    past: dict[str, list[Earlier]] = defaultdict(list)
    for row in rows:
        past[row.subscriber].append(earlier_of(row, items[row.subscriber, row.number], OrderState(row.state)))
    since = now - house.flag_rules.window
    return {subscriber: history_of(orders_, since) for subscriber, orders_ in past.items()}


def earlier_of(row: Any, items: Sequence[Any], state: OrderState) -> Earlier:
    return Earlier(
        row.number,
        tuple(item.offer for item in items),
        row.ordered_at,
        state,
        row.total,
        row.channel,
        sum(item.resource is not None for item in items),
    )
