"""Subscribers ring 10086: a real Asterisk, a telephone over SIP and RTP, Hall as a process of its own."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.peers.asterisk import PASSWORD, USER, Asterisk
from tests.peers.embedded import EmbeddedCentre
from tests.peers.hall import Hall, Setup, setup
from tests.peers.phone import Call, Phone
from tests.peers.sound import in_order
from tests.setup.asterisk import HERE, version

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not version(HERE), reason="Asterisk is not here: python tests/setup/asterisk.py"),
]

IVR = """
[ivr]
prompts = "{prompts}"

[[ivr.asterisk]]
name = "pbx-a"
url = "{url}"
username = "{user}"
password = "{password}"
application = "hall"
lines = ["10086"]
"""


@dataclass(slots=True)
class House:
    asterisk: Asterisk
    setup: Setup
    hall: Hall
    phone: Phone
    prompts: Path

    def rows(self, query: str, *names: Any) -> list[Any]:
        with closing(sqlite3.connect(self.setup.folder / "hall.db")) as database:
            return database.execute(query, names).fetchall()

    def orders(self, caller: str) -> list[Any]:
        return self.rows("SELECT state, total FROM orders WHERE subscriber = ?", f"86{caller}")

    def keys(self, caller: str) -> list[str]:
        rows = self.rows("SELECT kind, content FROM inbound WHERE subscriber = ? ORDER BY id", f"86{caller}")
        return [f"{kind} {content}" for kind, content in rows]

    def played(self, caller: str) -> list[Any]:
        query = "SELECT id FROM outbound WHERE subscriber = ? AND channel = 'ivr' AND state = 'sent'"
        return self.rows(query, f"86{caller}")

    def said(self, caller: str) -> list[str]:
        query = "SELECT text FROM outbound WHERE subscriber = ? AND channel = 'ivr' ORDER BY id"
        return [text for (text,) in self.rows(query, f"86{caller}")]

    def not_heard(self, call: Call, *names: str) -> list[str]:
        paths = [self.prompts / "speech" / f"{name}.wav" for name in names]
        return [str(path.relative_to(self.prompts)) for path in in_order(call.heard, paths)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("calls")
    prompts = folder / "data" / "prompts"
    prompts.mkdir(parents=True)
    asterisk = Asterisk(folder / "asterisk", prompts).start()
    centre = EmbeddedCentre()
    ivr = IVR.format(prompts=prompts, url=asterisk.url, user=USER, password=PASSWORD)
    made = setup(folder, f"sqlite:///{folder / 'hall.db'}", centre.port, link=ivr)
    hall = Hall(made).await_ready()
    phone = Phone(asterisk.sip)
    until("Asterisk is heard", lambda: "heard" in hall.log.read_text())
    yield House(asterisk, made, hall, phone, prompts)
    phone.close()
    hall.stop()
    centre.close()
    asterisk.stop()


def until(what: str, there: Callable[[], object], within: float = 15.0) -> None:
    limit = time.monotonic() + within
    while not there():
        if time.monotonic() > limit:
            raise AssertionError(f"not within {within} s: {what}")
        time.sleep(0.05)


def greeted(house: House, caller: str) -> Call:
    call = house.phone.dial("10086", caller).answered()
    until("he is greeted", lambda: len(house.played(caller)) == 1)
    return call


def test_a_caller_asks_for_his_balance_and_hears_it(house: House) -> None:
    caller = "13800138001"
    call = greeted(house, caller)
    until("he has heard the greeting", lambda: house.not_heard(call, "zh/welcome.choose") == [])
    call.press("1")
    call.ended(20)
    assert "18.88" in house.said(caller)[1]
    assert house.not_heard(call, "zh/welcome.choose", "zh/balance.is.1", "zh/spoken/digit.8") == []


def test_who_knows_the_menu_orders_without_waiting_for_a_word_and_has_it_in_writing(house: House) -> None:
    """3 orders, 1001# is the keypad code of a telephone, 1 says yes: all of it before the greeting has begun."""
    caller = "13800138002"
    call = house.phone.dial("10086", caller).answered()
    call.press("31001#1")
    call.ended(30)
    assert house.orders(caller) == [("held", 138000)]
    assert house.not_heard(call, "zh/order.flagged.1") == []
    texts = house.rows("SELECT text FROM outbound WHERE subscriber = ? AND channel = 'sms'", f"86{caller}")
    assert len(texts) == 1, "he has it in writing, once"
    assert "酷派F800" in texts[0][0]
    assert [kind for kind in house.keys(caller) if kind.startswith("digits")] != []


