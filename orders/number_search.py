"""What somebody wants of a number, and the page of numbers that he is shown."""

from dataclasses import dataclass

from orders.number_keys import MOST, spread
from orders.number_patterns import LONGEST, OWN, is_run, pattern_of
from orders.numbers import PoolNumber


@dataclass(frozen=True, slots=True)
class Criteria:
    """tail: the last digits. contains: digits anywhere among the last eight. pattern: as AABB or ?8?8, at the end.
    least, most: of the prepayment, in fen. Whatever is empty does not matter.
    """

    tail: str = ""
    contains: str = ""
    pattern: str = ""
    without_4: bool = False
    grade: str = ""
    region: str = ""
    least: int | None = None
    most: int | None = None

    @property
    def impossible(self) -> bool:
        """No number can be like that, so that none need be looked for."""
        if self.without_4 and "4" in self.tail[-OWN:] + self.contains + self.pattern[-OWN:]:
            return True
        if is_run(self.pattern) and len(self.pattern) > 10:
            return True
        return self.least is not None and self.most is not None and self.least > self.most


def wanted(text: str) -> Criteria:
    """What a subscriber writes behind XH: digits for the tail, or a pattern. Raises BadPattern."""
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST:
        return Criteria(tail=digits)
    return Criteria(pattern=pattern_of(text)) if digits else Criteria()


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a search goes on: it began at `seed` in the shuffled order, stands at `at`, and may have gone round."""

    seed: int
    at: int
    round: bool = False

    def __str__(self) -> str:
        return f"{self.seed}-{self.at}-{int(self.round)}"


def begin(chance: int) -> Mark:
    """`chance` is different for each search, and the same when a batch is taken again: the id of the request."""
    seed = spread(chance & MOST)
    return Mark(seed, seed)


def mark_of(text: str) -> Mark | None:
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    seed, at, rounds = map(int, parts)
    return Mark(seed, at, bool(rounds)) if max(seed, at) <= MOST else None


@dataclass(frozen=True, slots=True)
class Page:
    """next: where the next page begins; None when all that fit have been shown."""

    numbers: tuple[PoolNumber, ...]
    next: Mark | None = None
