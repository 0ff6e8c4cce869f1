"""What the desk may ask and tell of parcels, each in a transaction of its own."""

from collections.abc import Callable

from sqlalchemy import Connection

from orders.consignment import Tiding
from orders.desk_parcels import Deliveries, Surveyed
from orders.desk_words import Role
from orders.ledger import desk_parcels
from orders.ledger.writer import Writer


class LedgerParcels:
    def __init__(self, writer: Writer, now: Callable[[], float]) -> None:
        self._writer = writer
        self._now = now

    async def listed(self, agent: str, role: Role) -> Deliveries:
        house = self._writer.house
        return await self._writer.run(lambda connection: desk_parcels.deliveries(connection, house, agent, role))

    async def step(self, agent: str, role: Role, consignment: int, told: Tiding) -> bool:
        house, now = self._writer.house, self._now()

        def job(connection: Connection) -> bool:
            return desk_parcels.step(connection, house, now, agent, role, consignment, told)

        return await self._writer.run(job)

    async def surveyed(self) -> Surveyed:
        house, now = self._writer.house, self._now()
        return await self._writer.run(lambda connection: desk_parcels.surveyed(connection, house, now))
