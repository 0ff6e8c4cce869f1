"""A slip of the finger is noticed before another man's order is read out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.order_numbers import order_number, valid_order_number


@given(st.integers(0, 10**15))
def test_an_order_number_knows_a_wrong_digit_and_two_that_changed_places(sequence: int) -> None:
    number = order_number(sequence)
    assert len(number) >= 10 and number[0] != "0" and valid_order_number(number)
    for place, digit in enumerate(number):
        wrong = str((int(digit) + 1) % 10)
        assert not valid_order_number(number[:place] + wrong + number[place + 1 :])
        swapped = number[:place] + number[place + 1 : place + 2] + digit + number[place + 2 :]
        if swapped != number and {number[place : place + 2]} & {"09", "90"} == set():
            assert not valid_order_number(swapped)


def test_order_numbers_differ_and_grow() -> None:
    numbers = [order_number(sequence) for sequence in (0, 1, 2, 899_999_999, 900_000_000)]
    assert numbers == sorted(set(numbers), key=int)


@pytest.mark.parametrize("text", ["", "0", "123456789", "１００００００００９", "10000000o8", "-100000009"])
def test_what_is_no_order_number(text: str) -> None:
    assert not valid_order_number(text)
