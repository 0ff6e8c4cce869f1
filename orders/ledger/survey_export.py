"""How people found their deliveries, for programs outside: one line for each who was asked. Digits in what they wrote,
which may be telephone numbers, are not taken out of the house."""

from typing import Any, TextIO

from sqlalchemy import Connection, select

from orders.ledger.lines_out import instant, write_lines
from orders.ledger.tables import surveys
from orders.misunderstood import masked

COLUMNS = ("order", "carrier", "delivered_at", "asked_at", "score", "scored_at", "comment")


def write(connection: Connection, form: str, out: TextIO, since: float | None = None) -> int:
    """How many were written."""
    query = select(surveys).where(surveys.c.asked_at.is_not(None)).order_by(surveys.c.asked_at)
    if since is not None:
        query = query.where(surveys.c.asked_at >= since)
    rows = connection.execution_options(yield_per=1000).execute(query)
    return write_lines((_line(row) for row in rows), form, COLUMNS, out)


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
    return None if seconds is None else instant(seconds)
