"""The second yes. An order that waits for one (`pending`, with `confirm_by`) is confirmed by text, or it is not.

    placed by a way that asks for it ──► notice: reply Y by …
        Y, Y 1000000016     ──► inProgress          N, N 1000000016 ──► cancelled
        nothing in time     ──► cancelled, all is given back, and he is told
        Y when it is late   ──► told that it is too late; nothing is ordered

One that is held, and of which he was told by text that he may answer so (key_confirmations.py), is confirmed as well;
it has no time limit but that of the calls.

A bare Y is taken for the one order that waits; where several do, he is asked which. Whose time has run out an instant
ago is late, whether or not the housekeeper has been round.

    orders.answer {number?, yes}    confirmed | declined {number} | several {orders} | none
                                    | expired {number} | unknown {number} | refused {number, state}
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, bindparam, select, text

from dialogs.words import Value
from orders.ledger import key_confirmations
from orders.ledger.deed import Deed, act
from orders.ledger.locks import lock_subscribers
from orders.ledger.notices import tell
from orders.ledger.order_rows import load_order
from orders.ledger.posting import deed as deed_for
from orders.ledger.second_yes import for_good
from orders.ledger.tables import orders
from orders.lookup import Answer
from orders.order import Act, Order, OrderState

if TYPE_CHECKING:
    from orders.ledger.house import House
    from orders.ledger.services import Ask

MOST = 100  # that run out in one round
REMEMBERED = 7 * 86_400.0  # for so long a late yes is told that it is late

_mine = (
    select(orders.c.number, orders.c.state, orders.c.confirm_by)
    .where(orders.c.subscriber == bindparam("of"), orders.c.confirm_by.is_not(None))
    .order_by(orders.c.confirm_by.desc())
)
_due = (
    select(orders.c.subscriber, orders.c.number)
    .where(text("state = 'pending'"), orders.c.confirm_by <= bindparam("now"))  # said as the index says it
    .order_by(orders.c.confirm_by)
    .limit(MOST)
)


# ── What he answers ──────────────────────────────────────────────────────────────────────────────────────────────────


def answered(deed: Deed, asked: "Sequence[Ask]") -> list[Answer]:
    return [_answered(deed, ask) for ask in asked]


def _answered(deed: Deed, ask: "Ask") -> Answer:
    subscriber, arguments = ask.inbound.subscriber, ask.request.arguments
    number, yes = str(arguments.get("number") or ""), arguments.get("yes") is not False
    if number:
        return settle(deed, subscriber, number, yes)
    rows = deed.connection.execute(_mine, {"of": subscriber}).all()
    pending = (row for row in rows if row.state == OrderState.PENDING.value and row.confirm_by > deed.now)
    waiting = [*(row.number for row in pending), *key_confirmations.offered(deed.connection, subscriber)]
    if len(waiting) > 1:
        return Answer("several", {"orders": cast(Value, list(_shown(deed, subscriber, waiting)))})
    if waiting:
        return settle(deed, subscriber, waiting[0], yes)
    late = [row for row in rows if deed.now - REMEMBERED < row.confirm_by <= deed.now]
    return settle(deed, subscriber, late[0].number, yes) if late else Answer("none")


def settle(deed: Deed, subscriber: str, number: str, yes: bool, actor: str = "subscriber") -> Answer:
    """His answer to one order. The subscriber's lock is held."""
    order = load_order(deed.connection, subscriber, number)
    if order is None:
        return Answer("unknown", {"number": number})
    if order.confirm_by is not None and order.confirm_by <= deed.now:
        if order.state is OrderState.PENDING:
            _run_out(deed, order)
        return Answer("expired", {"number": number})
    held = order.state is OrderState.HELD and key_confirmations.is_offered(deed.connection, subscriber, number)
    if not held and (order.state is not OrderState.PENDING or order.confirm_by is None):
        return Answer("refused", {"number": number, "state": order.state.value})
    act(deed, order, Act.CONFIRM if yes else Act.CANCEL, actor, {"by": "text"}, _agreed(deed, order) if yes else None)
    return Answer("confirmed" if yes else "declined", {"number": number})


def _agreed(deed: Deed, order: Order) -> Order:
    """The question told him what cannot be given back."""
    return replace(order, waived_at=order.waived_at or deed.now) if for_good(deed.house, order) else order


def _shown(deed: Deed, subscriber: str, numbers: Sequence[str]) -> Iterator[dict[str, Value]]:
    for number in numbers:
        order = load_order(deed.connection, subscriber, number)
        if order is not None:
            first = order.items[0]
            yield {
                "number": order.number,
                "state": order.state.value,
                "offer": first.offer,
                "quantity": first.quantity,
                "total": order.total,
                "at": order.ordered_at,
            }


# ── Time that runs out ───────────────────────────────────────────────────────────────────────────────────────────────


def due(connection: Connection, house: "House", now: float) -> int:
    """Cancels what was not confirmed in time; how many. A job of the writer."""
    late = connection.execute(_due, {"now": now}).all()
    if not late:
        return 0
    lock_subscribers(connection, {row.subscriber for row in late})
    deed = deed_for(connection, house, now)
    return sum(_still_waits(deed, row.subscriber, row.number) for row in late)


def _still_waits(deed: Deed, subscriber: str, number: str) -> bool:
    order = load_order(deed.connection, subscriber, number)
    if order is None or order.state is not OrderState.PENDING or (order.confirm_by or deed.now + 1) > deed.now:
        return False
    _run_out(deed, order)
    tell(deed, order, "notice.expired")
    return True


def _run_out(deed: Deed, order: Order) -> None:
    act(deed, order, Act.EXPIRE, "hall", {"confirm_by": order.confirm_by})
