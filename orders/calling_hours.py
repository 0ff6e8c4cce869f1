"""When somebody may be rung: by the hours of where his number belongs.

    8613800138000 ──longest prefix──► region ──► its clock, hours and days ──► now? ──► else when next

A decent hour is one where he is, not where the hall is. The regions are data (`calling_hours.yaml`); which blocks of
mobile numbers belong to a region is in the numbering plan of whoever runs the hall. Who asked to be rung at six is rung
at six: whoever rings asks about the hours (`opens_at`), and knows what was agreed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orders.rows import BadRow, Problem, Refused, Row, known_fields, made, read

FIELDS = ("region", "time_zone", "hours", "days", "prefixes")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
DAY = 24 * 60  # minutes


class OutOfHours(Exception):
    """It is no hour to ring him; `opens_at` says when it will be one."""

    def __init__(self, subscriber: str, region: "Region", now: float) -> None:
        self.opens_at = region.next_open(now)
        local = datetime.fromtimestamp(now, region.zone)
        where = f" in {region.name}" if region.name else ""
        super().__init__(
            f"it is {local:%H:%M} where he is, and people{where} are rung from {_clock(region.begins)} to "
            f"{_clock(region.ends)}: ring later, or say `anyway` if he asked for it"
        )


@dataclass(frozen=True, slots=True)
class Region:
    """begins, ends: minutes of the day, by the clock of its zone; days: of the week, from Monday as 0."""

    name: str = ""
    zone: tzinfo = UTC
    begins: int = 0
    ends: int = DAY
    days: frozenset[int] = EVERY_DAY

    def next_open(self, at: float) -> float:
        """The first moment from `at` on at which people there may be rung."""
        local = datetime.fromtimestamp(at, self.zone)
        for ahead in range(9):
            day = local + timedelta(days=ahead)
            if day.weekday() in self.days and at < _moment(day, self.ends):
                return max(at, _moment(day, self.begins))
        raise AssertionError("a week has a day on which people are rung")


@dataclass(frozen=True, slots=True)
class CallingHours:
    """regions: by prefix. Made of nothing, it lets everybody be rung at any time."""

    everywhere: Region = field(default_factory=Region)
    regions: Mapping[str, Region] = field(default_factory=dict)

    def region_of(self, subscriber: str) -> Region:
        prefixes = (subscriber[:length] for length in range(len(subscriber), 0, -1))
        return next((self.regions[prefix] for prefix in prefixes if prefix in self.regions), self.everywhere)

    def key_of(self, subscriber: str) -> str:
        """By which his region is found again: the first of its prefixes; empty where everybody else is."""
        region = self.region_of(subscriber)
        return min((prefix for prefix, its in self.regions.items() if its is region), default="")

    def reopens(self, key: str, now: float) -> float | None:
        """When people of this region may be rung again; None: now. A key that is none any more is everybody else."""
        opens = self.regions.get(key, self.everywhere).next_open(now)
        return opens if opens > now else None

    def is_closed_somewhere(self, now: float) -> bool:
        return any(region.next_open(now) > now for region in {self.everywhere, *self.regions.values()})

    def next_open(self, subscriber: str, at: float) -> float:
        return self.region_of(subscriber).next_open(at)

    def opens_at(self, subscriber: str, now: float) -> float | None:
        """When he may be rung; None: now."""
        opens = self.next_open(subscriber, now)
        return opens if opens > now else None

    def require(self, subscriber: str, now: float) -> None:
        """Raises OutOfHours."""
        if self.opens_at(subscriber, now) is not None:
            raise OutOfHours(subscriber, self.region_of(subscriber), now)


def _moment(day: datetime, minutes: int) -> float:
    """Of that day by the clock on the wall, also on the two days a year that are longer or shorter."""
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if minutes == DAY:
        return (midnight + timedelta(days=1)).timestamp()
    return midnight.replace(hour=minutes // 60, minute=minutes % 60).timestamp()


# ── As an operator writes them ───────────────────────────────────────────────────────────────────────────────────────


def parse(text: str, filename: str, zone: tzinfo) -> CallingHours:
    """The hours of a file, or `Refused` with every problem by line. zone: of whatever names none."""
    rows = read(text, filename)
    told = made(rows, filename, partial(_region, zone))
    everywhere = [region for region, prefixes in told if not prefixes]
    if len(everywhere) != 1:
        what = "one entry, and only one, has no prefixes: it is for everybody else"
        raise Refused([Problem(filename, rows[-1].line if rows else 1, what)])
    regions: dict[str, Region] = {}
    for row, (region, prefixes) in zip(rows, told, strict=True):
        if twice := sorted(regions.keys() & set(prefixes)):
            raise Refused([Problem(filename, row.line, f"prefixes: {twice[0]} stands above already")])
        regions.update(dict.fromkeys(prefixes, region))
    return CallingHours(everywhere[0], regions)


def standard_text() -> str:
    return resources.files("orders").joinpath("calling_hours.yaml").read_text("utf-8")


def standard(zone: tzinfo) -> CallingHours:
    """The hours that come with Hall."""
    return parse(standard_text(), "calling_hours.yaml", zone)


def _region(hall: tzinfo, row: Row) -> tuple[Region, tuple[str, ...]]:
    known_fields(row, FIELDS)
    begins, ends = _hours(row.values.get("hours"))
    zone = _zone(row.values["time_zone"]) if "time_zone" in row.values else hall
    region = Region(str(row.values.get("region", "")), zone, begins, ends, _days(row.values.get("days", list(WEEK))))
    return region, _prefixes(row.values.get("prefixes", []))


def _hours(value: Any) -> tuple[int, int]:
    first, dash, last = str(value).partition("-")
    begins, ends = _minutes(first), _minutes(last)
    if not dash or begins is None or ends is None or begins >= ends:
        raise BadRow(f"hours: from a time of the day until a later one, as 08:00-20:00, not {value!r}")
    return begins, ends


def _minutes(text: str) -> int | None:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        return None
    at = int(hour) * 60 + int(minute)
    return at if int(minute) < 60 and at <= DAY else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _zone(value: Any) -> tzinfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadRow(f"time_zone: there is no {value!r}; write a name such as Asia/Urumqi") from None


def _days(value: Any) -> frozenset[int]:
    named = [str(day).lower() for day in value] if isinstance(value, list) else []
    if not named or any(day not in WEEK for day in named):
        raise BadRow(f"days: a list of {', '.join(WEEK)}, not {value!r}")
    return frozenset(map(WEEK.index, named))


def _prefixes(value: Any) -> tuple[str, ...]:
    listed = [str(prefix) for prefix in value] if isinstance(value, list) else [""]
    if any(not (prefix.isascii() and prefix.isdecimal()) for prefix in listed):
        raise BadRow(f"prefixes: a list of the digits with which numbers begin, as [86991, 852], not {value!r}")
    return tuple(listed)
