"""Where parcels are, for those who ask: the subscriber, an agent with the order before him, supervisors."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, bindparam, func, select

from dialogs.words import Value
from orders.consignment import ConsignmentState
from orders.ledger.at_hand import Deed
from orders.ledger.tables import OPEN_CONSIGNMENT, consignments
from orders.lookup import Answer

SHOWN = 5
UNHEARD = (ConsignmentState.WAITING.value, ConsignmentState.OFFERED.value)

_standing = (
    select(consignments.c.state, func.count().label("times")).where(OPEN_CONSIGNMENT).group_by(consignments.c.state)
)
_his = (
    select(consignments)
    .where(consignments.c.subscriber.in_(bindparam("who", expanding=True)), OPEN_CONSIGNMENT)
    .where(consignments.c.state.not_in(UNHEARD))
    .order_by(consignments.c.changed_at.desc())
)


def listed(deed: Deed, who: Sequence[str]) -> list[Answer]:
    """To each of them, where his parcels are that a carrier has."""
    of: dict[str, list[Any]] = defaultdict(list)
    for row in deed.connection.execute(_his, {"who": sorted(set(who))}) if deed.house.dispatching else ():
        of[row.subscriber].append(row)
    return [_told(deed, of[subscriber]) for subscriber in who]


def _told(deed: Deed, rows: Sequence[Any]) -> Answer:
    found = [
        {"number": row.order_number, "by": _by(deed, row), "state": row.state, "at": row.changed_at}
        for row in rows[:SHOWN]
    ]
    return Answer("found", {"parcels": cast(Value, found)}) if found else Answer("none")


def _by(deed: Deed, row: Any) -> dict[str, str]:
    names = deed.house.dispatching.called(row.carrier)
    gap = {"zh": ""}
    return {language: f"{name}{gap.get(language, ' ')}{row.tracking or ''}".strip() for language, name in names.items()}


def standing(connection: Connection) -> dict[str, int]:
    """How many there are in each state that is no end."""
    counted: dict[str, Any] = {row.state: row.times for row in connection.execute(_standing)}
    return counted
