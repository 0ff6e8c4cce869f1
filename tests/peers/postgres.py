"""A real PostgreSQL, its own for the run of the tests: a temporary directory, a port of its own on loopback.

Debian's binaries come first, then whatever is on the PATH. PostgreSQL refuses to be run by root, so for root it runs as
`postgres` (or `nobody`). What Hall relies on is left as it is in production; only where nothing is killed it need not
wait for the disk (`careful`).

Migrating a database takes longer than most tests, so one is migrated once, and the others are copies of that.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from orders.ledger import schema
from orders.ledger.engine import open_engine
from tests.peers.needed import missing
from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

SERVER = "postgresql://postgres@127.0.0.1:{port}/{name}"
SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200")
CARELESS = ("fsync=off", "full_page_writes=off")
MIGRATED = "hall_migrated"


class Postgres:
    def __init__(self, port: int) -> None:
        self.port = port
        self._made = 0
        self._migrated = False

    @contextmanager
    def database(self) -> Iterator[str]:
        """A fresh database, as an SQLAlchemy URL."""
        with self._copy("template0") as url:
            yield url

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """One that has all its tables, and nothing in them."""
        if not self._migrated:
            self._create(MIGRATED, "template0")
            engine = open_engine(self._url(MIGRATED))
            schema.upgrade(engine)
            engine.dispose()
            self._migrated = True
        with self._copy(MIGRATED) as url:
            yield url

    @contextmanager
    def _copy(self, of: str) -> Iterator[str]:
        self._made += 1
        name = f"hall_{self._made}"
        self._create(name, of)
        try:
            yield self._url(name)
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self, name: str, template: str) -> None:
        self._administer(f"CREATE DATABASE {name} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE {template}")

    def _url(self, name: str) -> str:
        return SERVER.format(port=self.port, name=name).replace("postgresql:", "postgresql+psycopg:")

    def answers(self) -> bool:
        try:
            self._administer("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _administer(self, statement: str) -> None:
        with psycopg.connect(SERVER.format(port=self.port, name="postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running(careful: bool = True) -> Iterator[Postgres]:
    """careful: whether what is committed has reached the disk."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="hall-postgres-") as folder:
        data = Path(folder) / "data"
        data.mkdir(mode=0o700)
        user = _give_away(Path(folder), data)
        _initialise(programs / "initdb", data, user)
        port = free_port()
        server = _start(programs / "postgres", data, port, user, SETTINGS if careful else (*SETTINGS, *CARELESS))
        try:
            yield _await(Postgres(port), server, data)
        finally:
            server.send_signal(signal.SIGINT)  # which is how it is told not to wait for its clients
            server.wait(timeout=WITHIN)


def _programs() -> Path:
    def version(folder: Path) -> float:
        return float(folder.parent.name)

    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version)
    for folder in reversed(debian):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else missing("postgresql")


def _give_away(folder: Path, data: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    owner = names.get("postgres") or names["nobody"]
    folder.chmod(0o755)
    os.chown(data, owner.pw_uid, owner.pw_gid)
    return owner.pw_name


def _initialise(initdb: Path, data: Path, user: str | None) -> None:
    options = ["--pgdata", str(data), "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
    subprocess.run([str(initdb), *options], check=True, capture_output=True, cwd="/", user=user)


def _start(postgres: Path, data: Path, port: int, user: str | None, wanted: Sequence[str]) -> "subprocess.Popen[bytes]":
    settings = [word for setting in (*wanted, f"port={port}") for word in ("-c", setting)]
    with (data.parent / "log").open("wb") as log:
        command = [str(postgres), "-D", str(data), *settings]
        return subprocess.Popen(command, stdout=log, stderr=log, cwd="/", user=user)


def _await(postgres: Postgres, server: "subprocess.Popen[bytes]", data: Path) -> Postgres:
    until = time.monotonic() + WITHIN
    while not postgres.answers():
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL did not start:\n{(data.parent / 'log').read_text()}")
        time.sleep(0.05)
    return postgres
