"""What tests in several rooms ask for: a database to themselves, on each kind that Hall supports."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from channels.desk import passwords
from tests.orders.ledger.migrated import migrated
from tests.peers.postgres import Postgres, running

# Examples are new ones each time, except where the whole suite says whether a change may land (`same`): nobody is to
# stumble there over what he has not touched. No example is held against the clock.
settings.register_profile("new", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("new"), derandomize=True)
settings.load_profile("new")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """As ever, but for the work that is to keep a thief busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running(careful=False) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    with postgres.migrated() as url:
        yield url


DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.peers)]


@pytest.fixture(params=DATABASES)
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A ledger of either kind, with nothing in it."""
    if request.param == "sqlite":
        return migrated(tmp_path)
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=DATABASES)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which nobody has made tables yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hall.db'}"
    else:
        with request.getfixturevalue("postgres").database() as url:
            yield url
