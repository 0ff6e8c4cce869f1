"""One running Hall: conversations, a reload, the end and the next life, billing that comes and goes, what it counts."""

import json
import re
import sqlite3
from typing import Any

import pytest
import pytest_twisted
from sqlalchemy import func, select

from channels.backends import asker
from channels.backends.settings import BillingSettings
from dialogs.problems import ScriptsRefused
from gateway_config import housekeeping
from gateway_config import server as roof
from gateway_config.ports import PortTaken
from gateway_config.settings import WebSettings
from orders.ledger.engine import SecondNode
from orders.ledger.tables import connections, inbound, lookups, outbound, quarantine
from tests.gateway_config.opened_house import house, log
from tests.gateway_config.whole_house import House, Log, reactor, soon

__all__ = ["house", "log"]

ALICE, BOB = "8613800138000", "8613900139000"


@pytest.fixture(autouse=True)
def quick_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "EVERY", 0.05)
    monkeypatch.setattr(asker, "LONGEST_DELAY", 0.2)


def count_of(house: House, table: Any) -> int:
    return int(house.sees(lambda connection: connection.scalar(select(func.count()).select_from(table))))


# ── Conversations ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest_twisted.ensureDeferred
async def test_a_balance_an_order_and_where_it_is(house: House) -> None:
    await house.starts()
    alice = house.handset(ALICE)
    assert "18.88元" in await alice.texts("YE")
    assert "回复Y" in await alice.texts("dg f800")
    placed = await alice.texts("Y")
    (number,) = re.findall(r"订单号(\d{10,})", placed)
    assert number in await alice.texts("DD")
    await house.until(lambda: states(house) == {"delivered"})
    assert [message.state for message in alice.sent] == ["delivered"] * 4, "each was acknowledged"


def states(house: House) -> set[str]:
    """What became of all that Hall has said: its receipts have come back."""
    return set(house.sees(lambda connection: connection.scalars(select(outbound.c.state)).all()))


@pytest_twisted.ensureDeferred
async def test_who_wants_english_is_spoken_to_in_english_from_then_on(house: House) -> None:
    await house.starts()
    alice, bob = house.handset(ALICE), house.handset(BOB)
    assert "English" in await alice.texts("EN")
    assert "18.88 yuan" in await alice.texts("YE")
    order = await alice.texts("DG F800")
    assert "Coolpad F800" in order and "reply Y" in order
    assert "18.88元" in await bob.texts("YE")


@pytest_twisted.ensureDeferred
async def test_a_catalogue_imported_meanwhile_is_taken_over(house: House) -> None:
    from orders.catalogue import Offer
    from orders.ledger.imports import import_offers

    server = await house.starts()
    offer = Offer("NEW1", "3001", {"zh": "新机", "en": "New phone"}, (), 100, 0)
    house.sees(lambda connection: import_offers(connection, [offer]))
    await house.until(lambda: "NEW1" in server.writer.house.offers)
    assert "新机" in await house.handset(ALICE).texts("DG NEW1")


# ── Reload ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest_twisted.ensureDeferred
async def test_a_reload_drops_no_bind_and_no_conversation(house: House) -> None:
    server = await house.starts()
    alice = house.handset(ALICE)
    await alice.texts("DG F800")
    before = server.writer.house
    server.reload()
    server.reload()
    assert server.writer.house is not before and server.writer.house.numbers is before.numbers
    assert "订单号" in await alice.texts("Y"), "the conversation goes on where it was"
    assert count_of(house, connections) == 1


