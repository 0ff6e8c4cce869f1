"""The 10086 line: a real Asterisk or several, Hall as a process of its own, and telephones that ring it."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.peers.asterisk import PASSWORD, USER, Asterisk
from tests.peers.cable import Cable
from tests.peers.embedded import EmbeddedCentre
from tests.peers.hall import Hall, Setup, setup
from tests.peers.phone import Call, Phone
from tests.peers.sound import in_order
from tests.setup.asterisk import HERE, version

needs_asterisk = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not version(HERE), reason="Asterisk is not here: python tests/setup/asterisk.py"),
]

PROMPTS = """
[ivr]
prompts = "{prompts}"
"""
PBX = """
[[ivr.asterisk]]
name = "{name}"
url = "{url}"
username = "{user}"
password = "{password}"
application = "{application}"
lines = ["10086"]
outbound = "{outbound}"
"""
NAMES = ("pbx-a", "pbx-b")
TO_TELEPHONES = "PJSIP/{number}@test"


def configured(
    prompts: Path,
    asterisks: Sequence[Asterisk],
    application: str = "hall",
    outbound: str = "",
    cables: Sequence[Cable] = (),
) -> str:
    """What a node's configuration says of them. cables: through which they are reached, if through any."""
    told = [PROMPTS.format(prompts=prompts)]
    for place, (name, asterisk) in enumerate(zip(NAMES, asterisks, strict=False)):
        url = f"http://127.0.0.1:{cables[place].port}" if place < len(cables) else asterisk.url
        there = {"name": name, "url": url, "user": USER, "password": PASSWORD}
        told.append(PBX.format(**there, application=application, outbound=outbound))
    return "".join(told)


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
        """Speech that has not been made by now cannot have been heard."""
        paths = [self.prompts / "speech" / f"{name}.wav" for name in names]
        if unmade := [str(path.relative_to(self.prompts)) for path in paths if not path.exists()]:
            return unmade
        return [str(path.relative_to(self.prompts)) for path in in_order(call.heard, paths)]


@contextmanager
def opened(folder: Path, root: Path = HERE) -> Iterator[House]:
    """root: where the Asterisk is unpacked."""
    prompts = folder / "data" / "prompts"
    prompts.mkdir(parents=True)
    asterisk = Asterisk(folder / "asterisk", prompts, root=root).start()
    centre = EmbeddedCentre()
    made = setup(folder, f"sqlite:///{folder / 'hall.db'}", centre.port, link=configured(prompts, [asterisk]))
    made.run("prompts", "make")  # else the first caller waits until they are, which takes its time on a busy machine
    hall = Hall(made).await_ready()
    phone = Phone(asterisk.sip)
    house = House(asterisk, made, hall, phone, prompts)
    try:
        until("Asterisk is heard", lambda: "heard" in hall.log.read_text())
        yield house
    finally:
        phone.close()
        house.hall.stop()
        centre.close()
        asterisk.stop()


def until(what: str, there: Callable[[], object], within: float = 60.0) -> None:
    limit = time.monotonic() + within
    while not there():
        if time.monotonic() > limit:
            raise AssertionError(f"not within {within} s: {what}")
        time.sleep(0.05)


def greeted(house: House, caller: str) -> Call:
    call = house.phone.dial("10086", caller).answered()
    until("he is greeted", lambda: len(house.played(caller)) == 1)
    return call
