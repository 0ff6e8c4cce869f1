"""What happens at each state is counted with the batch that it happens in, and with nothing else."""

import pytest
from sqlalchemy import Engine

from dialogs.words import Dialog, Facts, Inbound, MessageReceived, Outcome, Place, Prompt, Say, SessionClosed, Step
from orders.ledger import tally
from orders.ledger.tables import dialog_counts
from orders.publishing_counts import Event, VersionCount, WayCount
from tests.orders.ledger.bench import ALICE, BOB, Bench

DAY = 86_400.0


def steps(dialog: Dialog, inbound: Inbound, facts: Facts, now: float) -> Outcome:
    """A dialog of the edition v1: `at X` stands in X, `end` ends, anything else is not understood."""
    if isinstance(inbound.kind, SessionClosed):
        return Outcome(Dialog(dialog.subscriber, dialog.thread))
    assert isinstance(inbound.kind, MessageReceived)
    verb, _, state = inbound.kind.text.partition(" ")
    said = (Say(Prompt("echo", edition="v1"), facts.language),)
    blank = Dialog(dialog.subscriber, dialog.thread)
    if verb == "raise":
        raise RuntimeError("a script with a fault")
    if verb == "end":
        return Outcome(blank, said)
    if verb == "leave":
        return Outcome(blank, (Say(Prompt("engine.left", edition="v1"), facts.language),))
    if verb != "at":
        return Outcome(dialog, said, "none")
    stale = dialog.expires_at is not None and now > dialog.expires_at + DAY
    turns = 1 if stale else dialog.turns + 1
    return Outcome(Dialog(ALICE, dialog.thread, Place("s", "v1", state), turns=turns, expires_at=now + 600.0), said)


@pytest.fixture
def counted(engine: Engine) -> Bench:
    from dataclasses import replace

    bench = Bench(engine)
    bench.writer.house = replace(bench.house, take_turn=steps)
    return bench


def seen(bench: Bench) -> dict[tuple[str, str], int]:
    found = bench.run(lambda connection: tally.counts(connection, bench.now))
    assert {each.version for each in found} <= {"v1"}
    return {(each.state, each.event.value): each.count for each in found}


def test_a_dialog_is_counted_from_its_beginning_to_its_end(counted: Bench) -> None:
    counted.texts("at one", "what?", "at two")
    assert seen(counted) == {
        ("one", "begun"): 1, ("one", "entered"): 1, ("one", "misunderstood"): 1, ("one", "left"): 1,
        ("two", "entered"): 1, ("two", "standing"): 1,
    }  # fmt: skip
    counted.texts("end")
    assert seen(counted)["two", "finished"] == 1
    assert ("two", "standing") not in seen(counted)


def test_what_nobody_answers_is_abandoned_where_it_stands(counted: Bench) -> None:
    counted.texts("at one")
    counted.texts("at one", who=BOB)
    assert seen(counted)["one", "standing"] == 2
    counted.clock.advance(700)
    assert seen(counted)["one", "abandoned"] == 2 and ("one", "standing") not in seen(counted)
    counted.texts("at two")  # he comes back to it after all
    assert (seen(counted)["one", "abandoned"], seen(counted)["two", "standing"]) == (1, 1)
    counted.clock.advance(2 * DAY)
    counted.texts("at three", who=BOB)  # and he begins anew
    assert (seen(counted)["one", "abandoned"], seen(counted)["three", "begun"]) == (1, 1)


def test_a_dialog_of_one_turn_and_words_to_nobody_have_no_state(counted: Bench) -> None:
    counted.texts("end", "what?")
    assert seen(counted) == {("", "begun"): 1, ("", "finished"): 1, ("", "misunderstood"): 1}


def test_who_leaves_gives_up(counted: Bench) -> None:
    counted.texts("at one", "leave")
    assert seen(counted)["one", "gave_up"] == 1


def test_a_turn_that_is_thrown_away_is_not_counted(counted: Bench) -> None:
    counted.texts("at one")
    before = seen(counted)
    counted.texts("raise")
    assert seen(counted) == before


def test_an_order_is_counted_where_it_was_placed(bench: Bench) -> None:
    bench.texts("place F800", "place NONE")
    found = bench.run(lambda connection: tally.by_version(connection, bench.now))
    (of,) = [each for each in found if each.version == "1"]
    assert of.of(Event.ORDERED) == 1


