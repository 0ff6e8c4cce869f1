"""How many there are, and where: what an order holds of it at each step of its life, without a database.

    on_hand    in the storeroom
    reserved   of these, promised to orders that are not at their end
    left       what can still be ordered

An offer of which no store is kept (a service, a tariff) is without end and costs nothing here. Where one is kept, an
order's item names the place it is taken from: the central store if it has enough, else the branch that has most. The
table below is all there is to giving back. What an order holds follows from its state, so that whoever cancels it,
completes it or changes it, in whatever manner, the store follows by the difference.

    acknowledged, pending, held, inProgress, partial, being cancelled     reserved
    completed                                                             gone from the storeroom
    failed, because it was lost                                           gone as well
    failed, rejected, cancelled                                           nothing
"""

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from orders.order import Change, Order, OrderState
from orders.rows import BadRow, Problem, Refused, Row, known_fields, made, read

CENTRAL = "central"
FIELDS = ("offer", "place", "on_hand")
MOST = 10**9
LOST = "lost"  # the problem of an order whose goods nobody can find

GIVEN_BACK = frozenset({OrderState.REJECTED, OrderState.CANCELLED, OrderState.FAILED})


class Kept(NamedTuple):
    """What is kept where."""

    offer: str
    place: str


@dataclass(frozen=True, slots=True)
class Stock:
    offer: str
    place: str
    on_hand: int
    reserved: int = 0

    @property
    def left(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Moved:
    on_hand: int = 0
    reserved: int = 0


def choose(stores: Iterable[Stock], quantity: int, rather: str | None = None) -> str | None:
    """The place that so many are taken from; None where no place has them. `rather`: where they come from already."""
    enough = [store for store in stores if store.left >= quantity]
    if not enough:
        return None
    return min(
        enough, key=lambda store: (store.place != rather, store.place != CENTRAL, -store.left, store.place)
    ).place


def left_of(stores: Iterable[Stock]) -> dict[str, int]:
    """How many can be ordered at once of each offer that a store is kept of: an item comes from one place."""
    left: dict[str, int] = {}
    for store in stores:
        left[store.offer] = max(left.get(store.offer, 0), store.left)
    return left


# ── What an order holds ──────────────────────────────────────────────────────────────────────────────────────────────


def holds(order: Order) -> dict[Kept, Moved]:
    """What an order holds as it stands."""
    on_hand: Counter[Kept] = Counter()
    reserved: Counter[Kept] = Counter()
    _count(order, 1, False, on_hand, reserved)
    return {key: Moved(on_hand[key], reserved[key]) for key in {*on_hand, *reserved}}


def moves(changes: Iterable[Change]) -> dict[Kept, Moved]:
    """How the stores follow what became of orders, in the order of their keys."""
    on_hand: Counter[Kept] = Counter()
    reserved: Counter[Kept] = Counter()
    for change in changes:
        _count(change.before, -1, False, on_hand, reserved)
        _count(change.after, 1, _lost(change), on_hand, reserved)
    moved = {key: Moved(on_hand[key], reserved[key]) for key in sorted({*on_hand, *reserved})}
    return {key: move for key, move in moved.items() if move != Moved()}


def _lost(change: Change) -> bool:
    before, after = change.before, change.after
    return (
        before is not None
        and before.problem == LOST
        and before.state is not OrderState.FAILED
        and after.state is OrderState.FAILED
    )


def _count(order: Order | None, sign: int, lost: bool, on_hand: Counter[Kept], reserved: Counter[Kept]) -> None:
    if order is None:
        return
    gone = order.state is OrderState.COMPLETED or (order.state is OrderState.FAILED and lost)
    for item in order.items:
        if item.place is None or (order.state in GIVEN_BACK and not gone):
            continue
        if gone:
            on_hand[Kept(item.offer, item.place)] -= sign * item.quantity
        else:
            reserved[Kept(item.offer, item.place)] += sign * item.quantity


# ── As a file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def parse(text: str, filename: str, offers: Container[str]) -> list[Stock]:
    """What was counted, or Refused with every problem by line. `offers`: those there are, by code."""
    rows = read(text, filename)
    if not rows:
        raise Refused([Problem(filename, 1, "there is no store in this file")])
    counted = made(rows, filename, lambda row: _counted(row, offers))
    seen: dict[tuple[str, str], int] = {}
    problems = []
    for row, stock in zip(rows, counted, strict=True):
        key = stock.offer, stock.place
        if key in seen:
            text = f"{stock.offer} at {stock.place} is on line {seen[key]} already"
            problems.append(Problem(filename, row.line, text))
        seen.setdefault(key, row.line)
    if problems:
        raise Refused(problems)
    return counted


def _counted(row: Row, offers: Container[str]) -> Stock:
    known_fields(row, FIELDS)
    code = str(row.values.get("offer") or "").strip().upper()
    if code not in offers:
        raise BadRow(f"offer: there is no {code or 'offer without a code'}; import the catalogue first")
    return Stock(code, place_named(str(row.values.get("place") or CENTRAL)), pieces(row.values.get("on_hand")))


def place_named(text: str) -> str:
    place = text.strip()
    if not place or len(place) > 64:
        raise BadRow("place: a name of 64 characters at most, or central")
    return place


def pieces(value: Any) -> int:
    text = str(value).strip() if value is not None and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and int(text) <= MOST):
        raise BadRow(f"on_hand: {value!r} must be a whole number from 0 upwards")
    return int(text)
