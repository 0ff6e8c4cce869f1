"""Events for other halls: what they are called, what of an order they tell, who wants which, and when to try again.

A subscription of a hall names a callback and, if it likes, a query of which events it wants:

    eventType=productOrderStateChangeEvent,productOrderCreateEvent&state=held,cancelled

What is told of an order is how it stood at that moment, not how it stands when the callback can at last be reached: so
each delivery carries what is to be told.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any
from urllib.parse import parse_qsl

from orders.halls import Booking, BookingState, HallOrder
from orders.numbers import NumberState, PoolNumber, Terms
from orders.order import Order, OrderItem, OrderState

ORDERING, RESERVING = "622", "685"
CREATED = "productOrderCreateEvent"
CHANGED = "productOrderAttributeValueChangeEvent"
STATE_CHANGED = "productOrderStateChangeEvent"
INFORMATION_REQUIRED = "productOrderInformationRequiredEvent"
CANCEL_CREATED = "cancelProductOrderCreateEvent"
CANCEL_CHANGED = "cancelProductOrderStateChangeEvent"
RESERVED = "reservationCreationEvent"
RESERVATION_CHANGED = "reservationStateChangeEvent"
RESERVATION_REMOVED = "reservationRemoveEvent"

TYPES: Mapping[str, tuple[str, ...]] = {
    ORDERING: (CREATED, CHANGED, STATE_CHANGED, INFORMATION_REQUIRED, CANCEL_CREATED, CANCEL_CHANGED),
    RESERVING: (RESERVED, RESERVATION_CHANGED, RESERVATION_REMOVED),
}
_STATES = ("state", "productOrder.state", "event.productOrder.state", "reservation.state", "event.reservation.state")

BOOKING_STATES: Mapping[BookingState, OrderState] = {
    BookingState.STANDS: OrderState.IN_PROGRESS,
    BookingState.ORDERED: OrderState.COMPLETED,
    BookingState.RELEASED: OrderState.CANCELLED,
    BookingState.OVER: OrderState.CANCELLED,
}


class BadQuery(Exception):
    """A subscription's query cannot be understood."""


@dataclass(frozen=True, slots=True)
class Query:
    """None: any."""

    types: frozenset[str] | None = None
    states: frozenset[str] | None = None

    def wants(self, kind: str, state: str) -> bool:
        return (self.types is None or kind in self.types) and (self.states is None or state in self.states)


def query_of(text: str | None, api: str) -> Query:
    """Raises BadQuery."""
    types: frozenset[str] | None = None
    states: frozenset[str] | None = None
    for name, value in parse_qsl((text or "").lstrip("?"), keep_blank_values=True):
        if name == "eventType":
            types = _known(value, TYPES[api], "eventType")
        elif name in _STATES:
            states = _known(value, [state.value for state in OrderState], name)
        else:
            raise BadQuery(f"events cannot be chosen by {name[:80]!r}; by eventType and state they can")
    return Query(types, states)


def _known(value: str, known: Any, name: str) -> frozenset[str]:
    wanted = frozenset(value.split(","))
    if unknown := sorted(wanted - set(known)):
        raise BadQuery(f"there is no {name} {unknown[0][:80]!r}; there are {', '.join(known)}")
    return wanted


@dataclass(frozen=True, slots=True)
class Subscription:
    """secret: by which what is sent is signed; told once, when it is made."""

    id: int
    hall: str
    api: str
    callback: str
    query: str | None
    secret: str = ""
    sees_all: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is to be told to one callback. seen: how it stood; told: what the hall wrote to its order."""

    id: int
    subscription: int
    callback: str
    secret: str
    type: str
    at: float
    attempts: int
    seen: Mapping[str, Any]
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeadDelivery:
    id: int
    hall: str
    callback: str
    type: str
    thing: str
    at: float
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class Patience:
    """delays: seconds until the next try; the last is repeated. tries: after so many a delivery is given up (a day).

    pause: of a callback that did not answer, seconds for which nothing else is sent there either.
    """

    delays: tuple[float, ...] = (2.0, 10.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0)
    tries: int = 30
    pause: float = 10.0

    def next_try(self, attempts: int, now: float) -> float | None:
        """After so many attempts that failed, this one included; None: it is given up."""
        return now + self.delays[min(attempts, len(self.delays)) - 1] if attempts < self.tries else None


# ── What is told of an order ─────────────────────────────────────────────────────────────────────────────────────────


def seen(order: Order) -> dict[str, Any]:
    """proved: whether somebody proved to be who; the token itself is told to nobody."""
    ended = {OrderState.COMPLETED: "completed_at", OrderState.CANCELLED: "cancelled_at"}.get(order.state)
    told = {
        "number": order.number,
        "subscriber": order.subscriber,
        "state": order.state.value,
        "channel": order.channel,
        "items": [[item.offer, item.quantity, item.unit_price, item.resource] for item in order.items],
        "ordered_at": order.ordered_at,
        "address": order.address,
        "recipient": order.recipient,
        "proved": order.identity is not None,
        "deliver_at": order.deliver_at,
        "waived_at": order.waived_at,
        "hall": order.hall,
        "external_id": order.external_id,
    }
    return told | ({ended: order.changed_at} if ended else {})


def as_seen(told: Mapping[str, Any], words: Mapping[str, Any]) -> HallOrder:
    order = Order(
        number=told["number"],
        subscriber=told["subscriber"],
        state=OrderState(told["state"]),
        channel=told["channel"],
        service="",
        language="",
        items=tuple(OrderItem(*item) for item in told["items"]),
        ordered_at=told["ordered_at"],
        changed_at=told["ordered_at"],
        address=told["address"],
        recipient=told["recipient"],
        identity="proved" if told.get("proved") else None,
        deliver_at=told.get("deliver_at"),
        waived_at=told.get("waived_at"),
        hall=told["hall"],
        external_id=told["external_id"],
    )
    return HallOrder(order, words, completed_at=told.get("completed_at"), cancelled_at=told.get("cancelled_at"))


# ── What is told of a reservation ────────────────────────────────────────────────────────────────────────────────────


def booked(booking: Booking) -> dict[str, Any]:
    return {
        "booking": booking.id,
        "client": booking.client,
        "subscriber": booking.subscriber,
        "state": booking.state.value,
        "numbers": [[each.number, each.region, list(astuple(each.terms))] for each in booking.numbers],
        "created_at": booking.created_at,
        "until": booking.until,
    }


def as_booked(told: Mapping[str, Any]) -> Booking:
    numbers = (PoolNumber(number, Terms(*terms), region, NumberState.HELD) for number, region, terms in told["numbers"])
    return Booking(
        id=told["booking"],
        client=told["client"],
        subscriber=told["subscriber"],
        state=BookingState(told["state"]),
        numbers=tuple(numbers),
        created_at=told["created_at"],
        until=told["until"],
    )
