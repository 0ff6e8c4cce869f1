"""What reports are called and say, in two languages: titles, what they show, columns, and all names in them.

The words stand in `report_words.json`.
"""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from orders.reports.counted import Counted
from orders.reports.sheets import Column, Kind

Words = Mapping[str, str]

_WORDS: Mapping[str, Any] = json.loads(
    resources.files("channels.desk").joinpath("report_words.json").read_text("utf-8")
)
LANGUAGES = tuple(_WORDS)


def title(sheet: str, language: str) -> str:
    return str(_WORDS[language]["titles"][sheet])


def told(sheet: str, language: str) -> str:
    """What its picture shows, and what the numbers of its table mean."""
    return str(_WORDS[language]["told"][sheet])


def head(column: str, language: str) -> str:
    return str(_WORDS[language]["columns"].get(column, column))


def names(kind: str, language: str) -> Words:
    """Of a kind of column; what is not in it is called by its own name."""
    found: Words = _WORDS[language]["names"].get(kind, {})
    return found


def column(of: Column, language: str, counted: Counted | None = None) -> str:
    """A pause is headed by its reason; an hour by itself."""
    state, _, reason = of.name.partition(":")
    called = head(state, language)
    if not reason or counted is None:
        return called
    return f"{called}: {_called(counted.pauses.get(reason, {}), language) or reason}"


def name(of: Column, text: str, language: str, counted: Counted | None = None) -> str:
    """What a cell says to a reader of this language."""
    if of.kind is not Kind.NAME:
        return text
    if of.name == "offer" and counted is not None:
        return _called(counted.names.get(text, {}), language) or text
    return names(of.name, language).get(text, text)


def _called(of: Words, language: str) -> str:
    return of.get(language) or of.get(LANGUAGES[0], "")
