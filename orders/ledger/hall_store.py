"""What other halls may ask of the ledger: each change in one transaction, answered after its commit.

    place      the names it goes by ─► is it a request that came before? ─► a wish like any other (placing.submit)
    amend      its lock ─► has it changed since? ─► the hall's words, the cancellation
    cancel     its lock ─► cancelled, or to be looked into (assessingCancellation), or not to be cancelled: Conflict

On PostgreSQL a request that comes twice at once, to two nodes, waits at the row of its name until the first has been
committed, and is then told that one's order.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, insert, select, update

from orders.catalogue import Listed
from orders.changing import BadChange
from orders.halls import (
    Amendment,
    Booking,
    Cancellation,
    Client,
    Conflict,
    HallOrder,
    Keys,
    Page,
    Search,
    Stale,
    Unplaceable,
    Wanted,
)
from orders.hub import RESERVATION_CHANGED, RESERVATION_REMOVED, Delivery, Patience, Subscription
from orders.ledger import hall_cancelling, hall_numbers, hub, hub_telling, posting
from orders.ledger.at_hand import Deed
from orders.ledger.batch import lock_subscribers
from orders.ledger.changing import change_order
from orders.ledger.hall_orders import find, hall_order, subscriber_of
from orders.ledger.house import House
from orders.ledger.offers import offers_all
from orders.ledger.placing import submit
from orders.ledger.rows import to_json
from orders.ledger.statements import statements
from orders.ledger.tables import hall_requests, hall_words
from orders.number_search import Criteria, Mark
from orders.number_search import Page as NumberPage
from orders.wish import Wish

T = TypeVar("T")


class Run(Protocol):
    def __call__(self, job: Callable[[Connection], T], /) -> Awaitable[T]: ...


class HallLedger:
    """run: in the ledger's transaction; look: in one that only reads, and holds nobody up."""

    def __init__(self, run: Run, look: Run, house: Callable[[], House], now: Callable[[], float]) -> None:
        self._run = run
        self._look = look
        self._house = house
        self._now = now

    # ── reading ──

    async def order(self, client: Client, number: str) -> HallOrder:
        return await self._look(lambda connection: hall_order(connection, client, number))

    async def orders(self, client: Client, search: Search) -> Page:
        return await self._look(lambda connection: find(connection, client, search))

    async def cancellation(self, client: Client, number: int) -> Cancellation:
        return await self._look(lambda connection: hall_cancelling.one(connection, client, number))

    async def cancellations(
        self, client: Client, order: str | None, offset: int, limit: int
    ) -> tuple[list[Cancellation], int]:
        return await self._look(lambda connection: hall_cancelling.listed(connection, client, order, offset, limit))

    # ── changing ──

    async def place(self, client: Client, wish: Wish, keys: Keys, told: Mapping[str, Any]) -> tuple[HallOrder, bool]:
        """The order, and whether it is a new one. Raises Unplaceable, and Conflict for a name that is taken."""
        return await self._do(lambda deed: _place(deed, client, wish, keys, told))

    async def amend(self, client: Client, number: str, wanted: Amendment, tag: str | None) -> HallOrder:
        return await self._do(lambda deed: _amend(deed, client, number, wanted, tag))

    async def cancel(self, client: Client, number: str, reason: str | None, requested_for: str | None) -> Cancellation:
        return await self._do(lambda deed: hall_cancelling.ask(deed, client, number, reason, requested_for))

    # ── the catalogue, and the pool of numbers ──

    async def offers(self) -> list[Listed]:
        return await self._look(lambda connection: offers_all(connection, self._now()))

    async def reserve(self, client: Client, wanted: Wanted, until: float, subscriber: str | None) -> Booking:
        return await self._do(lambda deed: hall_numbers.reserve(deed, client, wanted, until, subscriber))

    async def extend(self, client: Client, number: int, until: float) -> Booking:
        return await self._do(lambda deed: hall_numbers.extend(deed, client, number, until))

    async def release(self, client: Client, number: int, *, removed: bool = False) -> Booking:
        kind = RESERVATION_REMOVED if removed else RESERVATION_CHANGED
        return await self._do(lambda deed: hall_numbers.release(deed, client, number, kind))

    async def booking(self, client: Client, number: int) -> Booking:
        return await self._glance(lambda deed: hall_numbers.one(deed, client, number))

    async def bookings(self, client: Client, offset: int, limit: int) -> tuple[list[Booking], int]:
        return await self._glance(lambda deed: hall_numbers.listed(deed, client, offset, limit))

    async def fitting(self, criteria: Criteria, most: int, mark: Mark | None) -> NumberPage:
        return await self._glance(lambda deed: hall_numbers.fitting(deed, criteria, most, mark))

    # ── being told ──

    async def subscribe(self, client: Client, wanted: Subscription) -> Subscription:
        def made(deed: Deed) -> Subscription:
            given = replace(wanted, id=deed.house.ids.next(deed.now))
            hub.subscribe(deed.connection, client, given, deed.now)
            return given

        return await self._do(made)

    async def unsubscribe(self, client: Client, api: str, number: int) -> None:
        await self._run(lambda connection: hub.unsubscribe(connection, client, api, number))

    async def due(self, most: int, lease: float) -> list[Delivery]:
        return await self._run(lambda connection: hub.claim(connection, self._house().node, self._now(), lease, most))

    async def delivered(self, which: Delivery) -> None:
        await self._run(lambda connection: hub.delivered(connection, self._house().node, which))

    async def failed(self, which: Delivery, why: str, patience: Patience, *, for_good: bool) -> float | None:
        node, now = self._house().node, self._now()
        return await self._run(
            lambda connection: hub.failed(connection, node, which, why, now, patience, for_good=for_good)
        )

    async def waiting(self) -> int:
        return await self._look(hub.depth)

    async def _glance(self, what: Callable[[Deed], T]) -> T:
        """What only reads, but wants a deed at hand."""
        return await self._look(lambda connection: what(posting.deed(connection, self._house(), self._now())))

    async def _do(self, what: Callable[[Deed], T]) -> T:
        return await self._run(lambda connection: what(posting.deed(connection, self._house(), self._now())))


