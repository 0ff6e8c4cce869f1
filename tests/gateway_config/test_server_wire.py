"""A running Hall that a message centre calls, and speaks to in its own way: outbind, data_sm, query_sm, cards."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from sqlalchemy import select
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.protocol import Factory, Protocol

from channels.smpp.settings import LinkSettings
from gateway_config import housekeeping
from gateway_config.settings import SmsSettings
from orders.ledger.tables import inbound, outbound
from tests.doubles import fake_smsc as mc
from tests.gateway_config.whole_house import House, listened, reactor, soon
from tests.peers.ports import free_port

ALICE = "8613800138000"
QUERY_SM, OUTBIND = 0x03, 0x0B
CARD = b"\x06\x05\x04\x23\xf4\x00\x00BEGIN:VCARD"


@pytest.fixture(autouse=True)
def quick_rounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(housekeeping, "EVERY", 0.05)
    with listened() as log:
        yield
    assert not log.errors, log.text.getvalue()


class Centre(Protocol):
    """Calls, is bound to, hands over a card, takes data_sm, sends no receipts, and answers when it is asked."""

    def __init__(self, password: bytes) -> None:
        self.password = password
        self.smsc = mc.FakeSmsc()
        self.data: list[bytes] = []
        self.asked: list[bytes] = []
        self.closed = False

    def connectionMade(self) -> None:
        self.says(mc.frame(OUTBIND, 1, b"mc\0" + self.password + b"\0"))

    def connectionLost(self, reason: Any = None) -> None:
        self.closed = True

    def dataReceived(self, data: bytes) -> None:
        already = len(self.smsc.heard)
        self.says(self.smsc.answer(data))
        for said in self.smsc.heard[already:]:
            if said.name == "bind_transceiver":
                self.says(mc.deliver_sm(1, CARD, source=ALICE.encode(), esm=0x40))
            elif said.name == "data_sm":
                self.data.append(said.body)
                self.says(mc.frame(mc.DATA_SM | mc.RESP, said.sequence, b"00AB%d\0" % len(self.data)))
            elif said.name == hex(QUERY_SM):
                self.asked.append(said.body)
                self.says(mc.frame(QUERY_SM | mc.RESP, said.sequence, b"x\0" + b"\0" + b"\2\0"))

    def says(self, octets: bytes) -> None:
        if self.transport is not None and octets:
            self.transport.write(octets)  # type: ignore[call-arg]


@pytest_twisted.async_yield_fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = await House(tmp_path).opens()
    yield house
    await soon(house.ends())


async def called(port: int, password: bytes) -> Centre:
    centre = Centre(password)
    where = TCP4ClientEndpoint(reactor, "127.0.0.1", port)
    await where.connect(Factory.forProtocol(lambda: centre))
    return centre


def states(house: House) -> list[tuple[str, ...]]:
    return house.sees(lambda connection: [tuple(row) for row in connection.execute(select(outbound.c.state))])  # type: ignore[no-any-return]


@pytest_twisted.ensureDeferred
async def test_a_centre_that_calls_is_bound_to_its_card_is_answered_and_it_is_asked_what_became_of_that(
    house: House,
) -> None:
    port = free_port()
    link = LinkSettings(
        name="called",
        outbind=f"tcp:{port}:interface=127.0.0.1",
        outbind_system_id="mc",
        outbind_password="knock",
        system_id="hall",
        short_codes=("10086",),
        submit="data_sm",
        query_after=0.1,
        reconnect=0.05,
    )
    await house.starts(sms=SmsSettings(link=(link,)))
    stranger = await called(port, b"guess")
    await house.until(lambda: stranger.closed)
    assert stranger.smsc.heard == []
    centre = await called(port, b"knock")
    await house.until(lambda: bool(centre.asked))
    (data,) = centre.data
    assert "请用文字告诉我们".encode("utf-16-be") in data
    assert centre.asked == [b"00AB1\0\0\x0010086\0"]
    await house.until(lambda: states(house) == [("delivered",)])
    heard = house.sees(lambda connection: list(connection.execute(select(inbound.c.kind, inbound.c.content))))
    assert [tuple(row) for row in heard] == [("unreadable", "[card]")]
    acknowledged = [said for said in centre.smsc.heard if said.name == "deliver_sm_resp"]
    assert [(said.sequence, said.status) for said in acknowledged] == [(1, 0)]
