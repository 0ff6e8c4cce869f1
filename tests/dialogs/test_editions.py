"""Each dialog keeps to the edition it began on: its scripts, its phrases, its commands."""

import shutil
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from dialogs.editions import Edition, Editions, open_edition, open_folder, read_edition, write_edition
from dialogs.library import HERE, Library
from dialogs.moment import FORGOTTEN
from dialogs.phrases import render_text
from dialogs.problems import ScriptsRefused
from dialogs.words import (
    Dialog,
    Facts,
    Inbound,
    LookupDone,
    MessageReceived,
    Outcome,
    Prompt,
    Resume,
    Say,
    UssdInput,
)
from tests.dialogs.conftest import NOW, OFFERS

FACTS = Facts("zh", OFFERS)

ALICE, BOB = "8613800138000", "8613900139000"


def changed(edition: Edition, name: str, old: str, new: str) -> Edition:
    assert old in edition.files[name], (name, old)
    return Edition({**edition.files, name: edition.files[name].replace(old, new)})


OLD = read_edition()
NEW = changed(OLD, "phrases/zh/said.yaml", "您好", "新版您好")


@pytest.fixture(scope="module")
def libraries() -> dict[str, Library]:
    return {edition.version: open_edition(edition) for edition in (OLD, NEW)}


@pytest.fixture
def editions(libraries: dict[str, Library]) -> Editions:
    """Bob is given what is new."""
    return Editions(libraries, lambda subscriber: NEW.version if subscriber == BOB else OLD.version)


def heard(text: str, who: str = ALICE) -> Inbound:
    return Inbound(1, "sms", who, "10086", NOW, MessageReceived(text))


def turn(editions: Editions, dialog: Dialog, inbound: Inbound, now: float = NOW) -> Outcome:
    return editions.take_turn(dialog, inbound, FACTS, now)


def blank(who: str = ALICE) -> Dialog:
    return Dialog(who, "sms:10086")


def said(outcome: Outcome) -> set[str]:
    return {effect.prompt.edition for effect in outcome.effects if isinstance(effect, Say)}


# ── Which one ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_version_is_its_content_and_nothing_else(tmp_path: Path) -> None:
    write_edition(OLD, tmp_path)
    (tmp_path / "notes.txt").write_text("no part of it")
    assert read_edition(tmp_path) == OLD and read_edition(tmp_path).version == OLD.version
    assert NEW.version != OLD.version


def test_who_begins_is_given_what_stands_for_him(editions: Editions) -> None:
    assert said(turn(editions, blank(), heard("DG F800"))) == {OLD.version}
    begun = turn(editions, blank(BOB), heard("DG F800", BOB))
    assert said(begun) == {NEW.version}
    assert begun.dialog.place and begun.dialog.place.version == NEW.version


def test_a_dialog_ends_on_what_it_began_with_whatever_stands_now(libraries: dict[str, Library]) -> None:
    begun = turn(Editions(libraries, lambda who: OLD.version), blank(), heard("DG F800")).dialog
    later = Editions(libraries, lambda who: NEW.version)
    asked = turn(later, begun, heard("Y"))
    assert said(asked) <= {OLD.version} and asked.dialog.place and asked.dialog.place.version == OLD.version
    placed = turn(later, asked.dialog, replace(heard(""), kind=LookupDone(1, "placed", {
        "number": "1000000016", "total": 1, "name": {}, "offer": "F800", "quantity": 1,
    })))  # fmt: skip
    assert said(placed) == {OLD.version} and placed.dialog.place is None
    assert said(turn(later, placed.dialog, heard("DG F800"))) == {NEW.version}


def test_what_was_forgotten_begins_anew_and_a_dialled_code_always_does(libraries: dict[str, Library]) -> None:
    begun = turn(Editions(libraries, lambda who: OLD.version), blank(), heard("DG F800")).dialog
    later = Editions(libraries, lambda who: NEW.version)
    long_after = (begun.expires_at or NOW) + FORGOTTEN + 1
    assert said(turn(later, begun, heard("DG F800"), long_after)) == {NEW.version}
    dialled = replace(heard(""), kind=UssdInput("*100#", opening=True))
    assert said(turn(later, begun, dialled)) == {NEW.version}


def test_the_answer_of_an_errand_is_met_by_the_edition_that_sent_it(libraries: dict[str, Library]) -> None:
    later = Editions(libraries, lambda who: NEW.version)
    sent = Resume("balance", OLD.version, "telling_late", {}, "zh")
    done = LookupDone(7, "found", {"amount": 1888}, sent)
    assert later.chosen(blank(), replace(heard(""), kind=done), NOW).version == OLD.version


def test_a_version_nobody_has_any_more_goes_on_in_the_state_of_the_same_name(editions: Editions) -> None:
    begun = turn(editions, blank(), heard("DG F800")).dialog
    assert begun.place
    lost = replace(begun, place=replace(begun.place, version="gone"))
    asked = turn(editions, lost, heard("Y"))
    assert asked.dialog.awaiting is not None


def test_what_is_said_is_said_by_the_phrases_of_its_edition(editions: Editions) -> None:
    for version, begins in ((OLD.version, False), (NEW.version, True), ("", False)):
        prompt = Prompt("welcome.choose", edition=version)
        phrases = editions.for_prompt(prompt).phrases
        assert render_text(phrases, prompt, "zh", UTC).startswith("新版") is begins


# ── Refused whole ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_broken_set_is_refused_with_file_and_line(tmp_path: Path) -> None:
    for name in ("scripts", "phrases"):
        shutil.copytree(HERE / name, tmp_path / name)
    script = tmp_path / "scripts" / "help.yaml"
    script.write_text(script.read_text("utf-8").replace("help.commands", "no.such.phrase"), "utf-8")
    with pytest.raises(ScriptsRefused, match=r"scripts/help\.yaml:\d+: there is no phrase 'no\.such\.phrase'"):
        open_folder(tmp_path)
    with pytest.raises(ScriptsRefused, match=r"help\.yaml:\d+: there is no phrase"):
        open_edition(read_edition(tmp_path))


def test_every_place_of_an_edition_carries_its_version(libraries: dict[str, Library]) -> None:
    assert {script.version for script in libraries[NEW.version].scripts} == {NEW.version}
