"""`hall serve` as a process: whatever keeps it from starting is one line and exit 1; signals do what they say."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orders.ledger import schema
from orders.ledger.engine import open_engine
from tests.peers.hall import COMMAND, Hall, Setup
from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

NOBODY = 1  # a port on which no message centre listens


@pytest.fixture
def prepared(tmp_path: Path) -> Setup:
    return configured(tmp_path, f"sqlite:///{tmp_path / 'hall.db'}")


def configured(folder: Path, url: str) -> Setup:
    engine = open_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    prepared = Setup(folder, url, NOBODY, free_port())
    prepared.configure()
    return prepared


@contextmanager
def running(prepared: Setup) -> Iterator[Hall]:
    hall = Hall(prepared)
    try:
        yield hall.await_ready()
    finally:
        hall.end()


def refused(prepared: Setup) -> str:
    """What `hall serve` says when it ends at once."""
    done = subprocess.run(
        [*COMMAND, "serve", "--config", str(prepared.configuration)],
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    assert done.returncode == 1 and done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if not is_information(line)]
    assert len(lines) == 1, done.stderr
    return lines[0]


def is_information(line: str) -> bool:
    try:
        return json.loads(line)["level"] in ("debug", "info")
    except ValueError:
        return False


def changed(prepared: Setup, old: str, new: str) -> Setup:
    text = prepared.configuration.read_text()
    assert old in text
    prepared.configuration.write_text(text.replace(old, new))
    return prepared


# ── What keeps it from starting ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("revision", "said"), [("0001", "hall db upgrade"), ("9999", "newer version")])
def test_a_schema_of_another_version(prepared: Setup, tmp_path: Path, revision: str, said: str) -> None:
    with sqlite3.connect(tmp_path / "hall.db") as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    assert f"revision {revision}" in (line := refused(prepared)) and said in line


def test_a_database_that_does_not_answer(prepared: Setup) -> None:
    url = f"sqlite:///{prepared.folder / 'hall.db'}"
    there = "postgresql+psycopg://hall:hush@127.0.0.1:1/hall"
    line = refused(changed(prepared, json.dumps(url), json.dumps(there)))
    assert "127.0.0.1:1/hall cannot be used" in line and "hush" not in line


def test_a_port_that_is_taken(prepared: Setup) -> None:
    with socket.create_server(("127.0.0.1", prepared.web)):
        line = refused(prepared)
    assert "[web] listen" in line and str(prepared.web) in line and "another port" in line


def test_a_second_server_on_the_same_file(prepared: Setup) -> None:
    with running(prepared) as first:
        line = refused(changed(prepared, str(prepared.web), str(free_port())))
        assert f"process {first.pid}" in line and first.alive()


def test_a_data_folder_that_cannot_be_written(prepared: Setup) -> None:
    url = f"sqlite:///{prepared.folder / 'hall.db'}"
    line = refused(changed(prepared, json.dumps(url), json.dumps("sqlite:////proc/hall/hall.db")))
    assert "/proc/hall/hall.db cannot be used" in line


def test_after_a_refusal_nothing_is_held(prepared: Setup) -> None:
    with socket.create_server(("127.0.0.1", prepared.web)):
        refused(prepared)
    with running(prepared) as hall:
        assert hall.stop() == 0


# ── Signals ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def until(holds: Callable[[], bool], hall: Hall) -> None:
    end = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < end, hall.tail()
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_stops_in_good_order(prepared: Setup, how: signal.Signals) -> None:
    with running(prepared) as hall:
        os.kill(hall.pid, how)
        until(lambda: not hall.alive(), hall)
        assert hall.stop() == 0
        assert "stopped" in hall.tail() and "Traceback" not in hall.log.read_text()
    with running(prepared):
        pass  # and it has let go of its lock


def test_a_reload_is_said_and_the_server_goes_on(prepared: Setup) -> None:
    with running(prepared) as hall:
        os.kill(hall.pid, signal.SIGHUP)
        until(lambda: "reloaded" in hall.log.read_text(), hall)
        assert hall.alive() and json.loads(hall.get("/readyz"))["ready"]
        assert hall.stop() == 0


def test_the_next_life_after_a_kill_needs_no_cleaning_up(prepared: Setup) -> None:
    with running(prepared) as hall:
        hall.kill()
    with running(prepared) as hall:
        assert hall.stop() == 0


def test_its_log_is_json_line_by_line(prepared: Setup) -> None:
    with running(prepared) as hall:
        hall.stop()
        lines = [json.loads(line) for line in hall.log.read_text().splitlines()]
    assert lines and all({"time", "level", "from", "event"} <= set(line) for line in lines)


@pytest.mark.peers
def test_a_second_node_under_the_same_name(tmp_path: Path, postgres_url: str) -> None:
    prepared = configured(tmp_path, postgres_url)
    with running(prepared) as first:
        changed(prepared, str(prepared.web), str(free_port()))
        line = refused(prepared)
        assert "'hall-1' is running on this database" in line and "another [node] name" in line and first.alive()
        changed(prepared, '"hall-1"', '"hall-2"')
        second = Hall(prepared)
        until(lambda: "hall-2 is ready" in second.log.read_text(), second)
        assert second.stop() == 0
