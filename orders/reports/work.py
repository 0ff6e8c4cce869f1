"""What is said on the telephone, by agent and hour; how agents spend their time; how what people talk about ends."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from orders.reports.counted import Counted, Steps, times
from orders.reports.placed import HOURS
from orders.reports.sheets import Cell, Column, Kind, Sheet, counts, most_first, share

GOOD, UNWANTED = ("confirmed", "changed"), ("rejected", "not_ordered")
MISSED = ("no_answer", "busy", "powered_off", "no_such_number", "wrong_number")
LATER = ("call_later",)
NOT_UNDERSTOOD = "none"
IN_ORDER = ("ready", "previewing", "dialling", "talking", "wrap_up", "paused")  # as a card goes

_SAID = (*counts("calls", "confirmed", "unwanted", "missed", "later"), Column("confirmed_share", Kind.SHARE))


def agents(of: Counted) -> Sheet:
    """Confirmed: of those who were reached and said either way."""
    rows = [(name, *_said(_plain(steps))) for name, steps in sorted(of.named("agent").items())]
    return Sheet("agents", (Column("agent", Kind.TEXT), *_SAID), tuple(rows))


def calls(of: Counted) -> Sheet:
    """By hour of the day, from the first to the last in which anybody rang."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for at, outcomes in of.calls.items():
        found[datetime.fromtimestamp(at, of.zone).hour].update(outcomes)
    rows = [(HOURS[hour], *_said(found[hour])) for hour in range(min(found, default=0), max(found, default=-1) + 1)]
    return Sheet("calls", (Column("hour", Kind.TEXT), *_SAID), tuple(rows))


def states(of: Counted) -> Sheet:
    """Hours in each state; pauses by their reason."""
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for each in of.spent:
        found[each.agent][each.state, each.reason] += each.seconds  # type: ignore[assignment]
    kinds = sorted({kind for spent in found.values() for kind in spent}, key=_place)
    columns = [Column(f"{state}:{reason}" if reason else state, Kind.HOURS) for state, reason in kinds]
    rows: list[tuple[Cell, ...]] = []
    for agent, spent in sorted(found.items()):
        hours = [spent[kind] / 3600 for kind in kinds]
        rows.append((agent, *hours, sum(hours)))
    return Sheet("states", (Column("agent", Kind.TEXT), *columns, Column("together", Kind.HOURS)), tuple(rows))


def scores(of: Counted) -> Sheet:
    columns = (
        Column("agent", Kind.TEXT),
        Column("reviewed"),
        Column("score", Kind.POINTS),
        Column("lowest", Kind.POINTS),
    )
    return Sheet("scores", columns, tuple(sorted((each.agent, *each[1:]) for each in of.scores)))


def commands(of: Counted) -> Sheet:
    """What was said when nothing was going on, as it was understood."""
    heard = {intent: times(steps, "") for intent, steps in of.named("heard").items()}
    every = sum(heard.values())
    rows = most_first((name, count, share(count, every)) for name, count in heard.items())
    return Sheet("commands", (Column("command", Kind.NAME), *counts("count"), Column("part", Kind.SHARE)), rows)


def dialogs(of: Counted) -> Sheet:
    """Success: came to its end, of all that were begun. Without a word: neither ended nor given up, and those that go
    on."""
    columns = (*counts("begun", "finished", "gave_up", "no_word"), Column("success", Kind.SHARE))
    rows = most_first((name, *_ended(steps)) for name, steps in of.named("script").items())
    return Sheet("dialogs", (Column("script", Kind.NAME), *columns), rows)


def _ended(steps: Steps) -> tuple[int, int, int, int, float | None]:
    begun, finished, gave_up = (times(steps, step) for step in ("begun", "finished", "gave_up"))
    begun = max(begun, finished + gave_up)  # those that were begun before the span
    return begun, finished, gave_up, begun - finished - gave_up, share(finished, begun)


def _plain(steps: Steps) -> dict[str, int]:
    return {step: of.times for step, of in steps.items()}


def _said(outcomes: Mapping[str, int]) -> tuple[int, int, int, int, int, float | None]:
    good, unwanted, missed, later = (
        sum(outcomes.get(outcome, 0) for outcome in names) for names in (GOOD, UNWANTED, MISSED, LATER)
    )
    return sum(outcomes.values()), good, unwanted, missed, later, share(good, good + unwanted)


def _place(kind: tuple[str, str]) -> tuple[int, str, str]:
    state, reason = kind
    return IN_ORDER.index(state) if state in IN_ORDER else len(IN_ORDER), state, reason
