"""What was counted, made into tables: pure functions from numbers to numbers."""

from dataclasses import replace

from orders.order import LIFE, Act
from orders.reports import placed, way, work
from orders.reports.counted import Sum
from orders.reports.report import sheets
from orders.reports.sheets import Kind
from orders.reports.steps import STAGES, step
from tests.orders.reports.shop import EMPTY, SHOP


def test_every_state_of_an_order_has_its_stage_and_every_way_between_stages_is_a_step() -> None:
    for (act, before), after in LIFE.items():
        found = step(before, after, act)
        here = "new" if before is None else STAGES[before]
        assert (found is None) == (here == STAGES[after])
        assert found is None or ("lost" in found) == found.endswith(f":{act}")
    assert step(None, "rejected", Act.PLACE_REFUSED) == "new>lost:place_refused"


def test_hours_are_those_of_the_halls_clock_also_when_it_goes_back() -> None:
    sheet = placed.hours(SHOP)
    saturday, sunday = (next(row for row in sheet.rows if row[0] == day) for day in ("sat", "sun"))
    assert (saturday[1 + 23], saturday[-1]) == (2, 2)
    assert (sunday[1 + 2], sunday[-1]) == (7, 7), "both hours that the clock calls two"
    assert len(sheet.rows) == 7 and len(sheet.columns) == 26


def test_every_day_of_the_span_is_there_with_what_became_of_its_orders() -> None:
    assert placed.days(SHOP).rows == (
        ("2026-10-24", 2, 1, 0, 1),
        ("2026-10-25", 7, 0, 1, 6),
        ("2026-10-26", 0, 0, 0, 0),
    )


def test_channels_and_goods_come_with_money_and_completion_and_the_most_first() -> None:
    sheet = placed.channels(SHOP)
    assert sheet.rows[0] == ("sms", 60, 6_000_00, 50, 4, 6, 50 / 54)
    assert sheet.rows[1] == ("web", 43, 8_300_00, 20, 16, 7, 20 / 36)
    assert placed.offers(SHOP).column("offer") == ("F800", "=SUM(A1)")


def test_a_reason_is_right_as_often_as_customers_did_not_want_it() -> None:
    assert placed.flags(SHOP).rows[0] == ("high_value", 43, 26, 10, 2, 3, 10 / 36)
    assert placed.flags(SHOP).rows[1] == ("night", 2, 0, 0, 0, 2, None)


def test_on_the_way_nothing_is_lost_without_being_told() -> None:
    stages = {stage.name: stage for stage in way.stages(SHOP)}
    assert [stage.count for stage in stages.values()] == [500, 140, 103, 100, 85, 70]
    for name, then in (("placed", "taken"), ("taken", "good"), ("good", "done")):
        stage = stages[name]
        assert stage.count - stage.all_lost - stage.waiting == stages[then].count, name
    assert stages["taken"].lost == (("reject", 6), ("disown", 4), ("give_up", 2))
    assert stages["wanted"].lost == (("gave_up", 70), ("no_word", 10)) and stages["taken"].waiting == 3
    rows = way.way(SHOP).rows
    assert ("taken", "reject", 6, 6 / 103) in rows and ("talked", "", 500, None) in rows


def test_a_hall_that_nobody_talks_to_has_a_way_without_conversations() -> None:
    assert [stage.name for stage in way.stages(replace(SHOP, channel="web"))] == ["placed", "taken", "good", "done"]


def test_agents_are_told_by_what_those_said_whom_they_reached() -> None:
    assert work.agents(SHOP).rows == (("ann", 3, 0, 0, 3, 0, None), ("li", 16, 9, 1, 4, 2, 0.9))
    assert [row[:3] for row in work.calls(SHOP).rows] == [("09", 4, 3), ("10", 0, 0), ("11", 2, 1)]


def test_time_is_told_in_hours_by_state_and_pauses_by_their_reason() -> None:
    sheet = work.states(SHOP)
    assert [column.name for column in sheet.columns] == ["agent", "ready", "talking", "paused:lunch", "together"]
    assert sheet.rows == (("ann", 0, 0.25, 0, 0.25), ("li", 0.5, 0, 1, 1.5))


def test_dialogs_have_succeeded_when_they_came_to_their_end() -> None:
    assert work.dialogs(SHOP).rows == (("order", 140, 110, 20, 10, 110 / 140), ("help", 5, 5, 0, 0, 1.0))
    assert work.commands(SHOP).rows == (("order", 90, 0.9), ("none", 10, 0.1))


def test_where_nothing_happened_there_are_tables_all_the_same() -> None:
    for sheet in sheets(EMPTY):
        assert all(len(row) == len(sheet.columns) for row in sheet.rows)
    assert [row[-1] for row in placed.hours(EMPTY).rows] == [0] * 7


def test_every_cell_is_of_the_kind_of_its_column() -> None:
    plain = {
        Kind.NAME: str,
        Kind.TEXT: str,
        Kind.COUNT: int,
        Kind.MONEY: int,
        Kind.SHARE: float,
        Kind.HOURS: int | float,
        Kind.POINTS: float,
    }
    for sheet in sheets(replace(SHOP, channels={"ivr": {"new>good": Sum(1)}})):
        for row in sheet.rows:
            for column, cell in zip(sheet.columns, row, strict=True):
                assert cell is None or isinstance(cell, plain[column.kind]), (sheet.name, column, cell)
