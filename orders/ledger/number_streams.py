"""Which index a search reads: the keys under which all numbers that fit must stand, as few of them as can be.

Each key is a stream of numbers in the shuffled order (see number_keys). A search reads the streams of the criterion
that leaves the fewest numbers, side by side, and looks at the other criteria in the rows that come: ends with 66888
reads the one stream of 888; 520 anywhere reads six, one for each place where it may stand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import perm

from orders.number_keys import BANDS, WINDOW, WINDOWS, band
from orders.number_patterns import OWN, is_run, runs, shape
from orders.number_search import Criteria

MOST_STREAMS = 40
CHEAP = 2  # bands that most of a pool may stand in


@dataclass(frozen=True, slots=True)
class Stream:
    """column: of the key; empty for all numbers. beside, second: the next one of four digits, and what stands there.
    only, never: masks (LIKE) for the numbers of this stream alone.
    """

    column: str = ""
    value: int | str = 0
    beside: str = ""
    second: int = 0
    only: str = ""
    never: tuple[str, ...] = ()


Streams = tuple[Stream, ...]
ALL: Streams = (Stream(),)


@lru_cache(maxsize=512)
def streams_for(criteria: Criteria) -> Streams:
    return min(_choices(criteria), key=lambda choice: choice[0])[1]


def _choices(criteria: Criteria) -> Iterator[tuple[float, Streams]]:
    """How much of the pool is read at the worst, and by which streams."""
    yield 1.0, ALL
    yield from _by_end(criteria.tail[-OWN:])
    yield from _by_end(_fixed_end(criteria.pattern))
    yield from _by_window(criteria.pattern)
    yield from _by_contained(criteria.contains)
    yield from _by_run(criteria.pattern)
    yield from _by_shape(_letters_at_end(criteria.pattern))
    yield from _by_price(criteria)
    for column in ("grade", "region"):
        if value := getattr(criteria, column):
            yield 0.05, (Stream(column, value),)


def _by_end(digits: str) -> Iterator[tuple[float, Streams]]:
    if len(digits) >= WINDOW:
        yield 10.0 ** -min(len(digits), WINDOW + 1), (_ending(digits),)
    elif len(digits) == 2:
        yield 0.01, (Stream("tail2", int(digits)),)
    elif digits:
        yield 0.1, tuple(Stream("tail2", int(f"{tens}{digits}")) for tens in range(10))


def _ending(digits: str) -> Stream:
    """The end of a number: its last three or four digits."""
    last = len(WINDOWS) - 1
    return _at(last, digits[-WINDOW:]) if len(digits) == WINDOW else _at(last - 1, digits[-WINDOW - 1 :])


def _at(place: int, digits: str, only: str = "", never: tuple[str, ...] = ()) -> Stream:
    """By three digits, or by four where there are as many."""
    first = Stream(WINDOWS[place], int(digits[:WINDOW]), only=only, never=never)
    if len(digits) == WINDOW:
        return first
    return replace(first, beside=WINDOWS[place + 1], second=int(digits[1 : WINDOW + 1]))


def _fixed_end(pattern: str) -> str:
    digits = pattern[-OWN:]
    return digits[len(digits.rstrip("0123456789")) :]


def _by_window(pattern: str) -> Iterator[tuple[float, Streams]]:
    """Three digits that are given, somewhere before the end."""
    padded = pattern[-OWN:].rjust(OWN, "?")
    for place, column in enumerate(WINDOWS):
        digits = padded[place : place + WINDOW]
        if digits.isdigit():
            yield 0.001, (Stream(column, int(digits)),)
            return


def _by_contained(digits: str) -> Iterator[tuple[float, Streams]]:
    """At each place where they may stand; a number that holds them twice is met at the first of the two."""
    places = OWN - len(digits) + 1
    if len(digits) < WINDOW or places < 1:
        return
    masks = [f"%{digits}{'_' * (OWN - len(digits) - place)}" for place in range(places)]
    share = places * 10.0 ** -min(len(digits), WINDOW + 1)
    yield share, tuple(_at(place, digits, masks[place], tuple(masks[:place])) for place in range(places))


def _by_run(pattern: str) -> Iterator[tuple[float, Streams]]:
    if is_run(pattern) and len(pattern) <= OWN:
        ends = [_ending(digits) for digits in runs(pattern)]
        yield len(ends) * 10.0 ** -min(len(pattern), WINDOW + 1), tuple(ends)


def _letters_at_end(pattern: str) -> str:
    if is_run(pattern):
        return ""
    letters = pattern[len(pattern.rstrip("ABCDEFGH")) :]
    return letters[-6:] if len(letters) >= 2 else ""


def _by_shape(letters: str) -> Iterator[tuple[float, Streams]]:
    """Letters that differ elsewhere in the pattern differ here; what more it says is looked at in the rows."""
    if not letters:
        return
    begins, length = shape(letters), 4 if len(letters) <= 4 else 6
    shapes = [each for each in _shapes(length) if each.startswith(begins)]
    if len(shapes) <= MOST_STREAMS:
        share = sum(perm(10, len(set(each))) / 10**length for each in shapes)
        yield share, tuple(Stream(f"shape{length}", each) for each in shapes)


@lru_cache(maxsize=2)
def _shapes(length: int) -> tuple[str, ...]:
    if not length:
        return ("",)
    return tuple(
        before + chr(ord("A") + letter) for before in _shapes(length - 1) for letter in range(len(set(before)) + 1)
    )


def _by_price(criteria: Criteria) -> Iterator[tuple[float, Streams]]:
    if criteria.least is None and criteria.most is None:
        return
    first = band(criteria.least or 0)
    last = len(BANDS) if criteria.most is None else band(criteria.most)
    share = sum(0.4 if each <= CHEAP else 0.02 for each in range(first, last + 1))
    yield share, tuple(Stream("band", each) for each in range(first, last + 1))
