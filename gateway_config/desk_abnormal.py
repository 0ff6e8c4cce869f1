"""What the desk may see and do of orders that something is wrong with, each in a transaction of its own."""

from collections.abc import Callable

from sqlalchemy import Connection

from orders.abnormal import AbnormalOrders
from orders.ledger import abnormal
from orders.ledger.desk_store import Run
from orders.ledger.house import House
from orders.ledger.posting import deed


class LedgerTroubles:
    def __init__(self, run: Run, house: Callable[[], House], now: Callable[[], float]) -> None:
        self._run = run
        self._house = house
        self._now = now

    async def listed(self) -> AbnormalOrders:
        return await self._run(abnormal.listed)

    async def do(self, agent: str, order: str, action: str, note: str) -> str:
        house, now = self._house(), self._now()

        def job(connection: Connection) -> str:
            return abnormal.do(deed(connection, house, now), order, action, f"agent:{agent}", note).state.value

        return await self._run(job)

    async def report(self, agent: str, order: str, problem: str, note: str) -> None:
        house, now = self._house(), self._now()

        def job(connection: Connection) -> None:
            abnormal.report_by_number(deed(connection, house, now), order, problem, f"agent:{agent}", note)

        await self._run(job)
