"""Subscribers ring 10086: a real Asterisk, a telephone over SIP and RTP, Hall as a process of its own."""

from collections.abc import Iterator

import pytest

from tests.peers.hall import Hall
from tests.peers.line import House, greeted, needs_asterisk, opened, until

pytestmark = needs_asterisk


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("calls")) as house:
        yield house


def test_a_caller_asks_for_his_balance_and_hears_it(house: House) -> None:
    caller = "13800138001"
    call = greeted(house, caller)
    until("he has heard the greeting", lambda: house.not_heard(call, "zh/welcome.choose") == [])
    call.press("1")
    told = "zh/welcome.choose", "zh/balance.is.1", "zh/spoken/digit.8", "zh/afterwards.ask"
    until("he has heard it, and is asked what else", lambda: house.not_heard(call, *told) == [])
    assert "18.88" in house.said(caller)[1]
    call.press("8")
    until("he has heard of his bill", lambda: house.not_heard(call, *told, "zh/bill.in_all.1") == [])
    call.press("5")
    call.ended(60)
    assert house.not_heard(call, "zh/afterwards.ask", "zh/bill.in_all.1", "zh/afterwards.goodbye") == []


def test_who_knows_the_menu_orders_without_waiting_for_a_word_and_has_it_in_writing(house: House) -> None:
    """3 orders, 1001# is the keypad code of a telephone, 1 says yes: all of it before the greeting has begun."""
    caller = "13800138002"
    call = house.phone.dial("10086", caller).answered()
    call.press("31001#1")
    until("he hears of it", lambda: house.not_heard(call, "zh/order.flagged.1") == [])
    call.hang_up()
    assert house.orders(caller) == [("held", 138000)]
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


def test_asterisk_dies_in_a_call_and_the_line_is_back(house: House) -> None:
    caller = "13800138004"
    greeted(house, caller)
    house.asterisk.kill()
    house.asterisk.start()
    until("the old call is over", lambda: any(kind.startswith("closed") for kind in house.keys(caller)))
    later = greeted(house, "13800138005")
    later.press("1")
    until("he is told, and asked what else", lambda: len(house.said("13800138005")) == 3)
    later.press("5")
    later.ended(60)
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
    until("he has ordered", lambda: house.orders(caller))
    call.hang_up()
    assert house.orders(caller) == [("held", 138000)]


def test_who_hangs_up_while_hall_is_dead_is_offered_to_go_on_by_text(house: House) -> None:
    caller = "13800138007"
    call = greeted(house, caller)
    call.press("31001#")
    until("he is asked whether", lambda: len(house.played(caller)) == 3)
    house.hall.kill()
    call.hang_up()
    house.hall = Hall(house.setup).await_ready()
    until("the call is over", lambda: "closed nobody heard it end" in house.keys(caller))
    texts = "SELECT text FROM outbound WHERE subscriber = ? AND channel = 'sms'"
    until("he is texted", lambda: house.rows(texts, f"86{caller}"))
    assert len(house.rows(texts, f"86{caller}")) == 1
    assert house.orders(caller) == []


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
            call.answered(60)
        call.press("31001#1")
    house.hall = Hall(house.setup).await_ready()
    until("Asterisk is heard again", lambda: len(house.asterisk.console("ari show apps").splitlines()) > 1)
    until("who was adopted is asked again", lambda: house.rows(asked_again))
    for call in calls:
        if call.ended_at is None:
            call.hang_up() if call.answered_at else call.cancel()
    until("no channel is left", lambda: "0 active channels" in house.asterisk.console("core show channels"))
    told = "SELECT subscriber FROM outbound WHERE subscriber LIKE '861370013%' AND phrase LIKE 'order.flagged%'"
    assert set(house.rows(ordered)) == set(house.rows(told)), "who was adopted is told once more"
    assert len(house.rows(ordered)) == len(set(house.rows(ordered))) >= 1
