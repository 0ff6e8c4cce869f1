"""Orders taken out of the house and proved, as operators type it: who sees what, what is noted, and what is found."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from gateway_config.seed import CATALOGUE
from orders.ledger import marks
from orders.ledger.engine import open_engine
from orders.ledger.tables import access_log, order_events, orders, subscribers
from tests.gateway_config.test_commands import Operator
from tests.orders.ledger.bench import ALICE, BOB


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    operator.types("db", "upgrade")
    return operator


_AT_HOME = subscribers.insert().values(subscriber=ALICE, address="杭州市文三路 1 号", updated_at=0.0)


@pytest.fixture
def ordered(operator: Operator) -> Operator:
    operator.types("catalogue", "import", str(CATALOGUE))
    bench = operator.bench()
    operator.sees(lambda connection: connection.execute(_AT_HOME))
    bench.texts("place F800 2")
    bench.texts("place F800", who=BOB)
    bench.engine.dispose()
    return operator


def test_orders_are_exported_for_a_spreadsheet(ordered: Operator) -> None:
    result = ordered.types("orders", "export")
    assert result.stderr == "2 orders\n"
    alice, bob = csv.DictReader(io.StringIO(result.stdout))
    assert (alice["offer"], alice["quantity"], alice["unit_price"], alice["total"]) == (
        "F800",
        "2",
        "699.00",
        "1398.00",
    )
    assert alice["subscriber"] == "138****8000" and ALICE not in result.output
    assert (
        bob["subscriber"] == "139****9000"
        and bob["ordered_at"] == "2027-01-15T08:00:00Z"
        and "first_order" in bob["flags"]
    )


def test_orders_are_exported_line_by_line_to_a_file(ordered: Operator) -> None:
    file = ordered.folder / "orders.jsonl"
    assert ordered.types("orders", "export", "--format", "jsonl", "--output", str(file)).stdout == ""
    alice, bob = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert (alice["total"], alice["state"], bob["quantity"]) == ("1398.00", "held", 1)


def test_an_export_of_nothing_has_its_header(operator: Operator) -> None:
    assert operator.types("orders", "export").stdout.startswith("number,state,subscriber")


def test_orders_that_nobody_altered_are_whole(ordered: Operator) -> None:
    assert ordered.types("orders", "verify").stdout.startswith("2 orders checked, 0 of them not whole\n")


TAMPERED: dict[str, Callable[[Connection, str], Any]] = {
    "its state": lambda connection, number: connection.exec_driver_sql(
        "UPDATE orders SET state = 'confirmed' WHERE number = ?", (number,)
    ),
    "what cannot be read": lambda connection, number: connection.execute(
        update(order_events).where(order_events.c.number == number).values(data="[")
    ),
    "its price": lambda connection, number: connection.exec_driver_sql(
        "UPDATE order_items SET unit_price = 1 WHERE number = ?", (number,)
    ),
    "its total": lambda connection, number: connection.exec_driver_sql(
        "UPDATE orders SET total = 1 WHERE number = ?", (number,)
    ),
    "an event": lambda connection, number: connection.execute(
        update(order_events).where(order_events.c.number == number).values(actor="agent:nobody")
    ),
    "an event removed": lambda connection, number: connection.execute(
        order_events.delete().where(order_events.c.number == number)
    ),
    "the order removed": lambda connection, number: connection.exec_driver_sql(
        "DELETE FROM orders WHERE number = ?", (number,)
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_altered_behind_halls_back_is_found(ordered: Operator, what: str) -> None:
    number = next(csv.DictReader(io.StringIO(ordered.types("orders", "export").stdout)))["number"]
    ordered.sees(lambda connection: TAMPERED[what](connection, number))
    said = ordered.refused("orders", "verify")
    assert f"order {number}, event" in said and "orders checked, 1 of them not whole" in said


def test_what_an_operator_may_see_depends_on_whom_it_is_for(ordered: Operator) -> None:
    def alice(*words: str) -> tuple[str, str]:
        line = json.loads(ordered.types("orders", "export", "--format", "jsonl", *words).stdout.splitlines()[0])
        return line["subscriber"], line["address"]

    assert alice() == ("138****8000", "杭州市****")
    assert alice("--as", "supervisor") == ("138****8000", "杭州市文三路 1 号")
    assert alice("--as", "auditor") == ("138****8000", "****")
    assert alice("--full", "--why", "court order 7") == (ALICE, "杭州市文三路 1 号")
    result = ordered.tries("orders", "export", "--full")
    assert result.exit_code == 2 and "--why" in result.output


def test_who_exported_what_is_noted_before_anything_is_read(ordered: Operator) -> None:
    ordered.types("orders", "export", "--state", "held", "--since", "2027-01-01")
    ordered.types("orders", "export", "--full", "--why", "court order 7")
    first, second = map(json.loads, ordered.types("audit", "list", "--json").stdout.splitlines())
    assert (first["act"], first["what"], first["role"]) == ("exported", "orders as agent", "operator")
    assert first["data"] == {"since": 1798732800.0, "state": "held"} and "@" in first["who"]
    assert (second["what"], second["why"]) == ("orders as full", "court order 7")
    assert ordered.types("audit", "list", "--what", "orders as full").stdout.count("\n") == 1
    assert ordered.types("audit", "list", "--who", "nobody").stdout == ""


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--since", "2027-01-15T16:00:00"], 2),  # 08:00 UTC, in the time zone of the house
        (["--since", "2027-01-15T16:00:01"], 0),
        (["--until", "2027-01-15T08:00:00+00:00"], 0),
        (["--since", "2027-01-15", "--until", "2027-01-16"], 2),
        (["--state", "held"], 2),
        (["--state", "completed"], 0),
        (["--channel", "sms"], 2),
        (["--channel", "web"], 0),
    ],
)
def test_only_what_is_wanted_is_exported(ordered: Operator, words: list[str], count: int) -> None:
    result = ordered.types("orders", "export", "--format", "jsonl", *words)
    assert result.stderr == f"{count} orders\n" and result.stdout.count("\n") == count


def test_what_is_no_instant_is_told_how_to_write_one(ordered: Operator) -> None:
    result = ordered.tries("orders", "export", "--since", "yesterday")
    assert result.exit_code == 2 and "2026-11-22" in result.output


def test_how_far_it_is_is_told_when_asked_for(ordered: Operator) -> None:
    assert "2 of 2 lines" in ordered.types("orders", "export", "--progress").stderr
    assert "2 of 2 orders" in ordered.types("orders", "verify", "--progress").stderr
    people = ordered.write("people.csv", f"msisdn,name\n{ALICE},A\n{BOB},B\n")
    assert "2 of 2 subscribers" in ordered.types("subscribers", "import", str(people), "--progress").stderr


def test_a_spreadsheet_runs_nothing(ordered: Operator) -> None:
    ordered.sees(lambda connection: connection.execute(update(orders).values(address="=cmd|' /C calc'!A0")))
    line = next(csv.DictReader(io.StringIO(ordered.types("orders", "export", "--as", "supervisor").stdout)))
    assert line["address"].startswith("'=")


def test_a_program_reads_what_was_found(ordered: Operator) -> None:
    house = ordered.bench()
    ordered.sees(lambda connection: marks.due(connection, house.house, 1_800_000_100.0))
    whole = json.loads(ordered.types("orders", "verify", "--json").stdout)
    assert (whole["orders"], whole["whole"], whole["bad"], whole["unmarked_events"]) == (2, True, [], 0)
    [mark] = whole["marks"]
    assert mark.startswith("1/1:") and ordered.types("orders", "verify", "--mark", mark).exit_code == 0
    ordered.sees(lambda connection: connection.execute(update(order_events).values(actor="nobody")))
    result = ordered.tries("orders", "verify", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1 and not told["whole"]
    assert {(bad["event"], bad["what"]) for bad in told["bad"]} == {(0, "it is not as it was written")}


def test_an_order_that_was_taken_away_whole_is_found_by_the_mark(ordered: Operator) -> None:
    house = ordered.bench()
    ordered.sees(lambda connection: marks.due(connection, house.house, 1_800_000_100.0))
    for table in ("orders", "order_items", "order_events"):
        ordered.sees(
            lambda connection, table=table: connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE subscriber = ?", (BOB,)
            )
        )
    said = ordered.refused("orders", "verify")
    assert "mark 1/1 of 2027-01-15T08:01:40Z: 2 events of orders were written" in said
    assert "1 orders checked, 0 of them not whole" in said


def test_the_access_log_is_proved_too(ordered: Operator) -> None:
    ordered.types("orders", "export")
    ordered.sees(lambda connection: connection.execute(update(access_log).values(who="nobody")))
    assert "row 1 of the access log" in ordered.refused("orders", "verify")


def test_looking_does_not_wait_for_a_server_that_writes(ordered: Operator) -> None:
    engine = open_engine(ordered.url)
    with engine.begin():
        assert ordered.types("orders", "verify").exit_code == 0
        assert ordered.types("agents", "list").exit_code == 0
    engine.dispose()
