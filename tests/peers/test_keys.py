"""Keys however they come, with the Asterisk that the tests use and with the oldest one, if that is unpacked too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.asterisk import WAYS
from tests.peers.line import House, greeted, needs_asterisk, opened, until
from tests.peers.phone import Phone, Way
from tests.setup.asterisk import HERE, OLDEST, place, version

pytestmark = needs_asterisk


def asterisks() -> list[Path]:
    found = {version(root): root for root in (place(OLDEST), HERE) if version(root)}
    return list(found.values())


@pytest.fixture(scope="module", params=asterisks(), ids=version)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("keys"), request.param) as house:
        yield house


@pytest.mark.parametrize("way", list(Way))
def test_none_is_lost_doubled_or_taken_for_another(house: House, way: Way) -> None:
    """All pressed at once while he is greeted: two codes that nothing has, then one that something has, and yes."""
    caller = f"1380013821{list(Way).index(way)}"
    house.phone.close()
    house.phone = Phone(house.asterisk.sip, way=way, host=WAYS[way])
    call = greeted(house, caller)
    call.press("3" + "2456#" + "7893#" + "1001#" + "1")
    until("he has ordered", lambda: house.orders(caller), 30)
    call.hang_up()
    assert house.orders(caller) == [("held", 138000)]
    digits = [told for told in house.keys(caller) if told.startswith("digits")]
    assert digits == ["digits 3", "digits 2456", "digits 7893", "digits 1001", "digits 1"]


def test_the_answer_is_heard(house: House) -> None:
    caller = "13800138230"
    house.phone.close()
    house.phone = Phone(house.asterisk.sip)
    call = greeted(house, caller)
    call.press("1")
    until("he is told and asked", lambda: house.not_heard(call, "zh/balance.is.1", "zh/afterwards.ask") == [])
    call.press("5")
    call.ended(60)
    assert house.not_heard(call, "zh/balance.is.1", "zh/spoken/digit.8", "zh/afterwards.goodbye") == []
