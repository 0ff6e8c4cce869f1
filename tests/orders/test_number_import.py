"""A file of numbers, as the numbering people send it: everything wrong with it is told by line, before any of it."""

from collections.abc import Iterator

import pytest

from orders import number_grades
from orders.number_import import MOST_PROBLEMS, Listed, Reader
from orders.numbers import Terms

GOOD = """\
Number,region,grade,prepaid,monthly,months,penalty
13912308888,杭州,,,,,
13912350187, 宁波 ,,,,,
"13912345678",,A4,,,,
13912345679,,,88.50,,,
13912345670,,A4,100,58,12,0
"""
READER = Reader("numbers.csv", number_grades.standard())


def lines(text: str) -> Iterator[str]:
    return iter(text.splitlines(keepends=True))


def test_numbers_are_graded_by_the_rules_unless_the_file_says_otherwise() -> None:
    assert READER.problems(lines(GOOD)) == (5, [])
    assert list(READER.numbers(lines(GOOD))) == [
        Listed(2, "13912308888", "杭州", Terms("A4", 500_000, 59_800, 180, 30)),
        Listed(3, "13912350187", "宁波", Terms("NO4", 5_000)),
        Listed(4, "13912345678", "", Terms("A4", 500_000, 59_800, 180, 30)),
        Listed(5, "13912345679", "", Terms("PLAIN", 8_850)),
        Listed(6, "13912345670", "", Terms("A4", 10_000, 5_800, 12, 0)),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "numbers.csv:1: there is no column `number`"),
        ("number\n", "numbers.csv:1: there is no number in this file"),
        ("phone\n13912345678\n", "numbers.csv:1: there is no column `number`"),
        ("number,price\n13912345678,1\n", "numbers.csv:1: unknown column 'price'"),
        ("number,number\n13912345678,1\n", "numbers.csv:1: a column is named twice"),
        ("number\n1391234567x\n", "numbers.csv:2: number: '1391234567x' is none"),
        ("number\n1391234\n", "numbers.csv:2: number: '1391234' is none"),
        ("number\n01391234567\n", "numbers.csv:2: number: '01391234567' is none"),
        ("number\n1234567890123456\n", "numbers.csv:2: number: '1234567890123456' is none"),
        ("number,region\n13912345678\n", "numbers.csv:2: expected 2 columns"),
        ("number,grade\n13912345678,GOLD\n", "numbers.csv:2: grade: there is no 'GOLD'"),
        ("number,prepaid\n13912345678,ten\n", "numbers.csv:2: prepaid: 'ten' is no amount"),
        ("number,months\n13912345678,1000\n", "numbers.csv:2: months: '1000' is no whole number"),
        ('number\n"13912345678\n', "numbers.csv:2: this is not CSV"),
        (
            "number\n13912345678\n\n13912345679\n13912345678\n",
            "numbers.csv:5: 13912345678 stands in line 2 already",
        ),
    ],
)
def test_what_is_wrong_is_told_by_line(text: str, problem: str) -> None:
    _, problems = READER.problems(lines(text))
    assert [str(each)[: len(problem)] for each in problems] == [problem]


def test_all_of_it_is_told_up_to_a_point() -> None:
    _, problems = READER.problems(lines("number\n" + "x\n" * 1000))
    assert len(problems) == MOST_PROBLEMS and problems[-1].line == MOST_PROBLEMS + 1
