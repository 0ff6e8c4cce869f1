"""Numbers taken into the pool, a million in one transaction: either all of a file is there, or none of it.

What is not in the pool yet comes in, free. What is free already has what the file says of it; what somebody holds, or
has ordered, or was withdrawn, keeps the terms that he was told.

An empty pool is filled first and indexed afterwards, which is many times quicker. On PostgreSQL that keeps everybody
else away from the table meanwhile, so it is done only while no server is at work; SQLite lets nobody else write anyway,
and is given a cache in which the indexes have room.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, bindparam, or_, select, text, update

from orders.ledger.number_rows import new_row, terms_row
from orders.ledger.rows import Row
from orders.ledger.statements import locking, statements, write
from orders.ledger.tables import nodes, numbers
from orders.number_import import Listed
from orders.numbers import NumberState

CHUNK = 2_000
CACHE = 128  # megabytes
SILENT = 180.0

_those = select(numbers.c.number).where(numbers.c.number.in_(bindparam("which", expanding=True)))
_terms = ("region", "grade", "prepaid", "monthly", "months", "penalty", "band")
_reprice = (
    update(numbers)
    .where(
        numbers.c.number == bindparam("no"),
        numbers.c.state == NumberState.FREE,
        or_(*(numbers.c[name] != bindparam(name) for name in _terms)),
    )
    .values({name: bindparam(name) for name in _terms} | {"changed_at": bindparam("now")})
)


@dataclass(slots=True)
class Imported:
    """changed: free numbers of which the file says something new."""

    new: int = 0
    changed: int = 0
    same: int = 0


def take_in(
    connection: Connection, listed: Iterable[Listed], now: float, told: Callable[[int], None] = lambda count: None
) -> Imported:
    """`told` hears how many numbers have been taken since it last heard."""
    done = Imported()
    empty = _is_empty(connection)
    _make_room(connection)
    rebuilt = _without_indexes(connection) if empty and _is_quiet(connection, now) else []
    put = _copy if empty and locking(connection) else _put
    remaining = iter(listed)
    while chunk := list(islice(remaining, CHUNK)):
        known = frozenset() if empty else _known(connection, chunk)
        put(connection, [each for each in chunk if each.number not in known], now, done)
        _price_anew(connection, [each for each in chunk if each.number in known], now, done)
        told(len(chunk))
    for statement in rebuilt:
        connection.execute(text(statement))
    if locking(connection):
        connection.execute(text("ANALYZE numbers"))
    return done


def _is_empty(connection: Connection) -> bool:
    return connection.execute(select(numbers.c.number).limit(1)).one_or_none() is None


def _known(connection: Connection, chunk: list[Listed]) -> frozenset[str]:
    return frozenset(connection.scalars(_those, {"which": [each.number for each in chunk]}))


def _put(connection: Connection, chunk: list[Listed], now: float, done: Imported) -> None:
    rows = [new_row(each.number, each.terms, each.region, now) for each in chunk]
    write(connection, statements(connection).put(numbers), rows)
    done.new += len(chunk)


def _copy(connection: Connection, chunk: list[Listed], now: float, done: Imported) -> None:
    """PostgreSQL's own way of taking in many rows, for a pool in which none of them can be."""
    rows = [new_row(each.number, each.terms, each.region, now) for each in chunk]
    with (
        connection.connection.driver_connection.cursor() as cursor,  # type: ignore[union-attr]
        cursor.copy(f"COPY numbers ({', '.join(rows[0])}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(tuple(row.values()))
    done.new += len(chunk)


def _price_anew(connection: Connection, chunk: list[Listed], now: float, done: Imported) -> None:
    if chunk:
        changed = connection.execute(_reprice, [_repriced(each, now) for each in chunk]).rowcount
        done.changed += changed
        done.same += len(chunk) - changed


def _repriced(each: Listed, now: float) -> Row:
    return {"no": each.number, "region": each.region, "now": now, **terms_row(each.terms)}


def _make_room(connection: Connection) -> None:
    wanted = (
        "SET LOCAL maintenance_work_mem = '256MB'" if locking(connection) else f"PRAGMA cache_size = -{CACHE * 1024}"
    )
    connection.execute(text(wanted))


def _is_quiet(connection: Connection, now: float) -> bool:
    """A node says once a minute that it lives."""
    alive = select(nodes.c.name).where(nodes.c.seen_at > now - SILENT).limit(1)
    return not locking(connection) or connection.execute(alive).one_or_none() is None


def _without_indexes(connection: Connection) -> list[str]:
    """The statements by which the indexes that are taken away are made again."""
    found = list(connection.execute(_indexes[locking(connection)]))
    for index in found:
        connection.execute(text(f'DROP INDEX "{index.name}"'))
    return [index.sql for index in found]


_indexes = {
    False: text(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'numbers' AND sql IS NOT NULL"
    ),
    True: text(
        "SELECT indexname AS name, indexdef AS sql FROM pg_indexes"
        " WHERE schemaname = current_schema() AND tablename = 'numbers' AND indexname <> 'numbers_pkey'"
    ),
}
