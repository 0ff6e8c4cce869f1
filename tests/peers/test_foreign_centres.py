"""Hall, as it is started in production, bound to message centres that somebody else wrote."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.peers.cable import Cable
from tests.peers.foreign import ForeignCentre
from tests.peers.hall import Hall, setup
from tests.peers.patience import WITHIN

pytestmark = [pytest.mark.peers, pytest.mark.slow]

THROTTLED = 0x58
OFFERS = ("酷派F800", "联想TD80t", "G3座机", "数据卡", "关爱通")
NUMBERS = count(8613800138100)


@dataclass(slots=True)
class House:
    """Hall, its database, the cable it is bound by and the centre at the other end."""

    centre: ForeignCentre
    cable: Cable
    database: Path

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return [tuple(row) for row in connection.execute(statement, values)]

    def awaits(self, wanted: int, statement: str, *values: Any) -> None:
        until = time.monotonic() + WITHIN
        while (found := self.rows(statement, *values)[0][0]) != wanted:
            assert time.monotonic() < until, f"{found} instead of {wanted}: {statement}"
            time.sleep(0.05)


@pytest.fixture(scope="module", params=["node", "smpp34"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp(request.param)
    database = folder / "hall.db"
    centre = ForeignCentre(request.param)
    cable = Cable(centre.port)
    hall = Hall(setup(folder, f"sqlite:///{database}", cable.port))
    try:
        hall.await_ready()
        centre.await_count("bound", 1)
        yield House(centre, cable, database)
        assert hall.stop() == 0
    finally:
        print(hall.tail())  # shown only if a test failed
        hall.end()
        cable.close()
        centre.close()


@pytest.fixture
def msisdn() -> str:
    return str(next(NUMBERS))


def order_number(text: str) -> str:
    found = re.search(r"(?:订单号|order number)\D{0,3}(\d{10,})", text, re.IGNORECASE)
    assert found, text
    return found.group(1)


def test_an_order_in_chinese(house: House, msisdn: str) -> None:
    tags = house.centre.texts(msisdn, "DG F800")
    price = house.centre.hears(msisdn)
    assert "酷派F800" in price
    assert re.search(r"\d+\.\d\d元", price)
    assert "回复Y" in price
    tags += house.centre.texts(msisdn, "Y")
    number = order_number(house.centre.hears(msisdn))
    assert house.rows("SELECT number FROM orders WHERE subscriber = ?", msisdn) == [(number,)]
    assert house.centre.statuses(tags) == [0, 0]


def test_an_order_in_english(house: House, msisdn: str) -> None:
    house.centre.texts(msisdn, "EN")
    house.centre.hears(msisdn)
    house.centre.texts(msisdn, "dg f800 2")
    price = house.centre.hears(msisdn)
    assert re.search(r"\d+\.\d\d yuan", price)
    assert "reply y" in price.lower()
    house.centre.texts(msisdn, "yes")
    number = order_number(house.centre.hears(msisdn))
    assert house.rows("SELECT number, quantity FROM order_items WHERE subscriber = ?", msisdn) == [(number, 2)]


def test_a_long_text_comes_in_parts_in_any_order(house: House, msisdn: str) -> None:
    text = "ＤＧ" + "　" * 100 + "Ｆ８００"
    tags = house.centre.texts_long(msisdn, text)
    assert "酷派F800" in house.centre.hears(msisdn)
    assert house.centre.statuses(tags) == [0, 0]
    assert house.rows("SELECT content FROM inbound WHERE subscriber = ? AND kind = 'message'", msisdn) == [(text,)]


def test_a_long_text_goes_out_in_parts(house: House, msisdn: str) -> None:
    house.centre.texts(msisdn, "SP")
    parts = house.centre.hears_parts(msisdn)
    assert len(parts) > 1, "the catalogue is expected to be longer than one segment"
    assert all(len(part["text"]) <= 67 for part in parts)
    whole = "".join(part["text"] for part in parts)
    assert [offer for offer in OFFERS if offer not in whole] == []


def test_a_receipt_finds_its_message(house: House, msisdn: str) -> None:
    house.centre.texts(msisdn, "YE")
    (reply,) = house.centre.hears_parts(msisdn)
    assert "18.88" in reply["text"]
    assert reply["registered"] & 3 == 1
    assert house.centre.statuses([house.centre.receipt(reply)]) == [0]
    house.awaits(1, "SELECT count(*) FROM outbound WHERE subscriber = ? AND state = 'delivered'", msisdn)


def test_what_is_throttled_is_sent_again(house: House, msisdn: str) -> None:
    house.centre.answers_next(THROTTLED, THROTTLED)
    house.centre.texts(msisdn, "YE")
    assert "18.88" in house.centre.hears(msisdn)
    house.awaits(1, "SELECT count(*) FROM outbound WHERE subscriber = ? AND state = 'sent'", msisdn)


def test_a_centre_that_unbinds_is_bound_to_again(house: House, msisdn: str) -> None:
    binds = house.centre.events["bound"]
    house.centre.unbinds()
    house.centre.await_count("bound", binds + 1)
    house.centre.texts(msisdn, "YE")
    assert "18.88" in house.centre.hears(msisdn)


def test_a_disconnect_in_mid_window_loses_nothing_and_orders_nothing_twice(house: House) -> None:
    subscribers = [str(next(NUMBERS)) for _ in range(30)]
    acknowledged, in_doubt, unheard = subscribers[:10], subscribers[10:20], subscribers[20:]
    binds = house.centre.events["bound"]
    for each in subscribers:
        house.centre.texts(each, "DG F800")
    for each in subscribers:
        assert "回复Y" in house.centre.hears(each)

    tags = [tag for each in acknowledged for tag in house.centre.texts(each, "Y")]
    assert set(house.centre.statuses(tags)) == {0}
    house.cable.hold()
    tags += [tag for each in in_doubt for tag in house.centre.texts(each, "Y")]
    house.awaits(20, f"SELECT count(*) FROM orders WHERE subscriber >= '{subscribers[0]}'")
    tags += [tag for each in unheard for tag in house.centre.texts(each, "Y")]
    house.cable.pull()
    house.centre.await_count("bound", binds + 1)

    missed = house.centre.unanswered(tags)
    assert set(tags[10:20]) <= set(missed), "these acknowledgements were lost on the way"
    house.centre.redelivers(missed)
    assert set(house.centre.statuses(missed)) == {0}
    for each in subscribers:
        number = order_number(house.centre.hears(each))
        assert house.rows("SELECT number FROM orders WHERE subscriber = ?", each) == [(number,)]
    confirmations = "SELECT count(*) FROM inbound WHERE subscriber = ? AND content = 'Y'"
    assert {house.rows(confirmations, each)[0][0] for each in subscribers} == {1}
