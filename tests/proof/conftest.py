"""What is killed has a database that waits for the disk, as in production."""

from collections.abc import Iterator

import pytest

from tests.peers.postgres import Postgres, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running() as server:
        yield server
