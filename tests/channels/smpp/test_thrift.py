"""A text in fewer segments, where one character is to blame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.smpp.segments import count
from channels.smpp.thrift import thrifty


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It’s “yours” – now…" * 5, 'It\'s "yours" - now...' * 5),
        ("Ｆ８００ " * 20, "F800 " * 20),
        ("18\u00a0yuan " * 12, "18 yuan " * 12),
        ("x" * 200 + "’", "x" * 200 + "'"),
    ],
)
def test_an_ordinary_character_saves_segments(text: str, written: str) -> None:
    assert thrifty(text) == written
    assert count(written) < count(text)


@pytest.mark.parametrize("text", ["It’s yours", "您的余额为18.88元。", "“" * 60, "字" * 100 + "’", "plain", ""])
def test_what_saves_nothing_is_left_alone(text: str) -> None:
    assert thrifty(text) == text


@given(st.text(max_size=300))
def test_it_never_costs_more(text: str) -> None:
    assert count(thrifty(text)) <= count(text)
