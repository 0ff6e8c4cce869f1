"""Orders for people and programs outside, as CSV or JSON lines."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

from sqlalchemy import Connection, select

from orders.ledger.tables import order_items, orders

COLUMNS = (
    "number",
    "state",
    "subscriber",
    "channel",
    "offer",
    "quantity",
    "total",
    "flags",
    "ordered_at",
    "changed_at",
)


def write(connection: Connection, form: str, out: TextIO) -> int:
    """How many were written. Amounts are in yuan with two decimals, instants in UTC."""
    rows = (_exported(row) for row in _rows(connection))
    return _write_csv(rows, out) if form == "csv" else _write_lines(rows, out)


def _rows(connection: Connection) -> Iterator[Any]:
    query = (
        select(orders, order_items.c.offer, order_items.c.quantity)
        .join(
            order_items,
            (order_items.c.subscriber == orders.c.subscriber) & (order_items.c.number == orders.c.number),
        )
        .order_by(orders.c.number, order_items.c.item)
    )
    yield from connection.execution_options(yield_per=1000).execute(query)


def _exported(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "state": row.state,
        "subscriber": row.subscriber,
        "channel": row.channel,
        "offer": row.offer,
        "quantity": row.quantity,
        "total": f"{row.total / 100:.2f}",
        "flags": " ".join(flag["code"] for flag in json.loads(row.flags)),
        "ordered_at": _instant(row.ordered_at),
        "changed_at": _instant(row.changed_at),
    }


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _write_csv(rows: Iterator[dict[str, Any]], out: TextIO) -> int:
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    count = 0
    for row in rows:
        writer.writerow({name: _harmless(value) for name, value in row.items()})
        count += 1
    return count


def _harmless(value: Any) -> Any:
    """A spreadsheet must not take a text for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t" and value else value


def _write_lines(rows: Iterator[dict[str, Any]], out: TextIO) -> int:
    count = 0
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count
