"""Other halls on each kind of database, migrated as an operator would."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from orders.ledger import schema
from orders.ledger.engine import open_engine
from tests.channels.tmf.hall_client import HallClient, Halls


@pytest.fixture
def engine(ledger_url: str) -> Iterator[Engine]:
    engine = open_engine(ledger_url)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def halls(engine: Engine) -> Halls:
    return Halls(engine)


@pytest.fixture
def web(halls: Halls) -> HallClient:
    return HallClient(halls)
