"""The house rings by itself, through a real Asterisk: what he presses confirms, what he does not is tried again."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.peers.line import needs_asterisk, until
from tests.peers.patience import WITHIN
from tests.peers.phone import Call, Refuse
from tests.peers.ringing_back import House, house_of
from tests.peers.test_put_through import at_the_desk

pytestmark = needs_asterisk


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    rules = "- {rule: first_order, action: flag, by_keys: true}\n"
    calls = 'by_keys = true\nafter = 0\n[survey]\nring = ["ivr"]\nhours = [0, 24]\n'
    with house_of(tmp_path_factory.mktemp("keys"), calls=calls, rules=rules) as house:
        yield house


def rung(house: House, msisdn: str) -> Call:
    def calls() -> list[Call]:
        return [call for call in house.phone.calls if call.number == msisdn]

    until(f"{msisdn} is rung", calls, WITHIN)
    return calls()[-1]


def asked(house: House, msisdn: str) -> Call:
    """He has answered, and the question is being said."""
    call = rung(house, msisdn).answered(WITHIN)
    said = "SELECT 1 FROM outbound WHERE subscriber = ? AND channel = 'ivr' AND state = 'sent'"
    until("he is asked", lambda: house.rows(said, msisdn), WITHIN)
    return call


def attempts(house: House, msisdn: str) -> list[tuple[str, str]]:
    query = "SELECT agent, outcome FROM call_attempts WHERE subscriber = ? ORDER BY attempt"
    return [(agent, outcome) for agent, outcome in house.rows(query, msisdn)]


def texts(house: House, msisdn: str, phrase: str) -> int:
    return len(house.rows("SELECT 1 FROM outbound WHERE subscriber = ? AND phrase = ?", msisdn, phrase))


def test_1_confirms_the_order_and_he_hears_what_he_ordered(house: House) -> None:
    who = "8613800138201"
    number = house.orders(who)
    call = asked(house, who)
    call.press("1")
    until("it is confirmed", lambda: house.state(number) == "inProgress", WITHIN)
    call.ended(WITHIN)
    assert attempts(house, who) == [("hall", "confirmed")]
    [(text,)] = house.rows("SELECT text FROM outbound WHERE subscriber = ? AND phrase = 'confirm_call.ask'", who)
    assert "酷派F800" in text and "1380.00" in text
    assert texts(house, who, "notice.confirmed") == 1
    [(actor,)] = house.rows("SELECT actor FROM order_events WHERE number = ? AND act = 'confirm'", number)
    assert actor == "subscriber"


def test_2_has_an_agent_change_it(house: House) -> None:
    who = "8613800138202"
    number = house.orders(who)
    call = asked(house, who)
    call.press("2")
    until("it is noted", lambda: attempts(house, who), WITHIN)
    call.ended(WITHIN)
    assert attempts(house, who) == [("hall", "wants_change")]
    assert house.state(number) == "held"
    li = house.agent("li")
    card = li.post("tasks/claim")
    assert card["order"]["number"] == number
    assert card["reasons"][0]["code"] == "wants_change"
    li.post(f"tasks/{card['id']}/decision", {"outcome": "rejected", "note": ""})


def test_he_is_rung_for_the_survey_and_rates_with_a_key(house: House) -> None:
    """Busy first, and then he answers; what he is asked once he is not asked again."""
    who, number = "8613800138206", "1000000017"
    house.lines[who] = Refuse(486)
    row = "INSERT INTO surveys (subscriber, order_number, delivered_at, due_at, ring_at) VALUES (?, ?, ?, ?, ?)"
    now = time.time()
    with closing(sqlite3.connect(house.setup.folder / "hall.db", timeout=30)) as database, database:
        database.execute(row, [who, number, now, now + 86_400, now])
    calls = "SELECT agent, task, ending FROM phone_calls WHERE subscriber = ? ORDER BY id"
    until("his line is busy", lambda: house.rows(calls, who) == [("hall", 0, "busy")], WITHIN)

    del house.lines[who]
    with closing(sqlite3.connect(house.setup.folder / "hall.db", timeout=30)) as database, database:
        database.execute("UPDATE surveys SET ring_at = 0 WHERE subscriber = ?", [who])
    until("he is rung again", lambda: len([c for c in house.phone.calls if c.number == who]) == 2, WITHIN)
    call = asked(house, who)
    call.press("5")
    kept = "SELECT score, rung, ring_at, due_at FROM surveys WHERE subscriber = ?"
    until("it is kept", lambda: house.rows(kept, who) == [(5, 2, None, None)], WITHIN)
    call.ended(WITHIN)
    until("it is over", lambda: house.rows(calls, who)[-1][2] == "talked", WITHIN)
    said = "SELECT phrase FROM outbound WHERE subscriber = ? AND channel = 'ivr' ORDER BY id"
    assert house.rows(said, who) == [("survey.ask",), ("survey.thanks",)]


def test_0_is_for_a_person(house: House) -> None:
    who = "8613800138204"
    number = house.orders(who)
    call = asked(house, who)
    call.press("0")
    until("it is noted", lambda: attempts(house, who), WITHIN)
    call.hang_up()
    assert attempts(house, who) == [("hall", "wants_agent")]
    query = "SELECT order_number FROM call_tasks WHERE subscriber = ? AND due_at IS NOT NULL"
    assert (number,) in house.rows(query, who)


def test_who_hangs_up_without_a_key_and_whose_line_is_busy_are_rung_again_by_the_rules(house: House) -> None:
    who = "8613800138203"
    house.lines[who] = Refuse(486)
    number = house.orders(who)
    until("it is recorded", lambda: attempts(house, who) == [("hall", "busy")], WITHIN)
    assert texts(house, who, "notice.missed_confirm") == 1
    [(keys_at, changed_at)] = house.rows(
        "SELECT keys_at, (SELECT at FROM call_attempts WHERE subscriber = ?1) FROM key_confirmations"
        " WHERE subscriber = ?1",
        who,
    )
    assert keys_at == pytest.approx(changed_at + 300, abs=1), "five minutes, by the rule"

    del house.lines[who]
    with closing(sqlite3.connect(house.setup.folder / "hall.db", timeout=30)) as database, database:
        database.execute("UPDATE key_confirmations SET keys_at = 0 WHERE subscriber = ?", [who])
    until("he is rung again", lambda: len([c for c in house.phone.calls if c.number == who]) == 2, WITHIN)
    call = asked(house, who)
    call.hang_up()
    until("it is recorded", lambda: attempts(house, who) == [("hall", "busy"), ("hall", "no_key")], WITHIN)
    assert house.rows("SELECT keys_at FROM key_confirmations WHERE subscriber = ?", who) == [(None,)], "agents' turn"
    assert texts(house, who, "notice.missed_confirm") == 1, "he is written to once"

    house.centre.texts(who, "Y")
    until("a yes by text confirms it", lambda: house.state(number) == "inProgress", WITHIN)


def test_0_puts_him_through_to_an_agent_who_has_the_order_before_him(house: House) -> None:
    who = "8613800138205"
    with at_the_desk(house) as li:
        number = house.orders(who)
        call = asked(house, who)
        call.press("0")
        query = "SELECT state, agent, ending FROM waiting_calls WHERE subscriber = ?"
        until("they talk", lambda: house.rows(query, who) == [("talking", "li", None)], WITHIN)
        card = li.post("tasks/claim")
        assert card["order"]["number"] == number
        call.hang_up()
        until("it is over", lambda: house.rows(query, who) == [("over", "li", "talked")], WITHIN)
        li.post(f"tasks/{card['id']}/decision", {"outcome": "confirmed", "note": ""})
        until("it is confirmed", lambda: house.state(number) == "inProgress", WITHIN)
        assert house.rows("SELECT count(*) FROM call_tasks WHERE subscriber = ?", who) == [(1,)]
