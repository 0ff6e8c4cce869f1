"""Where parcels are, for those who ask: the subscriber, an agent with the order before him, supervisors."""

from typing import Any

from sqlalchemy import Connection, func, select

from orders.ledger.tables import OPEN_CONSIGNMENT, consignments

_standing = (
    select(consignments.c.state, func.count().label("times")).where(OPEN_CONSIGNMENT).group_by(consignments.c.state)
)


def standing(connection: Connection) -> dict[str, int]:
    """How many there are in each state that is no end."""
    counted: dict[str, Any] = {row.state: row.times for row in connection.execute(_standing)}
    return counted
