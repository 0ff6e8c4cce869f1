"""Teaching a server that is running: what nobody understood is understood a moment later, and after a restart."""

import pytest
import pytest_twisted
from click.testing import CliRunner, Result

from gateway_config import learning
from gateway_config.command import main
from tests.gateway_config.opened_house import house, log
from tests.gateway_config.whole_house import House, reactor, soon

__all__ = ["house", "log", "reactor"]

ALICE, BOB = "8613800138000", "8613900139000"
TEXT = "咕噜咕噜还有多少"


@pytest.fixture(autouse=True)
def quick_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "EVERY", 0.05)


def types(house: House, *words: str) -> Result:
    environment = {"HALL_CONFIG": str(house.folder / "hall.toml")}
    return CliRunner(env=environment).invoke(main, ["dialogs", "misunderstood", *words])


def knows(house: House) -> bool:
    return all(library.taught for library in house.server.shelf.open_libraries())


@pytest_twisted.ensureDeferred
async def test_what_is_taught_is_understood_by_the_server_that_runs_and_by_the_next(house: House) -> None:
    first = await house.starts()
    alice = house.handset(ALICE)
    assert "没有听懂" in await alice.texts("咕噜咕噜")
    assert types(house).output == "1\t咕噜咕噜\n"
    assert types(house, "--teach", "咕噜咕噜", "--meaning", "agent", "--by", "boss").output == (
        "'咕噜咕噜' means agent\n"
    )
    await house.until(lambda: knows(house))
    assert "客服会尽快致电" in await alice.texts("咕噜咕噜！")
    assert types(house).output == "everything was understood\n"
    assert types(house, "--taught").output.endswith("\tboss\tagent\t咕噜咕噜\n")
    await soon(first.stop())
    await house.starts()
    await house.until(lambda: knows(house))
    assert "客服会尽快致电" in await house.handset(BOB).texts("咕噜咕噜")


@pytest_twisted.ensureDeferred
async def test_what_cannot_be_taught_is_told_to_who_types_it(house: House) -> None:
    await house.starts()
    assert "go together" in types(house, "--teach", TEXT).output
    assert "one person's own" in types(house, "--teach", "13800138000号", "--meaning", "help").output
    assert types(house, "--taught").output == ""
