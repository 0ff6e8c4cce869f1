"""Agents ring customers back: the agent's telephone first, then the customer's, through a real Asterisk."""

import pytest

from tests.peers.desk import Agent
from tests.peers.line import needs_asterisk, until
from tests.peers.phone import OnCall, Refuse, Ring
from tests.peers.ringing_back import DESK_PHONE, House, house

__all__ = ["house"]

pytestmark = needs_asterisk


def claimed(house: House, agent: Agent, msisdn: str) -> tuple[str, str]:
    """The task and the order of somebody who has just ordered."""
    number = house.orders(msisdn)
    card = agent.post("tasks/claim")
    card = card.get("task", card)
    return str(card["id"]), number


def test_agent_and_customer_talk_and_the_agent_says_how_it_ended(house: House) -> None:
    li = house.agent("li")
    task, number = claimed(house, li, "8613800138101")
    told = li.post(f"tasks/{task}/dial")
    assert told["by_hand"] is False
    until("they talk", lambda: li.get(f"tasks/{task}/call")["state"] == "talking")
    assert [call.number for call in house.phone.calls[-2:]] == [DESK_PHONE, "8613800138101"]
    customer = house.phone.calls[-1]
    customer.press("5")
    until("both are in one room", lambda: len(customer.heard) > 8000)
    customer.hang_up()
    until("it is over", lambda: li.get(f"tasks/{task}/call")["ending"] == "talked")
    house.phone.calls[-2].ended()
    assert house.state(number) == "held", "a talk decides nothing by itself"
    li.post(f"tasks/{task}/decision", {"outcome": "confirmed", "note": ""})
    until("it is confirmed", lambda: house.state(number) == "inProgress")


def test_a_customer_whose_agent_is_signed_out_is_told_so_and_rung_again_by_others(house: House) -> None:
    li = house.agent("li")
    task, number = claimed(house, li, "8613800138108")
    li.post(f"tasks/{task}/dial")
    until("they talk", lambda: li.get(f"tasks/{task}/call")["state"] == "talking")
    agent, customer = house.phone.calls[-2:]
    li.delete("session")
    agent.ended()
    customer.ended(30)
    assert len(customer.heard) > 3 * 8000, "he was told"
    assert (house.setup.folder / "prompts" / "speech" / "zh" / "calls.broken_off.wav").exists()
    query = "SELECT ending FROM phone_calls WHERE task = ?"
    until("it is over", lambda: house.rows(query, int(task)) == [("talked",)])
    assert house.rows("SELECT agent, done_at FROM call_tasks WHERE id = ?", int(task)) == [(None, None)]
    again = house.agent("li")
    again.post("tasks/claim")
    again.post(f"tasks/{task}/decision", {"outcome": "confirmed", "note": ""})
    assert house.state(number) == "inProgress"
    again.delete("session")


@pytest.mark.parametrize(
    ("msisdn", "line", "outcome"),
    [
        ("8613800138102", Refuse(486), "busy"),
        ("8613800138103", Refuse(603), "no_answer"),
        ("8613800138104", Refuse(404), "no_such_number"),
    ],
)
def test_what_the_line_answers_is_recorded_by_itself(house: House, msisdn: str, line: OnCall, outcome: str) -> None:
    li = house.agent("li")
    house.lines[msisdn] = line
    task, number = claimed(house, li, msisdn)
    li.post(f"tasks/{task}/dial")
    query = "SELECT outcome, agent, note FROM call_attempts WHERE subscriber = ?"
    until("it is recorded", lambda: house.rows(query, msisdn))
    assert house.rows(query, msisdn) == [(outcome, "li", "as the line answered")]
    assert house.state(number) == ("cancelled" if outcome == "no_such_number" else "held")


def test_a_customer_is_rung_by_one_telephone_at_a_time_and_the_agent_can_give_up(house: House) -> None:
    li = house.agent("li")
    house.lines["8613800138105"] = Ring()
    task, _ = claimed(house, li, "8613800138105")
    li.post(f"tasks/{task}/dial")
    until("it rings", lambda: li.get(f"tasks/{task}/call")["state"] == "ringing")
    with pytest.raises(Exception, match="409 already_calling"):
        li.post(f"tasks/{task}/dial")
    li.post(f"tasks/{task}/hang-up")
    until("it is over", lambda: li.get(f"tasks/{task}/call")["ending"] == "agent_left")
    house.phone.calls[-1].ended()
    li.post(f"tasks/{task}/decision", {"outcome": "rejected", "note": ""})


def test_an_agent_without_a_telephone_dials_by_hand(house: House) -> None:
    agent = house.agent("by_hand")
    task, _ = claimed(house, agent, "8613800138106")
    told = agent.post(f"tasks/{task}/dial")
    assert told["by_hand"] is True
    assert agent.get(f"tasks/{task}/call") is None
