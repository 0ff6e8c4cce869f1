"""How people found their deliveries, for programs outside: one line for each who was asked. Digits in what they wrote,
which may be telephone numbers, are not taken out of the house."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

from sqlalchemy import Connection, select

from orders.ledger.tables import surveys
from orders.misunderstood import masked

COLUMNS = ("order", "carrier", "delivered_at", "asked_at", "score", "scored_at", "comment")


def write(connection: Connection, form: str, out: TextIO, since: float | None = None) -> int:
    """How many were written."""
    query = select(surveys).where(surveys.c.asked_at.is_not(None)).order_by(surveys.c.asked_at)
    if since is not None:
        query = query.where(surveys.c.asked_at >= since)
    rows = connection.execution_options(yield_per=1000).execute(query)
    return (_as_csv if form == "csv" else _as_lines)((_line(row) for row in rows), out)


def _line(row: Any) -> dict[str, Any]:
    return {
        "order": row.order_number,
        "carrier": row.carrier,
        "delivered_at": _instant(row.delivered_at),
        "asked_at": _instant(row.asked_at),
        "score": row.score,
        "scored_at": _instant(row.scored_at),
        "comment": None if row.comment is None else masked(row.comment),
    }


def _instant(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _as_csv(lines: Iterator[dict[str, Any]], out: TextIO) -> int:
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    count = 0
    for line in lines:
        writer.writerow({name: _harmless(value) for name, value in line.items()})
        count += 1
    return count


def _harmless(value: Any) -> Any:
    """A spreadsheet must not take a text for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _as_lines(lines: Iterator[dict[str, Any]], out: TextIO) -> int:
    count = 0
    for line in lines:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        count += 1
    return count
