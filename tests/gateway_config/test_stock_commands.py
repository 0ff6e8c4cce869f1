"""Stores as operators count them: by file or one by one, and never below what is promised."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway_config.command import main
from gateway_config.seed import CATALOGUE, STOCK


class Operator:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "hall.toml").write_text(f'[database]\nurl = "sqlite:///{folder}/hall.db"\n')
        self.types("db", "upgrade")
        self.types("catalogue", "import", str(CATALOGUE))

    def tries(self, *words: str) -> Result:
        group, command, *rest = words
        return CliRunner().invoke(main, [group, command, "--config", str(self.folder / "hall.toml"), *rest])

    def types(self, *words: str) -> str:
        result = self.tries(*words)
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *words: str) -> str:
        result = self.tries(*words)
        assert result.exit_code == 1, result.output
        return result.output


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def test_stores_are_counted_and_listed(operator: Operator) -> None:
    assert operator.types("stock", "import", str(STOCK)) == "2 stores counted\n"
    assert operator.types("stock", "list").splitlines() == [
        "GAT\tcentral\t300\t0\t300",
        "GAT\t文三路营业厅\t40\t0\t40",
    ]
    assert operator.types("stock", "add", "gat", "--", "-10") == "GAT\tcentral\t290\t0\t290\n"
    assert operator.types("stock", "add", "SJK", "5", "--place", "杭州") == "SJK\t杭州\t5\t0\t5\n"
    operator.types("stock", "forget", "GAT")
    assert "central" not in operator.types("stock", "list")


def test_what_cannot_be_is_refused_in_words(operator: Operator) -> None:
    file = operator.folder / "stock.csv"
    file.write_text("offer,place,on_hand\nGAT,,3\nX1,,3\nSJK,,few\n")
    lines = operator.refused("stock", "import", str(file)).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [f"{file}:3", f"{file}:4"]
    assert operator.types("stock", "list") == "", "nothing half imported"
    assert "there is no X1" in operator.refused("stock", "add", "X1", "1")
    assert "there cannot be -1" in operator.refused("stock", "add", "GAT", "--", "-1")
