"""Numbers follow their orders: a consequence of every change (see deed).

    placed                      the number is ordered: for as long as the order stands
    cancelled, refused, failed  free again; if it had been sold, it cools off first
    completed                   sold
    other items                 what is no longer in it is given back, what has come into it is taken

`promised` is asked before an order is placed, when it can still be refused: what a number costs, or why it cannot be
had. On PostgreSQL it keeps the row until the transaction ends, so that what was promised is also got.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, null, or_, select, update

from orders.ledger.at_hand import Deed
from orders.ledger.house import House
from orders.ledger.number_holding import MINE, OPEN
from orders.ledger.number_rows import SHOWN, number_of, place_of
from orders.ledger.statements import locking, write
from orders.ledger.tables import numbers
from orders.numbers import NumberState, PoolNumber, hall_holder
from orders.order import Change, Order, OrderState
from orders.wish import Wish

NUMBER_TAKEN, NUMBER_LIMIT, NUMBER_UNKNOWN = "number_taken", "number_limit", "number_unknown"
GIVEN_BACK = frozenset({OrderState.REJECTED, OrderState.CANCELLED, OrderState.FAILED})

S = NumberState


class NumberGone(Exception):
    """An order wants a number that is not to be had. Nothing was changed; another number may be chosen."""

    def __init__(self, number: str, order: str) -> None:
        super().__init__(
            f"the number {number} cannot be had for order {order}: somebody else has it, or it is not sold"
        )
        self.number, self.order = number, order


# ── Before an order is placed ────────────────────────────────────────────────────────────────────────────────────────

_wanted = select(*SHOWN).where(numbers.c.number == bindparam("no"), or_(OPEN, MINE))
_there = select(numbers.c.number).where(numbers.c.number == bindparam("no"))
_his = (
    select(func.count())
    .select_from(numbers)
    .where(
        numbers.c.state.in_((S.ORDERED, S.SOLD)),
        or_(numbers.c.holder == bindparam("whose"), numbers.c.identity == bindparam("who")),
    )
)


Promises = Mapping[int, PoolNumber | str]
NONE_WANTED: Promises = {}


def promised(deed: Deed, wishes: Sequence[Wish]) -> list[Promises]:
    """For each wish, by the item that names a number: the number, or why it cannot be had."""
    given: set[str] = set()
    having: Counter[str] = Counter()
    return [_promises(deed, wish, given, having) if _wants_number(wish) else NONE_WANTED for wish in wishes]


def _wants_number(wish: Wish) -> bool:
    return any(item.resource is not None for item in wish.items)


def _promises(deed: Deed, wish: Wish, given: set[str], having: Counter[str]) -> Promises:
    told: dict[int, PoolNumber | str] = {}
    for place, item in enumerate(wish.items):
        if item.resource is None:
            continue
        found = NUMBER_TAKEN if item.resource in given else _promise(deed, wish, item.resource, having)
        told[place] = found
        if isinstance(found, PoolNumber):
            given.add(item.resource)
            having[wish.subscriber] += 1
    return told


def _promise(deed: Deed, wish: Wish, number: str, having: Mapping[str, int]) -> PoolNumber | str:
    connection = deed.connection
    his = connection.execute(_his, {"whose": wish.subscriber, "who": wish.identity}).scalar_one()
    if his + having[wish.subscriber] >= deed.house.holds.per_person:
        return NUMBER_LIMIT
    query = _wanted.with_for_update(skip_locked=True) if locking(connection) else _wanted
    holders = _holders(wish.subscriber, wish.hall)
    row = connection.execute(query, {"no": number, "now": deed.now, "holders": holders}).one_or_none()
    if row is not None:
        return number_of(row)
    there = connection.execute(_there, {"no": number}).one_or_none()
    return NUMBER_UNKNOWN if there is None else NUMBER_TAKEN


def _holders(subscriber: str, hall: str | None) -> list[str]:
    return [subscriber] if hall is None else [subscriber, hall_holder(hall)]


# ── With an order ────────────────────────────────────────────────────────────────────────────────────────────────────

_take = (
    update(numbers)
    .where(
        numbers.c.number == bindparam("no"),
        or_(OPEN, (numbers.c.state == S.HELD) & numbers.c.holder.in_((bindparam("whose"), bindparam("hall")))),
    )
    .values(
        state=S.ORDERED.value,
        until=None,
        holder=bindparam("whose"),
        order_number=bindparam("order"),
        identity=bindparam("who"),
        spread=null(),
        changed_at=bindparam("now"),
    )
)
_of_order = (numbers.c.number == bindparam("no"), numbers.c.order_number == bindparam("order"))
_sell = (
    update(numbers)
    .where(*_of_order, numbers.c.state == S.ORDERED)
    .values(state=S.SOLD.value, changed_at=bindparam("now"))
)
_was_sold = numbers.c.state == S.SOLD
_give_back = (
    update(numbers)
    .where(*_of_order, or_(numbers.c.state == S.ORDERED, numbers.c.state == S.SOLD))
    .values(
        state=case((_was_sold, S.COOLING.value), else_=S.FREE.value),
        until=case((_was_sold, bindparam("cool")), else_=null()),
        spread=case((_was_sold, null()), else_=bindparam("place")),
        holder=None,
        order_number=None,
        identity=None,
        reservation=None,
        changed_at=bindparam("now"),
    )
)
_identify = update(numbers).where(*_of_order).values(identity=bindparam("who"))


def follow(connection: Connection, house: House, now: float, changes: Sequence[Change]) -> None:
    """Raises NumberGone when a change takes a number that is not to be had."""
    concerned = [change for change in changes if _has_number(change.after) or _has_number(change.before)]
    if not concerned:
        return
    write(connection, _give_back, [row for change in concerned for row in _given_back(house, now, change)])
    for change in concerned:
        for row in _taken(now, change):
            if not connection.execute(_take, row).rowcount:
                raise NumberGone(row["no"], change.after.number)
    write(connection, _sell, [row for change in concerned for row in _sold(now, change)])
    write(connection, _identify, [row for change in concerned for row in _identified(change)])


def _has_number(order: Order | None) -> bool:
    return order is not None and any(item.resource for item in order.items)


def _numbers(order: Order | None) -> set[str]:
    """What an order keeps, as it stands."""
    if order is None or order.state in GIVEN_BACK:
        return set()
    return {item.resource for item in order.items if item.resource}


def _given_back(house: House, now: float, change: Change) -> Iterable[dict[str, Any]]:
    cool = now + house.holds.cooling
    for number in sorted(_numbers(change.before) - _numbers(change.after)):
        yield {"no": number, "order": change.after.number, "cool": cool, "place": place_of(number), "now": now}


def _taken(now: float, change: Change) -> Iterable[dict[str, Any]]:
    order = change.after
    hall = hall_holder(order.hall) if order.hall else order.subscriber
    for number in sorted(_numbers(order) - _numbers(change.before)):
        yield {
            "no": number, "now": now, "whose": order.subscriber, "hall": hall, "order": order.number,
            "who": order.identity,
        }  # fmt: skip


def _sold(now: float, change: Change) -> Iterable[dict[str, Any]]:
    order, before = change.after, change.before
    if order.state is OrderState.COMPLETED and (before is None or before.state is not OrderState.COMPLETED):
        for number in sorted(_numbers(order)):
            yield {"no": number, "order": order.number, "now": now}


def _identified(change: Change) -> Iterable[dict[str, Any]]:
    """Who he is may be known only later."""
    before, order = change.before, change.after
    if before is not None and before.identity != order.identity:
        for number in sorted(_numbers(order) & _numbers(before)):
            yield {"no": number, "order": order.number, "who": order.identity}
