"""Taking over the rules by which orders are rung back, wherever they were published: looked for every second.

Rules that this version of Hall cannot read are said once, and those that stood go on: an order must be judged.
"""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection
from twisted.logger import Logger

from channels.clock import Clock
from gateway_config.rounds import looking
from orders import flag_rules
from orders.flags import Rules
from orders.ledger import flag_publishing
from orders.ledger.flag_publishing import CONFIGURED, Published
from orders.ledger.house import House
from orders.ledger.writer import Writer
from orders.rows import Refused

EVERY = 1.0

log = Logger()


class Judging:
    """configured: the rules of this node's own, where none are published."""

    def __init__(self, writer: Writer, configured: Callable[[], Rules], clock: Clock) -> None:
        self._writer = writer
        self._configured = configured
        self._clock = clock
        self._known = CONFIGURED
        self._published: Rules | None = None

    async def run(self) -> None:
        """Until cancelled."""
        await looking("what flags orders", self.look, EVERY, self._clock)

    async def look(self) -> None:
        found = await self._writer.run(self._news)
        if found is None:
            return
        self._known = found.version
        try:
            self._published = flag_rules.parse(found.content, f"rules {found.version}") if found.content else None
        except Refused as problem:
            log.error("orders are judged as before: {problem}", problem=str(problem))  # noqa: TRY400 - no fault of ours
            return
        self._writer.house = replace(self._writer.house, flag_rules=self._published or self._configured())
        log.info("orders are judged by rules {version}", version=self._writer.house.flag_rules.version)

    def applied(self, house: House) -> House:
        """A house that was configured anew, judging by what is published."""
        return replace(house, flag_rules=self._published) if self._published else house

    def _news(self, connection: Connection) -> Published | None:
        if flag_publishing.live_version(connection) == self._known:
            return None
        return flag_publishing.live(connection) or Published(CONFIGURED, "", 0.0)
