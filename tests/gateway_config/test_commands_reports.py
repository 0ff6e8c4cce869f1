"""Reports as an operator takes them out: tables and pictures, in the hall's language, noted."""

from pathlib import Path

import pytest

from gateway_config.seed import CATALOGUE
from tests.gateway_config.test_commands import Operator
from tests.orders.ledger.bench import BOB

DAYS = ("--from", "2027-01-01", "--to", "2027-01-31")


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    operator.types("db", "upgrade")
    operator.types("catalogue", "import", str(CATALOGUE))
    bench = operator.bench()
    bench.texts("place F800 2")
    bench.texts("place F800", who=BOB)
    bench.engine.dispose()
    return operator


def test_tables_and_pictures_are_written_into_a_folder(operator: Operator, tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    said = operator.types("report", "offers", "states", *DAYS, "--into", str(folder)).stdout.split()
    assert [Path(each).name for each in said] == ["offers.csv", "offers.svg", "states.csv"]
    table = (folder / "offers.csv").read_bytes().decode()
    assert table.startswith("\ufeff商品,订单,金额（元）") and "酷派F800,2,2097.00,0,0,2,\r\n" in table
    assert "酷派F800" in (folder / "offers.svg").read_text("utf-8")
    assert "exported\treports offers, states of 2027-01-01 to 2027-01-31" in operator.types("audit", "list").stdout


def test_all_of_them_in_the_other_language_for_a_channel(operator: Operator, tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    operator.types("report", *DAYS, "--channel", "web", "--language", "en", "--into", str(folder))
    assert len(list(folder.glob("*.csv"))) == 12 and len(list(folder.glob("*.svg"))) == 10
    assert (folder / "days.csv").read_text("utf-8").splitlines()[1] == "2027-01-01,0,0,0,0"
    assert "Orders by weekday and hour" in (folder / "hours.svg").read_text("utf-8")


def test_days_that_are_none_are_refused_in_words(operator: Operator) -> None:
    assert "the first day stands first" in operator.refused("report", "--from", "2027-02-01", "--to", "2027-01-01")
    assert "more than 400 days" in operator.refused("report", "--from", "2020-01-01", "--to", "2027-01-01")
