"""Three tries, and what counts as one."""

import pytest

from orders.service_password import DAY, BadServicePassword, Standing, Tried, checked, standing

NOW = 1_795_000_000.0


def wrong(*ago: float) -> list[Tried]:
    return [Tried(NOW - each, right=False) for each in ago]


@pytest.mark.parametrize(
    ("tried", "left"),
    [
        ([], 3),
        (wrong(60), 2),
        (wrong(60, 30), 1),
        (wrong(DAY + 1, 30), 2),
        ([*wrong(90, 60), Tried(NOW - 50, right=True)], 3),
        ([*wrong(90), Tried(NOW - 50, right=True), *wrong(40)], 2),
        ([*wrong(DAY + 20, DAY + 10), Tried(NOW - DAY - 5, False, NOW - 5)], 3),
    ],
)
def test_how_many_are_left(tried: list[Tried], left: int) -> None:
    assert standing(tried, NOW) == Standing(left)


def test_it_stays_locked_though_the_first_tries_grow_old() -> None:
    third = Tried(NOW - 100, False, NOW - 100 + DAY)
    assert standing([*wrong(DAY - 10, DAY - 20), third], NOW + 60) == Standing(0, third.locked_until)


@pytest.mark.parametrize("password", ["12345", "1234567", "12345a", "111111", "123456", "987654", "１２３４５７"])
def test_what_is_no_password(password: str) -> None:
    with pytest.raises(BadServicePassword):
        checked(password)


def test_what_is_one() -> None:
    assert checked("135790") == "135790"
