"""Two Asterisks with one Hall, and two nodes with one Asterisk: what one of them loses, the other goes on with."""

import base64
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.peers.asterisk import PASSWORD, USER, Asterisk
from tests.peers.embedded import EmbeddedCentre
from tests.peers.hall import Hall, Setup, setup
from tests.peers.line import House, configured, greeted, needs_asterisk, until
from tests.peers.phone import Phone
from tests.peers.ports import free_port

pytestmark = needs_asterisk

APPLICATION = "hall-{node}"


@pytest.fixture(scope="module")
def two_asterisks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, House]]:
    """The same Hall, seen from either."""
    folder = tmp_path_factory.mktemp("two")
    prompts = folder / "prompts"
    prompts.mkdir()
    with ExitStack() as ends:
        asterisks = [Asterisk(folder / name, prompts, rtp=rtp).start() for name, rtp in (("a", 24_000), ("b", 26_000))]
        for asterisk in asterisks:
            ends.callback(asterisk.stop)
        centre = EmbeddedCentre()
        ends.callback(centre.close)
        made = setup(folder, f"sqlite:///{folder / 'hall.db'}", centre.port, link=configured(prompts, asterisks))
        hall = Hall(made).await_ready()
        ends.callback(hall.stop)
        phones = [Phone(asterisk.sip) for asterisk in asterisks]
        for phone in phones:
            ends.callback(phone.close)
        until("both are heard", lambda: {'"pbx-a: heard"', '"pbx-b: heard"'} <= set(_said(hall)))
        one, other = (House(each, made, hall, phone, prompts) for each, phone in zip(asterisks, phones, strict=True))
        yield one, other


def _said(hall: Hall) -> list[str]:
    return [f'"{name}: heard"' for name in ("pbx-a", "pbx-b") if f'"{name}: heard"' in hall.log.read_text()]


def test_one_asterisk_dies_and_the_calls_of_the_other_go_on(two_asterisks: tuple[House, House]) -> None:
    dying, other = two_asterisks
    greeted(dying, "13800138301")
    call = greeted(other, "13800138302")
    dying.asterisk.kill()
    call.press("31001#1")
    until("the other goes on", lambda: other.orders("13800138302"))
    call.hang_up()
    dying.asterisk.start()
    until("the one call is over", lambda: any(told.startswith("closed") for told in dying.keys("13800138301")))
    later = greeted(dying, "13800138303")
    later.press("1")
    until("it is answered as before", lambda: "18.88" in "".join(dying.said("13800138303")))
    later.hang_up()


def test_a_second_listener_to_one_application_is_noticed(two_asterisks: tuple[House, House]) -> None:
    """And the line is not ready, instead of deaf."""
    one, _ = two_asterisks
    with socket.create_connection(("127.0.0.1", one.asterisk.http)) as other:
        credentials = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        other.sendall(
            f"GET /ari/events?app=hall HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {credentials}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert b"101" in other.recv(100)
        until("it is noticed", lambda: "another listener has taken its application" in one.hall.log.read_text())
        until("it says so", lambda: 'hall_ivr_asterisk_connected{asterisk="pbx-a"} 0.0' in one.hall.get("/metrics"))


@dataclass(slots=True)
class Nodes:
    """Two on one PostgreSQL and one Asterisk, whose dialplan prefers the first."""

    asterisk: Asterisk
    halls: list[Hall]
    phone: Phone
    database: str

    def rows(self, query: str, *names: Any) -> list[Any]:
        with psycopg.connect(self.database.replace("+psycopg", "")) as connection:
            return connection.execute(query, names).fetchall()

    def said(self, caller: str) -> list[str]:
        query = "SELECT text FROM outbound WHERE subscriber = %s AND channel = 'ivr' AND state = 'sent' ORDER BY id"
        return [text for (text,) in self.rows(query, f"86{caller}")]


@pytest.fixture
def nodes(tmp_path: Path, postgres_url: str) -> Iterator[Nodes]:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    with ExitStack() as ends:
        names = ("hall-1", "hall-2")
        asterisk = Asterisk(tmp_path / "asterisk", prompts, tuple(f"hall-{name}" for name in names)).start()
        ends.callback(asterisk.stop)
        centre = EmbeddedCentre()
        ends.callback(centre.close)
        link = configured(prompts, [asterisk], APPLICATION)
        setups = [setup(tmp_path / "hall-1", postgres_url, centre.port, link=link)]
        setups.append(Setup(tmp_path / "hall-2", postgres_url, centre.port, free_port(), link=link))
        setups[1].configure()
        told = setups[1].configuration.read_text()
        setups[1].configuration.write_text(told.replace('name = "hall-1"', 'name = "hall-2"'))
        halls = [Hall(made).await_ready() for made in setups]
        for hall in halls:
            ends.callback(hall.end)
        phone = Phone(asterisk.sip)
        ends.callback(phone.close)
        until("both hear", lambda: all('"pbx-a: heard"' in hall.log.read_text() for hall in halls), 60)
        yield Nodes(asterisk, halls, phone, postgres_url)


def test_a_call_that_outlives_its_node_goes_on_with_the_other_and_new_ones_come_there(nodes: Nodes) -> None:
    caller, later = "13800138311", "13800138312"
    call = nodes.phone.dial("10086", caller).answered()
    until("he is greeted", lambda: len(nodes.said(caller)) == 1)
    call.press("3")
    until("he is asked what", lambda: len(nodes.said(caller)) == 2)
    nodes.halls[0].kill()
    until("he is asked again", lambda: len(nodes.said(caller)) == 3, 60)
    call.press("1001#1")
    mine = "SELECT state FROM orders WHERE subscriber = %s"
    until("he has ordered", lambda: nodes.rows(mine, f"86{caller}"), 60)
    assert nodes.rows(mine, f"86{caller}") == [("held",)]
    call.hang_up()
    after = nodes.phone.dial("10086", later).answered(30)
    until("the other node greets", lambda: len(nodes.said(later)) == 1, 60)
    after.hang_up()
    until("no channel is left", lambda: "0 active channels" in nodes.asterisk.console("core show channels"), 60)
    assert "another listener" not in nodes.halls[1].log.read_text()
