"""What a script needs worked out and cannot say itself: named functions, pure, each with results like a service's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dialogs.services import Shape
from dialogs.words import Facts, OfferFacts, Value, Values

Worked = tuple[str, dict[str, Value]]

MOST_OF_ONE = 99
NUMBER, OTHER_NUMBERS = "numbers.entry", "numbers.others"


@dataclass(frozen=True, slots=True)
class Function:
    """says: phrases that its values name, for a script to say as `{value:phrase}`."""

    call: Callable[[Facts, str, Values], Worked]
    needs: tuple[str, ...]
    results: Mapping[str, Shape]
    says: tuple[str, ...] = ()


def price_offer(facts: Facts, language: str, slots: Values) -> Worked:
    """What `quantity` of the offer cost, if it is sold at all and that many may be ordered at once."""
    offer, quantity = facts.offers.get(str(slots.get("offer"))), slots.get("quantity")
    if offer is None:
        return "unknown", {}
    named: dict[str, Value] = {"offer": offer.code, "name": _name(offer), "price": offer.price}
    if not isinstance(quantity, int) or not 1 <= quantity <= MOST_OF_ONE:
        return "bad_quantity", named | {"most": MOST_OF_ONE}
    return "priced", named | {"total": offer.price * quantity}


def check_offer(facts: Facts, language: str, slots: Values) -> Worked:
    """Whether so many of it can be had here and now, and what he must agree to."""
    offer, quantity = facts.offers.get(str(slots.get("offer"))), slots.get("quantity")
    if offer is None:
        return "sold_out", {}
    if offer.code in facts.not_here:
        return "elsewhere", {"where": [{"hall": f"at_{channel}"} for channel in offer.channels]}
    left = facts.stock.get(offer.code)
    if left is not None and isinstance(quantity, int) and left < quantity:
        return ("too_few", {"left": left}) if left else ("sold_out", {})
    return ("no_return", {}) if offer.no_return else ("fits", {})


def list_offers(facts: Facts, language: str, slots: Values) -> Worked:
    """What can be had here and now."""
    offers: list[Value] = [
        {"code": offer.code, "keypad": offer.keypad, "name": _name(offer), "price": offer.price}
        for offer in facts.offers.values()
        if offer.code not in facts.not_here and facts.stock.get(offer.code) != 0
    ]
    return ("some", {"offers": offers}) if offers else ("none", {})


def name_orders(facts: Facts, language: str, slots: Values) -> Worked:
    """Orders carry the code of what was ordered; a subscriber reads its name."""
    orders = slots.get("orders")
    return "named", {"orders": [_named(order, facts) for order in orders] if isinstance(orders, list) else []}


def _named(order: Value, facts: Facts) -> Value:
    if not isinstance(order, dict):
        return order
    offer = facts.offers.get(str(order.get("offer")))
    return order | {"name": _name(offer) if offer else str(order.get("offer"))}


def _name(offer: OfferFacts) -> Value:
    """In every language: he may choose another while the question stands."""
    return dict(offer.names) or offer.code


def list_numbers(facts: Facts, language: str, slots: Values) -> Worked:
    """Numbers to choose from; the last entry, which chooses none, is for others, as long as there are any."""
    numbers = slots.get("numbers")
    listed = [number for number in numbers if isinstance(number, dict)] if isinstance(numbers, list) else []
    entries: list[Value] = [
        {"chosen": number.get("chosen"), "shown": {"phrase": NUMBER, "values": number}} for number in listed
    ]
    if slots.get("next"):
        entries.append({"chosen": "", "shown": {"phrase": OTHER_NUMBERS, "values": {}}})
    return "listed", {"entries": entries}


def list_meanings(facts: Facts, language: str, slots: Values) -> Worked:
    """What a text may mean, to choose from."""
    near = slots.get("near")
    return "listed", {"meanings": [{"intent": str(intent)} for intent in near] if isinstance(near, list) else []}


_order = ("number", "state", "offer", "quantity", "total", "at")

FUNCTIONS: Mapping[str, Function] = {
    "price_offer": Function(
        price_offer,
        ("offer", "quantity"),
        {
            "priced": {"offer": (), "name": (), "price": (), "total": ()},
            "bad_quantity": {"offer": (), "name": (), "price": (), "most": ()},
            "unknown": {},
        },
    ),
    "check_offer": Function(
        check_offer,
        ("offer", "quantity"),
        {
            "fits": {},
            "no_return": {},
            "too_few": {"left": ()},
            "sold_out": {},
            "elsewhere": {"where": ("hall",)},
        },
    ),
    "list_offers": Function(list_offers, (), {"some": {"offers": ("code", "keypad", "name", "price")}, "none": {}}),
    "list_numbers": Function(
        list_numbers,
        ("numbers", "next"),
        {"listed": {"entries": ("chosen", "shown")}},
        says=(NUMBER, OTHER_NUMBERS),
    ),
    "list_meanings": Function(list_meanings, ("near",), {"listed": {"meanings": ("intent",)}}),
    "name_orders": Function(name_orders, ("orders",), {"named": {"orders": (*_order, "name")}}),
}
