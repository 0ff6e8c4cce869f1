"""The guide as supervisors write it, read and checked before it is read to anybody.

    - line: lucky_terms                # its name; a letter first, then letters, digits and _
      when: order                      # order (where nothing is said) or callback: he asked to be rung
      flags: [lucky_number]            # only for orders flagged by one of these
      offers: [SJK]                    # only for orders of one of these
      with: [number, monthly]          # only if the order has all of these
      without: [address]               # only if it has none of these
      say:                             # what is read out; the names in braces are the order's
        zh: 您选的号码{number}每月最低消费{monthly}。
        en: The number you chose, {number}, has a minimum spend of {monthly} a month.
      ask:                             # what is ticked once it was asked; without it nothing is
        zh: 已说明最低消费
        en: Told of the minimum spend

The order of the lines is the order in which they are read. A line whose values the order does not have is left out. The
version of a guide is made from its text, so that a version can only ever mean one thing.
"""

import re
from collections.abc import Iterable, Mapping
from importlib import resources
from string import Formatter
from typing import Any

from orders.flag_looks import LOOKS
from orders.flag_rules import version_of
from orders.guide import CALLBACK, LANGUAGES, ORDER, VALUES, Guide, Line, Words
from orders.rows import BadRow, Problem, Refused, Row, known_fields, made, read

FIELDS = ("line", "when", "flags", "offers", "with", "without", "say", "ask")
LONGEST = 500
OTHER_FLAGS = ("policy", "asked", "low_score")  # what has a task made, and is no look of a rule
OF_CALLBACKS = ("agent", "name")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def parse(text: str, filename: str) -> Guide:
    """The guide of a file, or `Refused` with every problem by line."""
    rows = read(text, filename)
    lines = made(rows, filename, _line)
    names = [line.name for line in lines]
    twice = [row for place, row in enumerate(rows) if names[place] in names[:place]]
    if twice:
        raise Refused(Problem(filename, row.line, f"line {row.values['line']} stands above already") for row in twice)
    return Guide(tuple(lines), version_of(text))


def standard_text() -> str:
    return resources.files("orders").joinpath("guide.yaml").read_text("utf-8")


def standard() -> Guide:
    """The guide that comes with Hall."""
    return parse(standard_text(), "guide.yaml")


def _line(row: Row) -> Line:
    known_fields(row, FIELDS)
    name = row.values.get("line")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadRow(f"line: {name!r} is no name: small letters, digits and _, a letter first")
    when = row.values.get("when", ORDER)
    if when not in (ORDER, CALLBACK):
        raise BadRow(f"{name}: when is {ORDER} or {CALLBACK}, not {when!r}")
    say = _words(row, name, "say")
    ask = _words(row, name, "ask") if "ask" in row.values else {}
    if not say:
        raise BadRow(f"{name}: there is nothing to say; write say: with {' and '.join(LANGUAGES)}")
    if ask and when == CALLBACK:
        raise BadRow(f"{name}: a callback confirms nothing, so nothing has to be asked before it")
    spoken_of = _spoken_of(name, (*say.values(), *ask.values()), when)
    return Line(
        name=name,
        say=say,
        ask=ask,
        when=when,
        flags=_names(row, name, "flags", (*LOOKS, *OTHER_FLAGS)),
        offers=_names(row, name, "offers"),
        having=_names(row, name, "with", VALUES) | spoken_of,
        without=_names(row, name, "without", VALUES),
    )


def _words(row: Row, name: str, field: str) -> Words:
    told = row.values.get(field)
    if not isinstance(told, Mapping):
        raise BadRow(f"{name}: {field} is a text for each of {', '.join(LANGUAGES)}")
    if missing := [language for language in LANGUAGES if not str(told.get(language) or "").strip()]:
        raise BadRow(f"{name}: {field} is missing in {', '.join(missing)}")
    if others := [str(language) for language in told if language not in LANGUAGES]:
        raise BadRow(f"{name}: {field} is in {', '.join(LANGUAGES)}, and in no {', '.join(others)}")
    if long := [language for language in LANGUAGES if len(str(told[language])) > LONGEST]:
        raise BadRow(f"{name}: {field} has more than {LONGEST} characters in {', '.join(long)}; make it two lines")
    return {language: str(told[language]).strip() for language in LANGUAGES}


def _spoken_of(name: str, texts: Iterable[str], when: str) -> frozenset[str]:
    known = VALUES if when == ORDER else OF_CALLBACKS
    found: set[str] = set()
    for text in texts:
        try:
            pieces = list(Formatter().parse(text))
        except ValueError as problem:
            raise BadRow(f"{name}: {text!r}: {problem}; a brace that is meant is written twice") from None
        for _, value, form, conversion in pieces:
            if value is None:
                continue
            if value not in known or form or conversion:
                raise BadRow(f"{name}: unknown {{{value}}}; known are {', '.join(f'{{{each}}}' for each in known)}")
            found.add(value)
    return frozenset(found)


def _names(row: Row, name: str, field: str, known: Iterable[str] = ()) -> frozenset[str]:
    told: Any = row.values.get(field, [])
    listed = [told] if isinstance(told, str) else told
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise BadRow(f"{name}: {field} is a list of names, as [{', '.join(list(known)[:2]) or 'F800'}]")
    possible = tuple(known)
    if unknown := [each for each in listed if possible and each not in possible]:
        raise BadRow(f"{name}: {field}: unknown {', '.join(unknown)}; known are {', '.join(possible)}")
    return frozenset(listed)
