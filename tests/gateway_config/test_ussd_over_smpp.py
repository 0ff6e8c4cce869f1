"""A running Hall and a USSD gateway of each kind: every dialog, and everything that goes wrong with sessions."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_twisted
from sqlalchemy import select

from gateway_config import housekeeping
from gateway_config.settings import UssdSettings
from orders.ledger.tables import inbound, orders, outbound
from tests.doubles.ussd_gateway import VENDORS
from tests.gateway_config.ussd_phones import Exchange
from tests.gateway_config.whole_house import House, listened, soon

ALICE, BOB = "8613800138000", "8613900139000"


@pytest.fixture(autouse=True)
def quick_rounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(housekeeping, "EVERY", 0.05)
    with listened() as log:
        yield
    assert not log.errors, log.text.getvalue()


class Hall:
    def __init__(self, house: House) -> None:
        self.house = house
        self.phones = Exchange()

    async def begins(self, kind: str = "standard", **changes: object) -> Exchange:
        self.phones = await Exchange(kind).opens()
        await self.house.starts(ussd=UssdSettings(link=(self.phones.link(**changes),)))
        await self.house.until(lambda: self.phones.bound)
        return self.phones

    def orders(self) -> list[str]:
        return self.house.sees(lambda connection: list(connection.scalars(select(orders.c.number))))  # type: ignore[no-any-return]

    def states(self) -> list[tuple[str, ...]]:
        query = select(outbound.c.channel, outbound.c.state).order_by(outbound.c.id)
        return self.house.sees(lambda connection: [tuple(row) for row in connection.execute(query)])  # type: ignore[no-any-return]

    def heard(self) -> list[tuple[str, str]]:
        query = select(inbound.c.kind, inbound.c.content).order_by(inbound.c.id)
        return self.house.sees(lambda connection: [tuple(row) for row in connection.execute(query)])  # type: ignore[no-any-return]


@pytest_twisted.async_yield_fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    hall = Hall(await House(tmp_path).opens())
    yield hall
    await soon(hall.house.ends())
    if hall.phones.port:
        await soon(hall.phones.closes())


@pytest.mark.parametrize("kind", VENDORS)
@pytest_twisted.ensureDeferred
async def test_an_order_over_each_dialect(hall: Hall, kind: str) -> None:
    phones = await hall.begins(kind)
    session, menu = await phones.dials(ALICE)
    assert "1 " in menu and "4 " in menu and not session.ended
    goods = await phones.types(session, "3")
    assert "酷派F800" in goods
    question = await phones.types(session, "1")
    assert "1380.00" in question and "1 " in question
    placed = await phones.types(session, "1")
    (number,) = hall.orders()
    assert number in placed and session.ended
    assert session.inputs == len(session.answers) == 4 and not session.stray
    assert max(phones.gateway.octets) <= 160
    assert set(phones.gateway.acknowledged.values()) == {0}


@pytest_twisted.ensureDeferred
async def test_straight_in(hall: Hall) -> None:
    phones = await hall.begins()
    session, balance = await phones.dials(ALICE, "*100*1#")
    assert "18.88" in balance and session.ended
    session, question = await phones.dials(BOB, "*100*3*1001#")
    assert "酷派F800" in question and not session.ended
    assert "1 " in question
