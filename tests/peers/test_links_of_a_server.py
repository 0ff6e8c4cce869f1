"""Links of a running server: a pair of binds, out of service and back, reload, and messages that had nowhere to go."""

import os
import signal
import sqlite3
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from tests.peers.embedded import EmbeddedCentre
from tests.peers.hall import Hall, Setup, setup
from tests.peers.patience import WITHIN

pytestmark = pytest.mark.slow

NUMBERS = count(8613800138500)
PAIR = """
[[sms.link]]
name = "tx"
account = "mobile"
connect = "tcp:127.0.0.1:{port}"
bind = "transmitter"
system_id = "hall"
password = "secret"
short_codes = ["10086"]
reconnect = 0.2
{tx}

[[sms.link]]
name = "rx"
account = "mobile"
connect = "tcp:127.0.0.1:{port}"
bind = "receiver"
system_id = "hall"
password = "secret"
short_codes = ["10086"]
reconnect = 0.2
{more}
"""


@dataclass(slots=True)
class House:
    centre: EmbeddedCentre
    setup: Setup
    hall: Hall

    def configure(self, tx: str = "", more: str = "") -> None:
        text = self.setup.configuration.read_text()
        head, tail = text[: text.index("[[sms.link]]")], text[text.index("[billing]") :]
        links = PAIR.format(port=self.centre.port, tx=tx, more=more)
        self.setup.configuration.write_text(head + links + tail)

    def reloads(self, tx: str = "", more: str = "") -> None:
        before = self._reloaded()
        self.configure(tx, more)
        self.told(signal.SIGHUP)
        self.awaits(before + 1, self._reloaded)

    def _reloaded(self) -> int:
        return self.hall.log.read_text().count(" were reloaded")

    def starts(self) -> None:
        self.hall = Hall(self.setup).await_ready()

    def told(self, number: signal.Signals) -> None:
        os.kill(self.hall.pid, number)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        database = self.setup.folder / "hall.db"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return [tuple(row) for row in connection.execute(statement, values)]

    def states(self) -> dict[str, str]:
        return dict(self.rows("SELECT name, state FROM links"))

    def connection_of(self, link: str) -> tuple[Any, ...]:
        (found,) = self.rows("SELECT id FROM connections WHERE link = ? AND lost_at IS NULL", link)
        return found

    def state_of(self, msisdn: str) -> list[tuple[Any, ...]]:
        return self.rows("SELECT state, gave_up FROM outbound WHERE subscriber = ?", msisdn)

    def awaits(self, wanted: Any, look: Callable[[], Any]) -> None:
        until = time.monotonic() + WITHIN
        while (found := look()) != wanted:
            assert time.monotonic() < until, f"{found} instead of {wanted}\n{self.hall.tail()}"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("links")
    centre = EmbeddedCentre()
    made = setup(folder, f"sqlite:///{folder / 'hall.db'}", centre.port)
    house = House(centre, made, None)  # type: ignore[arg-type]
    house.configure()
    house.starts()
    try:
        yield house
        assert house.hall.stop() == 0
    finally:
        print(house.hall.tail())  # shown only if a test failed
        house.hall.end()
        centre.close()


@pytest.fixture
def house(running: House) -> Iterator[House]:
    """With the pair bound, and nothing else; and left so."""
    running.awaits({"tx": "bound", "rx": "bound"}, running.states)
    yield running
    running.told(signal.SIGUSR2)
    running.reloads()


@pytest.fixture
def msisdn() -> str:
    return str(next(NUMBERS))


def test_what_is_heard_on_one_bind_is_answered_on_the_other_and_its_receipt_is_found(house: House, msisdn: str) -> None:
    house.centre.texts(msisdn, "YE")
    assert "元" in house.centre.hears(msisdn)
    house.awaits([("delivered", None)], lambda: house.state_of(msisdn))


def test_a_link_out_of_service_stays_out_over_a_restart_and_its_messages_wait_for_it(house: House, msisdn: str) -> None:
    assert "comes back" not in house.setup.run("links", "stop", "tx")
    house.awaits({"tx": "out", "rx": "bound"}, house.states)
    house.centre.texts(msisdn, "YE")
    house.awaits([("queued", None)], lambda: house.state_of(msisdn))
    assert house.hall.stop() == 0
    house.starts()
    house.awaits({"tx": "out", "rx": "bound"}, house.states)
    listed = house.setup.run("links", "list")
    assert "out of service" in listed and house.centre.silent(msisdn)
    house.setup.run("links", "start", "tx")
    assert "元" in house.centre.hears(msisdn)
    house.awaits({"tx": "bound", "rx": "bound"}, house.states)


