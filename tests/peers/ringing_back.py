"""A house whose agents ring customers back: Asterisk, Hall, a message centre to order by, and all their telephones."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from tests.peers.asterisk import Asterisk
from tests.peers.desk import Agent
from tests.peers.embedded import EmbeddedCentre
from tests.peers.hall import COMMAND, Hall, Setup, setup
from tests.peers.line import TO_TELEPHONES, configured, until
from tests.peers.phone import Answer, OnCall, Phone

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
    ivr = configured(prompts, [asterisk], outbound=TO_TELEPHONES)
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
