"""What is stored beside a number so that it is found."""

from hypothesis import given
from hypothesis import strategies as st

from orders.number_keys import BANDS, MOST, WINDOWS, band, keys_of, spread


def test_the_keys_of_a_number() -> None:
    keys = keys_of("13912348866")
    assert (keys.tail2, keys.windows) == (66, (123, 234, 348, 488, 886, 866))
    assert (keys.shape4, keys.shape6, keys.without_4) == ("AABB", "AABBCD", False)
    assert len(WINDOWS) == len(keys.windows)


def test_a_network_may_have_a_four() -> None:
    assert keys_of("13412350866").without_4


@given(st.sets(st.integers(0, MOST), min_size=2, max_size=50))
def test_no_two_numbers_share_a_place(numbers: set[int]) -> None:
    assert len({spread(number) for number in numbers}) == len(numbers)


def test_neighbours_are_spread_over_all_of_the_order() -> None:
    tenths = [spread(13_900_000_000 + number) * 10 // (MOST + 1) for number in range(10_000)]
    assert all(800 < tenths.count(tenth) < 1200 for tenth in range(10))


def test_bands_part_what_is_dear_from_what_is_cheap() -> None:
    assert [band(price) for price in (0, 1, 4_999, 5_000, 10**9)] == [0, 1, 1, 2, len(BANDS)]
