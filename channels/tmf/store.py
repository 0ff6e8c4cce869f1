"""What this channel asks of the house. Whoever assembles the server gives it an answerer; here it is only asked.

Everything is answered after the commit. What may not be done is raised: `NoSuchOrder`, `NoSuchThing`, `Conflict`,
`Stale`, `Unplaceable`, and `LedgerAway` when the database cannot be reached.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from orders.catalogue import Listed
from orders.halls import Amendment, Booking, Cancellation, Client, HallOrder, Keys, Page, Search, Wanted
from orders.hub import Delivery, Patience, Subscription
from orders.number_search import Criteria, Mark
from orders.number_search import Page as NumberPage
from orders.wish import Wish


class OrderStore(Protocol):
    async def order(self, client: Client, number: str) -> HallOrder: ...

    async def orders(self, client: Client, search: Search) -> Page: ...

    async def place(self, client: Client, wish: Wish, keys: Keys, told: Mapping[str, Any]) -> tuple[HallOrder, bool]:
        """The order, and whether it is a new one."""

    async def amend(self, client: Client, number: str, wanted: Amendment, tag: str | None) -> HallOrder: ...

    async def cancel(
        self, client: Client, number: str, reason: str | None, requested_for: str | None
    ) -> Cancellation: ...

    async def cancellation(self, client: Client, number: int) -> Cancellation: ...

    async def cancellations(
        self, client: Client, order: str | None, offset: int, limit: int
    ) -> tuple[list[Cancellation], int]: ...


class CatalogueStore(Protocol):
    async def offers(self) -> list[Listed]: ...


class PoolStore(Protocol):
    """Raises NotToBeHad, and NoSuchThing for what is none of this hall's."""

    async def reserve(self, client: Client, wanted: Wanted, until: float, subscriber: str | None) -> Booking: ...

    async def booking(self, client: Client, number: int) -> Booking: ...

    async def bookings(self, client: Client, offset: int, limit: int) -> tuple[list[Booking], int]: ...

    async def extend(self, client: Client, number: int, until: float) -> Booking: ...

    async def release(self, client: Client, number: int, *, removed: bool = False) -> Booking: ...

    async def fitting(self, criteria: Criteria, most: int, mark: Mark | None) -> NumberPage: ...


class HubStore(Protocol):
    async def subscribe(self, client: Client, wanted: Subscription) -> Subscription: ...

    async def unsubscribe(self, client: Client, api: str, number: int) -> None: ...

    async def due(self, most: int, lease: float) -> list[Delivery]:
        """What is to be told, now this node's for `lease` seconds."""

    async def delivered(self, which: Delivery) -> None: ...

    async def failed(self, which: Delivery, why: str, patience: Patience, *, for_good: bool) -> float | None:
        """When it is tried again; None: it is given up."""

    async def waiting(self) -> int: ...
