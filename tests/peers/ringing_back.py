"""A house whose agents ring customers back: Asterisk, Hall, a message centre to order by, and all their telephones."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.peers.asterisk import Asterisk
from tests.peers.cable import Cable
from tests.peers.desk import Agent
from tests.peers.embedded import EmbeddedCentre
from tests.peers.hall import Hall, Setup, setup
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
    hall: Hall
    cable: Cable

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
    with house_of(tmp_path_factory.mktemp("confirming")) as house:
        yield house


@contextmanager
def house_of(folder: Path, calls: str = "", rules: str = "") -> Iterator[House]:
    """calls: more lines of [calls]; rules: of flags, in place of the standard ones."""
    prompts = folder / "prompts"
    prompts.mkdir()
    orders = ""
    if rules:
        (folder / "flags.yaml").write_text(rules)
        orders = f'rules = "{folder / "flags.yaml"}"\n'
    with ExitStack() as parts:
        asterisk = Asterisk(folder / "asterisk", prompts).start()
        parts.callback(asterisk.stop)
        centre = EmbeddedCentre()
        parts.callback(centre.close)
        cable = Cable(asterisk.http)
        parts.callback(cable.close)
        ivr = configured(prompts, [asterisk], outbound=TO_TELEPHONES, cables=[cable])
        made = setup(folder, f"sqlite:///{folder / 'hall.db'}", centre.port, link=ivr, calls=calls, orders=orders)
        for name in ("li", "by_hand"):
            made.run("agents", "add", name, "--role", "agent", "--password-stdin", stdin=SECRET)
        made.run("agents", "phone", "li", f"PJSIP/{DESK_PHONE}@test")
        hall = Hall(made)
        parts.callback(hall.stop)
        hall.await_ready()
        lines: dict[str, OnCall] = {}
        phone = Phone(asterisk.sip, port=asterisk.answering)
        parts.callback(phone.close)
        phone.on_call = lambda number: lines.get(number, Answer())
        until("Asterisk is heard", lambda: '"pbx-a: heard"' in hall.log.read_text())
        yield House(asterisk, centre, made, phone, lines, hall, cable)
