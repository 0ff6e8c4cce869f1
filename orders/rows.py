"""Rows that people write by hand, as YAML or CSV, with the line each stands on.

What is imported is imported whole or not at all: every complaint names file and line, all of them are collected, and
`Refused` carries them to whoever typed the command.

    catalogue.yaml:7: price: "twelve" is no amount; write yuan with at most two decimals, as 12.50
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

Made = TypeVar("Made")

LARGEST = 10**15  # fen; far more than anybody has, and far less than a database can hold
YES, NO = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True, slots=True)
class Problem:
    filename: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}: {self.what}"


class Refused(Exception):
    """Nothing was taken from the file; the problems say what to mend."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))


class BadRow(Exception):
    """One row cannot be used; the text says which field and what to write instead."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    values: Mapping[str, Any]


def read(text: str, filename: str) -> list[Row]:
    """The rows of a YAML list of mappings, or of a CSV file with a header, by the file's name."""
    return _csv_rows(text, filename) if filename.lower().endswith(".csv") else _yaml_rows(text, filename)


def made(rows: Iterable[Row], filename: str, make: Callable[[Row], Made]) -> list[Made]:
    """`make` of every row, or `Refused` with the problems of all that failed."""
    values: list[Made] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            values.append(make(row))
        except BadRow as error:
            problems.append(Problem(filename, row.line, str(error)))
    if problems:
        raise Refused(problems)
    return values


def known_fields(row: Row, fields: Iterable[str]) -> None:
    known = list(fields)
    unknown = [str(name) for name in row.values if name not in known]
    if unknown:
        raise BadRow(f"unknown field {', '.join(unknown)}; known are {', '.join(known)}")


def _yaml_rows(text: str, filename: str) -> list[Row]:
    try:
        document = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Refused([Problem(filename, line, f"this is not YAML: {error.problem}")]) from error
    except YAMLError as error:
        raise Refused([Problem(filename, 1, f"this is not YAML: {error}")]) from error
    if document is None:
        return []
    if not isinstance(document, list):
        raise Refused([Problem(filename, 1, "expected a list: begin each entry with `- `")])
    rows, problems = [], []
    for place, entry in enumerate(document):
        line = int(document.lc.item(place)[0]) + 1  # type: ignore[attr-defined]
        if isinstance(entry, dict):
            rows.append(Row(line, entry))
        else:
            problems.append(Problem(filename, line, "expected an entry of `name: value` lines"))
    if problems:
        raise Refused(problems)
    return rows


def _csv_rows(text: str, filename: str) -> list[Row]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows, problems, line = [], [], 1
    try:
        for values in reader:
            line = reader.line_num
            if None in values or None in values.values():
                problems.append(Problem(filename, line, f"expected {len(reader.fieldnames or ())} columns"))
            rows.append(Row(line, {name: value.strip() for name, value in values.items() if name and value}))
    except csv.Error as error:
        problems.append(Problem(filename, line + 1, f"this is not CSV: {error}; is a quotation mark left open?"))
    if problems:
        raise Refused(problems)
    return rows


def fen(value: Any, name: str) -> int:
    """An amount that is written in yuan, exactly."""
    try:
        amount = Decimal(str(value)) * 100
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(value, bool) or not amount.is_finite() or amount < 0 or amount != amount.to_integral_value():
        raise BadRow(f"{name}: {value!r} is no amount; write yuan with at most two decimals, as 12.50")
    if amount > LARGEST:
        raise BadRow(f"{name}: {value!r} is more than there can be")
    return int(amount)


def yes(value: Any, name: str) -> bool:
    text = str(value).strip().lower()
    if text not in YES + NO:
        raise BadRow(f"{name}: {value!r} must be true or false")
    return text in YES
