"""The other halls: whoever places and follows orders over HTTP, and what they and the ledger say to each other.

A hall is a client of the configuration: by its token it is known, its name stands on its orders, and it sees only
those, unless it was given all of them to see. What a hall wrote to an order for its own use (a category, a note, how it
counts its items) is kept beside the order, word for word, and means nothing to the house.

A request that comes again must not order again. A hall names its request by a key, or its order by an id of its own;
both are remembered with a digest of what was asked, so that the same request is told the same order, and another one
under the same name is a conflict.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dialogs.words import NOTHING, Values
from orders.number_search import Criteria
from orders.numbers import PoolNumber
from orders.order import Order


@dataclass(frozen=True, slots=True)
class Client:
    """channel: by which way its orders are said to have come. rate: requests a second; 0: no limit."""

    name: str
    channel: str = "web"
    sees_all: bool = False
    rate: float = 0.0


class NoSuchOrder(Exception):
    """There is none, or it is none of this hall's."""


class NoSuchThing(Exception):
    """There is no such subscription, cancellation, offer; or it is none of this hall's."""


class Conflict(Exception):
    """Another request has used this key, or this order's life does not allow it, or there are too many already."""


class Stale(Exception):
    """The order has changed since the hall looked."""


class Unplaceable(Exception):
    """Nothing was ordered. `reason`: why, by code; `item`: because of which item, from 0."""

    def __init__(self, reason: str, item: int) -> None:
        super().__init__(reason)
        self.reason, self.item = reason, item


@dataclass(frozen=True, slots=True)
class Keys:
    """By what a request is known when it comes again, and what it asked."""

    digest: bytes
    names: tuple[str, ...] = ()


ITEMS = "items"  # among what a hall told: what it calls them, where it does not count them


@dataclass(frozen=True, slots=True)
class HallOrder:
    """An order as halls see it. told: what its hall wrote to it; revision: how often that was changed."""

    order: Order
    told: Mapping[str, Any]
    revision: int = 0
    completed_at: float | None = None
    cancelled_at: float | None = None

    @property
    def tag(self) -> str:
        """Another one after each change."""
        return f"{self.order.events}.{self.revision}"

    def item_id(self, place: int) -> str:
        """What its hall calls an item; the others are counted."""
        names = self.told.get(ITEMS) or ()
        return names[place] if place < len(names) else str(place + 1)


# ── Looking for orders ───────────────────────────────────────────────────────────────────────────────────────────────


class Compare(StrEnum):
    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"


@dataclass(frozen=True, slots=True)
class Condition:
    """One of `values` must be met (for NE: none). attribute: a key of hall_orders.ATTRIBUTES."""

    attribute: str
    compare: Compare
    values: tuple[str | float, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """sort: attributes, and whether the greatest comes first."""

    conditions: tuple[Condition, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    found: tuple[HallOrder, ...]
    total: int


# ── Cancelling ───────────────────────────────────────────────────────────────────────────────────────────────────────


class TaskState(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inProgress"
    DONE = "done"
    FAILED = "terminatedWithError"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A hall's request to cancel. done: it has been decided; cancelled_at: and the order was cancelled."""

    id: int
    order: str
    subscriber: str
    state: TaskState
    reason: str | None
    requested_for: str | None
    asked_at: float
    cancelled_at: float | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a hall wants changed. told: its own words, merged (None removes one). cancel: and why, in its words.

    changes: of the order itself, see `orders.changing`. customer, item: whose it is, and which of its items, as the
    hall has it; neither can be another.
    """

    told: Mapping[str, Any]
    cancel: bool = False
    reason: str | None = None
    changes: Values = NOTHING
    customer: str | None = None
    item: str | None = None


# ── Reserving numbers ────────────────────────────────────────────────────────────────────────────────────────────────


class BookingState(StrEnum):
    STANDS = "stands"
    ORDERED = "ordered"
    RELEASED = "released"
    OVER = "over"


class NotToBeHad(Exception):
    """These numbers cannot be reserved, or not so many that fit. None was."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Numbers by name, or so many that fit."""

    numbers: tuple[str, ...] = ()
    criteria: Criteria = field(default_factory=Criteria)
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Booking:
    """A reservation of a hall's (`client`): its numbers as they stand now."""

    id: int
    client: str
    subscriber: str | None
    state: BookingState
    numbers: tuple[PoolNumber, ...]
    created_at: float
    until: float
