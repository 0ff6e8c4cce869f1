"""The service password of a subscriber: six digits by which he proves on the telephone who he is.

Three wrong tries in a row, within a day, lock it for a day. Each try counts as a wrong one from the moment at which it
is made until it turns out right, so that a hundred tries at one moment are a hundred tries, and a node that dies while
it compares has given nobody another one. A number that has no password is met with the same words, and is locked as
well: who tries learns nothing of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

TRIES: Final = 3
DAY: Final = 86_400.0
DIGITS: Final = 6


class BadServicePassword(Exception):
    """It cannot be one; the text says why."""


@dataclass(frozen=True, slots=True)
class Tried:
    at: float
    right: bool
    locked_until: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """left: how many tries there are until it is locked; 0 while it is, until `locked_until`."""

    left: int
    locked_until: float | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """One that is being made.

    hash:  to compare with; None where there is none.
    left:  tries that remain if this one is wrong; None while it is locked, and nothing is to be compared.
    known: it was made before, and has been counted; `right` says how it came out, as far as that is known.
    """

    hash: str | None = None
    left: int | None = None
    known: bool = False
    right: bool = False


def standing(tried: Iterable[Tried], now: float) -> Standing:
    left = TRIES
    for each in sorted(tried, key=lambda tried: tried.at):
        if each.locked_until is not None and each.locked_until > now:
            return Standing(0, each.locked_until)
        if each.right or each.locked_until is not None:
            left = TRIES
        elif each.at > now - DAY:
            left -= 1
    return Standing(max(left, 0))


def checked(password: str) -> str:
    """Raises BadServicePassword."""
    if len(password) != DIGITS or not (password.isascii() and password.isdecimal()):
        raise BadServicePassword(f"a service password has {DIGITS} digits")
    steps = {int(after) - int(before) for before, after in pairwise(password)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise BadServicePassword("a service password is not six digits alike, nor in a row")
    return password
