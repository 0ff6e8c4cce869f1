"""What may still be changed about an order, by the subscriber, an agent or another hall, and what it then is.

    quantity offer number    what is ordered: price, store and number follow
    address recipient        where it goes, and to whom
    deliver_at               when he would like to have it
    identity                 a masked token of who proved to be who

The price that was told stays: only another offer or another number brings another price, the one in force now.
"""

from dataclasses import dataclass, replace

from dialogs.words import Values
from orders.desk_words import BadDecision
from orders.identity import BadIdentity, masked
from orders.order import Order, OrderItem

MOST_PIECES = 99
LONGEST = 200
FIELDS = ("address", "recipient", "quantity", "offer", "number", "deliver_at", "identity")


class BadChange(BadDecision):
    """The order cannot be changed so; the text says what to mend."""


@dataclass(frozen=True, slots=True)
class Changes:
    """number: the phone number that shall go with it."""

    address: str | None = None
    quantity: int | None = None
    offer: str | None = None
    recipient: str | None = None
    number: str | None = None
    deliver_at: float | None = None
    identity: str | None = None

    @property
    def of_items(self) -> bool:
        return self.quantity is not None or self.offer is not None or self.number is not None


def changes_from(values: Values) -> Changes:
    """What somebody wants changed, or BadChange saying which field to mend."""
    unknown = [name for name in values if name not in FIELDS]
    if unknown:
        raise BadChange(f"unknown change {', '.join(unknown)}; known are {', '.join(FIELDS)}")
    if not values:
        raise BadChange(f"changed needs changes: one of {', '.join(FIELDS)}")
    return Changes(
        address=_word(values, "address"),
        quantity=_quantity(values),
        offer=_word(values, "offer"),
        recipient=_word(values, "recipient"),
        number=_word(values, "number"),
        deliver_at=_instant(values),
        identity=_identity(values),
    )


def with_changes(order: Order, changes: Changes, price: int | None) -> Order:
    """The order as it is now wanted. `price`: of one of the new offer with the new number, in fen; None: not sold."""
    items = order.items
    if changes.of_items:
        if len(items) != 1:
            raise BadChange("only an order of one item can be changed; cancel it and order anew")
        items = (_changed_item(items[0], changes, price),)
    return replace(
        order,
        items=items,
        address=changes.address or order.address,
        recipient=changes.recipient or order.recipient,
        deliver_at=order.deliver_at if changes.deliver_at is None else changes.deliver_at,
        identity=changes.identity or order.identity,
    )


def is_other(item: OrderItem, changes: Changes) -> bool:
    """Whether something else is wanted, and not only more or less of it."""
    other_offer = changes.offer is not None and changes.offer != item.offer
    return other_offer or (changes.number is not None and changes.number != item.resource)


def _changed_item(item: OrderItem, changes: Changes, price: int | None) -> OrderItem:
    quantity = item.quantity if changes.quantity is None else changes.quantity
    number = changes.number or item.resource
    if number is not None and quantity != 1:
        raise BadChange("a phone number goes with one card: its quantity stays 1")
    if not is_other(item, changes):
        return replace(item, quantity=quantity)
    if price is None:
        raise BadChange(f"there is no offer {changes.offer or item.offer}, or it is no longer sold")
    return OrderItem(changes.offer or item.offer, quantity, price, number, item.place)


def _quantity(values: Values) -> int | None:
    quantity = values.get("quantity")
    if quantity is None:
        return None
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise BadChange("quantity is a whole number from 1 upwards")
    if quantity > MOST_PIECES:
        raise BadChange(f"quantity is {MOST_PIECES} at most")
    return quantity


def _instant(values: Values) -> float | None:
    at = values.get("deliver_at")
    if at is None:
        return None
    if isinstance(at, bool) or not isinstance(at, int | float) or at < 0:
        raise BadChange("deliver_at is an instant, in seconds since 1970")
    return float(at)


def _identity(values: Values) -> str | None:
    token = _word(values, "identity")
    try:
        return None if token is None else masked(token)
    except BadIdentity as bad:
        raise BadChange(str(bad)) from None


def _word(values: Values, name: str) -> str | None:
    value = values.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise BadChange(f"{name} must be a text that is not empty")
    if len(value) > LONGEST:
        raise BadChange(f"{name} has {LONGEST} characters at most")
    return value.strip()
