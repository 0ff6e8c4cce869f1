"""Days and hours as the hall's clock has them, over midnight and in the nights when the clock is changed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from orders.reports.hours import BadSpan, day_of, hour_of, last_days, midnight, span

SHANGHAI, BERLIN, KOLKATA = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
BEIRUT = ZoneInfo("Asia/Beirut")


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("zone", "instant", "hour"),
    [
        (SHANGHAI, "2026-11-22T00:30:10.5+08:00", "2026-11-22T00:00:00+08:00"),
        (KOLKATA, "2026-11-22T10:29:59+05:30", "2026-11-22T10:00:00+05:30"),
        (BERLIN, "2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+02:00"),
        (BERLIN, "2026-10-25T02:30:00+01:00", "2026-10-25T02:00:00+01:00"),  # the same hour by the clock, an hour later
        (UTC, "2026-11-22T10:29:59+00:00", "2026-11-22T10:00:00+00:00"),
    ],
)
def test_the_hour_in_which_an_instant_lies(zone: ZoneInfo, instant: str, hour: str) -> None:
    assert hour_of(at(instant), zone) == at(hour)


def test_a_day_begins_at_the_midnight_of_the_hall() -> None:
    assert day_of(at("2026-11-22T00:30:00+08:00"), SHANGHAI) == at("2026-11-22T00:00:00+08:00")
    assert day_of(at("2026-11-21T23:59:59+08:00"), SHANGHAI) == at("2026-11-21T00:00:00+08:00")
    assert midnight(date(2022, 3, 27), BEIRUT) == at("2022-03-27T01:00:00+03:00"), "there was no midnight that night"


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_span_has_the_hours_that_its_days_have(day: date, hours: int) -> None:
    found = span(day, day, BERLIN)
    assert (found.end - found.begin, found.days) == (hours * 3600, 1)


def test_the_last_days_end_with_today() -> None:
    found = last_days(at("2026-11-22T00:10:00+08:00"), 7, SHANGHAI)
    assert (found.first, found.last, found.days) == (date(2026, 11, 16), date(2026, 11, 22), 7)
    assert found.end == at("2026-11-23T00:00:00+08:00")


def test_what_is_no_span_is_refused_in_words() -> None:
    with pytest.raises(BadSpan, match="the first day stands first"):
        span(date(2026, 11, 22), date(2026, 11, 21), UTC)
    with pytest.raises(BadSpan, match="more than 400 days"):
        span(date(2020, 1, 1), date(2026, 1, 1), UTC)