@pytest_twisted.ensureDeferred
async def test_a_reload_of_something_faulty_leaves_all_as_it_was(
    house: House, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise ScriptsRefused([])

    server = await house.starts()
    before = server.writer.house
    monkeypatch.setattr(roof, "read_edition", refuse)
    server.reload()
    assert server.writer.house is before and "nothing was reloaded" in log.text.getvalue()
    assert "18.88元" in await house.handset(ALICE).texts("YE")


# ── Start and stop ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest_twisted.ensureDeferred
async def test_what_is_in_flight_is_finished_and_the_rest_is_left_to_the_next_life(house: House) -> None:
    first = await house.starts()
    people = [house.handset(str(8613800000000 + number)) for number in range(60)]
    assert "18.88元" in await people[0].texts("YE")
    for handset in people:
        handset.sends("YE")
    await soon(first.stop())
    taken = count_of(house, inbound)
    acknowledged = sum(message.state == "delivered" for handset in people for message in handset.sent)
    assert taken == acknowledged, "what was committed was acknowledged, and nothing else"
    await house.starts()
    await house.until(lambda: all(handset.read for handset in people) and len(people[0].read) == 2)
    await house.until(lambda: states(house) <= {"sent", "delivered"})
    assert [len(handset.read) for handset in people] == [2] + [1] * 59, "nobody is answered twice"


@pytest_twisted.ensureDeferred
async def test_while_it_stops_it_is_not_ready(house: House) -> None:
    server = await house.starts()
    await house.until(lambda: bool(house.centre.bound))
    assert (await house.gets("/readyz"))[0] == 200
    somebody = sqlite3.connect(house.folder / "hall.db", isolation_level=None)
    somebody.execute("BEGIN IMMEDIATE")  # somebody else writes: the ledger has to wait
    alice = house.handset(ALICE)
    alice.sends("YE")
    await house.until(lambda: server.gateway.clients[0]._conversation._link.unacknowledged == 1)
    stopping = soon(server.stop())
    code, said = await house.gets("/readyz")
    assert code == 503 and json.loads(said)["checks"]["server"] == "starting or stopping"
    assert (await house.gets("/livez"))[0] == 200
    somebody.execute("COMMIT")
    somebody.close()
    await stopping
    assert [message.state for message in alice.sent] == ["delivered"]
    assert house.centre.bound == ()


@pytest_twisted.ensureDeferred
async def test_it_stops_also_while_the_database_is_away(
    house: House, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roof, "DRAIN_WITHIN", 0.2)
    server = await house.starts()
    assert "18.88元" in await house.handset(ALICE).texts("YE")
    monkeypatch.setattr(server.engine.dialect, "do_begin", lost)
    monkeypatch.setattr(server.engine, "begin", lost)
    await house.until(lambda: bool(server.writer.away))
    alice = house.handset(ALICE)
    alice.sends("YE")
    await house.until(lambda: server.writer.away)
    await soon(server.stop())
    assert alice.sent[-1].state != "delivered", "the message centre keeps it"
    assert "what is not committed is left" in log.text.getvalue()
    await house.starts()
    assert "18.88元" in await alice.reads()


def lost(*_: object, **__: object) -> Any:
    from sqlalchemy.exc import OperationalError

    raise OperationalError("BEGIN", {}, Exception("the server closed the connection"))


@pytest_twisted.ensureDeferred
async def test_stopped_while_it_starts_it_listens_to_nobody(house: House) -> None:
    server = roof.Server(house.settings(), reactor)
    server.prepare()
    starting = soon(server.start())
    await soon(server.stop())
    await starting
    assert house.centre.bound == ()
    with pytest.raises(Exception, match="refused"):
        await house.gets("/livez")
    await soon(server.stop())
    await house.starts()
    assert "18.88元" in await house.handset(ALICE).texts("YE"), "and it has let go of everything"


@pytest_twisted.ensureDeferred
async def test_a_second_life_begins_where_the_first_was_cut_off(house: House) -> None:
    """Not stopped: the lock is taken from it as the kernel would, and its links are cut."""
    first = await house.starts()
    alice = house.handset(ALICE)
    await alice.texts("DG F800")
    with pytest.raises(SecondNode):
        roof.Server(house.settings(), reactor).prepare()
    await soon(first.stop())
    await house.starts()
    assert "订单号" in await alice.texts("Y")


@pytest_twisted.ensureDeferred
async def test_a_port_that_is_taken_is_said_and_everything_let_go(house: House) -> None:
    taken = f"tcp:{house.smpp}:interface=127.0.0.1"
    server = roof.Server(house.settings(web=WebSettings(listen=taken, authentication="none")), reactor)
    server.prepare()
    with pytest.raises(PortTaken, match="choose another port"):
        await soon(server.start())
    await soon(server.stop())
    await house.starts()


@pytest_twisted.ensureDeferred
async def test_a_link_that_is_lost_is_bound_again_and_what_was_said_meanwhile_arrives(house: House) -> None:
    server = await house.starts()
    alice = house.handset(ALICE)
    await alice.texts("YE")
    await house.until(lambda: states(house) == {"delivered"})
    for wire in list(house.centre._wires):
        wire.transport.abortConnection()  # type: ignore[attr-defined]
    assert "F800" in await alice.texts("SP")
    assert count_of(house, connections) == 2 and server.gateway.clients[0].bound


# ── Billing outside ──────────────────────────────────────────────────────────────────────────────────────────────────


def elsewhere(house: House, **changes: Any) -> BillingSettings:
    values = {"timeout": 0.3, "open_after": 100, "pause": 0.1, "longest_pause": 0.1, **changes}
    return BillingSettings(kind="tmf654", url=f"http://127.0.0.1:{house.billing_port}", **values)


@pytest_twisted.ensureDeferred
async def test_a_balance_is_asked_of_the_operators_billing(house: House) -> None:
    await house.starts(billing=elsewhere(house))
    assert "18.88元" in await house.handset(ALICE).texts("YE")
    assert house.billing.asked == [ALICE] and count_of(house, lookups) == 0


@pytest.mark.parametrize("mood", ["down", "slow"])
@pytest_twisted.ensureDeferred
async def test_while_billing_is_away_it_is_said_and_the_answer_comes_by_text_when_it_is_back(
    house: House, mood: str
) -> None:
    await house.starts(billing=elsewhere(house))
    house.billing.mood = mood
    alice = house.handset(ALICE)
    assert "计费系统繁忙" in await alice.texts("YE")
    assert "回复Y" in await alice.texts("DG F800"), "everything else goes on"
    house.billing.mood = "well"
    assert "您刚才查询的余额为18.88元" in await alice.reads()
    assert "订单号" in await alice.texts("Y"), "and it disturbs nothing"
    assert count_of(house, lookups) == 0 and len(alice.read) == 4


@pytest_twisted.ensureDeferred
async def test_billing_that_is_down_is_not_asked_for_everybody(house: House) -> None:
    await house.starts(billing=elsewhere(house, open_after=2, pause=60.0, longest_pause=60.0))
    house.billing.mood = "slow"
    for number in range(6):
        assert "计费系统繁忙" in await house.handset(str(8613800000000 + number)).texts("YE")
    assert len(house.billing.asked) <= 3, "two that failed, and an errand under way meanwhile; then the circuit is open"


@pytest_twisted.ensureDeferred
async def test_the_circuit_closes_when_billing_is_back(house: House) -> None:
    await house.starts(billing=elsewhere(house, open_after=1))
    house.billing.mood = "slow"
    alice = house.handset(ALICE)
    assert "计费系统繁忙" in await alice.texts("YE")
    house.billing.mood = "well"
    assert "您刚才查询的余额为18.88元" in await alice.reads()
    assert "您的余额为18.88元" in await house.handset(BOB).texts("YE")


@pytest_twisted.ensureDeferred
async def test_a_question_that_is_open_when_it_stops_is_asked_by_the_next_life(house: House) -> None:
    server = await house.starts(billing=elsewhere(house, timeout=30.0))
    house.billing.mood = "slow"
    alice = house.handset(ALICE)
    alice.sends("YE")
    await house.until(lambda: house.billing.asked == [ALICE])
    await soon(server.stop())
    assert count_of(house, lookups) == 1 and alice.read == []
    house.billing.mood = "well"
    await house.starts(billing=elsewhere(house))
    assert "18.88元" in await alice.reads()


# ── What is counted and logged ───────────────────────────────────────────────────────────────────────────────────────


@pytest_twisted.ensureDeferred
async def test_neither_numbers_nor_words_of_a_subscriber_are_counted_or_logged(house: House, log: Log) -> None:
    await house.starts()
    alice = house.handset(ALICE)
    said = ["DG F800", "Y", "今天天气不错", "QX 1234567890"]
    heard = [await alice.texts(text) for text in said]
    (number,) = re.findall(r"订单号(\d{10,})", heard[1])
    code, counted = await house.gets("/metrics")
    assert code == 200
    names = [line.split(" ")[2] for line in counted.splitlines() if line.startswith("# TYPE")]
    assert names and all(name.startswith("hall_") for name in names)
    written = log.text.getvalue()
    assert written, "the binding of a link is logged, at least"
    for secret in (ALICE, ALICE[2:], number):
        assert secret not in counted and secret not in written
    for text in said[:1] + said[2:] + heard:
        assert text not in written


@pytest_twisted.ensureDeferred
async def test_a_turn_that_fails_is_logged_without_what_was_said(
    house: House, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    def fail(*_: object) -> Any:
        raise RuntimeError("a script with a fault")

    server = await house.starts()
    server.writer.house = replace(server.writer.house, take_turn=fail)
    assert "抱歉" in await house.handset(ALICE).texts("my secret")
    assert count_of(house, quarantine) == 1
    assert "my secret" not in log.text.getvalue() and ALICE not in log.text.getvalue()
    _, counted = await house.gets("/metrics")
    assert 'hall_sms_taken_total{outcome="quarantined"} 1.0' in counted


@pytest_twisted.ensureDeferred
async def test_what_is_counted_is_what_happened(house: House) -> None:
    await house.starts()
    alice = house.handset(ALICE)
    for text in ("YE", "DG F800", "Y"):
        await alice.texts(text)
    await house.until(lambda: states(house) == {"delivered"})
    _, counted = await house.gets("/metrics")
    for line in (
        'hall_link_bound{link="smsc-a"} 1.0',
        'hall_sms_heard_total{link="smsc-a",what="message"} 3.0',
        'hall_sms_sent_total{outcome="sent"} 3.0',
        'hall_orders_total{state="flagged"} 1.0',
        'hall_commands_total{intent="balance"} 1.0',
    ):
        assert line in counted
