"""Hours, days and spans of days by the hall's clock: its day begins at its own midnight, and may have 23 hours.

What is counted is kept under the instant at which its hour (or day) began, so that a span of days is a range of
instants, and nothing is counted twice in the night when the clock goes back.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

LONGEST = 400  # days


class BadSpan(Exception):
    """These days are no span that a report can be made of."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the beginning of its first day to the end of its last."""

    first: date
    last: date
    begin: float
    end: float

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def span(first: date, last: date, zone: tzinfo) -> Span:
    if last < first:
        raise BadSpan(f"{last} comes before {first}: the first day stands first")
    if (last - first).days >= LONGEST:
        raise BadSpan(f"{first} to {last} are more than {LONGEST} days; ask for fewer")
    return Span(first, last, midnight(first, zone), midnight(last + timedelta(days=1), zone))


def last_days(now: float, days: int, zone: tzinfo) -> Span:
    """So many days up to today, which is not over."""
    today = datetime.fromtimestamp(now, zone).date()
    return span(today - timedelta(days=days - 1), today, zone)


def midnight(of: date, zone: tzinfo) -> float:
    """Where the clock skips midnight, the instant at which it does."""
    return datetime.combine(of, time(), zone).timestamp()


def hour_of(at: float, zone: tzinfo) -> int:
    """When the hour began in which this instant lies."""
    local = datetime.fromtimestamp(at, zone)
    return int(at) - local.minute * 60 - local.second


def day_of(at: float, zone: tzinfo) -> int:
    return int(midnight(datetime.fromtimestamp(at, zone).date(), zone))
