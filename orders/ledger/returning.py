"""Returns and refunds on the ledger: each step is an event of the order, and one row says where it stands.

    orders.returnable          found {orders} | none
    orders.return  {number}    asked {number, total} | cannot {number, reason} | unknown {number}

Goods that are taken back leave the order: its store gets them, its phone number cools off. Money is owed once and paid
once; the row's state says which.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, bindparam, select

from dialogs.words import Value
from orders.ledger.deed import Deed, act
from orders.ledger.notices import tell
from orders.ledger.order_rows import load_order
from orders.ledger.statements import locking, statements
from orders.ledger.tables import order_events, orders, returns
from orders.lookup import Answer
from orders.order import Act, Order, OrderState
from orders.returning import CannotReturn, Return, ReturnState, Why, refusal

if TYPE_CHECKING:
    from orders.ledger.services import Ask

SHOWN = 5

_one = select(returns).where(returns.c.subscriber == bindparam("of"), returns.c.number == bindparam("no"))
_signed = select(order_events.c.at).where(
    order_events.c.subscriber == bindparam("of"),
    order_events.c.number == bindparam("no"),
    order_events.c.act == Act.COMPLETE.value,
)
_completed = (
    select(orders.c.number)
    .where(orders.c.subscriber == bindparam("of"), orders.c.state == OrderState.COMPLETED.value)
    .order_by(orders.c.ordered_at.desc())
    .limit(20)
)


# ── The steps ────────────────────────────────────────────────────────────────────────────────────────────────────────


def ask_return(deed: Deed, order: Order, actor: str, reason: str = "") -> Return:
    """He wants to bring it back. Raises CannotReturn."""
    known = return_of(deed.connection, order)
    if why := refusal(order, _signed_at(deed, order), known, deed.now, deed.house.time_zone):
        raise CannotReturn(order.number, why)
    act(deed, order, Act.ASK_RETURN, actor, {"comment": reason} if reason else {})
    return _keep(deed, order, ReturnState.ASKED, order.total, actor, reason)


def take_back(deed: Deed, order: Order, actor: str, note: str = "") -> Return:
    """The goods are here again, whether he had asked or stands at the counter; money is owed. Raises CannotReturn."""
    known = return_of(deed.connection, order)
    if known is not None and known.state not in (ReturnState.ASKED, ReturnState.REFUSED):
        raise CannotReturn(order.number, Why.ALREADY)
    if order.state is not OrderState.COMPLETED:
        raise CannotReturn(order.number, Why.NOT_DELIVERED)
    numbers: list[Value] = [item.resource for item in order.items if item.resource]
    data: dict[str, Value] = {"amount": order.total} | ({"numbers": numbers} if numbers else {})
    emptied = replace(order, items=tuple(replace(item, resource=None, place=None) for item in order.items))
    act(deed, order, Act.TAKE_BACK, actor, data | ({"note": note} if note else {}), emptied)
    tell(deed, order, "notice.taken_back")
    return _keep(deed, order, ReturnState.DUE, order.total, actor, known.reason if known else note)


def refuse(deed: Deed, order: Order, actor: str, note: str = "") -> Return:
    known = _standing(deed, order, ReturnState.ASKED)
    act(deed, order, Act.REFUSE_RETURN, actor, {"note": note} if note else {})
    tell(deed, order, "notice.return_refused")
    return _keep(deed, order, ReturnState.REFUSED, known.amount, actor, known.reason)


def owe(deed: Deed, order: Order, actor: str, amount: int | None = None, note: str = "") -> Return:
    """Money is to go back without goods: what was paid for what never came. Raises CannotReturn and IllegalChange."""
    wanted = order.total if amount is None else amount
    known = return_of(deed.connection, order)
    if (known is not None and known.state is not ReturnState.REFUSED) or not 0 < wanted <= order.total:
        raise CannotReturn(order.number, Why.ALREADY)
    act(deed, order, Act.OWE, actor, {"amount": wanted} | ({"note": note} if note else {}))
    return _keep(deed, order, ReturnState.DUE, wanted, actor, note)


def refund(deed: Deed, order: Order, actor: str, note: str = "") -> Return:
    """The money has gone back."""
    known = _standing(deed, order, ReturnState.DUE)
    act(deed, order, Act.REFUND, actor, {"amount": known.amount} | ({"note": note} if note else {}))
    tell(deed, order, "notice.refunded", amount=known.amount)
    return _keep(deed, order, ReturnState.REFUNDED, known.amount, actor, known.reason)


# ── What scripts ask ─────────────────────────────────────────────────────────────────────────────────────────────────


def returnable(deed: Deed, asked: "Sequence[Ask]") -> list[Answer]:
    return [_listed(deed, ask.inbound.subscriber) for ask in asked]


def _listed(deed: Deed, subscriber: str) -> Answer:
    shown: list[Value] = []
    for number in deed.connection.scalars(_completed, {"of": subscriber}).all():
        order = load_order(deed.connection, subscriber, number)
        if order is not None and _why_not(deed, order) is None and len(shown) < SHOWN:
            first = order.items[0]
            shown.append(
                {
                    "number": order.number,
                    "state": order.state.value,
                    "offer": first.offer,
                    "quantity": first.quantity,
                    "total": order.total,
                    "at": order.ordered_at,
                }
            )
    return Answer("found", {"orders": shown}) if shown else Answer("none")


def asked(deed: Deed, asks: "Sequence[Ask]") -> list[Answer]:
    return [_asked(deed, ask.inbound.subscriber, str(ask.request.arguments.get("number") or "")) for ask in asks]


def _asked(deed: Deed, subscriber: str, number: str) -> Answer:
    order = load_order(deed.connection, subscriber, number)
    if order is None:
        return Answer("unknown", {"number": number})
    try:
        ask_return(deed, order, "subscriber")
    except CannotReturn as refused:
        return Answer("cannot", {"number": number, "reason": refused.why.value})
    return Answer("asked", {"number": number, "total": order.total})


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def return_of(connection: Connection, order: Order) -> Return | None:
    query = _one.with_for_update() if locking(connection) else _one
    row = connection.execute(query, {"of": order.subscriber, "no": order.number}).one_or_none()
    return None if row is None else return_from(row)


def return_from(row: Any) -> Return:
    return Return(
        row.subscriber,
        row.number,
        ReturnState(row.state),
        row.reason,
        row.amount,
        row.asked_at,
        row.changed_at,
        row.by,
    )


def _why_not(deed: Deed, order: Order) -> Why | None:
    known = return_of(deed.connection, order)
    return refusal(order, _signed_at(deed, order), known, deed.now, deed.house.time_zone)


def _signed_at(deed: Deed, order: Order) -> float | None:
    names = {"of": order.subscriber, "no": order.number}
    return cast("float | None", deed.connection.execute(_signed, names).scalars().first())


def _standing(deed: Deed, order: Order, state: ReturnState) -> Return:
    known = return_of(deed.connection, order)
    if known is None or known.state is not state:
        raise CannotReturn(order.number, Why.ALREADY if known else Why.NOT_DELIVERED)
    return known


def _keep(deed: Deed, order: Order, state: ReturnState, amount: int, actor: str, reason: str) -> Return:
    known = return_of(deed.connection, order)
    kept = Return(
        order.subscriber,
        order.number,
        state,
        reason,
        amount,
        known.asked_at if known else deed.now,
        deed.now,
        actor,
    )
    row = {name: getattr(kept, name) for name in Return.__slots__} | {"state": state.value}
    deed.connection.execute(statements(deed.connection).upsert(returns), [row])
    return kept
