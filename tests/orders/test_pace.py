"""How fast the house begins to ring."""

from hypothesis import given
from hypothesis import strategies as st

from orders.pace import Pace


def test_it_begins_evenly() -> None:
    pace = Pace(30.0)
    begun = []
    for second in range(61):
        may = pace.may(float(second))
        pace.began(may)
        begun.append(may)
    assert sum(begun) in (30, 31)
    assert max(begun) == 1


def test_what_was_not_used_is_not_saved_up() -> None:
    pace = Pace(120.0)
    pace.may(0.0)
    assert pace.may(3_600.0) == 10  # five seconds' worth


@given(st.floats(1.0, 600.0), st.lists(st.floats(0.0, 30.0), max_size=50))
def test_it_never_begins_more_than_the_pace(a_minute: float, steps: list[float]) -> None:
    pace, now, begun = Pace(a_minute), 0.0, 0
    for step in steps:
        now += step
        may = pace.may(now)
        pace.began(may)
        begun += may
    assert begun <= max(1.0, a_minute / 12.0) + now * a_minute / 60.0 + 1e-6
