"""Who orders by telephone has it in writing: a consequence of every order that was placed in a call.

A caller has nothing to read again. The text message is a row of the order's own transaction, so he has it also when he
hung up in the middle of the order number. Where he chose a telephone number, that is what he wants to read.
"""

from collections.abc import Sequence

from orders.ledger.at_hand import Deed
from orders.ledger.notices import language_of, named, tell
from orders.order import Change, Order, OrderState

HEARD = frozenset({"ivr"})


def follow(deed: Deed, changes: Sequence[Change]) -> None:
    for change in changes:
        order = change.after
        # one that waits for a yes is told of by the question
        stands = order.state in (OrderState.ACKNOWLEDGED, OrderState.HELD)
        if change.before is None and order.channel in HEARD and stands:
            tell(deed, order, "notice.by_telephone", name=_with_numbers(deed, order))


def _with_numbers(deed: Deed, order: Order) -> str:
    name = named(deed.connection, order, language_of(deed, order))
    return " ".join((name, *(item.resource for item in order.items if item.resource)))
