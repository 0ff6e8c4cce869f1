"""What supervisors see and do of those at work, each in a transaction of its own."""

from collections.abc import Callable
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from orders.access import Did
from orders.desk_words import Card
from orders.ledger import desk_card, shift, supervising
from orders.ledger.desk_store import Run
from orders.ledger.supervising import Deed
from orders.people import By
from orders.supervising import Shift


class LedgerSupervision:
    """zone: the hall's, by which a day begins. lease: of what is given to somebody, in seconds."""

    def __init__(self, run: Run, now: Callable[[], float], node: str, zone: tzinfo, lease: float) -> None:
        self._run = run
        self._now = now
        self._node = node
        self._zone = zone
        self._lease = lease

    async def shift(self) -> Shift:
        now = self._now()
        midnight = datetime.fromtimestamp(now, self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return await self._run(lambda connection: shift.shift(connection, now, midnight.timestamp()))

    async def unlock(self, by: By, task: int, why: str) -> None:
        await self._do(by, why, lambda deed: supervising.unlock(deed, task))

    async def assign(self, by: By, task: int, to: str, why: str) -> None:
        await self._do(by, why, lambda deed: supervising.assign(deed, task, to, self._lease))

    async def pause(self, by: By, agent: str, reason: str, why: str) -> None:
        await self._do(by, why, lambda deed: supervising.pause(deed, agent, reason))

    async def sign_out(self, by: By, agent: str, why: str) -> None:
        await self._do(by, why, lambda deed: supervising.sign_out(deed, agent))

    async def order(self, by: By, number: str) -> Card:
        now = self._now()

        def job(connection: Connection) -> Card:
            card = desk_card.order_card(connection, number)
            Deed(connection, by, now, self._node).note(Did.OPENED, f"order {number}")
            return card

        return await self._run(job)

    async def _do(self, by: By, why: str, do: Callable[[Deed], None]) -> None:
        now = self._now()
        await self._run(lambda connection: do(Deed(connection, by, now, self._node, why)))
