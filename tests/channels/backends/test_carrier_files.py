"""A carrier who takes files: what is written for him, what is read of him, and what becomes of lines that are wrong."""

import csv
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred, ensureDeferred, maybeDeferred

from channels.backends.carriers.files import FilesCarrier
from channels.backends.carriers.settings import CarrierSettings
from orders.arrival import LedgerAway
from orders.consignment import Consignment, ConsignmentState, IllegalStep, Step, Tiding
from orders.shipment import Piece, Shipment

NOW = 1_795_300_000.0


def shipment(number: int, state: ConsignmentState = ConsignmentState.WAITING) -> Shipment:
    consignment = Consignment(number, "8613800138000", "1000000017", state, NOW, NOW, carrier="ems")
    pieces = (Piece("F800", {"zh": "酷派F800"}, 1), Piece("SJK", {}, 2))
    return Shipment(consignment, pieces, "8613800138000", "zh", "王，先生", "杭州市\n文三路")


class Ledger:
    def __init__(self) -> None:
        self.told: list[tuple[str, int, Tiding]] = []
        self.raises: Exception | None = None

    def __call__(self, name: str, consignment: int, told: Tiding) -> "Deferred[bool]":
        def take() -> bool:
            if self.raises:
                raise self.raises
            self.told.append((name, consignment, told))
            if told.step is Step.RETURN:
                raise IllegalStep(told.step, ConsignmentState.WAITING, consignment)
            return True

        return maybeDeferred(take)


@pytest.fixture
def ems(tmp_path: Path) -> FilesCarrier:
    return carrier(tmp_path, "hall-1")


def carrier(folder: Path, node: str) -> FilesCarrier:
    settings = CarrierSettings(
        name="ems", kind="files", outbox=folder / "out", inbox=folder / "in", words={"DELIVERED": Step.DELIVER}
    )
    return FilesCarrier(settings, node, maybeDeferred, lambda: NOW)


def done(coroutine: Any) -> Any:
    results: list[Any] = []
    ensureDeferred(coroutine).addBoth(results.append)
    (result,) = results
    return result


def put(folder: Path, text: str, name: str = "a.csv") -> None:
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / name).write_text(text, encoding="utf-8-sig")


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_what_is_due_is_one_file_that_is_whole(ems: FilesCarrier, tmp_path: Path) -> None:
    replies = done(ems.take([shipment(7), shipment(8, ConsignmentState.RECALLING)]))
    assert [[each.step for each in reply.steps] for reply in replies] == [[Step.OFFER], []]
    assert names(tmp_path) == ["out/20261121T222640Z-hall-1-7.csv"]
    with (tmp_path / names(tmp_path)[0]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["action"], row["consignment"], row["offer"]) for row in rows] == [
        ("bring", "7", "F800"),
        ("bring", "7", "SJK"),
        ("bring_back", "8", "F800"),
        ("bring_back", "8", "SJK"),
    ]
    assert (rows[0]["recipient"], rows[0]["address"], rows[0]["name"]) == ("王，先生", "杭州市\n文三路", "酷派F800")


def test_a_folder_that_cannot_be_written_is_a_carrier_not_reached(ems: FilesCarrier, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")
    (reply,) = done(ems.take([shipment(7)]))
    assert reply.unreached
    assert reply.steps == ()


def test_his_lines_are_told_and_the_file_is_put_away(ems: FilesCarrier, tmp_path: Path) -> None:
    put(tmp_path, "consignment,step,at,tracking,signed_by\n7,pick_up,,E1,\n7,DELIVERED,2026-11-21T08:00:00Z,,王\n")
    ledger = Ledger()
    assert done(ems.collect(ledger)) == 2
    assert [(number, told.step, told.tracking, told.signed_by) for _, number, told in ledger.told] == [
        (7, Step.PICK_UP, "E1", None),
        (7, Step.DELIVER, None, "王"),
    ]
    assert names(tmp_path) == ["in/done/a.csv"]


def test_bad_lines_are_named_and_the_others_taken(ems: FilesCarrier, tmp_path: Path) -> None:
    put(tmp_path, "consignment,step\n7,pick_up\nx,pick_up\n7,flown\n7,return\n7,deliver\n")
    assert done(ems.collect(Ledger())) == 2
    said = (tmp_path / "in/done/a.csv.errors").read_text(encoding="utf-8").splitlines()
    assert [line.split(": ")[0] for line in said] == ["a.csv:3", "a.csv:4", "a.csv:5"]
    assert "unknown step 'flown'; known are DELIVERED, accept" in said[1]
    assert "cannot take return" in said[2]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("number,step\n1,move\n", "a.csv:1: there is no column consignment\n"),
        ('consignment,step\n7,"move\n', "is no CSV"),
    ],
)
def test_a_file_that_is_none_is_said_to_be(ems: FilesCarrier, tmp_path: Path, text: str, what: str) -> None:
    put(tmp_path, text)
    assert done(ems.collect(Ledger())) == 0
    assert what in (tmp_path / "in/done/a.csv.errors").read_text(encoding="utf-8")


def test_a_file_that_is_not_utf8_is_said_to_be(ems: FilesCarrier, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_bytes("consignment,step,note\n7,move,杭州\n".encode("gbk"))
    assert done(ems.collect(Ledger())) == 0
    assert "is not UTF-8" in (tmp_path / "in/done/a.csv.errors").read_text(encoding="utf-8")


def test_a_file_in_hand_when_the_database_went_away_is_taken_again(ems: FilesCarrier, tmp_path: Path) -> None:
    put(tmp_path, "consignment,step\n7,pick_up\n")
    ledger = Ledger()
    ledger.raises = LedgerAway("gone")
    assert done(ems.collect(ledger)).check(LedgerAway)
    assert names(tmp_path) == ["in/a.csv.hall-1.taking"]
    ledger.raises = None
    assert done(carrier(tmp_path, "hall-2").collect(ledger)) == 0, "it is the first node's"
    assert done(ems.collect(ledger)) == 1
    assert names(tmp_path) == ["in/done/a.csv"]
