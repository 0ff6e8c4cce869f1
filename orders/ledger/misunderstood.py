"""What was not understood lately, and what the house was taught; in the ledger's thread or a command's transaction.

Both are found through an index that holds only them. A phrase that is taught is appended, with who taught it and when,
and never changed: the table is its own record. Done twice with the same `now` it is done once.
"""

from sqlalchemy import Connection, bindparam, func, insert, select

from orders.ledger.tables import book_phrases, inbound
from orders.misunderstood import Heard, Misunderstood, Taught, group, teachable

DAY = 86_400.0
LATELY = 14 * DAY
MOST = 3000

_heard = (
    select(inbound.c.content, inbound.c.received_at)
    .where(inbound.c.intent == "none", inbound.c.received_at > bindparam("since"), inbound.c.content != "")
    .order_by(inbound.c.received_at.desc())
    .limit(MOST)
)
_taught = select(book_phrases).order_by(book_phrases.c.id)
_latest = select(func.coalesce(func.max(book_phrases.c.id), 0))
_again = select(func.count()).where(
    book_phrases.c.text == bindparam("text"),
    book_phrases.c.at == bindparam("now"),
    book_phrases.c.by == bindparam("who"),
)


def misunderstood(connection: Connection, now: float) -> tuple[Misunderstood, ...]:
    heard = [Heard(row.content, row.received_at) for row in connection.execute(_heard, {"since": now - LATELY})]
    return group(heard, taught(connection))


def taught(connection: Connection) -> list[Taught]:
    """Everything, the oldest first; the last one for a text counts."""
    return [Taught(row.id, row.text, row.meaning, row.by, row.at) for row in connection.execute(_taught)]


def latest(connection: Connection) -> int:
    """By which a server knows that there is something new."""
    return int(connection.execute(_latest).scalar_one())


def teach(connection: Connection, text: str, meaning: str, by: str, now: float) -> str:
    """The text as it is kept. Raises BadPhrase."""
    text = teachable(text, meaning)
    if not connection.execute(_again, {"text": text, "now": now, "who": by}).scalar_one():
        row = {"id": latest(connection) + 1, "text": text, "meaning": meaning, "by": by, "at": now}
        connection.execute(insert(book_phrases), [row])
    return text
