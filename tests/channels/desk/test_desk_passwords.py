import pytest

from channels.desk.passwords import hashed, is_right, weakness
from orders.masking import dialled
from orders.masking import number as masked


def test_only_the_password_itself_is_right() -> None:
    stored = hashed("demo-desk-10086")
    assert "demo" not in stored
    assert is_right("demo-desk-10086", stored)
    assert not is_right("demo-desk-10087", stored)
    assert not is_right("", stored)


@pytest.mark.parametrize("stored", [None, "", "not a hash"])
def test_without_a_stored_hash_nothing_is_right(stored: str | None) -> None:
    assert not is_right("", stored)
    assert not is_right("anything", stored)


@pytest.mark.parametrize(
    ("password", "weak"), [("short", True), ("a" * 20, True), ("x" * 201, True), ("correct horse", False)]
)
def test_what_will_not_do_as_a_password(password: str, weak: bool) -> None:
    assert (weakness(password) is not None) is weak


@pytest.mark.parametrize(
    ("subscriber", "number", "shown"),
    [
        ("8613800138000", "13800138000", "138****8000"),
        ("85291234567", "+85291234567", "+852****4567"),
        ("447700900123", "+447700900123", "+4477****0123"),
        ("1234567", "+1234567", "****"),
    ],
)
def test_a_number_is_masked_until_it_is_dialled(subscriber: str, number: str, shown: str) -> None:
    assert (dialled(subscriber), masked(subscriber)) == (number, shown)
