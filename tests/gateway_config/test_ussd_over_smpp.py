"""A running Hall and a USSD gateway of each kind: every dialog, and everything that goes wrong with sessions."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_twisted
from sqlalchemy import insert, select

from channels.backends.settings import BillingSettings
from gateway_config import housekeeping, unended_sessions
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


@pytest_twisted.ensureDeferred
async def test_whoever_dials_again_may_go_on_where_he_was(hall: Hall) -> None:
    phones = await hall.begins()
    session, _ = await phones.dials(ALICE, "*100*3*1001#")
    phones.says(phones.gateway.aborts(session))
    again, offer = await phones.dials(ALICE)
    assert "1 " in offer and "酷派F800" in offer
    assert "1380.00" in await phones.types(again, "1")
    await phones.types(again, "1")
    assert len(hall.orders()) == 1 and not session.stray


@pytest_twisted.ensureDeferred
async def test_or_he_goes_on_by_text(hall: Hall) -> None:
    phones = await hall.begins()
    session, _ = await phones.dials(ALICE, "*100*3*1001#")
    phones.says(phones.gateway.aborts(session))
    handset = hall.house.handset(ALICE)
    offer = await handset.reads()
    assert "酷派F800" in offer and "*100#" in offer
    assert "1380.00" in await handset.texts("1")
    _, menu = await phones.dials(ALICE)
    assert "酷派F800" not in menu
    placed = await handset.texts("Y")
    (number,) = hall.orders()
    assert number in placed and len(handset.read) == 3


@pytest_twisted.ensureDeferred
async def test_a_new_dial_ends_the_old_session_and_may_go_on_with_it(hall: Hall) -> None:
    phones = await hall.begins()
    old, _ = await phones.dials(ALICE, "*100*3*1001#")
    new, offer = await phones.dials(ALICE)
    assert "酷派F800" in offer
    assert "系统繁忙" in await phones.types(old, "1")  # a gateway that mixes them up
    await phones.types(new, "1")
    await phones.types(new, "1")
    assert len(hall.orders()) == 1


@pytest_twisted.ensureDeferred
async def test_an_order_of_the_last_breath_is_placed_once_and_told_by_text(hall: Hall) -> None:
    phones = await hall.begins()
    session, _ = await phones.dials(ALICE, "*100*3*1001#")
    phones.gateway.refuses = lambda session: 0x0400
    phones.says(phones.gateway.types(session, "1"))
    text = await hall.house.handset(ALICE).reads()
    (number,) = hall.orders()
    assert number in text and len(session.answers) == 1
    await hall.house.until(lambda: hall.states()[-1] == ("sms", "delivered"))


@pytest_twisted.ensureDeferred
async def test_a_question_that_finds_nobody_is_not_sent_as_a_text(hall: Hall) -> None:
    phones = await hall.begins()
    session, _ = await phones.dials(ALICE)
    phones.gateway.refuses = lambda session: 0x0400
    phones.says(phones.gateway.types(session, "3"))
    await hall.house.until(lambda: hall.states()[-1] == ("ussd", "failed"))
    assert hall.house.handset(ALICE).read == []


@pytest_twisted.ensureDeferred
async def test_slow_billing_ends_the_session_politely_and_answers_by_text(hall: Hall) -> None:
    url = f"http://127.0.0.1:{hall.house.billing_port}"
    hall.house.billing.mood = "slow"
    hall.phones = await Exchange().opens()
    phones = hall.phones
    await hall.house.starts(
        ussd=UssdSettings(link=(phones.link(budget=0.2),)),
        billing=BillingSettings(kind="tmf654", url=url, timeout=1.0),
    )
    await hall.house.until(lambda: phones.bound)
    session, last = await phones.dials(ALICE, "*100*1#")
    assert "短信" in last and session.ended
    hall.house.billing.mood = "well"
    told = [await hall.house.handset(ALICE).reads() for _ in range(2)]
    assert any("18.88" in text for text in told), told
    assert len(session.answers) == 1 and not session.stray


@pytest_twisted.ensureDeferred
async def test_what_is_typed_into_a_session_of_an_earlier_life_is_answered(hall: Hall) -> None:
    phones = await hall.begins()
    session, _ = await phones.dials(ALICE, "*100*3*1001#")
    await hall.house.server.stop()
    phones.gateway.smsc.heard.clear()
    await hall.house.starts(ussd=UssdSettings(link=(phones.link(),)))
    await hall.house.until(lambda: phones.bound)
    placed = await phones.types(session, "1")
    assert hall.orders()[0] in placed and session.ended


@pytest_twisted.ensureDeferred
async def test_whoever_was_in_a_session_when_hall_was_started_anew_may_go_on_by_dialling(hall: Hall) -> None:
    phones = await hall.begins()
    await phones.dials(ALICE, "*100*3*1001#")
    await hall.house.server.stop()
    await hall.house.starts(ussd=UssdSettings(link=(phones.link(),)))
    await hall.house.until(lambda: phones.bound)
    session, offer = await phones.dials(ALICE)
    assert "1 " in offer and "酷派F800" in offer
    assert "1380.00" in await phones.types(session, "1")
    await phones.types(session, "1")
    assert len(hall.orders()) == 1 and not hall.house.handset(ALICE).read


@pytest_twisted.ensureDeferred
async def test_or_by_text_when_he_is_silent_until_nobody_holds_a_session_any_more(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unended_sessions, "MARGIN", 0.2)
    phones = await hall.begins()
    await phones.dials(ALICE, "*100*3*1001#")
    await hall.house.server.stop()
    handset = hall.house.handset(ALICE)
    await hall.house.starts(ussd=UssdSettings(link=(phones.link(silence=0.2),)))
    offer = await handset.reads()
    assert "酷派F800" in offer and "*100#" in offer
    assert "1380.00" in await handset.texts("1")
    placed = await handset.texts("Y")
    assert hall.orders()[0] in placed


@pytest_twisted.ensureDeferred
async def test_an_input_whose_acknowledgement_was_lost_is_heard_once_and_answered_once(hall: Hall) -> None:
    phones = await hall.begins()
    session, _ = await phones.dials(ALICE, "*100*3*1001#")
    confirm = phones.gateway.types(session, "1")
    phones.deaf = True
    phones.says(confirm)
    await hall.house.until(lambda: len(hall.orders()) == 1)
    phones.cuts()
    phones.deaf = False
    phones.gateway.smsc.heard.clear()
    await hall.house.until(lambda: phones.bound and phones.wire is not None)
    told = phones.awaits(session)
    phones.says(confirm)
    assert hall.orders()[0] in await told
    assert len(hall.orders()) == 1 and session.ended and not session.stray


@pytest_twisted.ensureDeferred
async def test_small_screens_are_turned_without_losing_anything(hall: Hall) -> None:
    phones = await hall.begins(octets=70)
    session, page = await phones.dials(ALICE, "*100*3#")
    seen = [page]
    while "98 " in seen[-1]:
        seen.append(await phones.types(session, "98"))
    assert len(seen) > 1 and max(phones.gateway.octets) <= 70
    for offer in ("酷派F800", "联想TD80t", "G3座机", "数据卡", "关爱通"):
        assert sum(offer in each for each in seen) == 1
    assert await phones.types(session, "99") == seen[-2]
    assert "1380.00" in await phones.types(session, "1")
    assert hall.heard()[-2:] == [("ussd", "*100*3#"), ("ussd", "1")]


@pytest_twisted.ensureDeferred
async def test_silence_leaves_nothing_open(hall: Hall) -> None:
    phones = await hall.begins(silence=0.2)
    session, _ = await phones.dials(ALICE)
    await hall.house.until(lambda: ("closed", "silence") in hall.heard())
    assert len(hall.house.server.ussd.sessions) == 0 and not session.stray


@pytest_twisted.ensureDeferred
async def test_garbage_is_acknowledged_and_does_no_harm(hall: Hall) -> None:
    phones = await hall.begins()
    session, _ = phones.gateway.dials(ALICE)
    for operation in (0x03, 0x20, 0xFF):
        phones.says(phones.gateway._pdu(session, operation, "?"))
    _, menu = await phones.dials(BOB)
    assert "1 " in menu
    await hall.house.until(lambda: list(phones.gateway.acknowledged.values()) == [0, 0, 0, 0])


def push(hall: Hall, text: str, ends: bool) -> None:
    """A row as a turn would leave it that nobody dialled for."""
    server, now = hall.house.server, time.time()
    row = {
        "subscriber": ALICE,
        "id": server.ids.next(now),
        "channel": "ussd",
        "service": "*100#",
        "session": "",
        "phrase": "",
        "text": text,
        "ends": ends,
        "created_at": now,
        "expires_at": now + 3600,
        "state": "queued",
        "due_at": now,
        "attempts": 0,
    }
    hall.house.sees(lambda connection: connection.execute(insert(outbound), [row]))


@pytest_twisted.ensureDeferred
async def test_a_session_that_we_begin_tells_or_asks(hall: Hall) -> None:
    phones = await hall.begins(push=True)
    push(hall, "您的订单已发货", ends=True)
    await hall.house.until(lambda: bool(phones.gateway.texts))
    push(hall, "您对服务满意吗？", ends=False)
    await hall.house.until(lambda: len(phones.gateway.texts) == 2)
    assert phones.gateway.texts == [(ALICE, "您的订单已发货", 0x03), (ALICE, "您对服务满意吗？", 0x02)]
    session, reply = phones.gateway.replies_to_push(ALICE, "1")
    told = phones.awaits(session)
    phones.says(reply)
    assert await told
    await hall.house.until(lambda: hall.states()[:2] == [("ussd", "sent"), ("ussd", "sent")])
    assert hall.house.handset(ALICE).read == []


@pytest.mark.parametrize("pushes", [True, False])
@pytest_twisted.ensureDeferred
async def test_whoever_is_busy_or_cannot_be_pushed_to_is_written_to(hall: Hall, pushes: bool) -> None:
    phones = await hall.begins(push=pushes)
    phones.gateway.refuses = lambda session: 0x0401
    push(hall, "您的订单已发货", ends=True)
    assert await hall.house.handset(ALICE).reads() == "您的订单已发货"
    assert phones.gateway.texts == []


@pytest_twisted.ensureDeferred
async def test_whoever_is_in_a_session_is_written_to(hall: Hall) -> None:
    phones = await hall.begins(push=True)
    session, _ = await phones.dials(ALICE)
    push(hall, "您的订单已发货", ends=True)
    assert await hall.house.handset(ALICE).reads() == "您的订单已发货"
    assert phones.gateway.texts == [] and not session.stray
    assert "酷派F800" in await phones.types(session, "3")
