"""Orders that something is wrong with, on the ledger: found by the clock, listed for supervisors, acted upon.

Every action is a deed like any other, so that stores, numbers, parcels and other halls follow it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text

from dialogs.words import Value
from orders.abnormal import PROBLEMS, Abnormal, AbnormalOrders, NoSuchOrder, NotAbnormal, actions
from orders.ledger import consigning, returning
from orders.ledger.deed import Deed, act
from orders.ledger.house import House
from orders.ledger.locks import lock_subscribers
from orders.ledger.notices import tell
from orders.ledger.order_rows import load_order
from orders.ledger.posting import deed as deed_for
from orders.ledger.tables import order_items, orders, returns
from orders.order import STUCK, Act, Order, OrderState

LISTED = 200
MOST = 100  # that are found stuck in one round, of each state

_late = (
    select(orders.c.subscriber, orders.c.number)
    .where(
        orders.c.state == bindparam("stands"),
        orders.c.changed_at < bindparam("since"),
        orders.c.problem.is_(None),
        text("state NOT IN ('completed', 'failed', 'cancelled', 'rejected')"),  # said as the index says it
    )
    .order_by(orders.c.changed_at)
    .limit(MOST)
)
_unsettled = (returns.c.subscriber == orders.c.subscriber) & (returns.c.number == orders.c.number)
_joined = orders.outerjoin(returns, _unsettled)
_troubled = select(orders.c.number).where(orders.c.problem.is_not(None))
_returning = select(returns.c.number).where(returns.c.state.in_(("asked", "due")))


# ── What is reported ─────────────────────────────────────────────────────────────────────────────────────────────────


def report(deed: Deed, order: Order, problem: str, actor: str, note: str = "") -> Order:
    """Raises NotAbnormal for what is no problem, or stands already; IllegalChange where nothing can be wrong."""
    if problem not in PROBLEMS:
        raise NotAbnormal(f"unknown problem {problem!r}; known are {', '.join(PROBLEMS)}")
    if order.problem == problem:
        raise NotAbnormal(f"order {order.number} is known to be {problem} already")
    data: dict[str, Value] = {"problem": problem, **({"note": note} if note else {})}
    return act(deed, order, Act.TROUBLE, actor, data, replace(order, problem=problem))


def clear(deed: Deed, order: Order, actor: str, note: str = "") -> Order:
    if order.problem is None:
        raise NotAbnormal(f"nothing is wrong with order {order.number}")
    data: dict[str, Value] = {"problem": order.problem, **({"note": note} if note else {})}
    return act(deed, order, Act.SETTLE, actor, data, replace(order, problem=None))


def due(connection: Connection, house: House, now: float) -> int:
    """Finds orders that stand for too long; how many. A job of the writer."""
    found = [row for state, limit in house.stuck_after.items() for row in _standing(connection, state, now - limit)]
    if not found:
        return 0
    lock_subscribers(connection, {row.subscriber for row in found})
    deed = deed_for(connection, house, now)
    return sum(_found(deed, row.subscriber, row.number) for row in found)


def _standing(connection: Connection, state: OrderState, since: float) -> list[Any]:
    return list(connection.execute(_late, {"stands": state.value, "since": since}))


def _found(deed: Deed, subscriber: str, number: str) -> bool:
    order = load_order(deed.connection, subscriber, number)
    limit = deed.house.stuck_after.get(order.state) if order else None
    if order is None or limit is None or order.problem or order.changed_at >= deed.now - limit:
        return False
    report(deed, order, STUCK, "hall")
    return True


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def listed(connection: Connection, most: int = LISTED) -> AbnormalOrders:
    numbers = _troubled.union(_returning).subquery()
    count = connection.execute(select(func.count()).select_from(numbers)).scalar_one()
    query = (
        select(orders, returns.c.state.label("refund"), returns.c.amount.label("refund_amount"))
        .select_from(_joined)
        .where(orders.c.number.in_(select(numbers.c.number)))
        .order_by(orders.c.changed_at)
        .limit(most)
    )
    rows = connection.execute(query).all()
    names = _names(connection, [row.number for row in rows])
    return AbnormalOrders(tuple(_shown(row, names.get(row.number, "")) for row in rows), count)


def _names(connection: Connection, numbers: list[str]) -> Mapping[str, str]:
    """What was ordered, by code: supervisors know them."""
    query = (
        select(order_items.c.number, order_items.c.offer, order_items.c.quantity)
        .where(order_items.c.number.in_(numbers))
        .order_by(order_items.c.number, order_items.c.item)
    )
    told: dict[str, str] = {}
    for row in connection.execute(query):
        before = f"{told[row.number]}, " if row.number in told else ""
        told[row.number] = f"{before}{row.offer} × {row.quantity}"
    return told


def _shown(row: Any, name: str) -> Abnormal:
    refund = row.refund if row.refund != "refused" else None
    return Abnormal(
        number=row.number,
        subscriber=row.subscriber,
        state=row.state,
        problem=row.problem,
        name=name,
        total=row.total,
        since=row.changed_at,
        refund=refund,
        refund_amount=row.refund_amount,
        acts=actions(OrderState(row.state), row.problem, refund),
    )


# ── What is done about it ────────────────────────────────────────────────────────────────────────────────────────────


def do(deed: Deed, number: str, action: str, actor: str, note: str = "") -> Order:
    """Raises NotAbnormal, CannotReturn and IllegalChange."""
    doing = _ACTIONS.get(action)
    if doing is None:
        raise NotAbnormal(f"unknown action {action!r}; known are {', '.join(_ACTIONS)}")
    order = _numbered(deed, number)
    doing(deed, order, actor, note)
    after = load_order(deed.connection, order.subscriber, number)
    assert after is not None
    return after


def report_by_number(deed: Deed, number: str, problem: str, actor: str, note: str = "") -> Order:
    """The same as report, for whoever knows an order by its number."""
    return report(deed, _numbered(deed, number), problem, actor, note)


def _numbered(deed: Deed, number: str) -> Order:
    owner = select(orders.c.subscriber).where(orders.c.number == number)
    subscriber = deed.connection.execute(owner).scalar_one_or_none()
    if subscriber is not None:
        lock_subscribers(deed.connection, [subscriber])
    order = None if subscriber is None else load_order(deed.connection, subscriber, number)
    if order is None:
        raise NoSuchOrder(f"there is no order {number}")
    return order


def _fail(deed: Deed, order: Order, actor: str, note: str) -> None:
    if order.problem is None:
        raise NotAbnormal(f"nothing is wrong with order {order.number}")
    act(deed, order, Act.FAIL, actor, {"problem": order.problem} | ({"note": note} if note else {}))
    tell(deed, order, "notice.failed")


def _resend(deed: Deed, order: Order, actor: str, note: str) -> None:
    """Whoever dispatches is asked anew."""
    after = clear(deed, order, actor, note)
    consigning.try_again(deed.connection, deed.house, deed.now, after)


_ACTIONS: Mapping[str, Callable[[Deed, Order, str, str], object]] = {
    "clear": clear,
    "fail": _fail,
    "resend": _resend,
    "take_back": returning.take_back,
    "refuse_return": returning.refuse,
    "owe": lambda deed, order, actor, note: returning.owe(deed, order, actor, None, note),
    "refund": returning.refund,
}
