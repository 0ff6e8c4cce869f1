"""A person who asks to be forgotten, as an operator types it: nothing of him is left in the file itself."""

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway_config.seed import CATALOGUE
from orders.ledger.tables import access_log
from tests.gateway_config.test_commands import Operator
from tests.orders.ledger.bench import ALICE, BOB

DIGITS, WORDS = b"13800138000", "长安街的隐私"


@pytest.fixture
def ordered(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    operator.types("db", "upgrade")
    operator.types("catalogue", "import", str(CATALOGUE))
    people = operator.write("people.yaml", f"- msisdn: '{ALICE}'\n  name: 王先生\n  address: {WORDS}\n  balance: 1\n")
    operator.types("subscribers", "import", str(people))
    bench = operator.bench()
    bench.texts(f"say {WORDS}")
    bench.texts("place F800 2")
    bench.texts("place F800", who=BOB)
    bench.engine.dispose()
    return operator


def octets(operator: Operator) -> bytes:
    return b"".join(file.read_bytes() for file in operator.folder.glob("hall.db*"))


def test_nothing_of_him_is_left_in_the_file(ordered: Operator) -> None:
    assert DIGITS in octets(ordered) and WORDS.encode() in octets(ordered)
    result = ordered.types("subscribers", "erase", ALICE, "--reason", "letter of the 3rd", "--force")
    assert "are kept under the name erased" in result.stdout and result.stderr == ""
    assert DIGITS not in octets(ordered) and WORDS.encode() not in octets(ordered)
    assert BOB.encode() in octets(ordered)
    told = json.loads(ordered.types("orders", "verify", "--json").stdout)
    assert told["whole"] and told["orders"] == 2
    assert told["marks"][0].startswith("1023/1:")  # what the command itself has written
    [noted] = map(json.loads, ordered.types("audit", "list", "--json").stdout.splitlines())
    assert (noted["act"], noted["why"], noted["data"]["orders"]) == ("erased", "letter of the 3rd", 1)
    alice, _ = sorted(
        map(json.loads, ordered.types("orders", "export", "--format", "jsonl").stdout.splitlines()),
        key=lambda line: line["subscriber"],
        reverse=True,
    )
    assert (alice["subscriber"], alice["state"], alice["address"]) == (noted["what"], "cancelled", None)


def test_who_waits_for_something_is_not_forgotten_by_mistake(ordered: Operator) -> None:
    said = ordered.refused("subscribers", "erase", ALICE, "--reason", "letter")
    assert "is under way" in said and "--force" in said and DIGITS in octets(ordered)


def test_the_access_log_is_not_told_the_number(ordered: Operator) -> None:
    result = ordered.tries("subscribers", "erase", ALICE, "--reason", f"{ALICE} wrote", "--force")
    assert result.exit_code == 2 and "in other words" in result.output
    assert ordered.tries("subscribers", "erase", ALICE).exit_code == 2
    assert "nothing is known" in ordered.refused("subscribers", "erase", "8613000000000", "--reason", "letter")


def test_who_takes_the_note_of_it_away_is_found(ordered: Operator) -> None:
    ordered.types("subscribers", "erase", ALICE, "--reason", "letter", "--force")
    ordered.sees(lambda connection: connection.execute(update(access_log).values(what="erased0")))
    said = ordered.refused("orders", "verify")
    assert "its subscriber was never erased" in said and "row 1 of the access log" in said
