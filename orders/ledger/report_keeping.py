"""What reports are made of is forgotten when nobody asks about those days any more, some hours at a time.

A row is found by the first two columns of its key, of what and when, so that what is old is one range of it for each
kind; so many hours (or days) of it go at once, however much had piled up. Any node forgets what any node has counted.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select

from orders.ledger.report_rows import KINDS
from orders.ledger.tables import report_counts

DAY = 86_400.0
AT_ONCE = 48  # hours, or days, of each kind

_old = (
    select(report_counts.c.at)
    .where(report_counts.c.of == bindparam("kind"), report_counts.c.at < bindparam("before"))
    .group_by(report_counts.c.at)
    .order_by(report_counts.c.at)
    .limit(AT_ONCE)
)
_forget = delete(report_counts).where(report_counts.c.of == bindparam("kind"), report_counts.c.at <= bindparam("last"))


@dataclass(frozen=True, slots=True)
class Kept:
    """days: for which reports can be made; 0: for ever."""

    days: int = 1830


def forget_old(connection: Connection, now: float, kept: Kept) -> None:
    if not kept.days:
        return
    for kind in KINDS:
        at = connection.scalars(_old, {"kind": kind, "before": now - kept.days * DAY}).all()
        if at:
            connection.execute(_forget, {"kind": kind, "last": at[-1]})
