"""Nodes that run, and nodes that have fallen: who holds the lock of his name runs, and it goes with him (`engine.py`).

What a fallen node has left behind that no lease brings to light belongs to its heir, the first by name of those that
run: they all look at the same rows, so that nobody needs to ask the others.
"""

from typing import Final

from sqlalchemy import Connection, text

DAY: Final = 86_400.0

# a lock on a bigint: its upper half is the class, its lower half the object
_standing = text(
    """
    WITH known AS (SELECT name, hashtextextended(name, 10086) AS lock FROM nodes WHERE seen_at > :since)
    SELECT name, EXISTS (
        SELECT 1 FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 1
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND classid::bigint = ((lock >> 32) & 4294967295) AND objid::bigint = (lock & 4294967295)
    ) AS running
    FROM known ORDER BY name
    """
)


def inheritance(connection: Connection, node: str, now: float) -> tuple[str, ...]:
    """The nodes whose heir this one is, of those that were seen within a day. On SQLite there is no other."""
    if connection.dialect.name != "postgresql":
        return ()
    rows = connection.execute(_standing, {"since": now - DAY}).all()
    first = next((row.name for row in rows if row.running), None)
    return tuple(row.name for row in rows if not row.running) if first == node else ()
