"""A subscriber's past as rules look at it: counted over all of it, and listed as far back as any rule looks."""

from collections.abc import Iterable

from orders.flag_words import GIVEN_UP, Earlier, History
from orders.order import OrderState


def history(past: Iterable[Earlier], since: float) -> History:
    """past: all his orders up to now, in any order. since: how far back the rules look."""
    count = completed = numbers = 0
    last_at: float | None = None
    recent = []
    for order in past:
        if order.state not in GIVEN_UP:
            count += 1
            numbers += order.numbers
            completed += order.state is OrderState.COMPLETED
            last_at = order.at if last_at is None else max(last_at, order.at)
        if order.at > since:
            recent.append(order)
    return History(count, tuple(recent), completed, last_at, numbers)
