"""The price in force at an instant, and how a catalogue writes prices that hold for a time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from orders.catalogue import parse
from orders.prices import Price, in_force, prices_from, prices_of_rows, prices_to_rows
from orders.rows import BadRow

ZONE = ZoneInfo("Asia/Shanghai")


def at(*when: int) -> float:
    return datetime(*when, tzinfo=ZONE).timestamp()  # type: ignore[arg-type, misc]


MONTH = Price(128_000, at(2026, 12, 1), at(2027, 1, 1))
DAY = Price(99_900, at(2026, 12, 12), at(2026, 12, 13))
OPEN = Price(150_000, at(2027, 2, 1))


@pytest.mark.parametrize(
    ("now", "price"),
    [
        (at(2026, 11, 30, 23, 59, 59), 138_000),
        (at(2026, 12, 1), 128_000),
        (at(2026, 12, 11, 23, 59, 59), 128_000),
        (at(2026, 12, 12), 99_900),
        (at(2026, 12, 12, 23, 59, 59), 99_900),
        (at(2026, 12, 13), 128_000),
        (at(2027, 1, 1), 138_000),
        (at(2027, 2, 1), 150_000),
        (at(2030, 1, 1), 150_000),
    ],
)
def test_the_price_that_began_last_holds_and_ends_with_its_day(now: float, price: int) -> None:
    for others in ([MONTH, DAY, OPEN], [OPEN, DAY, MONTH]):
        assert in_force(138_000, others, now) == price


def test_one_that_always_held_yields_to_one_that_began() -> None:
    assert in_force(1, [Price(2, until=at(2030, 1, 1)), Price(3, at(2026, 1, 1))], at(2026, 6, 1)) == 3


def test_days_are_whole_and_of_the_place() -> None:
    written = [
        {"price": "1280.00", "from": "2026-12-01", "until": "2026-12-31"},
        {"price": 999, "from": "2026-12-12T00:00:00+08:00", "until": "2026-12-13T00:00:00"},
        {"price": 1500, "from": datetime(2027, 2, 1, tzinfo=ZONE).date()},
    ]
    assert prices_from(written, ZONE) == (MONTH, DAY, OPEN)
    assert prices_from("1280@2026-12-01..2026-12-31|999@2026-12-12..2026-12-12|1500@2027-02-01..", ZONE) == (
        MONTH,
        DAY,
        OPEN,
    )
    assert prices_of_rows(prices_to_rows((MONTH, DAY, OPEN))) == (MONTH, DAY, OPEN)


@pytest.mark.parametrize(
    "written",
    [
        {"price": 1},
        ["1280"],
        "1280",
        [{"price": 1}],
        [{"price": "x", "from": "2026-12-01"}],
        [{"price": 1, "from": "2026-13-01"}],
        [{"price": 1, "from": "2026-12-02", "until": "2026-12-01T00:00:00"}],
        [{"price": 1, "since": "2026-12-02"}],
    ],
)
def test_what_is_no_price_is_refused(written: object) -> None:
    with pytest.raises(BadRow):
        prices_from(written, ZONE)


def test_a_catalogue_of_both_forms_says_the_same() -> None:
    yaml = """\
- {code: F800, keypad: 1001, zh: 酷派F800, en: Coolpad F800, price: 1380, channels: [web, SMS], no_return: true,
   confirm: true, ship: false, prices: [{price: 1280.00, from: 2026-12-01, until: 2026-12-31}]}
"""
    csv = (
        "code,keypad,zh,en,price,prices,channels,no_return,confirm,ship\n"
        "F800,1001,酷派F800,Coolpad F800,1380,1280.00@2026-12-01..2026-12-31,web|sms,true,yes,false\n"
    )
    (offer,) = parse(yaml, "o.yaml", ZONE)
    assert [offer] == parse(csv, "o.csv", ZONE)
    assert (offer.channels, offer.no_return, offer.confirm, offer.ship) == (("web", "sms"), True, True, False)
    assert [offer.price_at(at(2026, 12, 1)), offer.facts_at(at(2026, 11, 1)).price] == [128_000, 138_000]
