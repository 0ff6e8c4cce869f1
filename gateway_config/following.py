"""Taking over what was published, wherever it was: looked for every second, followed without anybody being cut off.

What cannot be followed is said, and what stood goes on: while the database is away, until it is back; with an edition
that this version cannot read, until something else is published.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from channels.clock import Clock
from gateway_config.rounds import looking
from gateway_config.shelf import Fetched, NotPublishable, Shelf
from orders.ledger import publishing
from orders.ledger.writer import Writer

EVERY = 1.0

log = Logger()


class Following:
    """changed: told when who begins anew is to be given something else."""

    def __init__(
        self,
        shelf: Shelf,
        writer: Writer,
        aside: Callable[..., "Deferred[Any]"],
        clock: Clock,
        changed: Callable[[], None],
    ) -> None:
        self._shelf = shelf
        self._writer = writer
        self._aside = aside
        self._clock = clock
        self._changed = changed
        self._refused = -1
        self._again = False

    def again(self) -> None:
        """Look at what stands in the next round, whether or not anything was published."""
        self._again = True

    async def run(self) -> None:
        """Until cancelled."""
        await looking("what was published", self.look, EVERY, self._clock)

    async def look(self) -> None:
        fetched = await self._writer.run(self._fetch)
        if fetched is None:
            return
        self._again = False
        try:
            libraries = await self._aside(self._shelf.opened, fetched)
        except NotPublishable as problem:
            self._refused = fetched.publication
            log.error("{problem}", problem=str(problem))  # noqa: TRY400 - it is the edition's fault; a trace tells nothing
            return
        self._shelf.follow(fetched, libraries)
        self._changed()
        stands = fetched.standing
        log.info(
            "publication {number}: {live} is live, {trial} on trial",
            number=fetched.publication,
            live=stands.live or "the packaged edition",
            trial=stands.trial.version if stands.trial else "nothing",
        )

    def _fetch(self, connection: Connection) -> Fetched | None:
        """What is new; a publication that was refused once is not tried again until there is another."""
        known = (self._shelf.publication, self._refused)
        if not self._again and publishing.latest(connection) in known:
            return None
        return self._shelf.fetch(connection)
