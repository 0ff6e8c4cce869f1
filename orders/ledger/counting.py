"""What reports are made of, counted as it happens, in the transaction in which it happens.

    of       name              step                              at               channel
    order    ""                waiting>good, … (reports.steps)   hour it was      the order's
    offer    its code          the same                          day  placed      the order's
    flag     the rule's code   the same                          day              the order's
    agent    his name          the outcome                       hour of the call ""
    talk     ""                begun, finished, gave_up          day              the channel
    script   its name          the same                          day              the channel
    heard    the intent        ""                                day              the channel

`at` is the instant at which the hall's hour or day began. So a year of reports is read from some thousand rows, however
many orders there were. A node has rows of its own: nodes neither wait for each other nor lock each other out.

A script is begun when it comes into a dialog, also as one that another visits, and ended when it is not part of it any
more. What was begun and never ended was left without a word, or goes on.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import Final

from sqlalchemy import Connection

from dialogs.words import Outcome, Place, Say
from orders.ledger.at_hand import Deed
from orders.ledger.rows import Row
from orders.ledger.statements import increase
from orders.ledger.tables import report_counts
from orders.order import Change, Order
from orders.reports.hours import day_of, hour_of
from orders.reports.steps import step_of

BEGUN: Final = "begun"
FINISHED: Final = "finished"
GAVE_UP: Final = "gave_up"
NOT_UNDERSTOOD: Final = "none"

Key = tuple[str, int, str, str, str]  # of, at, name, step, channel


class Counts:
    """Gathered, and written as one statement. times, and the fen that belong to them."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._times: Counter[Key] = Counter()
        self._fen: Counter[Key] = Counter()

    def add(self, of: str, at: int, name: str, step: str, channel: str, fen: int = 0) -> None:
        key = of, at, name, step, channel
        self._times[key] += 1
        if fen:
            self._fen[key] += fen

    @property
    def rows(self) -> Iterator[Row]:
        for key, times in sorted(self._times.items()):
            of, at, name, step, channel = key
            yield {"of": of, "at": at, "name": name, "step": step, "channel": channel} | {
                "node": self._node,
                "times": times,
                "fen": self._fen[key],
            }

    def flush(self, connection: Connection) -> None:
        increase(connection, report_counts, self.rows)


# ── Orders, and calls about them ─────────────────────────────────────────────────────────────────────────────────────


def follow(deed: Deed, changes: Sequence[Change]) -> None:
    counts, zone = Counts(deed.house.node), deed.house.time_zone
    for change in changes:
        if step := step_of(change):
            count_order(counts, change.after, step, zone)
    counts.flush(deed.connection)


def count_order(counts: Counts, order: Order, step: str, zone: tzinfo) -> None:
    codes = dict.fromkeys(flag.code for flag in order.flags)
    offers = Counter[str]()
    for item in order.items:
        offers[item.offer] += item.price
    hour, day = hour_of(order.ordered_at, zone), day_of(order.ordered_at, zone)
    count_step(counts, hour, day, order.channel, step, order.total, offers, codes)


def count_step(
    counts: Counts, hour: int, day: int, channel: str, step: str, fen: int, offers: Counter[str], flags: Iterable[str]
) -> None:
    counts.add("order", hour, "", step, channel, fen)
    for offer, price in offers.items():
        counts.add("offer", day, offer, step, channel, price)
    for flag in flags:
        counts.add("flag", day, flag, step, channel, fen)


def called(deed: Deed, agent: str, outcome: str) -> None:
    """An agent has told how a call went."""
    counts = Counts(deed.house.node)
    counts.add("agent", hour_of(deed.now, deed.house.time_zone), agent, outcome, "")
    counts.flush(deed.connection)


# ── What is talked ───────────────────────────────────────────────────────────────────────────────────────────────────


class TalkCounts:
    """Of one batch."""

    def __init__(self, node: str, now: float, zone: tzinfo) -> None:
        self._counts = Counts(node)
        self._day = day_of(now, zone)

    def turn(self, before: Place | None, channel: str, outcome: Outcome, gave_up: bool) -> None:
        """before: where the dialog stood; None when nothing was going on, or nothing that counts any more."""
        if outcome.intent:
            self._counts.add("heard", self._day, outcome.intent, "", channel)
        was, now = _scripts(before), _scripts(outcome.dialog.place)
        passed = _spoken(outcome) - was - now
        if not was and not now and (not passed or outcome.intent == NOT_UNDERSTOOD):
            return
        for script in (now - was) | passed:
            self._add("script", script, BEGUN, channel)
        for script in (was - now) | passed:
            self._add("script", script, GAVE_UP if gave_up and script in was else FINISHED, channel)
        if not was:
            self._add("talk", "", BEGUN, channel)
        if not now:
            self._add("talk", "", GAVE_UP if gave_up else FINISHED, channel)

    def _add(self, of: str, name: str, step: str, channel: str) -> None:
        self._counts.add(of, self._day, name, step, channel)

    def flush(self, connection: Connection) -> None:
        self._counts.flush(connection)


def _scripts(place: Place | None) -> set[str]:
    """That it stands in, and those to which it will come back."""
    found = set()
    while place is not None:
        found.add(place.script)
        place = place.beneath
    return found


def _spoken(outcome: Outcome) -> set[str]:
    names = {script for _, script, _, _ in outcome.ways}
    return names | {effect.script for effect in outcome.effects if isinstance(effect, Say) and effect.script}
