"""A person who asks to be forgotten is; what was ordered stays, under a name that stands for nobody.

    what he said, what he was told, where he stood in a dialog        goes
    what is known of him: name, address, balance                      goes
    his orders, their events, calls and parcels                       stay, under a pseudonym, without address,
                                                                      recipient, identity, notes, and chosen numbers
    the salt of his orders, and the words beside their events         go: what the chain has of them can no longer be
                                                                      opened, and the chain is whole all the same

The pseudonym is noted in the access log with who did it and why, so that an order without a salt has its reason there
(`verifying` asks for it). A table that holds people must say in PLAN what becomes of it; a test sees to that.

On SQLite what is deleted is overwritten with zeros. PostgreSQL keeps dead rows until its next VACUUM.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, Text, delete, func, or_, select, update

from orders import masking
from orders.access import Did
from orders.ledger import access_log
from orders.ledger.deed import Deed, act
from orders.ledger.locks import lock_subscribers
from orders.ledger.order_rows import load_order
from orders.ledger.tables import metadata, numbers, orders
from orders.order import FINAL, Act, may

GOES = None  # the rows of the subscriber are deleted

# What stays, under the pseudonym, and which columns are emptied of what with.
PLAN: Mapping[str, Mapping[str, Any] | None] = {
    "subscribers": GOES,
    "balances": GOES,
    "service_passwords": GOES,
    "password_tries": GOES,
    "inbound": GOES,
    "parts": GOES,
    "dialogs": GOES,
    "quarantine": GOES,
    "lookups": GOES,
    "outbound": GOES,
    "segments": GOES,
    "resends": GOES,
    "order_private": GOES,
    "hall_requests": GOES,
    "hall_words": GOES,
    "hub_deliveries": GOES,
    "reservations": GOES,
    "orders": {"address": None, "recipient": None, "identity": None, "salt": None},
    "order_items": {"resource": None},
    "order_events": {},
    "call_tasks": {},
    "call_attempts": {"note": "", "changes": "{}"},
    "reviews": {"comment": ""},
    "call_remarks": {"note": ""},
    "phone_calls": {},
    "waiting_calls": {},
    "key_confirmations": GOES,
    "recordings": GOES,
    "consignments": {"tracking": None, "signed_by": None},
    "consignment_events": {"note": ""},
    "hall_cancellations": {"reason": None},
    "returns": {"reason": ""},
    "surveys": {"comment": None},
}


class CannotErase(Exception):
    """He is not known, or has orders that are under way; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Erased:
    """orders: their numbers. gone, kept: how many rows, by table."""

    pseudonym: str
    orders: tuple[str, ...]
    gone: Mapping[str, int]
    kept: Mapping[str, int]


def erase(deed: Deed, subscriber: str, pseudonym: str, who: str, why: str, force: bool = False) -> Erased:
    """Raises CannotErase, with nothing changed. force: orders that are under way are cancelled first."""
    connection = deed.connection
    lock_subscribers(connection, [subscriber])
    his = _orders_of(connection, subscriber)
    _end(deed, subscriber, [number for number, state in his if state not in FINAL], who, force)
    connection.execute(
        update(numbers)
        .where(or_(numbers.c.holder == subscriber, numbers.c.order_number.in_([number for number, _ in his])))
        .values(holder=pseudonym, identity=None, order_number=None)
    )
    gone: dict[str, int] = {}
    kept: dict[str, int] = {}
    for name, emptied in PLAN.items():
        table = metadata.tables[name]
        mine = table.c.subscriber == subscriber
        if emptied is GOES:
            gone[name] = connection.execute(delete(table).where(mine)).rowcount
        else:
            values = {"subscriber": pseudonym, **emptied}
            kept[name] = connection.execute(update(table).where(mine).values(values)).rowcount
    if not any((*gone.values(), *kept.values())):
        raise CannotErase("nothing is known of this subscriber, so there is nothing to erase")
    numbers_of = tuple(number for number, _ in his)
    data = {"orders": len(his), "rows": sum(gone.values()) + sum(kept.values())}
    access_log.note(connection, deed.now, who, "operator", Did.ERASED, pseudonym, why, data)
    return Erased(pseudonym, numbers_of, _told(gone), _told(kept))


def remaining(connection: Connection, subscriber: str) -> dict[str, int]:
    """Where his number is still written, by table and column: in what others wrote, as a rule. Looks at every row."""
    digits = masking.dialled(subscriber).removeprefix("+")
    found: dict[str, int] = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Text):
                query = select(func.count()).select_from(table).where(column.contains(digits, autoescape=True))
                if count := connection.scalar(query):
                    found[f"{table.name}.{column.name}"] = count
    return found


def people() -> list[Table]:
    """The tables that hold rows of subscribers."""
    return [table for table in metadata.sorted_tables if "subscriber" in table.columns]


def _orders_of(connection: Connection, subscriber: str) -> list[tuple[str, str]]:
    query = select(orders.c.number, orders.c.state).where(orders.c.subscriber == subscriber)
    return [(row.number, row.state) for row in connection.execute(query.order_by(orders.c.number))]


def _end(deed: Deed, subscriber: str, under_way: Sequence[str], who: str, force: bool) -> None:
    if under_way and not force:
        raise CannotErase(
            f"{_listed(under_way)} under way: wait for the end, or cancel them first with --force, and what was taken "
            "for them goes back"
        )
    found = [order for number in under_way if (order := load_order(deed.connection, subscriber, number))]
    if stuck := [order.number for order in found if not may(Act.CANCEL, order.state)]:
        raise CannotErase(f"{_listed(stuck)} with a carrier, or being cancelled already: wait for the end")
    for order in found:
        act(deed, order, Act.CANCEL, f"operator:{who}", {"reason": "erased"})


def _listed(numbers_: Sequence[str]) -> str:
    return f"order {numbers_[0]} is" if len(numbers_) == 1 else f"orders {', '.join(numbers_)} are"


def _told(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}
