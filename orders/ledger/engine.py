"""Opening the database: what each kind needs so that "committed" means "survives a power cut".

SQLite is the embedded default for one node: write-ahead log, `synchronous=FULL`, and a lock beside the file that only
one server may hold. Commands such as `hall agents add` need no lock; SQLite lets them in between two batches. On
PostgreSQL nodes share the work, and only a node's name is locked: two servers under one name would make the same ids.

Both locks go when their holder dies, however it dies (one is the kernel's flock, the other belongs to a connection), so
nothing has to be cleaned up after a `kill -9`.

What a failed statement was given is kept out of its error: errors are logged, and what subscribers write is not.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

BUSY_MILLISECONDS = 10_000
READING = "hall_reading"


class SecondNode(Exception):
    """Another server already runs on this SQLite file, or under this name."""


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`; directories of a SQLite file are made."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database)
    return create_engine(url, pool_size=3, connect_args={"connect_timeout": 5}, hide_parameters=True)


def _sqlite(url: str, database: str | None) -> Engine:
    if database in (None, "", ":memory:"):
        how: dict[str, Any] = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        Path(str(database)).parent.mkdir(parents=True, exist_ok=True)
        how = {"connect_args": {"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000}}
    engine = create_engine(url, hide_parameters=True, **how)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; the driver's own guess comes too late to lock
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    # A transaction that reads first and writes later could be refused half-way; taking the write lock at once cannot.
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READING) else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only looks, for as long as it likes: on SQLite, too, a server goes on writing meanwhile."""
    with engine.connect() as connection:
        connection.execution_options(**{READING: True})
        with connection.begin():
            yield connection


class NodeLock:
    """Keeps a second server off a SQLite file, or off a node's name; until `release`, or until the process ends."""

    def __init__(self, url: str, engine: Engine, node: str) -> None:
        parsed = make_url(url)
        self._file: int | None = None
        self._held: Connection | None = None
        if parsed.get_backend_name() == "postgresql":
            self._take_name(engine, node)
        elif parsed.database not in (None, "", ":memory:"):
            self._take_file(f"{parsed.database}.lock")

    def _take_name(self, engine: Engine, node: str) -> None:
        held = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not held.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 10086))"), {"name": node}):
            held.close()
            raise SecondNode(f"a node named {node!r} is running on this database: give this one another [node] name")
        held.detach()  # to be closed one day, not to go back to the pool with the lock in its pocket
        self._held = held

    def _take_file(self, path: str) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 64).decode(errors="replace").strip() or "unknown"
            os.close(file)
            raise SecondNode(
                f"{path} is held by another server (process {holder}). SQLite serves one node: stop that server, "
                "or set [database] url to PostgreSQL to run several nodes"
            ) from None
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._held is not None:
            with suppress(DBAPIError):  # a connection that is lost has lost its lock
                self._held.execute(text("SELECT pg_advisory_unlock_all()"))  # for it is closed some time after us
            self._held.close()
            self._held = None
