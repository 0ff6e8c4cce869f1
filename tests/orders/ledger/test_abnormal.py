"""Orders that something is wrong with, and what is brought back: listed, acted upon, and every step an event."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

from orders.abnormal import AbnormalOrders, NotAbnormal
from orders.ledger import abnormal, confirming, returning, schema
from orders.ledger.engine import open_engine
from orders.ledger.order_rows import load_order
from orders.ledger.posting import deed
from orders.ledger.tables import order_events, returns
from orders.order import Act, IllegalChange, Order
from orders.returning import CannotReturn, ReturnState, Why
from orders.stock import CENTRAL, Stock
from tests.orders.ledger.bench import ALICE, BOB, NOW, Bench
from tests.orders.ledger.test_stores import does, kept, stocked, wish, wishes

HOUR, DAY = 3600.0, 86_400.0


@pytest.fixture
def number(bench: Bench) -> str:
    stocked(bench, Stock("F800", CENTRAL, 4))
    (told,) = wishes(bench, wish(ALICE, 2))
    assert told.order is not None
    return told.order.number


def doing(bench: Bench, number: str, step: Any, *arguments: Any) -> Any:
    def job(connection: Connection) -> Any:
        order = load_order(connection, ALICE, number)
        assert order is not None
        return step(deed(connection, bench.writer.house, bench.now), order, *arguments)

    return bench.run(job)


def do(bench: Bench, number: str, action: str) -> Order:
    return bench.run(lambda c: abnormal.do(deed(c, bench.writer.house, bench.now), number, action, "agent:lead"))


def listed(bench: Bench) -> AbnormalOrders:
    return bench.run(abnormal.listed)


def acts(bench: Bench) -> list[str]:
    return [row.act for row in bench.rows(order_events)]


# ── Problems ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_reported_is_listed_until_it_is_cleared(bench: Bench, number: str) -> None:
    assert listed(bench) == AbnormalOrders((), 0)
    doing(bench, number, abnormal.report, "payment_missing", "agent:li", "card declined")
    found = listed(bench)
    (order,) = found.orders
    assert (order.number, order.problem, order.state, order.name, found.count) == (
        number,
        "payment_missing",
        "held",
        "F800 × 2",
        1,
    )
    assert order.acts == ("clear",)
    with pytest.raises(NotAbnormal, match="already"):
        doing(bench, number, abnormal.report, "payment_missing", "agent:li")
    assert do(bench, number, "clear").problem is None
    assert listed(bench).count == 0 and acts(bench) == ["place_flagged", "trouble", "settle"]
    with pytest.raises(NotAbnormal, match="nothing is wrong"):
        do(bench, number, "clear")


def test_what_is_no_problem_no_action_and_no_order(bench: Bench, number: str) -> None:
    with pytest.raises(NotAbnormal, match="unknown problem"):
        doing(bench, number, abnormal.report, "ugly", "agent:li")
    with pytest.raises(NotAbnormal, match="unknown action"):
        do(bench, number, "shrug")
    with pytest.raises(NotAbnormal, match="no order"):
        do(bench, "1000000000", "clear")


def test_what_the_carrier_lost_fails_and_is_gone_from_the_store(bench: Bench, number: str, engine: Engine) -> None:
    does(bench, number, Act.CONFIRM)
    doing(bench, number, abnormal.report, "lost", "agent:li")
    assert listed(bench).orders[0].acts == ("clear", "fail", "resend")
    assert do(bench, number, "fail").state == "failed"
    assert kept(engine)["F800", CENTRAL] == (2, 0)
    assert bench.said() == ["zh: notice.failed"]
    assert listed(bench).orders[0].acts == ("clear", "owe")


def test_what_stands_too_long_is_found_once_and_forgotten_when_it_moves(bench: Bench, number: str) -> None:
    def round() -> int:
        return bench.run(lambda c: abnormal.due(c, bench.writer.house, bench.now))

    bench.clock.advance(96 * HOUR)
    assert round() == 0
    bench.clock.advance(1)
    assert (round(), round()) == (1, 0)
    assert listed(bench).orders[0].problem == "stuck"
    does(bench, number, Act.CONFIRM)
    assert listed(bench).count == 0, "it moves on, and nothing is wrong any more"
    bench.writer.house = replace(bench.writer.house, stuck_after={})
    bench.clock.advance(9999 * HOUR)
    assert round() == 0


def test_an_action_that_its_life_does_not_allow_is_refused(bench: Bench, number: str) -> None:
    doing(bench, number, abnormal.report, "other", "agent:li")
    with pytest.raises(IllegalChange):
        do(bench, number, "fail")
    with pytest.raises(CannotReturn):
        do(bench, number, "refund")


# ── Returns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def delivered(bench: Bench, number: str) -> str:
    does(bench, number, Act.CONFIRM, Act.COMPLETE)
    return number


def test_a_return_from_asking_to_the_money(bench: Bench, delivered: str, engine: Engine) -> None:
    assert kept(engine)["F800", CENTRAL] == (2, 0)
    doing(bench, delivered, returning.ask_return, "subscriber", "too small")
    (order,) = listed(bench).orders
    assert (order.refund, order.refund_amount, order.acts) == ("asked", 139_800, ("take_back", "refuse_return"))
    do(bench, delivered, "take_back")
    assert kept(engine)["F800", CENTRAL] == (4, 0), "what came back is in the store again"
    assert listed(bench).orders[0].acts == ("refund",)
    do(bench, delivered, "refund")
    assert listed(bench).count == 0 and kept(engine)["F800", CENTRAL] == (4, 0)
    assert acts(bench)[-3:] == ["ask_return", "take_back", "refund"]
    assert bench.said() == ["zh: notice.taken_back", "zh: notice.refunded"]
    for again in ("refund", "take_back", "owe"):
        with pytest.raises(CannotReturn):
            do(bench, delivered, again)


def test_a_return_that_does_not_pass_the_check(bench: Bench, delivered: str) -> None:
    doing(bench, delivered, returning.ask_return, "subscriber")
    do(bench, delivered, "refuse_return")
    assert listed(bench).count == 0
    assert doing(bench, delivered, returning.ask_return, "subscriber").state is ReturnState.ASKED, "he may ask again"


def test_the_eighth_day_is_too_late(bench: Bench, delivered: str) -> None:
    bench.clock.advance(9 * DAY)
    with pytest.raises(CannotReturn) as refused:
        doing(bench, delivered, returning.ask_return, "subscriber")
    assert refused.value.why is Why.TOO_LATE
    assert "ask_return" not in acts(bench)
    assert doing(bench, delivered, returning.take_back, "agent:lead").state is ReturnState.DUE, "a supervisor still may"


def test_money_is_owed_for_what_was_paid_and_never_came(bench: Bench, number: str) -> None:
    does(bench, number, Act.CONFIRM, Act.FAIL)
    with pytest.raises(CannotReturn):
        doing(bench, number, returning.owe, "agent:lead", 139_801)
    assert doing(bench, number, returning.owe, "agent:lead", 9_900).amount == 9_900
    with pytest.raises(CannotReturn):
        doing(bench, number, returning.owe, "agent:lead")
    do(bench, number, "refund")
    row = bench.run(lambda c: c.execute(select(returns)).one())
    assert (row.state, row.amount, row.by) == ("refunded", 9_900, "agent:lead")


def test_a_script_asks_what_can_be_returned_and_asks_for_it(bench: Bench, delivered: str) -> None:
    from dialogs.words import Inbound, MessageReceived, Request
    from orders.ledger.services import Ask

    def asks(who: str, service: Any, **arguments: Any) -> Any:
        ask = Ask(Inbound(1, "sms", who, "10086", NOW, MessageReceived("TH")), Request(1, "orders.return", arguments))
        return bench.run(lambda c: service(deed(c, bench.writer.house, bench.now), [ask]))[0]

    found = asks(ALICE, returning.returnable)
    assert [order["number"] for order in found.values["orders"]] == [delivered]
    assert asks(BOB, returning.returnable).result == "none"
    assert asks(BOB, returning.asked, number=delivered).result == "unknown"
    assert asks(ALICE, returning.asked, number=delivered).values == {"number": delivered, "total": 139_800}
    assert asks(ALICE, returning.asked, number=delivered).values["reason"] == "already"
    assert asks(ALICE, returning.returnable).result == "none"


@pytest.mark.parametrize(("query", "index"), [(abnormal._late, "orders_open"), (confirming._due, "orders_unconfirmed")])
def test_what_is_due_is_found_by_an_index_that_holds_only_what_goes_on(query: Any, index: str) -> None:
    engine = open_engine("sqlite://")
    schema.upgrade(engine)
    with engine.begin() as connection:
        worded = str(query.compile(connection.engine))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {worded}", ("held", 1.0, 9, 0)[: worded.count("?")])
        assert index in str(plan.all())
