"""What happens to dialogs at each state, counted as it happens: by edition, script, state and event.

    begun           a dialog began; counted at the state where it first came to rest
    entered         a dialog came to rest here, from elsewhere
    left            it went on to another state
    finished        it came to its end from here
    ordered         an order was placed from here
    misunderstood   what was said here was not understood; without a state: what was said when nothing was going on
    gave_up         the subscriber left it, or was asked too often
    timed_out       he did not answer in time, and the script went on without him
    standing        +1 where a dialog comes to rest, -1 where it leaves
    way …           the way out of this state with that trigger was taken: the numbers on a chart's arrows

The slot of `standing` is the minute in which the dialog will have expired: what adds up in minutes to come is standing
now, and what is left in those gone by was abandoned there; nothing ever has to look through the dialogs. The slot of
everything else is the day. A dialog that begins and ends in one turn rests nowhere, and has a script and state of "".

A batch gathers all of it and writes one row for each key, in the order of the keys; a node has rows of its own. So
nodes neither wait for each other nor can they lock each other out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, literal_column, select

from dialogs.words import AFTERWARDS, Dialog, Inbound, Outcome, Place, Say, SessionClosed, TimerFired
from orders.ledger.counting import TalkCounts
from orders.ledger.rows import Row
from orders.ledger.statements import increase
from orders.ledger.tables import dialog_counts
from orders.publishing_counts import Event, StateCount, VersionCount, WayCount

MINUTE, DAY = 60.0, 86_400.0
NEVER = 2**40  # the slot of a dialog that does not expire
FOLDED_AFTER = 2 * DAY
STALE = DAY  # after its expiry a dialog is not even asked about any more
OF_OLD: Final = 0  # the slot to which long gone minutes are folded
BLOCK: Final = 30  # days that become one slot

GAVE_UP = frozenset(("engine.gave_up", "engine.left"))
NOT_UNDERSTOOD = "none"
WAY: Final = "way "  # before the trigger

Key = tuple[str, str, str, str, int]  # version, script, state, event, slot


class Tally:
    """zone: of the hall's clock, by whose days reports count (`counting`)."""

    def __init__(self, node: str, now: float, zone: tzinfo = UTC) -> None:
        self._node = node
        self._now = now
        self._talk = TalkCounts(node, now, zone)
        self._day = int(now // DAY)
        self._counts: Counter[Key] = Counter()

    def turn(self, before: Dialog, told: Inbound, outcome: Outcome) -> None:
        """One turn that was taken and is kept."""
        after = outcome.dialog
        if after == before and not outcome.effects:
            return  # it counted for nothing
        anew = before.place is None or self._anew(before, after)
        gave_up = _gave_up(before.place, told, outcome)
        self._talk.turn(None if anew else before.place, told.channel, outcome, gave_up)
        if anew or before.place is None:
            self._first(_edition_of(outcome), after.place, outcome)
        else:
            self._further(before.place, after.place, told, outcome)
            self._stands(before, -1)
        self._stands(after, +1)

    def went(self, outcome: Outcome) -> None:
        for version, script, state, trigger in outcome.ways:
            self._counts[version, script, state, WAY + trigger, self._day] += 1

    def ordered(self, place: Place | None) -> None:
        self._count(Event.ORDERED, place)

    def _anew(self, before: Dialog, after: Dialog) -> bool:
        """The dialog before was too old to be gone on with: it stays abandoned."""
        stale = before.expires_at is not None and self._now > before.expires_at + STALE
        return stale or (after.place is not None and after != before and after.turns <= before.turns)

    def _first(self, version: str, there: Place | None, outcome: Outcome) -> None:
        if there is None and outcome.intent == NOT_UNDERSTOOD:
            self._count(Event.MISUNDERSTOOD, None, version)
            return
        self._count(Event.BEGUN, there, version)
        self._count(Event.ENTERED if there else Event.FINISHED, there, version)

    def _further(self, here: Place, there: Place | None, told: Inbound, outcome: Outcome) -> None:
        if outcome.intent == NOT_UNDERSTOOD:
            self._count(Event.MISUNDERSTOOD, here)
        if isinstance(told.kind, TimerFired):
            self._count(Event.TIMED_OUT, here)
        if there is None:
            self._count(Event.GAVE_UP if _gave_up(here, told, outcome) else Event.FINISHED, here)
        elif (here.script, here.state) != (there.script, there.state):
            self._count(Event.LEFT, here)
            self._count(Event.ENTERED, there)

    def _stands(self, dialog: Dialog, step: int) -> None:
        if dialog.place is not None:
            until = NEVER if dialog.expires_at is None else int(dialog.expires_at // MINUTE)
            self._count(Event.STANDING, dialog.place, step=step, slot=until)

    def _count(
        self, event: Event, place: Place | None, version: str = "", step: int = 1, slot: int | None = None
    ) -> None:
        at = (place.version, place.script, place.state) if place else (version, "", "")
        self._counts[(*at, event.value, self._day if slot is None else slot)] += step

    @property
    def rows(self) -> Iterator[Row]:
        for (version, script, state, event, slot), times in sorted(self._counts.items()):
            if times:
                yield {
                    "version": version,
                    "script": script,
                    "state": state,
                    "event": event,
                    "slot": slot,
                    "node": self._node,
                    "times": times,
                }

    def flush(self, connection: Connection) -> None:
        increase(connection, dialog_counts, self.rows)
        self._talk.flush(connection)


def _edition_of(outcome: Outcome) -> str:
    return next((effect.prompt.edition for effect in outcome.effects if isinstance(effect, Say)), "")


def _gave_up(here: Place | None, told: Inbound, outcome: Outcome) -> bool:
    """Who is only asked whether there is anything else has what he came for."""
    if here is not None and here.script == AFTERWARDS:
        return False
    if isinstance(told.kind, SessionClosed) or outcome.intent == NOT_UNDERSTOOD:
        return True
    return any(isinstance(effect, Say) and effect.prompt.phrase in GAVE_UP for effect in outcome.effects)


# ── Reading it again ─────────────────────────────────────────────────────────────────────────────────────────────────

_of_states = (
    select(
        dialog_counts.c.version,
        dialog_counts.c.script,
        dialog_counts.c.state,
        dialog_counts.c.event,
        func.sum(dialog_counts.c.times).label("times"),
    )
    .group_by(dialog_counts.c.version, dialog_counts.c.script, dialog_counts.c.state, dialog_counts.c.event)
    .order_by(dialog_counts.c.version, dialog_counts.c.script, dialog_counts.c.state, dialog_counts.c.event)
)


def counts(connection: Connection, now: float, versions: Sequence[str] = ()) -> list[StateCount]:
    """All that is known of these versions (of every one, without); what stands beyond its time is `abandoned`."""
    minute = int(now // MINUTE)
    of = _of_states.where(dialog_counts.c.version.in_(versions)) if versions else _of_states
    happened = of.where(dialog_counts.c.event != Event.STANDING, dialog_counts.c.event.not_like(f"{WAY}%"))
    standing = of.where(dialog_counts.c.event == Event.STANDING)
    named = (
        (happened, None),
        (standing.where(dialog_counts.c.slot >= minute), Event.STANDING),
        (standing.where(dialog_counts.c.slot < minute), Event.ABANDONED),
    )
    return [
        StateCount(row.version, row.script, row.state, event or Event(row.event), int(row.times))
        for query, event in named
        for row in connection.execute(query)
        if row.times
    ]


def ways(connection: Connection, version: str) -> list[WayCount]:
    of = _of_states.where(dialog_counts.c.version == version, dialog_counts.c.event.like(f"{WAY}%"))
    return [
        WayCount(row.version, row.script, row.state, row.event.removeprefix(WAY), int(row.times))
        for row in connection.execute(of)
    ]


def by_version(connection: Connection, now: float) -> list[VersionCount]:
    totals: dict[str, Counter[Event]] = {}
    for each in counts(connection, now):
        totals.setdefault(each.version, Counter())[each.event] += each.count
    return [VersionCount(version, dict(of)) for version, of in sorted(totals.items())]


@dataclass(frozen=True, slots=True)
class Keeping:
    """daily: days for which each has rows of its own; kept: days for which anything is known of what happened."""

    daily: int = 31
    kept: int = 366


def fold_old(connection: Connection, node: str, now: float, keeping: Keeping = Keeping()) -> None:
    """Minutes long gone by become one row for each state, days gone by one row for a month or so, and what is older is
    forgotten. This node's own rows, which nobody else writes."""
    slot, day = dialog_counts.c.slot, int(now // DAY)
    mine, standing = dialog_counts.c.node == node, dialog_counts.c.event == Event.STANDING
    minutes_gone = (slot > OF_OLD) & (slot < int((now - FOLDED_AFTER) // MINUTE))
    _fold(connection, node, f"slot * {OF_OLD}", mine & standing & minutes_gone)
    connection.execute(delete(dialog_counts).where(mine, ~standing, slot < day - keeping.kept))
    days_gone = (slot % BLOCK != 0) & (slot < day - keeping.daily)
    _fold(connection, node, f"slot - slot % {BLOCK}", mine & ~standing & days_gone)
    still_known = select(dialog_counts.c.version).where(~standing).scalar_subquery()
    connection.execute(
        delete(dialog_counts).where(mine, standing, slot == OF_OLD, dialog_counts.c.version.not_in(still_known))
    )


def _fold(connection: Connection, node: str, into: str, old: ColumnElement[bool]) -> None:
    slot: ColumnElement[int] = literal_column(into)
    rows = list(connection.execute(_of_states.where(old).add_columns(slot.label("into")).group_by(slot)))
    if not rows:
        return
    connection.execute(delete(dialog_counts).where(old))
    increase(
        connection,
        dialog_counts,
        (
            {
                "version": row.version,
                "script": row.script,
                "state": row.state,
                "event": row.event,
                "slot": int(row.into),
                "node": node,
                "times": int(row.times),
            }
            for row in rows
        ),
    )
