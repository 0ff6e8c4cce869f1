"""Agents ring customers back: the agent's telephone first, then the customer's, through a real Asterisk."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from tests.peers.asterisk import PASSWORD, USER, Asterisk
from tests.peers.desk import Agent
from tests.peers.embedded import EmbeddedCentre
from tests.peers.hall import COMMAND, Hall, Setup, setup
from tests.peers.phone import Answer, OnCall, Phone, Refuse, Ring
from tests.peers.test_calls import IVR, until
from tests.setup.asterisk import HERE, version

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not version(HERE), reason="Asterisk is not here: python tests/setup/asterisk.py"),
]

SECRET = "a-long-enough-word"
DESK_PHONE = "8001"


@dataclass(slots=True)
class House:
    asterisk: Asterisk
    centre: EmbeddedCentre
    setup: Setup
    phone: Phone
    lines: dict[str, OnCall]

    def rows(self, query: str, *names: Any) -> list[Any]:
        with closing(sqlite3.connect(self.setup.folder / "hall.db")) as database:
            return database.execute(query, names).fetchall()

    def agent(self, name: str) -> Agent:
        return Agent(self.setup.web, name, SECRET)

    def orders(self, msisdn: str) -> str:
        """Order by text, flagged as a first order is; its number."""
        self.centre.texts(msisdn, "DG F800")
        until("he is asked", lambda: self.centre.times(msisdn) == 1)
        self.centre.texts(msisdn, "Y")
        until("he has ordered", lambda: self.rows("SELECT 1 FROM orders WHERE subscriber = ?", msisdn))
        [(number,)] = self.rows("SELECT number FROM orders WHERE subscriber = ?", msisdn)
        return str(number)

    def state(self, number: str) -> str:
        [(state,)] = self.rows("SELECT state FROM orders WHERE number = ?", number)
        return str(state)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("confirming")
    prompts = folder / "prompts"
    prompts.mkdir()
    asterisk = Asterisk(folder / "asterisk", prompts).start()
    centre = EmbeddedCentre()
    ivr = IVR.format(prompts=prompts, url=asterisk.url, user=USER, password=PASSWORD)
    ivr += 'outbound = "PJSIP/{number}@test"\n'
    made = setup(folder, f"sqlite:///{folder / 'hall.db'}", centre.port, link=ivr)
    for name in ("li", "by_hand"):
        subprocess.run(
            [
                *COMMAND,
                "agents",
                "add",
                name,
                "--role",
                "agent",
                "--password-stdin",
                "--config",
                str(made.configuration),
            ],
            input=SECRET,
            text=True,
            check=True,
            capture_output=True,
        )
    made.run("agents", "phone", "li", f"PJSIP/{DESK_PHONE}@test")
    hall = Hall(made).await_ready()
    lines: dict[str, OnCall] = {}
    phone = Phone(asterisk.sip, port=asterisk.answering)
    phone.on_call = lambda number: lines.get(number, Answer())
    until("Asterisk is heard", lambda: '"pbx-a: heard"' in hall.log.read_text())
    yield House(asterisk, centre, made, phone, lines)
    phone.close()
    hall.stop()
    centre.close()
    asterisk.stop()


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
