"""The rules of ringing again as an operator writes them (see desk.py), read and checked once, when Hall starts.

- outcome: no_answer
  again: [30m, 3h, 18h]
- tries: 6
  tries_a_day: 3
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import Any, Final

from orders.desk import MISSED, CallRules, Outcome
from orders.rows import BadRow, Problem, Refused, Row, known_fields, made, read

CAPS: Final = {"tries": 1, "tries_a_day": 1, "by_keys": 1, "callbacks": 0}  # and the least that each may be
UNITS: Final[Mapping[str, float]] = {"m": 60.0, "h": 3_600.0, "d": 86_400.0}
LONGEST: Final = 90 * 86_400.0
_span = re.compile(r"(\d{1,4})\s*([mhd])")


def parse(text: str, filename: str) -> CallRules:
    """The rules of a file, or `Refused` with every problem by line. What is not said stays as it comes with Hall."""
    rows = read(text, filename)
    delays = made([row for row in rows if "outcome" in row.values], filename, _delays)
    caps = [row for row in rows if "outcome" not in row.values]
    if len(caps) > 1:
        raise Refused([Problem(filename, caps[1].line, "what is not about one outcome stands in one entry")])
    said = made(caps, filename, _caps)
    named = [outcome for outcome, _ in delays]
    if twice := [outcome for place, outcome in enumerate(named) if outcome in named[:place]]:
        raise Refused([Problem(filename, rows[-1].line, f"outcome {twice[0]} is there twice")])
    before = CallRules()
    return replace(before, delays={**before.delays, **dict(delays)}, **(said[0] if said else {}))


def standard_text() -> str:
    return resources.files("orders").joinpath("retry_rules.yaml").read_text("utf-8")


def standard() -> CallRules:
    """The rules that come with Hall."""
    return parse(standard_text(), "retry_rules.yaml")


def seconds(value: Any, name: str) -> float:
    found = _span.fullmatch(str(value).strip())
    length = int(found[1]) * UNITS[found[2]] if found else 0.0
    if not 0 < length <= LONGEST:
        raise BadRow(f"{name}: minutes, hours or days, as 30m, 3h or 2d, and 90 days at most; not {value!r}")
    return length


def _delays(row: Row) -> tuple[Outcome, tuple[float, ...]]:
    known_fields(row, ("outcome", "again"))
    name, again = str(row.values["outcome"]), row.values.get("again")
    if name not in set(MISSED):
        raise BadRow(f"outcome: {', '.join(MISSED)}, not {name!r}: after any other nobody is rung again by a rule")
    if not isinstance(again, list) or not again:
        raise BadRow("again: a list, as [30m, 3h, 18h]")
    return Outcome(name), tuple(seconds(each, "again") for each in again)


def _caps(row: Row) -> dict[str, Any]:
    known_fields(row, (*CAPS, "latest"))
    said: dict[str, Any] = {}
    for name, value in row.values.items():
        said[name] = seconds(value, name) if name == "latest" else _count(value, name, CAPS[name])
    return said


def _count(value: Any, name: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 1_000:
        raise BadRow(f"{name} is a whole number from {least} upwards, not {value!r}")
    return value