def test_nothing_is_lost_and_nothing_said_twice_while_links_leave_and_come_back(house: House) -> None:
    other = (
        PAIR.format(port=house.centre.port, tx="", more="").partition("[[sms.link]]")[2].partition("[[sms.link]]")[0]
    )
    house.reloads(more="[[sms.link]]" + other.replace('"tx"', '"other"'))
    house.awaits({"tx": "bound", "rx": "bound", "other": "bound"}, house.states)
    crowd = [str(next(NUMBERS)) for _ in range(150)]
    for place, each in enumerate(crowd):
        house.centre.texts(each, "YE")
        if place % 50 == 10:
            house.setup.run("links", "stop", "tx")
            house.awaits("out", lambda: house.states()["tx"])
        if place % 50 == 40:
            house.setup.run("links", "start", "tx")
    them = "FROM outbound WHERE subscriber BETWEEN ? AND ?", crowd[0], crowd[-1]
    house.awaits([("delivered", 150)], lambda: house.rows(f"SELECT state, count(*) {them[0]} GROUP BY 1", *them[1:]))
    assert {each: house.centre.times(each) for each in crowd} == dict.fromkeys(crowd, 1)
    assert {row[0] for row in house.rows(f"SELECT DISTINCT link {them[0]}", *them[1:])} == {"tx", "other"}


def test_what_waits_for_its_own_link_while_others_are_bound_goes_when_it_binds(house: House, msisdn: str) -> None:
    other = f'[[sms.link]]\nname = "other"\nconnect = "tcp:127.0.0.1:{house.centre.port}"\nsystem_id = "hall"\n'
    house.reloads(more=other + 'bind = "transmitter"\nshort_codes = ["10010"]\n')
    house.awaits("bound", lambda: house.states().get("other"))
    house.setup.run("links", "stop", "tx")
    house.awaits("out", lambda: house.states()["tx"])
    house.centre.texts(msisdn, "YE")
    house.awaits(
        [("no link is bound",)], lambda: house.rows("SELECT reason FROM outbound WHERE subscriber = ?", msisdn)
    )
    house.setup.run("links", "start", "tx")
    assert "元" in house.centre.hears(msisdn)
    sent = "SELECT link, attempts FROM outbound WHERE subscriber = ?"
    house.awaits([("tx", 1)], lambda: house.rows(sent, msisdn))


def readiness(house: House) -> str:
    try:
        return house.hall.get("/readyz")
    except urllib.error.HTTPError as refused:
        return str(refused.read().decode())


def test_only_a_required_link_that_is_not_out_of_service_makes_hall_unready(house: House) -> None:
    nowhere = '[[sms.link]]\nname = "nowhere"\nconnect = "tcp:127.0.0.1:1"\nsystem_id = "hall"\n'
    house.reloads(more=nowhere)
    house.awaits("unbound", lambda: house.states().get("nowhere"))
    assert "not bound" not in readiness(house)
    house.reloads(more=nowhere + "required = true\n")
    house.awaits(True, lambda: "not bound: nowhere" in readiness(house))
    house.setup.run("links", "stop", "nowhere")
    house.awaits(False, lambda: "not bound" in readiness(house))


def test_signals_take_all_links_out_and_put_them_back(house: House, msisdn: str) -> None:
    house.told(signal.SIGUSR1)
    house.awaits({"tx": "out", "rx": "out"}, house.states)
    assert "SIGUSR1" in house.setup.run("links", "list")
    house.centre.texts(msisdn, "YE")
    house.told(signal.SIGUSR2)
    assert "元" in house.centre.hears(msisdn), "the message centre kept it"


def test_a_reload_touches_only_what_has_changed(house: House, msisdn: str) -> None:
    receiving, sending = house.connection_of("rx"), house.connection_of("tx")
    third = (
        f'[[sms.link]]\nname = "spare"\nconnect = "tcp:127.0.0.1:{house.centre.port}"\nsystem_id = "hall"\nrank = 1\n'
    )
    house.reloads(tx="window = 5", more=third)
    house.awaits({"tx": "bound", "rx": "bound", "spare": "bound"}, house.states)
    house.awaits(True, lambda: house.rows("SELECT lost_at FROM connections WHERE id = ?", *sending)[0][0] is not None)
    assert house.connection_of("rx") == receiving
    house.centre.texts(msisdn, "YE")
    assert "元" in house.centre.hears(msisdn)
    house.reloads(tx="window = 5")
    house.awaits([], lambda: house.rows("SELECT id FROM connections WHERE link = 'spare' AND lost_at IS NULL"))
    assert house.connection_of("rx") == receiving
    house.awaits({"tx": "bound", "rx": "bound"}, house.states)


def test_a_faulty_configuration_changes_nothing(house: House, msisdn: str) -> None:
    house.configure(tx="windoww = 5")
    house.told(signal.SIGHUP)
    house.awaits(True, lambda: "Did you mean window?" in house.hall.tail())
    house.centre.texts(msisdn, "YE")
    assert "元" in house.centre.hears(msisdn)
    house.configure()


def test_what_had_no_route_is_a_dead_letter_until_it_has_one(house: House, msisdn: str) -> None:
    house.reloads(more='[[sms.route]]\nprefixes = ["852"]\naccounts = ["mobile"]\n')
    house.centre.texts(msisdn, "YE")
    house.awaits([("failed", "no_route")], lambda: house.state_of(msisdn))
    dead = house.setup.run("messages", "dead")
    assert "no [[sms.route]] matches" in dead and msisdn not in dead
    house.reloads()
    assert house.setup.run("messages", "resend", "--why", "no_route").startswith("1 ")
    assert "元" in house.centre.hears(msisdn)
