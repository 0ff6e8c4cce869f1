"""The stores in the database: counted by people, reserved by orders, and never promised twice on however many nodes.

    placing    lock_stores ──► Storeroom.take: which place has them? ──► items that name it
    any change of an order                                          ──► follow: the rows move by the difference

Rows are locked in the order of their keys until the transaction ends, so that what was looked at is true when it is
written. The table's own condition is the last guard: a row that promises more than it has cannot be written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from orders.ledger.statements import locking, write
from orders.ledger.tables import stock
from orders.order import Change, Order, OrderItem
from orders.stock import Kept, Stock, choose, holds, left_of, moves

_stores = select(stock).order_by(stock.c.offer, stock.c.place)
_locked = (
    select(stock).where(stock.c.offer.in_(bindparam("codes", expanding=True))).order_by(stock.c.offer, stock.c.place)
)
_count = (
    update(stock)
    .where(stock.c.offer == bindparam("of"), stock.c.place == bindparam("at"))
    .values(on_hand=bindparam("count"), updated_at=bindparam("now"))
)
_move = (
    update(stock)
    .where(stock.c.offer == bindparam("of"), stock.c.place == bindparam("at"))
    .values(
        on_hand=stock.c.on_hand + bindparam("in_hand"),
        reserved=stock.c.reserved + bindparam("promised"),
        updated_at=bindparam("now"),
    )
)


class TooFew(Exception):
    """More is promised to orders than would be left."""


class SoldOut(Exception):
    """No place has as many of an item as are wanted. item: which, from 0; left: how many could be had."""

    def __init__(self, item: int, left: int) -> None:
        super().__init__(item, left)
        self.item, self.left = item, left


def stores(connection: Connection) -> list[Stock]:
    return [_stock(row) for row in connection.execute(_stores)]


def left(connection: Connection) -> Mapping[str, int]:
    """How many can be ordered at once of each offer that a store is kept of."""
    return left_of(stores(connection))


# ── What orders hold ─────────────────────────────────────────────────────────────────────────────────────────────────


def lock_stores(connection: Connection, wanted: Iterable[str]) -> list[Stock]:
    """The stores of these offers, nobody else's until the transaction ends."""
    asked = sorted(set(wanted))
    if not asked:
        return []
    query = _locked.with_for_update() if locking(connection) else _locked
    return [_stock(row) for row in connection.execute(query, {"codes": asked})]


class Storeroom:
    """Stores that this transaction has locked, and what it has promised of them so far. `instead_of`: an order that is
    being changed; what it holds is free for what it is changed into."""

    def __init__(self, locked: Iterable[Stock], instead_of: Order | None = None) -> None:
        held = {key: moved.reserved for key, moved in holds(instead_of).items()} if instead_of else {}
        keyed = ((Kept(store.offer, store.place), store) for store in locked)
        self._stores = {key: replace(store, reserved=store.reserved - held.get(key, 0)) for key, store in keyed}
        self._kept = {key.offer for key in self._stores}

    def take(self, items: Sequence[OrderItem]) -> tuple[OrderItem, ...]:
        """The items with the places they come from: all of them, or SoldOut and none."""
        if not self._kept:
            return tuple(item if item.place is None else replace(item, place=None) for item in items)
        stores, taken = dict(self._stores), []
        for number, item in enumerate(items):
            taken.append(_taken(stores, number, item) if item.offer in self._kept else replace(item, place=None))
        self._stores = stores
        return tuple(taken)


def _taken(stores: dict[Kept, Stock], number: int, item: OrderItem) -> OrderItem:
    having = [store for key, store in stores.items() if key.offer == item.offer]
    place = choose(having, item.quantity, item.place)
    if place is None:
        raise SoldOut(number, max(store.left for store in having))
    key = Kept(item.offer, place)
    stores[key] = replace(stores[key], reserved=stores[key].reserved + item.quantity)
    return replace(item, place=place)


def follow(connection: Connection, now: float, changes: Sequence[Change]) -> None:
    """The stores follow what became of orders."""
    rows = (
        {"of": key.offer, "at": key.place, "in_hand": moved.on_hand, "promised": moved.reserved, "now": now}
        for key, moved in moves(changes).items()
    )
    write(connection, _move, rows)


# ── What is counted ──────────────────────────────────────────────────────────────────────────────────────────────────


def count_stock(connection: Connection, counted: Iterable[Stock], now: float) -> None:
    """So many there are now; raises TooFew where more are promised."""
    for each in sorted(counted, key=lambda stored: (stored.offer, stored.place)):
        _set(connection, each.offer, each.place, each.on_hand, now)


def add_stock(connection: Connection, offer: str, place: str, pieces: int, now: float) -> Stock:
    """So many came in, or, below zero, are written off; raises TooFew where more are promised than would be left."""
    before = _at(connection, offer, place)
    return _set(connection, offer, place, (before.on_hand if before else 0) + pieces, now)


def forget_stock(connection: Connection, offer: str, place: str) -> None:
    """No store is kept of it there any more; raises TooFew while any are promised."""
    before = _at(connection, offer, place)
    if before and before.reserved:
        raise TooFew(f"{before.reserved} of {offer} at {place} are promised to orders: wait for their end")
    connection.execute(delete(stock).where(stock.c.offer == offer, stock.c.place == place))


def _set(connection: Connection, offer: str, place: str, on_hand: int, now: float) -> Stock:
    before = _at(connection, offer, place)
    reserved = before.reserved if before else 0
    if on_hand < reserved:
        raise TooFew(
            f"{reserved} of {offer} at {place} are promised to orders, so there cannot be {on_hand}: "
            "cancel orders first, or count again"
        )
    if before is None:
        row = {"offer": offer, "place": place, "on_hand": on_hand, "reserved": 0, "updated_at": now}
        connection.execute(insert(stock), row)
    else:
        connection.execute(_count, {"of": offer, "at": place, "count": on_hand, "now": now})
    return Stock(offer, place, on_hand, reserved)


def _at(connection: Connection, offer: str, place: str) -> Stock | None:
    query = select(stock).where(stock.c.offer == offer, stock.c.place == place)
    row = connection.execute(query.with_for_update() if locking(connection) else query).one_or_none()
    return None if row is None else _stock(row)


def _stock(row: Any) -> Stock:
    return Stock(row.offer, row.place, row.on_hand, row.reserved)
