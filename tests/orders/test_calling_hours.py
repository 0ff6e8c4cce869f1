"""When people may be rung, where they are."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import calling_hours
from orders.calling_hours import CallingHours, OutOfHours
from orders.rows import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = calling_hours.standard(SHANGHAI)
HANGZHOU, URUMQI = "8613800138000", "8699187654321"


def at(text: str, zone: str = "Asia/Shanghai") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def parse(text: str) -> CallingHours:
    return calling_hours.parse(text, "hours.yaml", SHANGHAI)


@pytest.mark.parametrize(
    ("who", "now", "opens"),
    [
        (HANGZHOU, "2026-11-22 08:00", None),
        (HANGZHOU, "2026-11-22 19:59", None),
        (HANGZHOU, "2026-11-22 20:00", "2026-11-23 08:00"),
        (HANGZHOU, "2026-11-22 03:30", "2026-11-22 08:00"),
        (URUMQI, "2026-11-22 09:00", "2026-11-22 10:00"),  # seven in the morning there
        (URUMQI, "2026-11-22 21:00", None),
    ],
)
def test_it_is_the_clock_of_where_he_is_that_counts(who: str, now: str, opens: str | None) -> None:
    assert HOURS.opens_at(who, at(now)) == (None if opens is None else at(opens))


def test_the_longest_prefix_decides() -> None:
    hours = parse(
        "- hours: 08:00-20:00\n"
        "- {region: a, prefixes: [86139], hours: 09:00-12:00}\n"
        "- {region: b, prefixes: ['8613999'], hours: 10:00-24:00}\n"
    )
    assert [hours.region_of(who).name for who in ("8613800138000", "8613912345678", "8613999345678")] == ["", "a", "b"]
    assert hours.opens_at("8613999345678", at("2026-11-22 23:59")) is None


def test_there_may_be_days_on_which_nobody_is_rung() -> None:
    hours = parse("- {hours: 09:00-18:00, days: [mon, tue, wed, thu, fri]}")
    assert hours.opens_at(HANGZHOU, at("2026-11-20 18:00")) == at("2026-11-23 09:00")  # Friday evening


def test_the_clock_on_the_wall_counts_also_on_the_day_it_is_changed() -> None:
    hours = parse("- {hours: 08:00-20:00, time_zone: Europe/Berlin}")
    before = at("2026-03-28 21:00", "Europe/Berlin")
    assert hours.opens_at(HANGZHOU, before) == at("2026-03-29 08:00", "Europe/Berlin")


@given(st.floats(1.6e9, 2.0e9), st.sampled_from([HANGZHOU, URUMQI, "85298765432"]))
def test_when_it_opens_it_is_open(now: float, who: str) -> None:
    opens = HOURS.next_open(who, now)
    assert now <= opens <= now + 24 * 3600
    assert HOURS.opens_at(who, opens) is None


def test_who_rings_in_the_night_is_told_the_hour_there() -> None:
    with pytest.raises(OutOfHours, match=r"it is 07:00 where he is, .*新疆.* from 08:00 to 20:00") as refused:
        HOURS.require(URUMQI, at("2026-11-22 09:00"))
    assert refused.value.opens_at == at("2026-11-22 10:00")
    CallingHours().require(URUMQI, at("2026-11-22 03:00"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- hours: 20:00-08:00", "1: hours: from a time of the day until a later one, as 08:00-20:00"),
        ("- hours: 8-20", "1: hours"),
        ("- {hours: 08:00-20:00, zone: x}", "1: unknown field zone"),
        ("- {hours: 08:00-20:00, time_zone: Mars/Base}", "1: time_zone: there is no 'Mars/Base'"),
        ("- {hours: 08:00-20:00, days: [monday]}", "1: days"),
        ("- {hours: 08:00-20:00, prefixes: [852]}", "1: one entry, and only one, has no prefixes"),
        (
            "- hours: 08:00-20:00\n- {hours: 08:00-20:00, prefixes: [86]}\n- {hours: 08:00-20:00, prefixes: [852, 86]}",
            "3: prefixes: 86 stands above already",
        ),
        ("", "1: one entry"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_line(text: str, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert str(refused.value).startswith(f"hours.yaml:{problem}")