def test_a_batch_writes_one_row_for_each_key_and_nodes_have_rows_of_their_own(engine: Engine) -> None:
    from dataclasses import replace

    benches = [Bench(engine, node=name, ordinal=number) for number, name in enumerate(("hall-1", "hall-2"))]
    for bench in benches:
        bench.writer.house = replace(bench.house, take_turn=steps)
        bench.take(*(bench.heard("end", f"86138{number:08d}") for number in range(20)))
    rows = [row for row in benches[0].rows(dialog_counts) if row.event == "finished"]
    assert [(row.node, row.times) for row in sorted(rows)] == [("hall-1", 20), ("hall-2", 20)]
    (of,) = benches[0].run(lambda connection: tally.by_version(connection, bench.now))
    assert of == VersionCount("v1", {Event.BEGUN: 40, Event.FINISHED: 40})


def test_minutes_long_gone_are_folded_and_nothing_changes(counted: Bench) -> None:
    for minute in range(5):
        counted.texts("at one", who=f"8613800138{minute:03d}")
        counted.clock.advance(60)
    counted.clock.advance(3 * DAY)
    before = seen(counted)
    counted.run(lambda connection: tally.fold_old(connection, "hall-1", counted.now))
    assert seen(counted) == before and before["one", "abandoned"] == 5
    assert [row.times for row in counted.rows(dialog_counts) if row.event == "standing"] == [5]


def day_by_day(bench: Bench) -> list[tuple[str, int, int]]:
    rows = [row for row in bench.rows(dialog_counts) if row.event == "begun"]
    return sorted((row.version, row.slot, row.times) for row in rows)


def test_days_long_gone_are_folded_by_the_month_and_years_are_forgotten(counted: Bench) -> None:
    first = int(counted.now // DAY)
    for day in range(4):
        counted.texts("at one", who=f"8613800138{day:03d}")
        counted.clock.advance(DAY)
    assert len(day_by_day(counted)) == 4

    def fold(daily: int, kept: int) -> list[tuple[str, int, int]]:
        counted.run(lambda connection: tally.fold_old(connection, "hall-1", counted.now, tally.Keeping(daily, kept)))
        return day_by_day(counted)

    before = seen(counted)
    folded = fold(2, 366)
    assert sum(times for *_, times in folded) == 4 and len(folded) < 4
    assert folded[0][1] == first - first % 30 or folded[0][1] % 30 == 0
    assert seen(counted) == before
    assert fold(2, 366) == folded, "and once is enough"
    counted.clock.advance(400 * DAY)
    assert fold(2, 366) == []
    assert not counted.rows(dialog_counts), "nor is anything known any more of who stood there"


def test_another_nodes_numbers_are_its_own(counted: Bench) -> None:
    counted.texts("at one")
    counted.clock.advance(400 * DAY)
    counted.run(lambda connection: tally.fold_old(connection, "hall-2", counted.now))
    assert len(day_by_day(counted)) == 1


def test_the_ways_that_were_taken_are_counted(counted: Bench) -> None:
    from dataclasses import replace

    def walks(dialog: Dialog, inbound: Inbound, facts: Facts, now: float) -> Outcome:
        outcome = steps(dialog, inbound, facts, now)
        return replace(outcome, ways=(Step("v1", "s", "one", "yes"), Step("v1", "s", "two", "then")))

    counted.writer.house = replace(counted.house, take_turn=walks)
    counted.texts("at one", "at two", "raise")
    assert set(counted.run(lambda connection: tally.ways(connection, "v1"))) == {
        WayCount("v1", "s", "one", "yes", 2), WayCount("v1", "s", "two", "then", 2),
    }  # fmt: skip
    assert not any(event.startswith("way") for _, event in seen(counted))


def test_shares_are_of_those_that_have_ended() -> None:
    of = VersionCount("v1", {Event.BEGUN: 12, Event.FINISHED: 6, Event.GAVE_UP: 1, Event.ABANDONED: 1})
    assert of.given_up == 2 and of.share(of.of(Event.FINISHED)) == 0.75
    assert VersionCount("v2", {}).share(0) is None
