"""The chain that shows an auditor that no event of an order was altered or removed, nor the order beside it.

Each event's hash covers everything the event says and the hash of the event before it, so that whoever changes one row
must change all that follow. It also covers two digests of the order as it stood after the event:

    stands   what was agreed: items, prices, channel, why it was flagged
    whose    the person: his number, address, recipient, identity, the numbers that he chose; salted (see `veil`)

so that the last event says what the order's own row must be, and a row that was altered without an event is found. Who
is erased takes his salt with him: his orders can then no longer be told to be his, and the rest of the chain holds.

    START ──► event 0 ──hash──► event 1 ──hash──► event 2      orders row == what event 2 says it is

A row taken from the end together with what it changed, or a whole order, leaves chains that are whole: those are found
by the marks that nodes make of all that they have written (`marks`).
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dialogs.words import Values
from orders.veil import canonical, lifted

START = bytes(32)
FORGOTTEN = b""  # the digest of a person who was erased


class Said(Protocol):
    """What an event says of itself: what its hash must cover."""

    @property
    def number(self) -> str: ...
    @property
    def event(self) -> int: ...
    @property
    def at(self) -> float: ...
    @property
    def actor(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def data(self) -> Values: ...
    @property
    def stands(self) -> bytes: ...
    @property
    def whose(self) -> bytes: ...


class Chained(Said, Protocol):
    @property
    def subscriber(self) -> str: ...
    @property
    def private(self) -> Values: ...
    @property
    def previous(self) -> bytes: ...
    @property
    def hash(self) -> bytes: ...


class Item(Protocol):
    @property
    def offer(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def unit_price(self) -> int: ...
    @property
    def resource(self) -> str | None: ...


class Reason(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def saw(self) -> Values: ...
    @property
    def weight(self) -> int: ...


class Agreed(Protocol):
    """What there is to an order that an event vouches for."""

    @property
    def subscriber(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def hall(self) -> str | None: ...
    @property
    def external_id(self) -> str | None: ...
    @property
    def ordered_at(self) -> float: ...
    @property
    def items(self) -> Sequence[Item]: ...
    @property
    def flags(self) -> Sequence[Reason]: ...
    @property
    def rules(self) -> str | None: ...
    @property
    def address(self) -> str | None: ...
    @property
    def recipient(self) -> str | None: ...
    @property
    def identity(self) -> str | None: ...
    @property
    def salt(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be as it was written, and at which event; an event that should be there counts too."""

    event: int
    what: str


# ── What is written ──────────────────────────────────────────────────────────────────────────────────────────────────


def event_hash(previous: bytes, event: Said) -> bytes:
    said = [
        event.number,
        event.event,
        float(event.at),
        event.actor,
        str(event.act),
        str(event.state),
        event.data,
        event.stands.hex(),
        event.whose.hex(),
    ]
    return hashlib.sha256(previous + canonical(said)).digest()


def stands(order: Agreed) -> bytes:
    agreed: list[Any] = [
        order.channel,
        order.service,
        order.hall,
        order.external_id,
        float(order.ordered_at),
        [[item.offer, item.quantity, item.unit_price] for item in order.items],
        [[flag.code, flag.saw, flag.weight] for flag in order.flags],
        order.rules,
    ]
    return hashlib.sha256(canonical(agreed)).digest()


def whose(order: Agreed) -> bytes:
    if not order.salt:
        return FORGOTTEN
    chosen = [item.resource for item in order.items]
    person = [order.subscriber, order.address, order.recipient, order.identity, chosen]
    return hmac.digest(order.salt, canonical(person), "sha256")


# ── What is checked ──────────────────────────────────────────────────────────────────────────────────────────────────


def verify(events: Iterable[Chained], order: Agreed | None) -> Fault | None:
    """The first fault of an order's events, in their order, and of the order itself; None when all is whole."""
    previous, count, last = START, 0, None
    for event in events:
        if fault := _fault_of(event, count, previous, order):
            return Fault(count, fault)
        previous, last, count = event.hash, event, count + 1
    if order is None:
        return Fault(count, "the order itself is missing")
    if last is None:
        return Fault(0, "its events are missing")
    if fault := _fault_at_the_end(last, order):
        return Fault(count, fault)
    return None


def _fault_of(event: Chained, place: int, previous: bytes, order: Agreed | None) -> str | None:
    if event.event != place:
        return "an event is missing"
    if event.previous != previous:
        return "it does not follow the event before it"
    if event.hash != event_hash(previous, event):
        return "it is not as it was written"
    if order is None:
        return None
    if event.subscriber != order.subscriber:
        return "it belongs to another subscriber than the order"
    key = lifted(order.salt, place, event.data, event.private) if order.salt else next(iter(event.private), None)
    return f"its private {key} is not as it was written" if key else None


def _fault_at_the_end(last: Chained, order: Agreed) -> str | None:
    if last.state != str(order.state):
        return f"the order is {order.state}, but its last event left it {last.state}"
    if last.stands != stands(order):
        return "the order's items, prices, channel or flags are not those of its last event"
    if order.salt and last.whose != whose(order):
        return "the order's subscriber, address, recipient, identity or numbers are not those of its last event"
    return None
