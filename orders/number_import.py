"""A file of numbers, as the numbering people send it: CSV with a header, one number a line, a million of them or more.

    number,region,grade,prepaid,monthly,months,penalty
    13912345678,杭州,,,,,

Only `number` must be there. Without a grade the rules say what the number is worth; what else is given takes the place
of what they say. The file is read line by line and never held whole: once to find everything that is wrong with it,
and once more to take it over. What is kept meanwhile is sixteen octets for each number, to find those that stand twice.
"""

import csv
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Any

from orders.number_grades import GradeRules, grade_of
from orders.number_patterns import OWN
from orders.numbers import Terms
from orders.rows import BadRow, Problem, Refused, fen

FIELDS = ("number", "region", "grade", "prepaid", "monthly", "months", "penalty")
TERMS = FIELDS[3:]
LONGEST = 15  # digits, as the numbering plan of the world has it
MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Listed:
    line: int
    number: str
    region: str
    terms: Terms


class Reader:
    """Reads a file as often as it is asked to; `lines` are its lines, from the first one, each time."""

    def __init__(self, filename: str, rules: GradeRules) -> None:
        self._filename = filename
        self._rules = rules
        self._graded = {rule.terms.grade: rule.terms for rule in reversed(rules)}

    def problems(self, lines: Iterable[str]) -> tuple[int, list[Problem]]:
        """How many numbers there are, and what is wrong, up to MOST_PROBLEMS of it."""
        problems: list[Problem] = []
        seen, stood = array("q"), array("q")
        for found in self._rows(lines):
            if isinstance(found, Problem):
                problems.append(found)
                if len(problems) >= MOST_PROBLEMS:
                    return len(seen), problems
            else:
                stood.append(found[0])
                seen.append(int(found[1]["number"]))
        if not seen and not problems:
            problems.append(Problem(self._filename, 1, "there is no number in this file"))
        return len(seen), problems or list(islice(self._twice(seen, stood), MOST_PROBLEMS))

    def numbers(self, lines: Iterable[str]) -> Iterator[Listed]:
        """Of a file that has no problems; raises Refused if it has become another meanwhile."""
        for found in self._rows(lines):
            if isinstance(found, Problem):
                raise Refused([found])
            line, row = found
            number = row["number"]
            yield Listed(line, number, row.get("region", ""), self._terms(number, row))

    def _rows(self, lines: Iterable[str]) -> Iterator[Problem | tuple[int, Mapping[str, str]]]:
        reader = csv.reader(lines, strict=True)
        try:
            header = [name.strip().lower() for name in next(reader, [])]
            if wrong := _wrong_header(header):
                yield Problem(self._filename, 1, wrong)
                return
            for values in reader:
                if not values:
                    continue
                row = dict(zip(header, map(str.strip, values), strict=False))
                wrong = f"expected {len(header)} columns" if len(values) != len(header) else self._wrong(row)
                yield Problem(self._filename, reader.line_num, wrong) if wrong else (reader.line_num, row)
        except csv.Error as error:
            yield Problem(self._filename, reader.line_num, f"this is not CSV: {error}; is a quotation mark left open?")

    def _wrong(self, row: Mapping[str, str]) -> str:
        number = row["number"]
        if not (number.isascii() and number.isdigit() and OWN <= len(number) <= LONGEST and number[0] != "0"):
            return f"number: {number!r} is none; write {OWN} to {LONGEST} digits, the first of them not 0"
        grade = row.get("grade")
        if grade and grade not in self._graded:
            return f"grade: there is no {grade!r}; there are {', '.join(reversed(self._graded))}"
        if any(row.get(name) for name in TERMS):
            try:
                _given_terms(row)
            except BadRow as error:
                return str(error)
        return ""

    def _terms(self, number: str, row: Mapping[str, str]) -> Terms:
        grade = row.get("grade")
        terms = self._graded[grade] if grade else grade_of(number, self._rules)
        return replace(terms, **_given_terms(row)) if any(row.get(name) for name in TERMS) else terms

    def _twice(self, seen: "array[int]", stood: "array[int]") -> Iterator[Problem]:
        """Sorted, what stands twice stands side by side."""
        twice = {number for number, after in pairwise(sorted(seen)) if number == after}
        first: dict[int, int] = {}
        for number, line in zip(seen, stood, strict=True) if twice else ():
            if number not in twice:
                continue
            if number in first:
                yield Problem(self._filename, line, f"{number} stands in line {first[number]} already")
            first.setdefault(number, line)


def _wrong_header(header: list[str]) -> str:
    if "number" not in header:
        return f"there is no column `number`; begin the file with a line that names its columns: {','.join(FIELDS)}"
    unknown = [name for name in header if name not in FIELDS]
    if unknown:
        return f"unknown column {', '.join(map(repr, unknown))}; known are {', '.join(FIELDS)}"
    return "a column is named twice" if len(set(header)) < len(header) else ""


def _given_terms(row: Mapping[str, str]) -> dict[str, Any]:
    given = {name: fen(row[name], name) for name in ("prepaid", "monthly") if row.get(name)}
    return given | {name: _whole(row[name], name, most) for name, most in LIMITS.items() if row.get(name)}


LIMITS = {"months": 600, "penalty": 100}


def _whole(text: str, name: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise BadRow(f"{name}: {text!r} is no whole number from 0 to {most}")
    return int(text)
