"""How an order changes, whoever changes it, and what follows from it in the same transaction.

A turn places one, an agent decides, another hall cancels, a carrier delivers, a time limit passes: each is a *deed*,
done within one transaction, and each ends here, so that nobody has to remember what else a change means.

    draft or order ──► order.placed / order.changed ──► Change(before, after, event)
                                                           │
                         rows of the order and its event ◄─┤
                         every one of CONSEQUENCES      ◄──┘   call tasks, held numbers, stock, parcels, other halls …

An order of which nobody has to carry anything (`carrying`) then goes to its end by itself: it is started and completed
in the same transaction, and its subscriber is told.

A consequence is told all changes of its occasion together, so that a hundred orders of one batch cost it one statement
a table. It reads and writes within the transaction and may be run twice with the same result.
"""

from collections.abc import Callable, Mapping, Sequence

from dialogs.words import NOTHING, Values
from orders.ledger import (
    calls,
    consigning,
    counting,
    hall_following,
    in_writing,
    key_confirmations,
    number_following,
    second_yes,
    stores,
    surveys,
)
from orders.ledger.at_hand import Deed
from orders.ledger.carrying import ends_by_itself
from orders.ledger.notices import tell
from orders.ledger.order_rows import insert_orders, update_orders
from orders.order import Act, Change, Order, OrderState, changed

__all__ = ["Deed", "act", "alter", "place"]

Consequence = Callable[[Deed, Sequence[Change]], None]
Ended = Mapping[str, Order]  # orders that went to their end by themselves, as they now stand, by number
NONE_ENDED: Ended = {}

CONSEQUENCES: tuple[Consequence, ...] = (
    lambda deed, changes: calls.follow(deed.connection, deed.house, deed.now, changes),
    lambda deed, changes: number_following.follow(deed.connection, deed.house, deed.now, changes),
    lambda deed, changes: stores.follow(deed.connection, deed.now, changes),
    second_yes.follow,
    key_confirmations.follow,
    in_writing.follow,
    lambda deed, changes: hall_following.follow(deed.connection, deed.house.ids, deed.now, changes),
    lambda deed, changes: consigning.follow(deed.connection, deed.house, deed.now, changes),
    lambda deed, changes: surveys.follow(deed.connection, deed.house, deed.now, changes),
    counting.follow,
)


def place(deed: Deed, changes: Sequence[Change]) -> Ended:
    """Write new orders, and all that follows."""
    insert_orders(deed.connection, deed.house.ids, changes)
    return _follow(deed, changes)


def alter(deed: Deed, changes: Sequence[Change]) -> Ended:
    """Write what became of orders, and all that follows. The orders were loaded, and so locked, by this transaction."""
    update_orders(deed.connection, deed.house.ids, changes)
    return _follow(deed, changes)


def act(deed: Deed, order: Order, what: Act, actor: str, data: Values = NOTHING, wanted: Order | None = None) -> Order:
    """Do one act to one order. `wanted`: the order with what is changed along with it. Raises IllegalChange."""
    after, event = changed(wanted or order, what, actor, deed.now, data)
    ended = alter(deed, [Change(order, after, event)])
    return ended.get(after.number, after)


def _follow(deed: Deed, changes: Sequence[Change]) -> Ended:
    if changes:
        for consequence in CONSEQUENCES:
            consequence(deed, changes)
    clear = [change.after for change in changes if ends_by_itself(deed.connection, deed.house, change)]
    return {order.number: _end(deed, order) for order in clear} if clear else NONE_ENDED


def _end(deed: Deed, order: Order) -> Order:
    if order.state is OrderState.ACKNOWLEDGED:
        order = act(deed, order, Act.START, "hall")
    order = act(deed, order, Act.COMPLETE, "hall")
    tell(deed, order, "notice.done")
    return order
