"""Hall and Asterisk are cut off from each other while agents and customers talk: what is told of it stays exact."""

import pytest

from tests.peers.line import needs_asterisk, until
from tests.peers.phone import Answer, Refuse, Ring
from tests.peers.ringing_back import House, house
from tests.peers.test_confirmation_calls import claimed

__all__ = ["house"]

pytestmark = needs_asterisk


def heard(house: House) -> int:
    return house.hall.log.read_text().count('"pbx-a: heard"')


def cut(house: House) -> None:
    before = heard(house)
    house.cable.pull()
    until("Asterisk is heard again", lambda: heard(house) > before)


def test_a_talk_goes_on_and_its_end_is_told(house: House) -> None:
    li = house.agent("li")
    task, _ = claimed(house, li, "8613800138401")
    li.post(f"tasks/{task}/dial")
    until("they talk", lambda: li.get(f"tasks/{task}/call")["state"] == "talking")
    agent, customer = house.phone.calls[-2:]
    cut(house)
    before = len(customer.packets)
    until("they talk still", lambda: len(customer.packets) > before + 50)
    assert (agent.ended_at, customer.ended_at) == (None, None)
    assert li.get(f"tasks/{task}/call")["state"] == "talking"
    customer.hang_up()
    until("it is over", lambda: li.get(f"tasks/{task}/call")["ending"] == "talked")
    agent.ended()
    li.post(f"tasks/{task}/decision", {"outcome": "rejected", "note": ""})


def test_a_customer_who_hung_up_meanwhile_is_told_of_afterwards(house: House) -> None:
    li = house.agent("li")
    task, _ = claimed(house, li, "8613800138402")
    li.post(f"tasks/{task}/dial")
    until("they talk", lambda: li.get(f"tasks/{task}/call")["state"] == "talking")
    agent, customer = house.phone.calls[-2:]
    house.cable.unplug()
    customer.hang_up()
    house.cable.plug()
    until("it is over", lambda: li.get(f"tasks/{task}/call")["ending"] == "talked")
    agent.ended()
    li.post(f"tasks/{task}/decision", {"outcome": "rejected", "note": ""})


def test_a_telephone_that_rings_rings_on_and_its_answer_counts(house: House) -> None:
    li = house.agent("li")
    house.lines["8613800138403"] = Ring()
    task, _ = claimed(house, li, "8613800138403")
    li.post(f"tasks/{task}/dial")
    until("it rings", lambda: li.get(f"tasks/{task}/call")["state"] == "ringing")
    cut(house)
    assert li.get(f"tasks/{task}/call")["state"] == "ringing"
    li.post(f"tasks/{task}/hang-up")
    until("it is over", lambda: li.get(f"tasks/{task}/call")["ending"] == "agent_left")
    house.phone.calls[-1].ended()
    li.post(f"tasks/{task}/decision", {"outcome": "rejected", "note": ""})


@pytest.mark.parametrize(
    ("msisdn", "line"), [("8613800138404", Refuse(486, after=2.0)), ("8613800138405", Answer(2.0))]
)
def test_of_what_nobody_heard_nothing_is_recorded(house: House, msisdn: str, line: Answer | Refuse) -> None:
    """Busy or answered, Hall did not hear it: the agent says how it ended. Who answered is not left in a dead line."""
    li = house.agent("li")
    house.lines[msisdn] = line
    task, _ = claimed(house, li, msisdn)
    li.post(f"tasks/{task}/dial")
    until("it rings", lambda: li.get(f"tasks/{task}/call")["state"] == "ringing")
    house.cable.unplug()
    customer = house.phone.calls[-1].ended(30)
    house.cable.plug()
    until("it is over", lambda: li.get(f"tasks/{task}/call")["ending"] == "failed")
    assert house.rows("SELECT outcome FROM call_attempts WHERE subscriber = ?", msisdn) == []
    assert customer.number == msisdn
    li.post(f"tasks/{task}/decision", {"outcome": "rejected", "note": ""})
