"""Rules that people write as text, whole, book by book: the one that was published last is live, for all nodes.

A version is its content, so a row's content is never changed; when it was switched on last is. Who did it, and why,
stands in the access log. Where nothing of a book is published, what a node has configured holds, or what comes with
Hall.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from orders.access import Did
from orders.flag_rules import version_of
from orders.ledger import access_log
from orders.ledger.statements import statements
from orders.ledger.tables import rule_texts
from orders.rule_books import AS_CONFIGURED, Book


@dataclass(frozen=True, slots=True)
class Published:
    version: str
    content: str
    at: float


_listed = select(rule_texts).where(rule_texts.c.kind == bindparam("of")).order_by(rule_texts.c.kept_at.desc())
_live = _listed.limit(1)


def name(book: Book) -> str:
    """As the access log calls it: that book's first entries were written before there were others."""
    return "flag rules" if book is Book.FLAGS else book.value


def publish(
    connection: Connection, book: Book, content: str, who: str, now: float, why: str = "", role: str = "operator"
) -> str:
    """The version. The content has been read and found good; empty, it goes back to what nodes have configured."""
    version = version_of(content) if content else AS_CONFIGURED
    row = {"kind": book.value, "version": version, "content": content, "kept_at": now}
    connection.execute(statements(connection).upsert(rule_texts), [row])
    access_log.note(connection, now, who, role, Did.PUBLISHED, f"{name(book)} {version or 'as configured'}", why)
    return version


def live(connection: Connection, book: Book) -> Published | None:
    """None: nothing was published, or to go back to what is configured."""
    row = connection.execute(_live, {"of": book.value}).one_or_none()
    return None if row is None or not row.content else Published(row.version, row.content, row.kept_at)


def listed(connection: Connection, book: Book) -> list[Published]:
    """The one switched on last comes first."""
    return [Published(row.version, row.content, row.kept_at) for row in connection.execute(_listed, {"of": book.value})]
