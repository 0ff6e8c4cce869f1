"""Patterns of digits, as shops write them, made into regular expressions.

    8       this digit                 ?888     any digit, and 888
    AABB    letters: the same letter is the same digit, different letters are different digits
    ABCD    all of them different and in a row: digits that go up by one; DCBA: down by one

A pattern speaks of the end of a number, or of any place among its own digits: the last eight, by which the numbers of
one network and area differ.
"""

import re
from functools import lru_cache
from itertools import pairwise

OWN = 8  # digits
LONGEST = 11

_written = re.compile(rf"[0-9A-H?]{{1,{LONGEST}}}")


class BadPattern(ValueError):
    """A text that is no pattern; it says what to write."""


def pattern_of(text: str) -> str:
    """The pattern in one way of writing it, or BadPattern."""
    pattern = text.strip().upper().replace("？", "?").replace("*", "?")
    if not _written.fullmatch(pattern):
        raise BadPattern(
            f"{text!r} is no pattern: write up to {LONGEST} digits, letters from A to H, or ? as in AABB, 8?8"
        )
    return pattern


def is_run(pattern: str) -> bool:
    """ABC, DCBA: no digit twice, and the letters in a row."""
    if len(pattern) < 3 or not pattern.isalpha():
        return False
    steps = {ord(after) - ord(before) for before, after in pairwise(pattern)}
    return steps in ({1}, {-1})


def runs(pattern: str) -> list[str]:
    """The digits that a run may stand for: 012, 123 … 789."""
    upwards = ["0123456789"[first : first + len(pattern)] for first in range(11 - len(pattern))]
    return upwards if pattern[0] < pattern[-1] else [digits[::-1] for digits in reversed(upwards)]


@lru_cache(maxsize=1024)
def expression(pattern: str) -> re.Pattern[str]:
    """For exactly as many digits as the pattern has."""
    if is_run(pattern):
        return re.compile("|".join(runs(pattern)))
    groups: dict[str, int] = {}
    made = []
    for sign in pattern:
        if sign == "?":
            made.append(r"\d")
        elif sign.isdigit():
            made.append(sign)
        elif sign in groups:
            made.append(rf"(?:\{groups[sign]})")
        else:
            made.append("".join(rf"(?!\{group})" for group in groups.values()) + r"(\d)")
            groups[sign] = len(groups) + 1
    return re.compile("".join(made))


def ends_with(number: str, pattern: str) -> bool:
    return len(number) >= len(pattern) and expression(pattern).match(number, len(number) - len(pattern)) is not None


def holds(number: str, pattern: str) -> bool:
    """Anywhere among the number's own digits."""
    return expression(pattern).search(number, max(0, len(number) - OWN)) is not None


def shape(digits: str) -> str:
    """The pattern of letters that these digits have: 8866 is AABB. Read from the end, so that AABB begins AABBCC."""
    letters: dict[str, str] = {}
    return "".join(letters.setdefault(sign, chr(ord("A") + len(letters))) for sign in reversed(digits))
