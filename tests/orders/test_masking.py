import pytest

from orders import masking
from orders.masking import Sees


@pytest.mark.parametrize(
    ("subscriber", "dialled", "masked"),
    [
        ("8613800138000", "13800138000", "138****8000"),
        ("85291234567", "+85291234567", "+852****4567"),
        ("erased0a1b2c3d4e5f", "erased0a1b2c3d4e5f", "erased0a1b2c3d4e5f"),
        ("8610086", "+8610086", "****"),
    ],
)
def test_a_number_is_told_apart_and_not_told(subscriber: str, dialled: str, masked: str) -> None:
    assert (masking.dialled(subscriber), masking.number(subscriber)) == (dialled, masked)


@pytest.mark.parametrize(
    ("sees", "name", "address"),
    [
        (Sees.AGENT, "王**", "杭州市****"),
        (Sees.SUPERVISOR, "王先生", "杭州市西湖区文三路 1 号"),
        (Sees.AUDITOR, "****", "****"),
    ],
)
def test_who_sees_what(sees: Sees, name: str, address: str) -> None:
    assert masking.name("王先生", sees) == name
    assert masking.address("杭州市西湖区文三路 1 号", sees) == address
    assert masking.name(None, sees) is None and masking.address("", sees) == ""
