"""Statements that the two databases word differently, made once so that SQLAlchemy compiles each of them once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Executable, Table, bindparam, cast, func, select
from sqlalchemy.dialects import postgresql, sqlite


def _insert(dialect: str, table: Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _upsert(dialect: str, table: Table) -> Any:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    others = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


def _increase(dialect: str, table: Table) -> Any:
    """On SQLite of one row. On PostgreSQL of as many as there are, given by columns: one statement instead of many."""
    statement = _insert(dialect, table)
    if dialect == "postgresql":
        names = [column.name for column in table.columns]
        arrays = (cast(bindparam(column.name), postgresql.ARRAY(column.type)) for column in table.columns)
        given = func.unnest(*arrays).table_valued(*names).render_derived()
        statement = statement.from_select(names, select(given))
    keys = [column.name for column in table.primary_key]
    sums = {
        column.name: column + statement.excluded[column.name] for column in table.columns if column.name not in keys
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=sums)


class Statements:
    """`upsert` replaces a row of the same key; `put` leaves one that is there; `increase` adds to its numbers."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._made: dict[tuple[str, str], Any] = {}

    def upsert(self, table: Table) -> Any:
        made = self._made.get(("upsert", table.name))
        return made if made is not None else self._keep("upsert", table, _upsert(self._dialect, table))

    def put(self, table: Table) -> Any:
        made = self._made.get(("put", table.name))
        if made is None:
            made = self._keep("put", table, _insert(self._dialect, table).on_conflict_do_nothing())
        return made

    def increase(self, table: Table) -> Any:
        made = self._made.get(("increase", table.name))
        return made if made is not None else self._keep("increase", table, _increase(self._dialect, table))

    def _keep(self, kind: str, table: Table, statement: Any) -> Any:
        return self._made.setdefault((kind, table.name), statement)


_OF_DIALECT = {name: Statements(name) for name in ("sqlite", "postgresql")}


def statements(connection: Connection) -> Statements:
    return _OF_DIALECT[connection.dialect.name]


def locking(connection: Connection) -> bool:
    """Whether other nodes may be at work on the same rows."""
    return connection.dialect.name == "postgresql"


def increase(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Adds the numbers of these rows to those of the same keys, in their order; no two of them may have the same."""
    listed = list(rows)
    if not listed:
        return
    together = {column.name: [row[column.name] for row in listed] for column in table.columns}
    given: Any = together if connection.dialect.name == "postgresql" else listed
    connection.execute(statements(connection).increase(table), given)


def write(connection: Connection, statement: Executable, rows: Iterable[dict[str, Any]]) -> None:
    """One `executemany`, or nothing for no rows."""
    listed = list(rows)
    if listed:
        connection.execute(statement, listed)
