"""Taking over what supervisors taught: looked for every second, learned by every edition that is open.

A phrase book is built beside the reactor and put in place of the old one at once, so a text is understood by the one or
the other. An edition that is opened later learns with the next round.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from channels.clock import Clock
from dialogs.examples import Example, example
from gateway_config.rounds import looking
from gateway_config.shelf import Shelf
from orders.ledger import misunderstood
from orders.ledger.writer import Writer
from orders.misunderstood import Taught

EVERY = 1.0

log = Logger()


class Learning:
    def __init__(self, shelf: Shelf, writer: Writer, aside: Callable[..., "Deferred[Any]"], clock: Clock) -> None:
        self._shelf = shelf
        self._writer = writer
        self._aside = aside
        self._clock = clock
        self._known = 0
        self._taught: tuple[Example, ...] = ()

    async def run(self) -> None:
        """Until cancelled."""
        await looking("what was taught", self.look, EVERY, self._clock)

    async def look(self) -> None:
        news = await self._writer.run(self._news)
        if news is not None:
            self._known, self._taught = news[-1].id, examples(news)
            log.info("the phrase book has {count} texts that were taught", count=len(self._taught))
        for library in self._shelf.open_libraries():
            if library.taught != self._taught:
                await self._aside(library.learn, self._taught)

    def _news(self, connection: Connection) -> list[Taught] | None:
        return None if misunderstood.latest(connection) == self._known else misunderstood.taught(connection)


def examples(taught: Iterable[Taught]) -> tuple[Example, ...]:
    """The last word for each text. A place that nobody knows any more makes an example useless, not a server."""
    latest = {each.text: each for each in taught}
    found = []
    for each in latest.values():
        try:
            found.append(example(each.text, each.meaning, taught=True))
        except KeyError as unknown:
            log.warn("{text!r} was not learned: there is no place {unknown}", text=each.text, unknown=str(unknown))
    return tuple(found)
