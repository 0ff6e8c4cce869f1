"""The phrase book of understanding: what people write, by what they mean (`phrases/<language>/heard.yaml`).

    balance:
      - 我还有多少话费
      - {text: 请用英文, language: en}       # with what the text says beside its intent

`{offer}`, `{order}`, `{tail}` and `{count}` stand for what is different each time. Operators add to the book at the
desk as well; such an addition is an `Example` like any other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialogs.folding import fold
from dialogs.manner import HEARD, languages
from dialogs.problems import Problem
from dialogs.reading import Page, line_of
from dialogs.words import NOTHING, Value, Values

PLACES = {"offer": "ZZOFFER", "order": "ZZORDER", "tail": "ZZTAIL", "count": "ZZCOUNT"}
NONE = "none"

_place = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Example:
    """folded: with words that no one writes where something stands that is different each time.
    taught: a supervisor said what just this text means, so it needs no likeness and no evidence.
    """

    folded: str
    intent: str
    slots: Values = NOTHING
    taught: bool = False


def example(text: str, intent: str, slots: Values = NOTHING, taught: bool = False) -> Example:
    """KeyError for a place that is none."""
    return Example(fold(_place.sub(lambda place: f" {PLACES[place[1]]} ", text)), intent, slots, taught)


def read_examples(folder: Path, intents: Iterable[str]) -> tuple[list[Example], list[Problem]]:
    """All examples of all languages, and what is wrong with them."""
    known, examples, problems = {*intents, NONE}, list[Example](), list[Problem]()
    for language in languages(folder):
        path = folder / language / HEARD
        if path.exists():
            page = Page.open(path)
            examples += _read(page, known)
            problems += page.problems
    return examples, problems


def _read(page: Page, known: Iterable[str]) -> Iterator[Example]:
    for intent, node in page.mapping(page.tree, "the phrase book", 1, sorted(known)).items():
        if not isinstance(node, list):
            page.problem(line_of(page.tree, intent), f"{intent} is not a list", "write each text behind a dash")
            continue
        for position, entry in enumerate(node):
            if made := _entry(page, intent, entry, line_of(node, position)):
                yield made


def _entry(page: Page, intent: str, entry: object, line: int) -> Example | None:
    slots: dict[str, Value] = {}
    if isinstance(entry, Mapping):
        slots = {str(name): str(value) for name, value in entry.items() if name != "text"}
        entry = entry.get("text")
    if not isinstance(entry, str) or not fold(entry):
        page.problem(line, f"an entry of {intent} is not a text: {entry!r}", "write a text, in quotes if need be")
        return None
    try:
        return example(entry, intent, slots or NOTHING)
    except KeyError as unknown:
        page.problem(line, f"there is no place {unknown} to stand for something", f"use one of: {', '.join(PLACES)}")
        return None
