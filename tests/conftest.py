"""What tests in several rooms ask for: a database to themselves, on each kind that Hall supports."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from orders.ledger import schema
from orders.ledger.engine import open_engine
from tests.peers.postgres import Postgres, running

# Examples are new ones each time, except where the whole suite says whether a change may land (`same`): nobody is to
# stumble there over what he has not touched. No example is held against the clock.
settings.register_profile("new", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("new"), derandomize=True)
settings.load_profile("new")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running(careful=False) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    with postgres.migrated() as url:
        yield url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger on SQLite with all its tables, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "hall.db"
    engine = open_engine(f"sqlite:///{file}")
    schema.upgrade(engine)
    engine.dispose()
    return file


DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.peers)]


@pytest.fixture(params=DATABASES)
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A ledger of either kind, with nothing in it."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated"), tmp_path / "hall.db")
        return f"sqlite:///{tmp_path / 'hall.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=DATABASES)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which nobody has made tables yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hall.db'}"
    else:
        with request.getfixturevalue("postgres").database() as url:
            yield url
