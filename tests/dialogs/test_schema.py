"""The schema for editors says what the reader says: what one takes the other takes, key for key."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from dialogs.reading import plain
from dialogs.schema import SCHEMA, printed
from dialogs.script_reader import read_script
from tests.dialogs.test_any_channel import EVERYTHING, PICKER

ROOT = Path(__file__).parent.parent.parent
VALID = Draft202012Validator(SCHEMA)
REST = """
intent: help
about: welcome.about
takes: [offer, quantity]
needs: [number]
returns: {done: [number]}
parks: false
expires: 60
start: first
states:
  first:
    default: {quantity: 1}
    set: {language: zh}
    remember: {language: language, marketing: false}
    hand_over: reason
    say: {phrase: order.confirm, with: {name: offer}, notice: true}
    errand: {service: billing.balance, with: [number], within: 60, met_at: met}
    then: asking
  asking:
    request: {service: orders.cancel, with: [number], within: 5, on: {cancelled: working, failed: {script: welcome}}}
  met:
    answered: {found: end, failed: {return: done}}
  working:
    work_out: {function: list_offers, on: {some: choosing, none: end}}
  choosing:
    say: catalogue.choose
    ask:
      choose: {from: offers, label: catalogue.entry, take: {offer: code}, then: counting}
      again: {times: 1, say: help.commands, then: end}
      timeout: {after: 60, then: end}
  counting:
    ask:
      digits: {into: quantity, minimum: 1, maximum: 2, terminator: "#", at_least: 1, at_most: 9, then: sure}
  sure:
    ask:
      yes_no: {yes: writing, no: back}
  writing:
    ask:
      text: {into: note, matches: ".*", check: name, minimum: 2, maximum: 9, then: looking}
  looking:
    branch:
      - {given: offer, then: end}
      - {missing: offer, then: end}
      - {slot: offer, is: [a, b], then: end}
      - {slot: offer, at_least: 1, then: end}
      - {slot: offer, at_most: 1, then: end}
      - {then: end}
"""
SOUND = {"everything": EVERYTHING, "picker": PICKER, "rest": REST} | {
    path.stem: path.read_text("utf-8") for path in (ROOT / "dialogs" / "scripts").glob("*.yaml")
}
Way = tuple[str | int, ...]


def taken_by_reader(tree: Any, folder: Path) -> bool:
    path = folder / "probe.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(tree, file)
    return read_script(path)[1] == []


def taken_by_schema(tree: Any) -> bool:
    return VALID.is_valid(plain(tree))


def load(name: str) -> Any:
    return plain(YAML(typ="safe").load(SOUND[name]))


def nodes(tree: Any, way: Way = ()) -> Iterator[tuple[Way, Any]]:
    yield way, tree
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, node in items:
        yield from nodes(node, (*way, key))


def at(tree: Any, way: Way) -> Any:
    for key in way:
        tree = tree[key]
    return tree


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_printed_one_is_this() -> None:
    assert (ROOT / "docs" / "script.schema.json").read_text("utf-8") == printed()
    assert json.loads(printed()) == SCHEMA


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_is_taken_by_both(name: str, tmp_path: Path) -> None:
    tree = load(name)
    assert taken_by_reader(tree, tmp_path)
    assert [error.message for error in VALID.iter_errors(tree)] == []


@pytest.mark.parametrize("name", ["everything", "picker", "rest"])
def test_a_key_too_many_or_too_few_is_the_same_to_both(name: str, tmp_path: Path) -> None:
    tree, tried = load(name), 0
    for way, node in nodes(tree):
        if isinstance(node, dict):
            more = copy.deepcopy(tree)
            at(more, way)["zodiac"] = "end"
            assert taken_by_schema(more) == taken_by_reader(more, tmp_path), ("a key too many", way)
            for key in node:
                less = copy.deepcopy(tree)
                del at(less, way)[key]
                assert taken_by_schema(less) == taken_by_reader(less, tmp_path), ("a key too few", (*way, key))
                tried += 1
    assert tried > 20


@pytest.mark.parametrize("other", [["x"], {"x": "y"}, True, None, -1, "-", 2.5])
def test_what_the_schema_takes_the_reader_takes(other: object, tmp_path: Path) -> None:
    tree = load("rest")
    for way, _ in nodes(tree):
        if way:
            changed = copy.deepcopy(tree)
            at(changed, way[:-1])[way[-1]] = other
            if taken_by_schema(changed):
                assert taken_by_reader(changed, tmp_path), (other, way)
