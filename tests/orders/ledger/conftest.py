"""A ledger on each kind of database, migrated as an operator would, and a writer that a test steps by hand."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from orders.ledger import schema
from orders.ledger.engine import open_engine
from tests.orders.ledger.bench import Bench


@pytest.fixture
def engine(ledger_url: str) -> Iterator[Engine]:
    engine = open_engine(ledger_url)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def bench(engine: Engine) -> Bench:
    return Bench(engine)
