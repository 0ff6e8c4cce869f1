"""Whoever is to say yes once more is asked to: a consequence of every order that begins to wait for it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orders.ledger.notices import tell
from orders.order import Change, Order, OrderState

if TYPE_CHECKING:  # a deed has consequences, and this is one
    from orders.ledger.at_hand import Deed
    from orders.ledger.house import House


def follow(deed: "Deed", changes: Sequence[Change]) -> None:
    for change in changes:
        order = change.after
        if order.confirm_by is not None and order.state is OrderState.PENDING and _is_new(change):
            phrase = "notice.confirm_for_good" if for_good(deed.house, order) else "notice.confirm"
            tell(deed, order, phrase, until=order.confirm_by)


def _is_new(change: Change) -> bool:
    before = change.before
    return before is None or before.state is not OrderState.PENDING or before.confirm_by != change.after.confirm_by


def for_good(house: "House", order: Order) -> bool:
    """Whether anything in it cannot be given back once it has been activated."""
    return any(house.offers[item.offer].no_return for item in order.items if item.offer in house.offers)
