"""Who saw or changed what, as rows. Each is noted in the transaction of the deed itself, as the last thing in it.

As the last thing: on PostgreSQL those who note something take turns until they commit, and whoever holds that lock must
not wait for another.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, insert, select, text

from dialogs.words import NOTHING, Values
from orders.access import START, Access, access_hash
from orders.ledger.rows import to_json, values
from orders.ledger.statements import locking
from orders.ledger.tables import access_log

_lock = text("SELECT pg_advisory_xact_lock(hashtextextended('access_log', 10086))")
_last = select(access_log.c.id, access_log.c.hash).order_by(access_log.c.id.desc()).limit(1)


def note(
    connection: Connection,
    now: float,
    who: str,
    role: str,
    act: str,
    what: str,
    why: str = "",
    data: Values = NOTHING,
) -> None:
    if locking(connection):
        connection.execute(_lock)
    number, previous = last(connection)
    made = Access(number + 1, now, who, role, act, what, why, data)
    row = {
        "id": made.id,
        "at": now,
        "who": who,
        "role": role,
        "act": str(act),
        "what": what,
        "why": why,
        "data": to_json(data),
        "previous": previous,
        "hash": access_hash(previous, made),
    }
    connection.execute(insert(access_log), [row])


def last(connection: Connection) -> tuple[int, bytes]:
    """The number and the hash of the last row; 0 before the first."""
    row = connection.execute(_last).one_or_none()
    return (0, START) if row is None else (row.id, bytes(row.hash))


def hash_of(connection: Connection, number: int) -> bytes | None:
    if number == 0:
        return START
    found = connection.scalar(select(access_log.c.hash).where(access_log.c.id == number))
    return None if found is None else bytes(found)


def listed(
    connection: Connection, since: float = 0.0, who: str | None = None, what: str | None = None
) -> Iterator[Access]:
    """The oldest first, a thousand at a time."""
    query = select(access_log).where(access_log.c.at >= since).order_by(access_log.c.id)
    if who is not None:
        query = query.where(access_log.c.who == who)
    if what is not None:
        query = query.where(access_log.c.what == what)
    return map(_access_of, connection.execute(query, execution_options={"yield_per": 1000}))


def _access_of(row: Any) -> Access:
    return Access(
        row.id,
        row.at,
        row.who,
        row.role,
        row.act,
        row.what,
        row.why,
        values(row.data),
        bytes(row.previous),
        bytes(row.hash),
    )
