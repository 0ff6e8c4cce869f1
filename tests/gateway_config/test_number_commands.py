"""The pool as operators see it: taken in whole or not at all, listed, counted, withdrawn, given back."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from gateway_config.command import main
from gateway_config.seed.numbers import seed_numbers
from orders.ledger.engine import open_engine
from orders.ledger.tables import numbers
from orders.number_grades import standard
from tests.gateway_config.test_stock_commands import Operator

FILE = "number,region\n13912308888,杭州\n13912350187,宁波\n13912345678,杭州\n"


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def imported(operator: Operator, text: str = FILE) -> str:
    file = operator.folder / "numbers.csv"
    file.write_text(text, encoding="utf-8-sig")
    return str(file)


def test_a_file_is_taken_in_and_listed(operator: Operator) -> None:
    told = operator.types("numbers", "import", imported(operator))
    assert told.splitlines()[-1] == "3 new numbers, 0 changed, 0 as they were"
    listed = operator.types("numbers", "list", "8888")
    assert listed == "13912308888\tfree\tA4\t5000.00\t598.00 x 180\t杭州\t\n"
    assert len(operator.types("numbers", "list").splitlines()) == 3
    assert operator.types("numbers", "list", "--contains", "2345", "--region", "杭州").startswith("13912345678")
    assert operator.types("numbers", "list", "?187").startswith("13912350187\tfree\tNO4\t50.00\t-\t宁波")
    assert "free RUN5\t1" in operator.types("numbers", "stats").splitlines()


def test_a_file_with_bad_lines_is_refused_by_line_and_nothing_of_it_is_taken(operator: Operator) -> None:
    file = imported(operator, FILE + "1391234,\n13912308888,\n")
    refused = operator.refused("numbers", "import", file).splitlines()
    assert f"{file}:5: number: '1391234' is none" in refused[-1]
    assert operator.types("numbers", "stats") == ""


def test_a_pattern_that_is_none_says_what_to_write(operator: Operator) -> None:
    assert "is no pattern: write up to" in operator.tries("numbers", "list", "A-B").output


def test_rules_of_the_operators_own(operator: Operator) -> None:
    (operator.folder / "grades.yaml").write_text("- {grade: ALL, rank: 1, prepaid: 7}\n")
    with (operator.folder / "hall.toml").open("a") as config:
        config.write(f'[numbers]\ngrades = "{operator.folder}/grades.yaml"\nholds = 1\n')
    operator.types("numbers", "import", imported(operator))
    assert operator.types("numbers", "list", "8888").split("\t")[2:4] == ["ALL", "7.00"]


def test_rules_with_a_fault_are_found_before_they_are_needed(operator: Operator) -> None:
    (operator.folder / "grades.yaml").write_text("- {grade: ALL, rank: 1, prepaid: seven}\n")
    config = operator.folder / "hall.toml"
    config.write_text(f'{config.read_text()}[numbers]\ngrades = "{operator.folder}/grades.yaml"\n')
    told = CliRunner().invoke(main, ["check", "--config", str(config)])
    assert told.exit_code == 1 and f"{operator.folder}/grades.yaml:1: prepaid: 'seven' is no amount" in told.output


def test_withdrawn_and_returned(operator: Operator) -> None:
    operator.types("numbers", "import", imported(operator))
    assert operator.types("numbers", "withdraw", "13912308888") == "1 withdrawn\n"
    assert "is not free" in operator.refused("numbers", "withdraw", "13912308888", "13900000000")
    assert operator.types("numbers", "list", "--state", "withdrawn").startswith("13912308888")
    assert operator.types("numbers", "return", "13912308888").startswith("13912308888\tfree")
    assert "is neither withdrawn nor sold" in operator.refused("numbers", "return", "13912308888")


def test_what_was_sold_and_comes_back_cools_off(operator: Operator) -> None:
    operator.types("numbers", "import", imported(operator))
    engine = open_engine(f"sqlite:///{operator.folder}/hall.db")
    with engine.begin() as connection:
        connection.execute(update(numbers).values(state="sold", spread=None, holder="8613800138000"))
    engine.dispose()
    assert operator.types("numbers", "return", "13912308888").startswith("13912308888\tcooling")


def test_the_demonstration_has_numbers_of_every_grade() -> None:
    seeded = list(seed_numbers(standard()))
    assert 5_000 < len(seeded) < 5_200 and seeded == list(seed_numbers(standard()))
    assert {each.terms.grade for each in seeded} == {rule.terms.grade for rule in standard()}
