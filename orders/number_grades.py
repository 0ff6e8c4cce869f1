"""The grades of numbers as an operator writes them (`number_grades.yaml`), read and checked once.

    number ──► rules by rank ──► the first that fits ──► Terms

The lowest rank comes first. One rule without any condition stands last, so that every number has a grade.
"""

from dataclasses import dataclass
from importlib import resources
from typing import Any

from orders.number_patterns import OWN, BadPattern, ends_with, holds, pattern_of
from orders.numbers import Terms
from orders.rows import BadRow, Problem, Refused, Row, fen, known_fields, made, read

FIELDS = ("grade", "rank", "pattern", "at", "without", "prepaid", "monthly", "months", "penalty")
TAIL, ANYWHERE = "tail", "anywhere"
STANDARD = "number_grades.yaml"


@dataclass(frozen=True, slots=True)
class GradeRule:
    """patterns: one of them fits, at the end of the number or anywhere; none: every number's do."""

    terms: Terms
    rank: int
    patterns: tuple[str, ...] = ()
    anywhere: bool = False
    without: str = ""

    @property
    def fits_all(self) -> bool:
        return not self.patterns and not self.without

    def fits(self, number: str) -> bool:
        own = number[-OWN:]
        if self.without and any(digit in own for digit in self.without):
            return False
        look = holds if self.anywhere else ends_with
        return not self.patterns or any(look(number, pattern) for pattern in self.patterns)


GradeRules = tuple[GradeRule, ...]


def grade_of(number: str, rules: GradeRules) -> Terms:
    return next(rule.terms for rule in rules if rule.fits(number))


def standard() -> GradeRules:
    """The grades that come with Hall."""
    return parse(resources.files("orders").joinpath(STANDARD).read_text("utf-8"), STANDARD)


def parse(text: str, filename: str) -> GradeRules:
    """The rules of a file by rank, or `Refused` with every problem by line."""
    rows = read(text, filename)
    rules = made(rows, filename, _rule)
    if problems := [*_twice(rows, rules, filename), *_never_reached(rows, rules, filename)]:
        raise Refused(problems)
    return tuple(sorted(rules, key=lambda rule: rule.rank))


def _rule(row: Row) -> GradeRule:
    known_fields(row, FIELDS)
    at = row.values.get("at", TAIL)
    if at not in (TAIL, ANYWHERE):
        raise BadRow(f"at is {TAIL} or {ANYWHERE}, not {at!r}")
    terms = Terms(
        grade=_name(row),
        prepaid=fen(row.values.get("prepaid", 0), "prepaid"),
        monthly=fen(row.values.get("monthly", 0), "monthly"),
        months=_count(row, "months", 600),
        penalty=_count(row, "penalty", 100),
    )
    if bool(terms.monthly) != bool(terms.months):
        raise BadRow("monthly and months go together: so much in each of so many months")
    return GradeRule(terms, _count(row, "rank", 1_000_000), _patterns(row), at == ANYWHERE, _without(row))


def _name(row: Row) -> str:
    name = str(row.values.get("grade") or "").strip()
    if not name or len(name) > 20:
        raise BadRow("grade: is missing, or longer than 20 characters; every rule names one, as AAAA")
    return name


def _patterns(row: Row) -> tuple[str, ...]:
    given: Any = row.values.get("pattern", [])
    try:
        return tuple(pattern_of(str(one)) for one in (given if isinstance(given, list) else [given]))
    except BadPattern as problem:
        raise BadRow(f"pattern: {problem}") from None


def _without(row: Row) -> str:
    digits = str(row.values.get("without", ""))
    if digits and not (digits.isascii() and digits.isdigit()):
        raise BadRow(f'without: {digits!r} must be digits in quotation marks, as "4"')
    return digits


def _count(row: Row, name: str, most: int) -> int:
    value = row.values.get(name, None if name == "rank" else 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise BadRow(f"{name} is a whole number from 0 to {most}, not {value!r}")
    return value


def _twice(rows: list[Row], rules: list[GradeRule], filename: str) -> list[Problem]:
    ranks: dict[int, int] = {}
    problems = []
    for row, rule in zip(rows, rules, strict=True):
        first = ranks.setdefault(rule.rank, row.line)
        if first != row.line:
            text = f"rank {rule.rank} is taken by the rule of line {first}: which of the two comes first?"
            problems.append(Problem(filename, row.line, text))
    return problems


def _never_reached(rows: list[Row], rules: list[GradeRule], filename: str) -> list[Problem]:
    last = min((rule.rank for rule in rules if rule.fits_all), default=None)
    if last is None:
        line = rows[-1].line if rows else 1
        return [Problem(filename, line, "add a rule without pattern and without `without`, for all other numbers")]
    return [
        Problem(filename, row.line, f"nothing comes here: a rule of rank {last}, before this one, fits every number")
        for row, rule in zip(rows, rules, strict=True)
        if rule.rank > last
    ]
