"""An order changed, whoever wants it: price, store and number follow; what cannot be is refused before it is written.

change_order   an agent, another hall, a script: until something has left the house
wanted         the order as it would be; what an agent's decision about a held order is made with
call_off       cancelled at once, or, once a carrier has something of it, asked for
"""

from dataclasses import replace

from dialogs.words import NOTHING, Value, Values
from orders.changing import BadChange, Changes, changes_from, is_other, with_changes
from orders.ledger.consigning import left_the_house
from orders.ledger.deed import Deed, act
from orders.ledger.number_following import promised
from orders.ledger.stores import SoldOut, Storeroom, lock_stores
from orders.numbers import PoolNumber
from orders.order import Act, IllegalChange, Order, OrderItem, may
from orders.wish import Wish, WishedItem


def change_order(deed: Deed, order: Order, asked: Values, actor: str) -> Order:
    """The order was loaded, and so locked, by this transaction. Raises BadChange and IllegalChange."""
    changes = changes_from(asked)
    if not may(Act.AMEND, order.state) or left_the_house(deed.connection, order.subscriber, order.number):
        raise IllegalChange(Act.AMEND, order.state, order.number)
    after = wanted(deed, order, changes)
    return order if after == order else act(deed, order, Act.AMEND, actor, said(order, after), after)


def wanted(deed: Deed, order: Order, changes: Changes) -> Order:
    """With its price as it is now and out of stores that have it; raises BadChange."""
    after = with_changes(order, changes, _price(deed, order, changes))
    if after.items == order.items:
        return after
    offers = {item.offer for item in (*order.items, *after.items)}
    room = Storeroom(lock_stores(deed.connection, offers), order)
    try:
        return replace(after, items=room.take(after.items))
    except SoldOut as out:
        raise BadChange(f"of {after.items[out.item].offer} only {out.left} are left") from None


def said(before: Order, after: Order) -> dict[str, Value]:
    """What an event tells of a change; what is personal is veiled by its name."""
    told: dict[str, Value] = {}
    if after.items != before.items:
        told["items"] = [[item.offer, item.quantity, item.unit_price] for item in after.items]
        told["total"] = after.total
    if _numbers(after) != _numbers(before):
        told["numbers"] = list(_numbers(after))
    for name in ("address", "recipient", "identity", "deliver_at"):
        if getattr(after, name) != getattr(before, name):
            told[name] = getattr(after, name)
    return told


def call_off(deed: Deed, order: Order, actor: str, data: Values = NOTHING) -> Order:
    """Raises IllegalChange when it is too late even to ask."""
    gone = left_the_house(deed.connection, order.subscriber, order.number)
    return act(deed, order, Act.ASK_CANCEL if gone else Act.CANCEL, actor, data)


def _numbers(order: Order) -> tuple[str, ...]:
    return tuple(item.resource for item in order.items if item.resource)


def _price(deed: Deed, order: Order, changes: Changes) -> int | None:
    if len(order.items) != 1 or not is_other(order.items[0], changes):
        return None
    item = order.items[0]
    offer = deed.house.offers.get(changes.offer or item.offer)
    if offer is None:
        return None
    return offer.price + _prepaid(deed, order, item, changes)


def _prepaid(deed: Deed, order: Order, item: OrderItem, changes: Changes) -> int:
    """What the number costs that shall go with it. His own is his own: its price is in the old one's."""
    number = changes.number or item.resource
    if number is None:
        return 0
    if number == item.resource:
        before = deed.house.offers.get(item.offer)
        if before is None:
            raise BadChange(f"{item.offer} is no longer sold: its number cannot go with something else")
        return max(0, item.unit_price - before.price)
    wish = Wish(order.subscriber, order.channel, order.service, (WishedItem(item.offer, 1, number),), hall=order.hall)
    (promises,) = promised(deed, [wish])
    found = promises.get(0)
    if not isinstance(found, PoolNumber):
        raise BadChange(f"the number cannot be had ({found}): choose another one")
    return found.terms.prepaid
