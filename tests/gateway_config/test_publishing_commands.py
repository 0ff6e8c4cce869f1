"""The commands that publish, as operators type them: what they say, and how they refuse."""

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, update

from dialogs.editions import read_edition
from gateway_config.command import main
from orders.ledger import schema
from orders.ledger.engine import open_engine
from orders.ledger.tables import dialog_counts, publications
from tests.gateway_config.new_edition import new_edition

ALICE = "8613800138000"


class Operator:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        url = f"sqlite:///{folder / 'hall.db'}"
        (folder / "hall.toml").write_text(f"[database]\nurl = {json.dumps(url)}\n")
        self.engine = open_engine(url)
        schema.upgrade(self.engine)
        self.new = new_edition(folder / "mine")

    def tries(self, *words: str) -> Result:
        return CliRunner(env={"HALL_CONFIG": str(self.folder / "hall.toml")}).invoke(main, ["dialogs", *words])

    def types(self, *words: str) -> str:
        result = self.tries(*words)
        assert result.exit_code == 0, result.output
        return result.output

    def publishes(self, *words: str) -> str:
        return self.types("publish", "--folder", str(self.folder / "mine"), *words)


@pytest.fixture
def ann(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def test_the_list_tells_what_when_by_whom_and_why(ann: Operator) -> None:
    ann.publishes("--draft", "--for", f"{ALICE}, 8613900139000", "--share", "10", "--by", "ann", "--note", "shorter")
    ann.types("promote", "--by", "bob")
    ann.types("rollback", "--by", "ann", "--note", "too short")
    *listed, live = ann.types("versions").splitlines()
    version = ann.new.version
    assert [line.split("\t")[1:] for line in listed] == [
        ["ann", "draft", version, f"for {ALICE},8613900139000 share 10", "shorter"],
        ["bob", "promote", version, "-", ""],
        ["ann", "rollback", "packaged", "-", "too short"],
    ]
    assert live == "live: packaged"


def test_a_list_that_was_tampered_with_is_found(ann: Operator) -> None:
    ann.publishes("--by", "ann")
    with ann.engine.begin() as connection:
        connection.execute(update(publications).values(by="nobody"))
    result = ann.tries("versions")
    assert result.exit_code == 1 and "publication 1 is not as it was written" in result.output


def test_what_is_live_is_exported_changed_and_told_apart(ann: Operator) -> None:
    ann.publishes()
    assert f"of {ann.new.version}" in ann.types("export", str(ann.folder / "out"))
    assert read_edition(ann.folder / "out") == ann.new
    assert "is not empty" in ann.tries("export", str(ann.folder / "out")).output
    told = ann.types("diff", "packaged", ann.new.version[:6])
    assert "--- packaged/scripts/order.yaml" in told and "+  agreeing:" in told and "-  confirming:" in told
    assert ann.types("diff", str(ann.folder / "mine")) == "", "nothing has changed against what is live"


def test_a_version_is_rolled_back_to_by_its_beginning(ann: Operator) -> None:
    ann.publishes()
    ann.types("rollback", "packaged")
    assert f"{ann.new.version} is live" in ann.types("rollback", ann.new.version[:5])


def test_versions_are_compared(ann: Operator) -> None:
    ann.publishes("--draft", "--share", "10")
    packaged, tried = read_edition().version, ann.new.version
    minute = int(time.time() // 60)
    counted = [
        (packaged, "begun", 1, 10), (packaged, "finished", 1, 6), (packaged, "gave_up", 1, 1),
        (packaged, "standing", minute + 20, 2), (packaged, "standing", minute - 20, 1),
        (tried, "begun", 1, 4), (tried, "finished", 1, 4), (tried, "ordered", 1, 3),
    ]  # fmt: skip
    with ann.engine.begin() as connection:
        connection.execute(
            insert(dialog_counts),
            [
                {"version": version, "script": "order", "state": "s", "event": event, "slot": slot, "node": "hall-1"}
                | {"times": times}
                for version, event, slot, times in counted
            ],
        )
    lines = [line.split("\t") for line in ann.types("compare").splitlines()]
    assert lines[1] == [packaged, "10", "6", "0", "2", "0", "0", "2", "75.0%"]
    assert lines[2] == [tried, "4", "4", "3", "0", "0", "0", "0", "100.0%"]
    assert ann.types("compare", tried[:4]).splitlines()[1].split("\t") == lines[2]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["publish", "--share", "10"], "add --draft"),
        (["publish", "--draft", "--for", "alice"], "'alice' is no number"),
        (["publish", "--draft"], "a draft nobody gets"),
        (["promote"], "nothing is on trial"),
        (["withdraw"], "nothing is on trial"),
        (["rollback"], "nothing to roll back"),
        (["rollback", "abcdef"], "no version begins with 'abcdef'"),
        (["compare", "abcdef"], "no version begins with 'abcdef'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(ann: Operator, words: list[str], why: str) -> None:
    folder = ["--folder", str(ann.folder / "mine")] if words[0] == "publish" else []
    result = ann.tries(*words, *folder)
    assert result.exit_code in (1, 2) and why in result.output and "Traceback" not in result.output
    assert ann.types("versions").strip() == "live: packaged"


def test_what_does_not_go_as_written_is_not_published(ann: Operator) -> None:
    path = ann.folder / "mine" / "conversations" / "order.yaml"
    path.write_text(path.read_text("utf-8").replace("hear: 已退订…", "hear: 退订好了"), "utf-8")
    result = ann.tries("publish", "--folder", str(ann.folder / "mine"))
    assert result.exit_code == 1
    assert "-< 退订好了" in result.output and "publish it --untested" in result.output
    assert ann.types("versions") == "live: packaged\n"
    assert "is live" in ann.publishes("--untested", "--note", "at night", "--by", "ann")
    assert "untested; at night" in ann.types("versions")


def test_a_conversation_that_cannot_be_read_is_not_published_either(ann: Operator) -> None:
    (ann.folder / "mine" / "conversations" / "small.yaml").write_text("conversations: {It: [{shout: YE}]}\n", "utf-8")
    result = ann.tries("publish", "--folder", str(ann.folder / "mine"), "--draft", "--share", "10")
    assert result.exit_code == 1 and "small.yaml:1" in result.output
