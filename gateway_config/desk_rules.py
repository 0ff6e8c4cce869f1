"""The books of rules at the desk: read and tried beside the ledger's thread, published within it.

What comes with Hall, or is configured, counts where nothing is published. A trial on the past looks at orders of the
last quarter, no more than somebody will wait for; `hall flags try` looks at all of them.
"""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from pathlib import Path

from sqlalchemy import Connection
from twisted.internet.defer import DeferredSemaphore

from gateway_config.settings import Settings
from orders import calling_hours, flag_rules, guide_rules, pause_rules, retry_rules, review_form, rule_meanings
from orders.flag_rules import version_of
from orders.ledger import agents, flag_replay, rule_books
from orders.ledger.desk_store import Run
from orders.reports.sheets import Sheet
from orders.rule_books import AS_CONFIGURED, Book, Open, Tried, changed, tidy

QUARTER = 90 * 86_400.0
MOST = 20_000  # orders of a trial at the desk

Configured = Callable[[], str]
Meaning = Callable[[str, str], tuple[Sheet, ...]]


def configured(settings: Callable[[], Settings]) -> Mapping[Book, Configured]:
    """The text that counts of each book where none is published."""

    def text(path: Path | None, standard: Configured) -> str:
        return standard() if path is None else path.read_text("utf-8")

    return {
        Book.FLAGS: lambda: text(settings().orders.rules, flag_rules.standard_text),
        Book.GUIDE: guide_rules.standard_text,
        Book.RETRIES: lambda: text(settings().calls.retries, retry_rules.standard_text),
        Book.HOURS: lambda: text(settings().calls.hours, calling_hours.standard_text),
        Book.PAUSES: lambda: "",
        Book.FORM: review_form.standard_text,
    }


class LedgerRules:
    """look: does what only reads; run: what writes. zone: of the hall's clock."""

    def __init__(
        self, look: Run, run: Run, configured: Mapping[Book, Configured], zone: tzinfo, now: Callable[[], float]
    ) -> None:
        self._look = look
        self._run = run
        self._configured = configured
        self._zone = zone
        self._now = now
        self._one = DeferredSemaphore(1)  # trial at a time
        self._means: Mapping[Book, Meaning] = {
            Book.FLAGS: lambda text, language: rule_meanings.of_flag_rules(flag_rules.parse(text, "flags")),
            Book.GUIDE: lambda text, language: rule_meanings.of_guide(guide_rules.parse(text, "guide"), language),
            Book.RETRIES: lambda text, language: rule_meanings.of_retries(retry_rules.parse(text, "retries")),
            Book.HOURS: lambda text, language: rule_meanings.of_hours(calling_hours.parse(text, "hours", zone)),
            Book.PAUSES: lambda text, language: rule_meanings.of_pauses(pause_rules.parse(text, "pauses"), language),
            Book.FORM: lambda text, language: rule_meanings.of_form(review_form.parse(text, "form"), language),
        }

    async def listed(self) -> tuple[Open, ...]:
        return await self._look(lambda connection: tuple(self._open(connection, book) for book in Book))

    async def opened(self, book: Book, language: str) -> tuple[Open, Tried]:
        found = await self._look(lambda connection: self._open(connection, book))
        return found, Tried(found.version, (), self._means[book](found.content, language))

    async def content(self, book: Book, version: str) -> str:
        own = self._configured[book]()
        return await self._look(lambda connection: rule_books.content(connection, book, version, own))

    async def tried(self, book: Book, content: str, language: str) -> Tried:
        text = tidy(content)
        means = self._means[book](text, language)
        found = await self._look(lambda connection: self._open(connection, book))
        if book is Book.FLAGS:
            means = (*await self._trial(text), *means)
        return Tried(version_of(text), changed(found.content, text), means)

    async def publish(self, agent: str, book: Book, content: str, seen: str, why: str) -> str:
        text = tidy(content)
        self._means[book](text, "zh")  # whoever wrote it: what cannot be read is never kept
        return await self._published(agent, book, text, seen, why)

    async def back(self, agent: str, book: Book, version: str, seen: str, why: str) -> str:
        configured = version == AS_CONFIGURED and book is not Book.PAUSES
        text = "" if configured else await self.content(book, version)
        if text:
            self._means[book](text, "zh")  # of an older Hall, it may be
        return await self._published(agent, book, text, seen, why)

    async def _published(self, agent: str, book: Book, text: str, seen: str, why: str) -> str:
        own, now = self._configured[book](), self._now()

        def job(connection: Connection) -> str:
            role = agents.role(connection, agent)
            return rule_books.publish(connection, book, text, seen, own, agent, role, now, why)

        return await self._run(job)

    async def _trial(self, text: str) -> tuple[Sheet, ...]:
        rules, since = flag_rules.parse(text, "flags"), self._now() - QUARTER
        await self._one.acquire()
        try:
            trial = await self._look(
                lambda connection: flag_replay.tried(connection, rules, self._zone, since, most=MOST)
            )
        finally:
            self._one.release()
        return rule_meanings.of_flags(trial)

    def _open(self, connection: Connection, book: Book) -> Open:
        return rule_books.opened(connection, book, self._configured[book]())
