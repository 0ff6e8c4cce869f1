"""A house for each test, to be imported: its database and message centre are open, its server is not yet.

    from tests.gateway_config.opened_house import house, log

    __all__ = ["house", "log"]

What is logged as an error, or fails with nobody to hear of it, fails the test.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_twisted

from tests.gateway_config.whole_house import House, Log, listened, soon


@pytest.fixture(autouse=True)
def log() -> Iterator[Log]:
    with listened() as log:
        yield log
    assert not log.errors, log.text.getvalue()


@pytest_twisted.async_yield_fixture
async def house(log: Log, tmp_path: Path) -> AsyncIterator[House]:
    """`hall.toml` in its folder is for commands about its database."""
    house = await House(tmp_path).opens()
    (tmp_path / "hall.toml").write_text(f'[database]\nurl = "{house.url}"\n')
    yield house
    await soon(house.ends())