def _place(deed: Deed, client: Client, wish: Wish, keys: Keys, told: Mapping[str, Any]) -> tuple[HallOrder, bool]:
    connection = deed.connection
    lock_subscribers(connection, [wish.subscriber])
    known = {_known(connection, client, keys, name) for name in keys.names} - {None}
    if len(known) > 1:
        raise Conflict("the Idempotency-Key and the externalId belong to two different orders")
    if known:
        return hall_order(connection, client, str(known.pop())), False
    submitted = submit(deed, [wish])[0]
    order = submitted.order
    if order is None:
        raise Unplaceable(submitted.refused or "", submitted.item)
    row = {"hall": client.name, "digest": keys.digest, "subscriber": order.subscriber, "number": order.number}
    for name in keys.names:
        taken = connection.execute(statements(connection).put(hall_requests), [row | {"name": name, "at": deed.now}])
        if not taken.rowcount:
            raise Conflict(f"another request with the same {name.partition(':')[0]} is being taken: ask again")
    hall_numbers.ordered(deed, client, order)
    if told:
        words = {"subscriber": order.subscriber, "number": order.number, "told": to_json(told), "revision": 0}
        connection.execute(insert(hall_words), [words])
    return hall_order(connection, client, order.number), True


def _known(connection: Connection, client: Client, keys: Keys, name: str) -> str | None:
    """The order that goes by this name, if the same was asked when it was named."""
    query = select(hall_requests).where(hall_requests.c.hall == client.name, hall_requests.c.name == name)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if bytes(row.digest) != keys.digest:
        raise Conflict(f"the {name.partition(':')[0]} was used for another order: {row.number}")
    return str(row.number)


def _amend(deed: Deed, client: Client, number: str, wanted: Amendment, tag: str | None) -> HallOrder:
    connection = deed.connection
    seen = locked(deed, client, number)
    if tag is not None and tag != seen.tag:
        raise Stale(f"order {number} has changed since you looked: it is {seen.tag!r} now, not {tag!r}. Get it again")
    _require_same(seen, wanted)
    if wanted.cancel:
        hall_cancelling.cancel(deed, client, seen.order, wanted.reason)
    elif wanted.changes:
        change_order(deed, seen.order, wanted.changes, f"hall:{client.name}")
    told = {name: value for name, value in {**seen.told, **wanted.told}.items() if value is not None}
    if told == seen.told:
        return hall_order(connection, client, number)
    _write_words(connection, seen, told)
    changed = hall_order(connection, client, number)
    if not (wanted.cancel or wanted.changes):
        hub_telling.tell_words(connection, deed.house.ids, deed.now, changed.order, changed.revision)
    return changed


def _require_same(seen: HallOrder, wanted: Amendment) -> None:
    """Else what was meant for another would be done to this one, or not at all, without a word."""
    if wanted.customer is not None and wanted.customer != seen.order.subscriber:
        raise BadChange("relatedParty: the customer of an order cannot be changed: cancel it, and place another")
    items = [seen.item_id(place) for place in range(len(seen.order.items))]
    if wanted.item is not None and wanted.item not in items:
        raise BadChange(f"productOrderItem[0].id: {wanted.item!r} is none of {', '.join(items)}")


def _write_words(connection: Connection, seen: HallOrder, told: Mapping[str, Any]) -> None:
    order = seen.order
    row = {"subscriber": order.subscriber, "number": order.number, "told": to_json(told), "revision": 0}
    connection.execute(statements(connection).put(hall_words), [row])
    mine = (hall_words.c.subscriber == order.subscriber, hall_words.c.number == order.number)
    connection.execute(update(hall_words).where(*mine).values(told=row["told"], revision=seen.revision + 1))


def locked(deed: Deed, client: Client, number: str) -> HallOrder:
    lock_subscribers(deed.connection, [subscriber_of(deed.connection, client, number)])
    return hall_order(deed.connection, client, number, lock=True)
