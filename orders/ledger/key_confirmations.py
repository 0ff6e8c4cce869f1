"""Orders that wait for a call and may be confirmed without an agent: by a key in a call of the house, or by text.

A consequence of every order that begins to wait, where the rules that flagged it allow it (`calling.without_agent`).
What cannot be given back once it is activated must have been agreed to: an order that lacks this is for an agent.

    keys_at      when the house rings him next (key_calls.py); agents leave his task alone until `head_start` later
    texted_at    he was written to, after the first call that did not reach him: a yes by text confirms it from then on

A row goes when the order waits no longer. As soon as an agent has rung about it, the house does not any more.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, delete, select, update

from orders.calling import without_agent
from orders.desk import AWAITS_CALL
from orders.ledger.notices import tell
from orders.ledger.second_yes import for_good
from orders.ledger.statements import statements, write
from orders.ledger.tables import call_tasks, key_confirmations, orders
from orders.order import Change, Order, OrderState

if TYPE_CHECKING:  # a deed has consequences, and this is one
    from orders.ledger.at_hand import Deed
    from orders.ledger.house import House

_mine = (
    key_confirmations.c.subscriber == bindparam("of"),
    key_confirmations.c.order_number == bindparam("order"),
)
_task = (
    call_tasks.c.subscriber == bindparam("of"),
    call_tasks.c.order_number == bindparam("order"),
    call_tasks.c.due_at.is_not(None),
)
_over = delete(key_confirmations).where(*_mine)
_moved = update(key_confirmations).where(*_mine).values(keys_at=bindparam("at"))
_texted = update(key_confirmations).where(*_mine).values(texted_at=bindparam("at"))
_left_alone = update(call_tasks).where(*_task).values(due_at=bindparam("until"))
_one = select(key_confirmations).where(*_mine)
_offered = (
    select(orders.c.number)
    .join(
        key_confirmations,
        (key_confirmations.c.subscriber == orders.c.subscriber) & (key_confirmations.c.order_number == orders.c.number),
    )
    .where(
        orders.c.subscriber == bindparam("of"),
        orders.c.state == OrderState.HELD.value,
        key_confirmations.c.texted_at.is_not(None),
    )
    .order_by(key_confirmations.c.texted_at.desc())
)


def follow(deed: "Deed", changes: Sequence[Change]) -> None:
    begun = [change.after for change in changes if _waits_now(change) and _may_be(deed.house, change.after)]
    ended = [change.after for change in changes if _waits_no_more(change)]
    write(deed.connection, _over, ({"of": order.subscriber, "order": order.number} for order in ended))
    if begun:
        _begin(deed, begun)


def _begin(deed: "Deed", begun: Sequence[Order]) -> None:
    rings = deed.house.calls_out.by_keys
    rows = [
        {"subscriber": order.subscriber, "order_number": order.number, "keys_at": None, "texted_at": None}
        for order in begun
    ]
    write(deed.connection, statements(deed.connection).upsert(key_confirmations), rows)
    if rings:
        who = ((order.subscriber, order.number) for order in begun)
        _ring(deed, [(of, number, first_call(deed.house, of, deed.now)) for of, number in who])


def first_call(house: "House", subscriber: str, now: float) -> float:
    return house.calling_hours.next_open(subscriber, now + house.calls_out.after)


def _waits_now(change: Change) -> bool:
    before = change.before
    return change.after.state is OrderState.HELD and (before is None or before.state is not OrderState.HELD)


def _waits_no_more(change: Change) -> bool:
    before = change.before
    return before is not None and before.state in AWAITS_CALL and change.after.state not in AWAITS_CALL


def _may_be(house: "House", order: Order) -> bool:
    agreed = order.waived_at is not None or not for_good(house, order)
    return agreed and without_agent(house.flag_rules, order.flags)


# ── What the house does about it ─────────────────────────────────────────────────────────────────────────────────────


def rings_at(connection: Connection, subscriber: str, order: str) -> float | None:
    """When the house rings him about it; None where it does not."""
    row = connection.execute(_one, {"of": subscriber, "order": order}).one_or_none()
    return None if row is None else row.keys_at


def is_offered(connection: Connection, subscriber: str, order: str) -> bool:
    row = connection.execute(_one, {"of": subscriber, "order": order}).one_or_none()
    return row is not None and row.texted_at is not None


def offered(connection: Connection, subscriber: str) -> list[str]:
    """The numbers of his orders that a yes by text confirms, the last one first."""
    return list(connection.scalars(_offered, {"of": subscriber}))


def leave_to_agents(connection: Connection, subscriber: str, order: str) -> None:
    connection.execute(_moved, {"of": subscriber, "order": order, "at": None})


def ring_again(deed: "Deed", subscriber: str, order: str, at: float) -> None:
    """The house rings at that moment, and agents leave him to it."""
    _ring(deed, [(subscriber, order, at)])


def _ring(deed: "Deed", calls: Sequence[tuple[str, str, float]]) -> None:
    head_start = deed.house.calls_out.head_start
    write(deed.connection, _moved, ({"of": of, "order": order, "at": at} for of, order, at in calls))
    left = ({"of": of, "order": order, "until": at + head_start} for of, order, at in calls)
    write(deed.connection, _left_alone, left)


def write_after_miss(deed: "Deed", order: Order) -> None:
    """After the first call that did not reach him, whoever made it: he need not wait for the next."""
    if not deed.house.calls_out.texts:
        return
    names = {"of": order.subscriber, "order": order.number}
    may_answer = deed.connection.execute(_texted, {**names, "at": deed.now}).rowcount > 0
    service = deed.house.text_service
    tell(deed, order, "notice.missed_confirm" if may_answer else "notice.missed", service=service)
