"""One server for a SQLite file, one for a node's name; what is committed is on the disk; who looks holds nobody up."""

import os
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import IntegrityError

from orders.ledger.engine import NodeLock, SecondNode, open_engine, reading
from orders.ledger.tables import nodes
from tests.orders.ledger.holder import holding
from tests.peers.patience import WITHIN


def test_a_second_server_on_the_same_file_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hall.db'}"
    with holding(url, "hall-1") as other:
        with pytest.raises(SecondNode) as refused:
            NodeLock(url, open_engine(url), "hall-2")
        said = str(refused.value)
        assert f"process {other.pid}" in said and "stop that server" in said and "PostgreSQL" in said


@pytest.mark.peers
def test_a_second_server_of_the_same_name_is_refused_on_postgresql_and_another_name_is_not(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with holding(postgres_url, "hall-1"):
        with pytest.raises(SecondNode, match="another \\[node\\] name"):
            NodeLock(postgres_url, engine, "hall-1")
        NodeLock(postgres_url, engine, "hall-2").release()
    engine.dispose()


def test_the_lock_goes_with_its_holder_however_it_dies(ledger_url: str) -> None:
    engine = open_engine(ledger_url)
    with holding(ledger_url, "hall-1") as other:
        other.kill()
        other.wait()
        lock = taken_soon(ledger_url, engine)
    lock.release()
    engine.dispose()


def taken_soon(url: str, engine: Engine) -> NodeLock:
    """PostgreSQL needs a moment to notice that a client is gone."""
    until = time.monotonic() + WITHIN
    while True:
        try:
            return NodeLock(url, engine, "hall-1")
        except SecondNode:
            if time.monotonic() > until:
                raise


def test_a_lock_released_can_be_taken_again(ledger_url: str) -> None:
    engine = open_engine(ledger_url)
    first = NodeLock(ledger_url, engine, "hall-1")
    with pytest.raises(SecondNode):
        NodeLock(ledger_url, engine, "hall-1")
    first.release()
    first.release()
    NodeLock(ledger_url, engine, "hall-1").release()
    engine.dispose()


def test_the_lock_says_who_holds_it_also_after_a_longer_number_stood_there(tmp_path: Path) -> None:
    (tmp_path / "hall.db.lock").write_text("123456789012345\n")
    url = f"sqlite:///{tmp_path / 'hall.db'}"
    lock = NodeLock(url, open_engine(url), "hall-1")
    assert (tmp_path / "hall.db.lock").read_text() == f"{os.getpid()}\n"
    lock.release()


def test_sqlite_is_opened_so_that_a_commit_survives_a_power_cut(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'deep' / 'down' / 'hall.db'}")
    with engine.begin() as connection:
        pragmas = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
    engine.dispose()


def test_who_only_looks_does_not_hold_up_the_server(engine: Engine) -> None:
    with reading(engine) as looking:
        assert looking.execute(select(nodes)).all() == []
        with engine.begin() as server:
            server.execute(insert(nodes), {"name": "hall-1", "ordinal": 0, "seen_at": 0.0})
    with reading(engine) as looking:
        assert [row.name for row in looking.execute(select(nodes))] == ["hall-1"]


def test_a_command_waits_for_its_turn_and_does_not_fail(tmp_path: Path) -> None:
    """`BEGIN IMMEDIATE`: had it read first, SQLite would refuse it when it comes to write."""
    engine = open_engine(f"sqlite:///{tmp_path / 'hall.db'}")
    with engine.begin():
        other = sqlite3.connect(tmp_path / "hall.db", timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    engine.dispose()


def test_what_a_statement_was_given_stays_out_of_its_error(engine: Engine) -> None:
    with pytest.raises(IntegrityError) as refused, engine.begin() as connection:
        for _ in range(2):
            connection.execute(insert(nodes), {"name": "what he wrote", "ordinal": 0, "seen_at": 0.0})
    assert "what he wrote" not in str(refused.value).partition("DETAIL")[0]
