"""Telephone numbers to choose from (选号): what stands in the pool, and how long a number is kept for whom.

    free ──hold──► held ──order──► ordered ──completed──► sold
      ▲              │                │                     │ returned
      ├──── let go, or its time over  │                     ▼
      ├──── order cancelled, refused ◄┘                  cooling ──its days over──► free
      └───► withdrawn, and back, by an operator

A hold is over when its time is: whoever wants the number then may have it, whether or not anybody has swept since. An
order keeps its number for as long as it stands. What was sold and comes back cools off first, because people go on
ringing its former owner.
"""

from dataclasses import dataclass
from enum import StrEnum

DAY = 86_400.0


class NumberState(StrEnum):
    FREE = "free"
    HELD = "held"
    ORDERED = "ordered"
    SOLD = "sold"
    COOLING = "cooling"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a number costs beside the tariff.

    prepaid: fen, paid when it is ordered. monthly: the least that is spent in each of `months`. penalty: per cent of
    what is left of that, for who gives it back earlier.
    """

    grade: str
    prepaid: int = 0
    monthly: int = 0
    months: int = 0
    penalty: int = 0


@dataclass(frozen=True, slots=True)
class PoolNumber:
    """holder: the subscriber, or the hall (`hall:NAME`), that it is held, ordered or sold for, and until when."""

    number: str
    terms: Terms
    region: str = ""
    state: NumberState = NumberState.FREE
    until: float | None = None
    holder: str | None = None
    order: str | None = None


class NumberNotHeld(Exception):
    """It could not be kept for him; the text says why."""


@dataclass(frozen=True, slots=True)
class HoldRules:
    """browsing: seconds for which a number is held while somebody decides, and at_once: how many at a time.
    cooling:    seconds until a returned number may be chosen again.
    per_person: how many numbers one person may have, ordered and sold.
    offer:      what is ordered with a number, as the catalogue has it; the number's prepayment is its price.
    hall_at_once: how many another hall may hold at a time.
    """

    browsing: float = 15 * 60.0
    at_once: int = 3
    cooling: float = 90 * DAY
    per_person: int = 5
    offer: str = "HM"
    hall_at_once: int = 1_000


def hall_holder(client: str) -> str:
    """How a hall that reserves over HTTP is called among the holders."""
    return f"hall:{client}"
