"""One subscriber, one at a time: whoever reads his rows in order to change them holds his lock first."""

from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy import text as sql

from orders.ledger.statements import locking

_locks = sql(
    "SELECT pg_advisory_xact_lock(k) FROM"
    " (SELECT DISTINCT hashtextextended(s, 0) AS k FROM unnest(CAST(:who AS text[])) AS s ORDER BY k) AS ordered"
)


def lock_subscribers(connection: Connection, who: Iterable[str]) -> None:
    """Turns of one subscriber wait for each other, on whichever nodes they are, also while he has no row to lock.

    The locks are taken in one order by everybody, so that two nodes cannot wait for each other, and go with the commit.
    """
    if locking(connection):
        connection.execute(_locks, {"who": list(who)})


_try = sql("SELECT pg_try_advisory_xact_lock(hashtextextended(:what, 0))")


def try_customer(connection: Connection, subscriber: str) -> bool:
    """Whether nobody else is just giving one of his tasks to an agent; true of who withholds his number. It goes with
    the commit. Nobody waits, so nobody waits for each other."""
    free = not subscriber or not locking(connection)
    return free or bool(connection.scalar(_try, {"what": f"desk {subscriber}"}))
