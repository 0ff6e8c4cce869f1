"""Orders for people and programs outside, as CSV or JSON lines: one line for each item, a thousand read at a time.

What is personal is masked by who it is for (see `masking`). Amounts are in yuan with two decimals, instants in UTC.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from sqlalchemy import ColumnElement, Connection, Select, func, select

from orders import masking
from orders.flags import flags_from_json
from orders.ledger.lines_out import instant, write_lines
from orders.ledger.tables import order_items, orders
from orders.masking import Sees

COLUMNS = (
    "number",
    "state",
    "subscriber",
    "channel",
    "hall",
    "external_id",
    "offer",
    "quantity",
    "unit_price",
    "resource",
    "total",
    "recipient",
    "address",
    "flags",
    "rules",
    "problem",
    "ordered_at",
    "changed_at",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders: ordered at or after `since` and before `until`, in this state, by this channel."""

    since: float | None = None
    until: float | None = None
    state: str | None = None
    channel: str | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        said = [
            None if self.since is None else orders.c.ordered_at >= self.since,
            None if self.until is None else orders.c.ordered_at < self.until,
            None if self.state is None else orders.c.state == self.state,
            None if self.channel is None else orders.c.channel == self.channel,
        ]
        return [condition for condition in said if condition is not None]


ALL = Wanted()


def write(
    connection: Connection,
    form: str,
    out: TextIO,
    wanted: Wanted = ALL,
    sees: Sees | None = Sees.AGENT,
    told: Callable[[int, int | None], None] = lambda done, of: None,
) -> int:
    """How many lines were written. sees: for whom it is; None: for somebody who may see whom it is about."""
    total = connection.scalar(_among(select(func.count()), wanted)) or 0
    query = _among(select(orders, order_items), wanted).order_by(orders.c.number, order_items.c.item)
    rows = connection.execute(query, execution_options={"yield_per": 1000})
    lines = _counted((_line(row, sees) for row in rows), told, total)
    return write_lines(lines, form, COLUMNS, out)


def _among(query: Select[Any], wanted: Wanted) -> Select[Any]:
    whole = (order_items.c.subscriber == orders.c.subscriber) & (order_items.c.number == orders.c.number)
    return query.select_from(orders.join(order_items, whole)).where(*wanted.conditions)


def _line(row: Any, sees: Sees | None) -> dict[str, Any]:
    resource = row.resource
    return {
        "number": row.number,
        "state": row.state,
        "subscriber": row.subscriber if sees is None else masking.number(row.subscriber),
        "channel": row.channel,
        "hall": row.hall,
        "external_id": row.external_id,
        "offer": row.offer,
        "quantity": row.quantity,
        "unit_price": _yuan(row.unit_price),
        "resource": resource if sees is None or not resource else masking.number(resource),
        "total": _yuan(row.total),
        "recipient": row.recipient if sees is None else masking.name(row.recipient, sees),
        "address": row.address if sees is None else masking.address(row.address, sees),
        "flags": " ".join(flag.code for flag in flags_from_json(row.flags)),
        "rules": row.rules,
        "problem": row.problem,
        "ordered_at": instant(row.ordered_at),
        "changed_at": instant(row.changed_at),
    }


def _yuan(fen: int) -> str:
    return f"{fen / 100:.2f}"


def _counted(
    lines: Iterator[dict[str, Any]], told: Callable[[int, int | None], None], total: int
) -> Iterator[dict[str, Any]]:
    for done, line in enumerate(lines, 1):
        yield line
        told(done, total)
