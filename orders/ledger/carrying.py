"""What of an order somebody has to carry. Of a service or a data pack (`ship: false` in the catalogue) nobody has.

    all of it is to be carried    one consignment, as ever
    some of it                    one consignment, of that alone: when it is delivered, the order is complete
    nothing                       no consignment: the order is started and completed by itself (see `deed`)

What is sold is known to the house; only of what is no longer sold the catalogue is asked.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from orders.consignment import Consignment
from orders.dispatching import CLEAR
from orders.ledger.house import House
from orders.ledger.tables import offers
from orders.order import Change, Order, OrderItem, OrderState

RESTS = frozenset({OrderState.HELD, OrderState.PENDING})

_ship = select(offers.c.ship).where(offers.c.code == bindparam("of"))


def needs_carrier(connection: Connection, house: House, order: Order) -> bool:
    return any(_is_carried(connection, house, item.offer) for item in order.items)


def ends_by_itself(connection: Connection, house: House, change: Change) -> bool:
    """Whether nothing stands in the way of the order from this change on, and nobody has to carry anything of it."""
    return change.after.state in CLEAR and _is_fresh(change) and not needs_carrier(connection, house, change.after)


def _is_fresh(change: Change) -> bool:
    before = change.before
    return before is None or before.state in RESTS or before.items != change.after.items


def inside(connection: Connection, house: House, order: Order, parcel: Consignment) -> Sequence[tuple[int, OrderItem]]:
    """Place and item of what is in a consignment. One that was made while all of it was still carried stays whole."""
    meant = [(place, item) for place, item in enumerate(order.items, 1) if not parcel.items or place in parcel.items]
    return [(place, item) for place, item in meant if _is_carried(connection, house, item.offer)] or meant


def _is_carried(connection: Connection, house: House, code: str) -> bool:
    sold = house.offers.get(code)
    return sold.ship if sold else connection.execute(_ship, {"of": code}).scalar_one_or_none() is not False
