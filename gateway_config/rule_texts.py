"""Taking over rules that are published as text, wherever that was done: looked for every second, book by book.

What this version of Hall cannot read is said once, and what stood goes on: an order must be judged, a customer rung.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from twisted.logger import Logger

from channels.clock import Clock
from gateway_config.rounds import looking
from orders.ledger import rule_texts
from orders.ledger.house import House
from orders.ledger.rule_texts import Published
from orders.ledger.writer import Writer
from orders.rows import Refused
from orders.rule_books import AS_CONFIGURED, Book

EVERY = 1.0

log = Logger()


@dataclass(frozen=True, slots=True)
class Reading:
    """How rules of one book are read, and how a house goes by them. configured: where none are published."""

    parse: Callable[[str, str], Any]
    configured: Callable[[], Any]
    put: Callable[[House, Any], House]


class RuleTexts:
    def __init__(self, writer: Writer, books: Mapping[Book, Reading], clock: Clock) -> None:
        self._writer = writer
        self._books = books
        self._clock = clock
        self._known = dict.fromkeys(books, AS_CONFIGURED)
        self._published: dict[Book, Any] = {}

    async def run(self) -> None:
        """Until cancelled."""
        await looking("what is published as text", self.look, EVERY, self._clock)

    async def look(self) -> None:
        for book, found in await self._writer.run(self._news):
            self._take(book, found)

    def applied(self, house: House) -> House:
        """A house that was configured anew, going by what is published."""
        for book, rules in self._published.items():
            house = self._books[book].put(house, rules)
        return house

    def _take(self, book: Book, found: Published) -> None:
        reading = self._books[book]
        self._known[book] = found.version
        try:
            rules = reading.parse(found.content, f"{book} {found.version}") if found.content else None
        except Refused as problem:
            log.error("{book} stays as it was: {problem}", book=book.value, problem=str(problem))  # noqa: TRY400
            return
        self._published.pop(book, None)
        if rules is not None:
            self._published[book] = rules
        self._writer.house = reading.put(self._writer.house, reading.configured() if rules is None else rules)
        log.info("{book} {version} is live", book=book.value, version=found.version or "as configured")

    def _news(self, connection: Connection) -> list[tuple[Book, Published]]:
        found = ((book, rule_texts.live(connection, book) or Published(AS_CONFIGURED, "", 0.0)) for book in self._books)
        return [(book, each) for book, each in found if each.version != self._known[book]]
