"""Who inherits what a killed node has left: one node, which all of them know."""

import time

import pytest

from orders.ledger import claims, schema
from orders.ledger.engine import NodeLock, open_engine
from orders.ledger.fallen import DAY, inheritance
from tests.orders.ledger.holder import holding
from tests.peers.patience import WITHIN

NOW = 1_700_000_000.0


@pytest.mark.peers
def test_the_first_that_runs_inherits_from_all_that_have_fallen(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    schema.upgrade(engine)
    locks = [NodeLock(postgres_url, engine, name) for name in ("hall-2", "hall-3")]
    with engine.begin() as connection:
        for name, seen in (("hall-1", NOW), ("hall-2", NOW), ("hall-3", NOW), ("hall-0", NOW - DAY)):
            claims.register(connection, name, seen)
    with holding(postgres_url, "hall-1") as first:
        with engine.begin() as connection:
            assert [inheritance(connection, name, NOW) for name in ("hall-1", "hall-2", "hall-3")] == [(), (), ()]
        first.kill()
        first.wait()
        until = time.monotonic() + WITHIN
        while time.monotonic() < until:  # PostgreSQL needs a moment to notice that a client is gone
            with engine.begin() as connection:
                heirs = {name: inheritance(connection, name, NOW) for name in ("hall-2", "hall-3")}
            if any(heirs.values()):
                break
        assert heirs == {"hall-2": ("hall-1",), "hall-3": ()}
    for lock in locks:
        lock.release()
    engine.dispose()


def test_a_node_alone_on_sqlite_is_nobodys_heir() -> None:
    engine = open_engine("sqlite://")
    with engine.begin() as connection:
        assert inheritance(connection, "hall-1", NOW) == ()
    engine.dispose()
