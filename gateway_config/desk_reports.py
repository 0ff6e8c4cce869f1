"""What supervisors see of what is counted: read beside the ledger's thread, so that no turn waits for a report."""

from collections.abc import Callable
from datetime import date, timedelta, tzinfo

from channels.desk.reports import DAYS
from orders.access import Did
from orders.ledger import access_log, agents, report_rows
from orders.ledger.desk_store import Run
from orders.reports.counted import Counted
from orders.reports.hours import Span, last_days, span


class LedgerReports:
    """look: does what only reads; run: what writes. zone: of the hall's clock."""

    def __init__(self, look: Run, run: Run, zone: tzinfo, now: Callable[[], float]) -> None:
        self._look = look
        self._run = run
        self._zone = zone
        self._now = now

    async def counted(self, first: date | None, last: date | None, channel: str) -> Counted:
        now = self._now()
        days = days_from(first, last, self._zone, now)
        return await self._look(lambda connection: report_rows.counted(connection, days, self._zone, channel, now))

    async def taken(self, agent: str, what: str) -> None:
        now = self._now()
        await self._run(
            lambda connection: access_log.note(
                connection, now, agent, agents.role(connection, agent), Did.EXPORTED, what
            )
        )


def days_from(first: date | None, last: date | None, zone: tzinfo, now: float) -> Span:
    """Where one end is not said it follows from the other; without either, the last four weeks. Raises BadSpan."""
    latest = last_days(now, DAYS, zone)
    if first is None and last is None:
        return latest
    if first is None:
        assert last is not None
        return span(last - timedelta(days=DAYS - 1), last, zone)
    return span(first, last or max(first, latest.last), zone)
