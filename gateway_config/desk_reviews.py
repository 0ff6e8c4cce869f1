"""Reviews of calls at the desk, each question in a transaction of its own."""

from collections.abc import Callable
from datetime import date, tzinfo

from gateway_config.desk_reports import days_from
from orders.ledger import agents, reviews
from orders.ledger.desk_store import Run
from orders.ledger.ids import Ids
from orders.reports.hours import last_days
from orders.reviewing import Answered, Review, Reviewing, Wanted

WEEK = 7


class LedgerReviews:
    """look: does what only reads; run: what writes. zone: of the hall's clock."""

    def __init__(self, look: Run, run: Run, ids: Ids, zone: tzinfo, now: Callable[[], float]) -> None:
        self._look = look
        self._run = run
        self._ids = ids
        self._zone = zone
        self._now = now

    async def reviewing(
        self, first: date | None, last: date | None, agent: str, outcome: str, sample: bool
    ) -> Reviewing:
        now = self._now()
        span = days_from(first, last, self._zone, now) if first or last else last_days(now, WEEK, self._zone)
        wanted = Wanted(span.begin, span.end, agent, outcome, sample)
        return await self._look(lambda connection: reviews.reviewing(connection, wanted))

    async def review(self, reviewer: str, told: Answered) -> float:
        now = self._now()
        return await self._run(
            lambda connection: reviews.review(
                connection, self._ids, now, reviewer, agents.role(connection, reviewer), told
            )
        )

    async def listed(self) -> tuple[Review, ...]:
        return await self._look(reviews.listed)

    async def of_agent(self, agent: str) -> tuple[Review, ...]:
        now = self._now()
        return await self._run(lambda connection: reviews.of_agent(connection, agent, now))
