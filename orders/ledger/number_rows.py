"""Numbers to rows and back."""

from typing import Any

from orders.ledger.rows import Row
from orders.ledger.tables import numbers
from orders.number_keys import WINDOWS, band, keys_of, spread
from orders.numbers import NumberState, PoolNumber, Terms

SHOWN = (
    numbers.c.number, numbers.c.region, numbers.c.grade, numbers.c.prepaid, numbers.c.monthly, numbers.c.months,
    numbers.c.penalty, numbers.c.state, numbers.c.until, numbers.c.holder, numbers.c.order_number,
)  # fmt: skip


def number_of(row: Any) -> PoolNumber:
    return PoolNumber(
        row.number,
        Terms(row.grade, row.prepaid, row.monthly, row.months, row.penalty),
        row.region,
        NumberState(row.state),
        row.until,
        row.holder,
        row.order_number,
    )


def new_row(number: str, terms: Terms, region: str, now: float) -> Row:
    """A number that is free from now on."""
    keys = keys_of(number)
    return {
        "number": number,
        **terms_row(terms),
        "region": region,
        "state": NumberState.FREE.value,
        "changed_at": now,
        "without_4": keys.without_4,
        "tail2": keys.tail2,
        **dict(zip(WINDOWS, keys.windows, strict=True)),
        "shape4": keys.shape4,
        "shape6": keys.shape6,
        "spread": keys.spread,
    }


def terms_row(terms: Terms) -> Row:
    return {
        "grade": terms.grade,
        "prepaid": terms.prepaid,
        "monthly": terms.monthly,
        "months": terms.months,
        "penalty": terms.penalty,
        "band": band(terms.prepaid),
    }


def place_of(number: str) -> int:
    """Where it stands in the shuffled order, once it is to be had again."""
    return spread(int(number))