def test_a_caller_who_hangs_up_before_he_said_yes_has_ordered_nothing(house: House) -> None:
    caller = "13800138003"
    call = greeted(house, caller)
    call.press("3")
    call.press("1001#")
    until("he is asked", lambda: len(house.said(caller)) == 3)
    call.hang_up()
    until("the call is over", lambda: any(kind.startswith("closed") for kind in house.keys(caller)))
    assert house.orders(caller) == []


def test_a_call_without_a_number_is_not_answered(house: House) -> None:
    call = house.phone.dial("10086", "anonymous").ended(10)
    assert call.answered_at is None


def test_asterisk_dies_in_a_call_and_the_line_is_back(house: House) -> None:
    caller = "13800138004"
    greeted(house, caller)
    house.asterisk.kill()
    house.asterisk.start()
    until("the old call is over", lambda: any(kind.startswith("closed") for kind in house.keys(caller)))
    later = greeted(house, "13800138005")
    later.press("1")
    later.ended(20)
    assert "18.88" in house.said("13800138005")[1]


def test_hall_dies_in_a_call_and_the_question_is_asked_again(house: House) -> None:
    caller = "13800138006"
    call = greeted(house, caller)
    call.press("3")
    until("he is asked what", lambda: len(house.played(caller)) == 2)
    house.hall.kill()
    house.hall = Hall(house.setup).await_ready()
    until("he is asked again", lambda: len(house.played(caller)) == 3)
    call.press("1001#")
    until("he is asked whether", lambda: len(house.played(caller)) == 4)
    call.press("1")
    call.ended(30)
    assert house.orders(caller) == [("held", 138000)]


def test_hall_dies_in_the_middle_of_fifty_calls(house: House) -> None:
    """Whoever was told of an order has exactly one, nobody has two, and in the end nobody is left on the line."""
    ordered = "SELECT subscriber FROM orders WHERE subscriber LIKE '861370013%'"
    callers = [f"1370013{number:04d}" for number in range(50)]
    asked_again = "SELECT id FROM inbound WHERE subscriber LIKE '861370013%' AND kind = 'digits' AND content = ''"
    calls = []
    for place, caller in enumerate(callers):
        call = house.phone.dial("10086", caller)
        calls.append(call)
        if place == 40:
            until("some have ordered", lambda: len(house.rows(ordered)) > 5)
            house.hall.kill()
        if place < 40:
            call.answered(10)
        call.press("31001#1")
    house.hall = Hall(house.setup).await_ready()
    until("Asterisk is heard again", lambda: len(house.asterisk.console("ari show apps").splitlines()) > 1, 5)
    until("who was adopted is asked again", lambda: house.rows(asked_again))
    for call in calls:
        if call.ended_at is None:
            call.hang_up() if call.answered_at else call.cancel()
    until("no channel is left", lambda: "0 active channels" in house.asterisk.console("core show channels"))
    told = "SELECT subscriber FROM outbound WHERE subscriber LIKE '861370013%' AND phrase LIKE 'order.flagged%'"
    assert sorted(house.rows(ordered)) == sorted(house.rows(told))
    assert len(house.rows(ordered)) == len(set(house.rows(ordered))) >= 1
