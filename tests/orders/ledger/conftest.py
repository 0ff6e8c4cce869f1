"""A ledger on each kind of database, migrated as an operator would, and a writer that a test steps by hand."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine

from orders.ledger import schema
from orders.ledger.engine import open_engine
from tests.orders.ledger.bench import Bench
from tests.orders.ledger.migrated import migrated


@pytest.fixture
def engine(ledger_url: str) -> Iterator[Engine]:
    engine = open_engine(ledger_url)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.peers)])
def shared_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """For a module that fills a ledger once, and whose tests take back what they write."""
    with ExitStack() as parts:
        if request.param == "sqlite":
            url = migrated(tmp_path_factory.mktemp("shared"))
        else:
            url = parts.enter_context(request.getfixturevalue("postgres").migrated())
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def bench(engine: Engine) -> Bench:
    return Bench(engine)
