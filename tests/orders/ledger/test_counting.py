"""What reports are made of is counted where it happens: with the order, the call, the turn, in their transaction."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from dialogs.words import (
    Dialog,
    Facts,
    HandOver,
    Inbound,
    MessageReceived,
    Outcome,
    Place,
    Prompt,
    Say,
    SessionClosed,
    Step,
)
from orders.ledger import counting, schema
from orders.ledger.deed import act
from orders.ledger.order_rows import load_order
from orders.ledger.posting import deed
from orders.ledger.tables import orders, report_counts
from orders.order import Act
from tests.orders.ledger.bench import ALICE, BOB, NOW, Bench
from tests.orders.ledger.migrating import go

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR, DAY = 3600, 86_400


def counted(bench: Bench, of: str) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for row in bench.rows(report_counts):
        if row.of == of:
            found[row.name, row.step] = found.get((row.name, row.step), 0) + row.times
    return found


def do(bench: Bench, number: str, *acts: Act) -> None:
    def job(connection):  # type: ignore[no-untyped-def]
        for each in acts:
            act(deed(connection, bench.house, bench.now), load_order(connection, ALICE, number), each, "agent:li")

    bench.run(job)


def test_an_order_is_counted_on_each_stage_of_its_way_and_its_goods_and_reasons_with_it(bench: Bench) -> None:
    bench.texts("place F800 2")  # his first: to be rung back
    (order,) = bench.rows(orders)
    assert counted(bench, "order") == {("", "new>waiting"): 1}
    do(bench, order.number, Act.AMEND, Act.CONFIRM)
    do(bench, order.number, Act.HOLD, Act.CONFIRM, Act.COMPLETE)
    ways = {"new>waiting": 1, "waiting>good": 2, "good>waiting": 1, "good>done": 1}
    assert counted(bench, "order") == {("", step): times for step, times in ways.items()}
    assert counted(bench, "offer") == {("F800", step): times for step, times in ways.items()}
    flags = ("first_order", "no_address")
    assert counted(bench, "flag") == {(flag, step): times for flag in flags for step, times in ways.items()}
    assert {row.fen for row in bench.rows(report_counts) if row.step == "new>waiting"} == {139_800}
    assert {row.channel for row in bench.rows(report_counts) if row.of == "order"} == {"sms"}


def test_what_is_lost_is_counted_with_what_lost_it_in_the_hour_in_which_it_was_ordered(bench: Bench) -> None:
    bench.house = bench.writer.house = replace(bench.house, time_zone=SHANGHAI)
    bench.texts("place F800")
    (order,) = bench.rows(orders)
    bench.clock.advance(30 * HOUR)
    do(bench, order.number, Act.DISOWN)
    lost = {row.of: row.at for row in bench.rows(report_counts) if row.step == "waiting>lost:disown"}
    hour = int(NOW) // HOUR * HOUR
    day = (int(NOW) + 8 * HOUR) // DAY * DAY - 8 * HOUR
    assert lost == {"order": hour, "offer": day, "flag": day}


def test_a_turn_that_is_thrown_away_counts_nothing(bench: Bench) -> None:
    bench.texts("place F800 then raise")
    assert counted(bench, "order") == {}


def scripts(dialog: Dialog, inbound: Inbound, facts: Facts, now: float) -> Outcome:
    """`in A B` stands in script B, which A visits; `end` ends, `through S` passes S; else it is not understood."""
    blank = Dialog(dialog.subscriber, dialog.thread)
    if isinstance(inbound.kind, SessionClosed):
        return Outcome(blank)
    assert isinstance(inbound.kind, MessageReceived)
    verb, *names = inbound.kind.text.split()
    said = Say(Prompt("echo", edition="v1"), facts.language)
    if verb == "in":
        place = None
        for name in names:
            place = Place(name, "v1", "s", beneath=place)
        return Outcome(replace(blank, place=place, turns=dialog.turns + 1), (said,), "" if dialog.place else "order")
    if verb == "through":
        return Outcome(blank, (replace(said, script=names[0]),), "help", (Step("v1", names[0], "s", "yes"),))
    if verb == "end":
        return Outcome(blank, (said, HandOver("asked")))
    return Outcome(dialog, (said,), "none")


@pytest.fixture
def talking(engine: Engine) -> Bench:
    bench = Bench(engine)
    bench.writer.house = replace(bench.house, take_turn=scripts)
    return bench


def test_a_script_is_begun_once_and_ended_once_also_when_it_visits_another(talking: Bench) -> None:
    talking.texts("in order", "in order find", "in order", "what?", "end")
    assert counted(talking, "script") == {
        ("order", "begun"): 1, ("order", "finished"): 1, ("find", "begun"): 1, ("find", "finished"): 1,
    }  # fmt: skip
    assert counted(talking, "talk") == {("", "begun"): 1, ("", "finished"): 1}
    assert counted(talking, "heard") == {("order", ""): 1, ("none", ""): 1}


def test_what_is_said_and_done_in_one_turn_is_a_dialog_too_and_what_is_not_understood_is_none(talking: Bench) -> None:
    talking.texts("through help", "what?")
    assert counted(talking, "script") == {("help", "begun"): 1, ("help", "finished"): 1}
    assert counted(talking, "talk") == {("", "begun"): 1, ("", "finished"): 1}
    assert counted(talking, "heard") == {("help", ""): 1, ("none", ""): 1}


def test_who_leaves_gives_up_what_he_stood_in(talking: Bench) -> None:
    talking.texts("in order")
    talking.clock.advance(3 * DAY)
    closed = replace(talking.heard("").inbound, kind=SessionClosed("abort"))
    talking.take(replace(talking.heard(""), inbound=closed))
    assert counted(talking, "script")["order", "gave_up"] == 1
    talking.texts("in order", who=BOB)
    assert counted(talking, "talk") == {("", "begun"): 2, ("", "gave_up"): 1}, "Bob was left without a word"


def test_a_batch_writes_a_row_for_each_key_and_each_node_its_own(engine: Engine) -> None:
    for ordinal, node in enumerate(("hall-1", "hall-2")):
        bench = Bench(engine, node=node, ordinal=ordinal)
        bench.take(*(bench.heard("place F800", f"86138{count:08d}") for count in range(ordinal * 10, ordinal * 10 + 5)))
    rows = [row for row in bench.rows(report_counts) if row.of == "order"]
    assert sorted((row.node, row.times, row.fen) for row in rows) == [("hall-1", 5, 349_500), ("hall-2", 5, 349_500)]


def test_what_was_there_before_is_counted_by_the_migration(bench: Bench) -> None:
    bench.texts("place F800 2", "place F800")
    first, second = sorted(row.number for row in bench.rows(orders))
    do(bench, first, Act.CONFIRM, Act.HOLD)
    do(bench, second, Act.GIVE_UP)
    bench.texts("place F800", who=BOB)
    bench.run(lambda connection: counting.called(deed(connection, bench.house, bench.now), "li", "busy"))
    kinds = ("order", "offer", "flag")
    before = [counted(bench, of) for of in kinds]
    hours = sorted((row.at, row.step, row.times, row.fen) for row in bench.rows(report_counts) if row.of == "order")
    go(bench.engine, "0024")
    schema.upgrade(bench.engine)
    assert [counted(bench, of) for of in kinds] == before
    rows = [row for row in bench.rows(report_counts) if row.of == "order"]
    assert sorted((row.at, row.step, row.times, row.fen) for row in rows) == hours
