"""The books of rules, as they stand and as they were.

What was published when, by whom and why is read off the access log. Why one may pause is read by the desk from tables
of its own (`pauses`); its text is kept here beside them, and both are written together.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, or_, select

from orders import pause_rules
from orders.access import Did
from orders.flag_rules import version_of
from orders.ledger import pauses, rule_texts
from orders.ledger.statements import locking
from orders.ledger.tables import access_log
from orders.rule_books import AS_CONFIGURED, Book, NoSuchBook, NotLive, Open, Published

SHOWN = 30

_history = (
    select(access_log.c.at, access_log.c.who, access_log.c.what, access_log.c.why)
    .where(
        access_log.c.act == Did.PUBLISHED.value,
        or_(access_log.c.what == bindparam("configured"), access_log.c.what.like(bindparam("some"))),
    )
    .order_by(access_log.c.id.desc())
    .limit(SHOWN)
)


def opened(connection: Connection, book: Book, configured: str) -> Open:
    """configured: the text that counts where none is published."""
    content = _live(connection, book)
    text = content or (pause_rules.written(pauses.limits(connection)) if book is Book.PAUSES else configured)
    return Open(book, version_of(text), text, bool(content), tuple(_published(connection, book)))


def content(connection: Connection, book: Book, version: str, configured: str) -> str:
    """The text of a version that was published, or of what is configured. Raises NoSuchBook."""
    if version == AS_CONFIGURED and book is not Book.PAUSES:
        return configured
    found = next((each for known, each in _kept(connection, book) if known == version and each), None)
    if found is None:
        raise NoSuchBook(f"{book} of version {version} were never published here")
    return found


def publish(
    connection: Connection, book: Book, text: str, seen: str, configured: str, who: str, role: str, now: float, why: str
) -> str:
    """The version. The text has been read and found good; empty, it goes back to what is configured. Raises NotLive."""
    _take_turns(connection)
    stands = opened(connection, book, configured)
    if stands.version != seen:
        raise NotLive(f"{book} {seen} are not live any more, {stands.version} are; look again")
    if book is Book.PAUSES:
        pauses.decide(connection, pause_rules.parse(text, book))
    return rule_texts.publish(connection, book, text, who, now, why, role)


def _take_turns(connection: Connection) -> None:
    if locking(connection):
        connection.exec_driver_sql("LOCK TABLE rule_texts IN EXCLUSIVE MODE")


def _live(connection: Connection, book: Book) -> str:
    found = rule_texts.live(connection, book)
    return found.content if found else ""


def _kept(connection: Connection, book: Book) -> Iterator[tuple[str, str]]:
    return ((each.version, each.content) for each in rule_texts.listed(connection, book))


def _published(connection: Connection, book: Book) -> Iterator[Published]:
    name = rule_texts.name(book)
    names = {"configured": f"{name} as configured", "some": f"{name} ____________"}
    for row in connection.execute(_history, names):
        version = row.what.removeprefix(f"{name} ")
        yield Published(AS_CONFIGURED if version == "as configured" else version, row.at, row.who, row.why)
