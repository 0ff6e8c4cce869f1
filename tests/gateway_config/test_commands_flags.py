"""Rules tried, switched on and looked at, as operators type it; and a server that follows."""

import json
from pathlib import Path

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from gateway_config.rule_readings import readings
from gateway_config.rule_texts import EVERY, RuleTexts
from gateway_config.seed import CATALOGUE
from gateway_config.settings import Settings
from orders import flag_rules
from orders.ledger import rule_texts
from orders.ledger.tables import orders
from orders.rule_books import Book
from tests.gateway_config.test_commands import Operator
from tests.orders.ledger.bench import BOB, NOW

RULES = "- rule: quantity\n  pieces: 2\n- rule: night\n  weight: 40\n  begins: 15\n  ends: 17\n"


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    operator.types("db", "upgrade")
    return operator


@pytest.fixture
def ordered(operator: Operator) -> Operator:
    operator.types("catalogue", "import", str(CATALOGUE))
    bench = operator.bench()
    bench.texts("place F800 2")
    bench.texts("place F800", who=BOB)
    bench.engine.dispose()
    return operator


def test_rules_are_checked_with_file_and_line(operator: Operator) -> None:
    good = operator.write("rules.yaml", RULES)
    assert operator.types("flags", "check", str(good)).stdout == (f"2 rules, version {flag_rules.version_of(RULES)}\n")
    bad = operator.write("bad.yaml", "- rule: quantity\n  pieces: few\n- rule: nigth\n")
    said = operator.refused("flags", "check", str(bad))
    assert f"{bad}:1: quantity: pieces is a whole number" in said and f"{bad}:3: unknown rule nigth" in said


def test_rules_are_tried_on_the_past(ordered: Operator) -> None:
    file = ordered.write("rules.yaml", RULES)
    said = ordered.types("flags", "try", str(file), "--progress").output
    assert "2 orders of 2027-01-15T08:00:00Z to 2027-01-15T08:00:00Z" in said
    assert "would have flagged 1 or 50.0 % (now 2 or 100.0 %): 0 newly, 1 no longer" in said
    assert "night + quantity together: 1" in said and "2 of 2 orders" in said
    told = json.loads(ordered.types("flags", "try", str(file), "--json").stdout)
    assert (told["orders"], told["would_flag"]["orders"], told["by_rule"]["night"]["orders"]) == (2, 1, 2)
    nothing = ordered.types("flags", "try", str(file), "--since", "2030-01-01").stdout
    assert nothing == "there are no orders to try them on\n"


def test_rules_are_switched_on_by_somebody_for_a_reason(operator: Operator) -> None:
    file = operator.write("rules.yaml", RULES)
    version = flag_rules.version_of(RULES)
    assert operator.types("flags", "publish", str(file), "--why", "spring").stdout == f"rules {version} are live\n"
    assert operator.types("flags", "show").stdout == RULES
    assert version in operator.types("flags", "list").stdout.splitlines()[0]
    assert "published\tflag rules " + version + "\tspring" in operator.types("audit", "list").stdout
    assert "the configured rules are live" in operator.types("flags", "publish", "--configured").stdout
    assert operator.types("flags", "show").stdout == flag_rules.standard_text()
    assert operator.types("flags", "show", version[:6]).stdout == RULES
    assert "--configured" in operator.tries("flags", "publish").output
    assert operator.tries("flags", "show", "ffffffffffff").exit_code == 2
    bad = operator.write("bad.yaml", "- rule: nigth\n")
    assert "bad.yaml:1" in operator.refused("flags", "publish", str(bad))


def test_a_server_follows_and_the_order_keeps_the_version(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    operator.types("db", "upgrade")
    bench, clock = operator.bench(), Clock()

    class Stepped:
        """A writer whose thread is stepped as soon as it is asked."""

        house = bench.house

        def run(self, job):  # type: ignore[no-untyped-def]
            told: Deferred[object] = Deferred()
            with bench.engine.begin() as connection:
                told.callback(job(connection))
            return told

    writer = Stepped()
    judging = RuleTexts(writer, readings(Settings), clock)  # type: ignore[arg-type]
    running = Deferred.fromCoroutine(judging.run())
    running.addErrback(lambda failure: None)
    version = operator.sees(lambda connection: rule_texts.publish(connection, Book.FLAGS, RULES, "ann", NOW))
    clock.advance(EVERY)
    assert writer.house.flag_rules.version == version
    assert judging.applied(bench.house).flag_rules.version == version  # also after a reload

    bench.writer.house = writer.house
    bench.texts("place F800 2")
    [row] = bench.rows(orders)
    assert row.rules == version
    assert json.loads(row.flags)[0] == {"code": "quantity", "saw": {"pieces": 2, "limit": 2}, "weight": 100}
    assert "1 orders checked, 0 of them not whole" in operator.types("orders", "verify").stdout

    operator.sees(lambda connection: rule_texts.publish(connection, Book.FLAGS, "- rule: none\n", "ann", NOW + 1))
    clock.advance(EVERY)
    assert writer.house.flag_rules.version == version  # what cannot be read is not followed
    operator.sees(lambda connection: rule_texts.publish(connection, Book.FLAGS, "", "ann", NOW + 2))
    clock.advance(EVERY)
    assert writer.house.flag_rules == flag_rules.standard()
    running.cancel()
    bench.engine.dispose()
