"""Orders: when they come, by which channel, what is ordered, why it is rung back, and what becomes of it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from orders.reports.counted import Counted, Steps, fen, times
from orders.reports.sheets import Cell, Column, Kind, Sheet, counts, most_first, share

NEW = ("new>waiting", "new>good", "new>done", "new>lost:")
LOST = ("new>lost:", "waiting>lost:", "good>lost:")
DONE = ("new>done", "waiting>done", "good>done")
UNWANTED = ("waiting>lost:reject", "waiting>lost:disown")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = tuple(f"{hour:02}" for hour in range(24))

_BECAME = (
    *counts("orders"),
    Column("total", Kind.MONEY),
    *counts("done", "lost", "under_way"),
    Column("done_share", Kind.SHARE),
)


def hours(of: Counted) -> Sheet:
    """By weekday and hour of the day, by the hall's clock."""
    cells: Counter[tuple[int, int]] = Counter()
    for at, steps in of.hours.items():
        local = datetime.fromtimestamp(at, of.zone)
        cells[local.weekday(), local.hour] += _placed(steps)
    rows: list[tuple[Cell, ...]] = []
    for place, day in enumerate(WEEKDAYS):
        row = [cells[place, hour] for hour in range(24)]
        rows.append((day, *row, sum(row)))
    return Sheet("hours", (Column("weekday", Kind.NAME), *counts(*HOURS), *counts("orders")), tuple(rows))


def days(of: Counted) -> Sheet:
    """Every day of the span, also those without an order."""
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for at, steps in of.hours.items():
        found[datetime.fromtimestamp(at, of.zone).date()].update(steps)
    every = [of.span.first + timedelta(days=place) for place in range(of.span.days)]
    rows = [(day.isoformat(), *_fates(found[day])) for day in every]
    return Sheet("days", (Column("day", Kind.TEXT), *counts("orders", "done", "lost", "under_way")), tuple(rows))


def channels(of: Counted) -> Sheet:
    rows = [(name, *_became(steps)) for name, steps in of.channels.items()]
    return Sheet("channels", (Column("channel", Kind.NAME), *_BECAME), most_first(rows))


def offers(of: Counted) -> Sheet:
    rows = [(code, *_became(steps)) for code, steps in of.named("offer").items()]
    return Sheet("offers", (Column("offer", Kind.NAME), *_BECAME), most_first(rows))


def flags(of: Counted) -> Sheet:
    """Right is what the customers said: of those that were decided, how many they did not want."""
    columns = (*counts("orders", "confirmed", "unwanted", "unreached", "waiting"), Column("unwanted_share", Kind.SHARE))
    rows = [(code, *_flagged(steps)) for code, steps in of.named("flag").items()]
    return Sheet("flags", (Column("flag", Kind.NAME), *columns), most_first(rows))


def _placed(steps: Mapping[str, int]) -> int:
    return sum(count for step, count in steps.items() if step.startswith("new>"))


def _fates(steps: Mapping[str, int]) -> tuple[int, int, int, int]:
    placed = _placed(steps)
    done = sum(count for step, count in steps.items() if step.endswith(">done"))
    lost = sum(count for step, count in steps.items() if ">lost:" in step)
    return placed, done, lost, placed - done - lost


def _became(steps: Steps) -> tuple[int, int, int, int, int, float | None]:
    placed, done, lost = times(steps, *NEW), times(steps, *DONE), times(steps, *LOST)
    return placed, fen(steps, *NEW), done, lost, placed - done - lost, share(done, done + lost)


def _flagged(steps: Steps) -> tuple[int, int, int, int, int, float | None]:
    held = times(steps, "new>waiting") + times(steps, "good>waiting")
    confirmed, unwanted = times(steps, "waiting>good", "waiting>done"), times(steps, *UNWANTED)
    gone = times(steps, "waiting>lost:")
    unreached = times(steps, "waiting>lost:give_up")
    return (
        times(steps, *NEW), confirmed, unwanted, unreached, held - confirmed - gone,
        share(unwanted, unwanted + confirmed),
    )  # fmt: skip
