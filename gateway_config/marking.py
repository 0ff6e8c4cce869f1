"""Marks of what this node has written: made beside the ledger's thread, and kept by it."""

from collections.abc import Awaitable, Callable

from sqlalchemy import Connection

from channels.clock import Clock
from gateway_config.rounds import looking
from orders.ledger import marks
from orders.ledger.writer import Writer
from orders.marks import Mark

EVERY = 5.0

Look = Callable[[Callable[[Connection], Mark | None]], Awaitable[Mark | None]]


class Marking:
    """look: reads beside the ledger's thread."""

    def __init__(self, writer: Writer, look: Look, clock: Clock, now: Callable[[], float]) -> None:
        self._writer = writer
        self._look = look
        self._clock = clock
        self._now = now

    async def run(self) -> None:
        """Until cancelled."""
        await looking("what has to be marked", self.mark, EVERY, self._clock)

    async def mark(self) -> None:
        while True:
            ordinal, now = self._writer.house.ids.ordinal, self._now()
            made = await self._look(lambda connection, o=ordinal, n=now: marks.ready(connection, o, n))  # type: ignore[misc]
            if made is None:
                return
            await self._writer.run(lambda connection, mark=made: marks.keep(connection, mark))  # type: ignore[misc]
            if made.events < marks.MOST:
                return
