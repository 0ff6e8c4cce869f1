"""What a number is worth, by rules that are data."""

import random

import pytest

from orders import number_grades
from orders.number_grades import grade_of, parse
from orders.numbers import Terms
from orders.rows import Refused

RULES = number_grades.standard()
REST = "- {grade: REST, rank: 99}\n"


@pytest.mark.parametrize(
    ("number", "grade"),
    [
        ("13912388888", "A5"),
        ("13912308888", "A4"),
        ("13912348888", "A4-4"),
        ("13900012345", "RUN5"),
        ("13907112233", "PAIRS3"),
        ("13912350888", "A3"),
        ("13912340888", "A3-4"),
        ("13988882701", "A4-IN"),
        ("13900138686", "ABAB"),
        ("13900138668", "NO4"),
        ("13912350168", "RICH"),
        ("13912350188", "A2"),
        ("13912350187", "NO4"),
        ("13912340187", "PLAIN"),
    ],
)
def test_the_standard_grades(number: str, grade: str) -> None:
    assert grade_of(number, RULES).grade == grade


def test_the_lowest_rank_that_fits_decides_in_whatever_order_they_are_written() -> None:
    rules = parse("- {grade: B, rank: 2, pattern: '88'}\n- {grade: A, rank: 1, pattern: '888'}\n" + REST, "g.yaml")
    graded = [grade_of(number, rules).grade for number in ("13900000888", "13900000088", "13900000008")]
    assert graded == ["A", "B", "REST"]


def test_terms_are_in_fen_and_stand_with_the_grade() -> None:
    text = '- {grade: A, rank: 1, pattern: "8", prepaid: 12.50, monthly: 58, months: 24, penalty: 30}\n' + REST
    assert grade_of("13900000008", parse(text, "g.yaml")) == Terms("A", 1250, 5800, 24, 30)


def test_every_number_has_a_grade() -> None:
    chance = random.Random(1)
    for _ in range(2000):
        assert grade_of(f"1{chance.randrange(10**10):010d}", RULES).grade


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- {grade: A, rank: 1, pattern: AA-BB}\n" + REST, "g.yaml:1: pattern: 'AA-BB' is no pattern"),
        ("- {grade: A, rank: 1, at: middle}\n" + REST, "g.yaml:1: at is tail or anywhere, not 'middle'"),
        ("- {grade: A, rank: 1, without: x}\n" + REST, "g.yaml:1: without: 'x' must be digits"),
        ("- {grade: A, rank: 1, pattern: '8', monthly: 58}\n" + REST, "g.yaml:1: monthly and months go together"),
        ("- {grade: A, rank: 1, price: 3}\n" + REST, "g.yaml:1: unknown field price"),
        ("- {rank: 1, pattern: '8'}\n" + REST, "g.yaml:1: grade: is missing"),
        ("- {grade: A, pattern: '8'}\n" + REST, "g.yaml:1: rank is a whole number"),
        ("- {grade: A, rank: 99, pattern: '8'}\n" + REST, "g.yaml:2: rank 99 is taken by the rule of line 1"),
        (REST + "- {grade: A, rank: 100, pattern: '8'}\n", "g.yaml:2: nothing comes here"),
        ("- {grade: A, rank: 1, pattern: '8'}\n", "g.yaml:1: add a rule without pattern"),
        ("", "g.yaml:1: add a rule without pattern"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text, "g.yaml")
    assert str(refused.value).startswith(problem)
