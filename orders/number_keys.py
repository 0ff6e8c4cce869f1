"""By what a number is found among a million: the keys that are stored, and indexed, beside it.

Searching means showing a page of numbers that fit, none of them twice, and other ones to everybody who searches: two
people who are shown the same first page fight for the same numbers. So every number has a place of its own in one
shuffled order, its `spread`, and every index is (key, spread): a search begins at a random place and reads on from
there, for as long as the page is not full, and nothing is ever sorted.

    tail2      the last two digits                      ends with 8: ten of them; with 88: one
    w1 … w6    three digits, at each of the six places in the last eight: 520 anywhere is six keys, a tail of 888 one;
               two neighbours are four digits, and have an index together
    shape4, 6  the shape of the last four and six digits, from the end: AABB, ABABCC
    band       how dear it is, roughly

A criterion becomes a few of these keys; what they cannot say is looked at in the rows that they lead to.
"""

from bisect import bisect_right
from dataclasses import dataclass

from orders.number_patterns import OWN, shape

BITS = 52
MOST = (1 << BITS) - 1
BANDS = (1, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)  # fen
WINDOW = 3
WINDOWS = tuple(f"w{place}" for place in range(1, OWN - WINDOW + 2))


@dataclass(frozen=True, slots=True)
class Keys:
    tail2: int
    windows: tuple[int, ...]
    shape4: str
    shape6: str
    without_4: bool
    spread: int


def keys_of(number: str) -> Keys:
    own = number[-OWN:]
    return Keys(
        int(own[-2:]),
        tuple(int(own[place : place + WINDOW]) for place in range(OWN - WINDOW + 1)),
        shape(own[-4:]),
        shape(own[-6:]),
        "4" not in own,
        spread(int(number)),
    )


def spread(number: int) -> int:
    """A place in the shuffled order. No two numbers have the same: each step can be undone."""
    number &= MOST
    number ^= number >> 27
    number = number * 0x9E3779B97F4A7C15 & MOST
    number ^= number >> 25
    number = number * 0xBF58476D1CE4E5B9 & MOST
    return number ^ number >> 26


def band(prepaid: int) -> int:
    return bisect_right(BANDS, prepaid)
