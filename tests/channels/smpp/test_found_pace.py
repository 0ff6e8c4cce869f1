"""A message centre that throttles and has not said at what rate: what gets across, and at what price."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from channels.smpp.found_pace import FORGOTTEN_AFTER, FoundPace
from channels.smpp.paces import Paces
from tests.doubles.link_wire import Wire
from tests.doubles.throttling import Judge, Throttling, by_the_bucket, by_the_second, over_the_last_second

JUDGES: dict[str, Callable[[float], Judge]] = {
    "by the second": by_the_second,
    "over the last second": over_the_last_second,
    "a deep bucket": lambda rate: by_the_bucket(rate, max(1, rate)),
    "a shallow bucket": lambda rate: by_the_bucket(rate, 1 + rate / 20),
}


def throttling(judge: Judge, delay: float = 0.02, window: int = 50, paces: Paces | None = None) -> Throttling:
    return Throttling(judge, Wire(window=window, enquire_link=1000, paces=paces), delay)


def shares(peer: Throttling, rate: float, last: float) -> tuple[float, float]:
    """Of the rate, what was taken; and refusals for each message taken."""
    taken = peer.rate(peer.taken, last)
    return taken / rate, peer.rate(peer.refused, last) / taken


@pytest.mark.parametrize("how", JUDGES)
@pytest.mark.parametrize("rate", [1, 5, 20, 100])
def test_nearly_all_that_is_allowed_is_used_and_little_is_refused(how: str, rate: float) -> None:
    peer = throttling(JUDGES[how](rate))
    peer.goes_on(240)
    used, refused = shares(peer, rate, 180)
    assert 0.88 <= used <= 1.05
    assert refused <= 0.035
    assert len(peer.refused) <= 50 + 20  # a window of them, to learn it; then one now and then


@hypothesis_settings(deadline=None, max_examples=25)
@given(st.sampled_from(sorted(JUDGES)), st.floats(0.5, 40), st.floats(0.001, 1.5), st.integers(5, 100))
def test_it_is_so_at_any_rate_delay_and_window(how: str, rate: float, delay: float, window: int) -> None:
    peer = throttling(JUDGES[how](max(1, round(rate))), delay, window=window)
    rate = min(max(1, round(rate)), window / delay)
    peer.goes_on(300)
    used, refused = shares(peer, rate, 180)
    assert used >= 0.78
    assert refused <= 0.07


@pytest.mark.parametrize(("before", "after"), [(10, 100), (100, 10), (3, 40), (200, 2)])
def test_a_rate_that_changes_is_found_again(before: float, after: float) -> None:
    peer = throttling(by_the_second(before))
    peer.goes_on(60)
    peer.judge = by_the_second(after)
    peer.goes_on(300)
    used, refused = shares(peer, after, 120)
    assert used >= 0.85
    assert refused <= 0.05


def test_an_hour_in_which_nothing_at_all_is_taken_costs_little_afterwards() -> None:
    peer = throttling(by_the_second(20))
    peer.goes_on(60)
    peer.judge = lambda now: False
    peer.goes_on(300)
    assert peer.rate(peer.refused, 300) < 0.1
    peer.judge = by_the_second(20)
    peer.goes_on(120)
    assert shares(peer, 20, 60)[0] >= 0.85


def test_two_links_of_one_account_find_what_it_is_allowed_in_all() -> None:
    judge = by_the_second(40)
    one, other = throttling(judge), throttling(judge)
    for _ in range(2400):
        one.goes_on(0.1)
        other.goes_on(0.1)
    assert one.rate(one.taken, 120) + other.rate(other.taken, 120) >= 0.85 * 40
    assert len(one.refused) + len(other.refused) <= 2 * (50 + 60)


def test_what_is_not_needed_is_not_tried() -> None:
    paces = Paces()
    peer = throttling(by_the_second(20), paces=paces)
    peer.texts(40)
    peer.goes_on(5, waiting=0)
    rate, refused = paces.found.rate, len(peer.refused)
    for _ in range(60):
        peer.texts(2)
        peer.goes_on(1, waiting=0)
    assert (paces.found.rate, len(peer.refused)) == (rate, refused)


def test_nothing_is_known_before_the_first_refusal_and_all_is_forgotten_after_a_while() -> None:
    pace = FoundPace()
    pace.sent(1, False, 100.0)
    assert pace.allowance(100.0) is None and pace.rate == 0
    pace.refused(1, 100.0, 100.1)
    assert pace.rate > 0
    assert pace.allowance(100.1 + FORGOTTEN_AFTER) is not None
    assert pace.allowance(100.2 + FORGOTTEN_AFTER) is None and pace.rate == 0


def test_the_next_connection_goes_on_with_what_the_last_one_found() -> None:
    paces = Paces()
    first = throttling(by_the_second(20), paces=paces)
    first.goes_on(60)
    first.wire.link.lost(first.wire.now)
    second = throttling(by_the_second(20), paces=paces)
    second.wire.now = first.wire.now
    second.goes_on(60)
    assert len(first.refused) >= 30
    assert len(second.refused) <= 6


def test_segments_are_what_is_counted() -> None:
    pace = FoundPace()
    pace.sent(10, True, 100.0)
    pace.sent(10, True, 100.0)
    pace.refused(10, 100.0, 100.1)
    assert pace.rate == pytest.approx(8.5)


def test_what_is_kept_of_the_past_is_bounded_by_the_window() -> None:
    pace = FoundPace()
    for number in range(10_000):
        pace.sent(1, True, number / 100)
        pace.answered(max(0, number - 50) / 100)
    assert len(pace._log) <= 151
