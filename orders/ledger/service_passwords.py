"""Service passwords, of which only the argon2 hash is here, and the tries to guess them.

Comparing is slow on purpose and belongs in no transaction, so signing in takes two:

    begin_try    counts the try, before anybody knows whether it is right ──► the hash
    (the password is compared elsewhere)
    end_try      it was right: the count begins anew

A try has the id of the input that it came with, and is counted once however often it is asked for: by a transaction
that is taken again, or by the node that found a question which another one had left.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from orders.ledger.locks import lock_subscribers
from orders.ledger.statements import statements, write
from orders.ledger.tables import password_tries, service_passwords
from orders.service_password import DAY, Standing, Tried, Try, standing


def begin_try(connection: Connection, subscriber: str, number: int, now: float) -> Try:
    lock_subscribers(connection, [subscriber])
    mine = password_tries.c.subscriber == subscriber
    rows = connection.execute(select(password_tries).where(mine)).all()
    before = next((row for row in rows if row.id == number), None)
    if before is not None:
        return Try(known=True, right=before.proved)
    stands = standing((Tried(row.at, row.proved, row.locked_until) for row in rows), now)
    if not stands.left:
        return Try()
    left = stands.left - 1
    row = {"subscriber": subscriber, "id": number, "at": now, "proved": False}
    connection.execute(insert(password_tries), [row | {"locked_until": None if left else now + DAY}])
    return Try(hash_of(connection, subscriber), left)


def end_try(connection: Connection, subscriber: str, number: int) -> None:
    """It was right. The one that would have been one too many locks nothing then."""
    mine = (password_tries.c.subscriber == subscriber, password_tries.c.id == number)
    connection.execute(update(password_tries).where(*mine).values(proved=True, locked_until=None))


def hash_of(connection: Connection, subscriber: str) -> str | None:
    query = select(service_passwords.c.hash).where(service_passwords.c.subscriber == subscriber)
    return connection.scalar(query)


def stands(connection: Connection, subscriber: str, now: float) -> Standing:
    rows = connection.execute(select(password_tries).where(password_tries.c.subscriber == subscriber))
    return standing((Tried(row.at, row.proved, row.locked_until) for row in rows), now)


# ── By the command ───────────────────────────────────────────────────────────────────────────────────────────────────


def put(connection: Connection, hashes: Iterable[tuple[str, str]], now: float) -> int:
    """By subscriber. A new password also unlocks."""
    rows = [{"subscriber": subscriber, "hash": hashed, "set_at": now} for subscriber, hashed in hashes]
    write(connection, statements(connection).upsert(service_passwords), rows)
    for row in rows:
        unlock(connection, str(row["subscriber"]))
    return len(rows)


def clear(connection: Connection, subscriber: str) -> bool:
    """Whether there was one."""
    gone = connection.execute(delete(service_passwords).where(service_passwords.c.subscriber == subscriber)).rowcount
    return gone > 0


def unlock(connection: Connection, subscriber: str) -> bool:
    """Whether there were tries that counted."""
    return connection.execute(delete(password_tries).where(password_tries.c.subscriber == subscriber)).rowcount > 0
