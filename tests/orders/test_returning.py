"""Seven days from the day after he signed, and what may be excluded."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from orders.order import OrderState
from orders.returning import Return, ReturnState, Why, refusal, until
from tests.orders.test_changing import ordered

ZONE = ZoneInfo("Asia/Shanghai")


def at(*when: int) -> float:
    return datetime(*when, tzinfo=ZONE).timestamp()  # type: ignore[arg-type, misc]


@pytest.mark.parametrize("signed", [at(2026, 12, 1), at(2026, 12, 1, 12), at(2026, 12, 1, 23, 59, 59)])
def test_seven_days_from_the_day_after_wherever_in_the_day_he_signed(signed: float) -> None:
    assert until(signed, ZONE) == at(2026, 12, 9), "the eighth of December is the last day, whole"


SIGNED = at(2026, 12, 1, 12)
DONE = replace(ordered(), state=OrderState.COMPLETED)
ASKED = Return("8613800138000", "1000000016", ReturnState.ASKED, "", 200, SIGNED, SIGNED, "subscriber")


@pytest.mark.parametrize(
    ("order", "known", "now", "why"),
    [
        (DONE, None, at(2026, 12, 8, 23, 59, 59), None),
        (DONE, None, at(2026, 12, 9), Why.TOO_LATE),
        (DONE, ASKED, at(2026, 12, 2), Why.ALREADY),
        (DONE, replace(ASKED, state=ReturnState.REFUSED), at(2026, 12, 2), None),
        (DONE, replace(ASKED, state=ReturnState.REFUNDED), at(2026, 12, 2), Why.ALREADY),
        (replace(DONE, waived_at=SIGNED), None, at(2026, 12, 2), Why.EXCLUDED),
        (replace(DONE, state=OrderState.IN_PROGRESS), None, at(2026, 12, 2), Why.NOT_DELIVERED),
    ],
)
def test_who_may_bring_it_back(order, known, now, why) -> None:  # type: ignore[no-untyped-def]
    assert refusal(order, SIGNED, known, now, ZONE) is why
