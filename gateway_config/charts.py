"""The charts that supervisors watch: drawn from the edition's own scripts, with the ledger's counts written in."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from channels.desk.charts import NoSuchChart
from dialogs.drawing import svg
from dialogs.library import Library
from gateway_config.shelf import Shelf
from orders.ledger import publishing, tally
from orders.publishing import PACKAGED, Act, CannotPublish, Publication, before
from orders.publishing_counts import Event, StateCount, VersionCount, Watched

T = TypeVar("T")

LINES = (  # what is written in a box, a line each: who is there, what went wrong, where they left
    (Event.STANDING,),
    (Event.MISUNDERSTOOD, Event.TIMED_OUT),
    (Event.GAVE_UP, Event.ABANDONED),
    (Event.FINISHED, Event.ORDERED),
)
WORDS: Mapping[str, Mapping[Event, str]] = {
    "zh": {
        Event.STANDING: "现有",
        Event.MISUNDERSTOOD: "没听懂",
        Event.TIMED_OUT: "超时",
        Event.GAVE_UP: "放弃",
        Event.ABANDONED: "没有下文",
        Event.FINISHED: "办完",
        Event.ORDERED: "下单",
    },
    "en": {
        Event.STANDING: "here now",
        Event.MISUNDERSTOOD: "misunderstood",
        Event.TIMED_OUT: "timed out",
        Event.GAVE_UP: "gave up",
        Event.ABANDONED: "never came back",
        Event.FINISHED: "finished",
        Event.ORDERED: "ordered",
    },
}


class Run(Protocol):
    def __call__(self, job: Callable[[Connection], T], /) -> Awaitable[T]: ...


class LedgerCharts:
    def __init__(self, shelf: Shelf, run: Run, now: Callable[[], float] = time.time) -> None:
        self._shelf = shelf
        self._run = run
        self._now = now

    async def watched(self, version: str) -> Watched:
        shelf = self._shelf
        trial = shelf.standing.trial
        live = shelf.version_for("")
        library = await self._library(version or live)
        versions = list(dict.fromkeys([live, *([trial.version] if trial else []), library.version]))
        now = self._now()
        states, ways, earlier = await self._run(
            lambda connection: (
                tally.counts(connection, now, versions),
                tally.ways(connection, library.version),
                before(publishing.history(connection)),
            )
        )
        return Watched(
            version=library.version,
            live=live,
            trial=trial.version if trial else "",
            numbers=len(trial.audience.numbers) if trial else 0,
            share=trial.audience.share if trial else 0,
            versions=tuple(_summed(each, states) for each in versions),
            scripts={script.name: tuple(script.states) for script in library.scripts},
            states=tuple(each for each in states if each.version == library.version),
            ways=tuple(ways),
            before=None if earlier is None else self._shelf.named(earlier),
        )

    async def done(self, act: Act, seen: str, by: str, note: str) -> str:
        now = self._now()
        made = await self._run(lambda connection: self._publish(connection, act, seen, by, note, now))
        return self._shelf.named(made.version) if act is not Act.WITHDRAW else self._shelf.version_for("")

    def _publish(self, connection: Connection, act: Act, seen: str, by: str, note: str, now: float) -> Publication:
        """Of the version that was seen, and of no other that has come between."""
        publishing.take_turns(connection)
        stands = publishing.stands(connection)
        about = stands.live if act is Act.ROLLBACK else stands.trial.version if stands.trial else PACKAGED
        if self._shelf.named(about) != seen:
            raise CannotPublish(f"{seen} is not {'live' if act is Act.ROLLBACK else 'on trial'} any more; look again")
        match act:
            case Act.PROMOTE:
                return publishing.promote(connection, by, now, note)
            case Act.WITHDRAW:
                return publishing.withdraw(connection, by, now, note)
        return publishing.roll_back(connection, by, now, note)

    async def drawn(self, version: str, script: str, language: str) -> str:
        library = await self._library(version or self._shelf.version_for(""))
        found = {each.name: each for each in library.scripts}.get(script)
        if found is None:
            raise NoSuchChart(f"there is no script {script} in {library.version}")
        now = self._now()
        states, ways = await self._run(
            lambda connection: (
                tally.counts(connection, now, [library.version]),
                tally.ways(connection, library.version),
            )
        )
        notes = _notes([each for each in states if each.script == script], WORDS[language])
        return svg(found, notes, {(each.state, each.trigger): each.count for each in ways if each.script == script})

    async def _library(self, version: str) -> Library:
        library = self._shelf.library(version) or await self._run(lambda connection: self._kept(connection, version))
        if library is None:
            raise NoSuchChart(f"there is no version {version}, or it cannot be read any more")
        return library

    def _kept(self, connection: Connection, version: str) -> Library | None:
        if publishing.content(connection, version) is not None:
            self._shelf.recall(connection, {version})
        return self._shelf.library(version)


def _summed(version: str, states: Sequence[StateCount]) -> VersionCount:
    counts: dict[Event, int] = {}
    for each in states:
        if each.version == version:
            counts[each.event] = counts.get(each.event, 0) + each.count
    return VersionCount(version, counts)


def _notes(states: Sequence[StateCount], words: Mapping[Event, str]) -> dict[str, tuple[str, ...]]:
    counted: dict[str, dict[Event, int]] = {}
    for each in states:
        counted.setdefault(each.state, {})[each.event] = each.count
    return {state: tuple(line for line in _lines(of, words)) for state, of in counted.items()}


def _lines(counts: Mapping[Event, int], words: Mapping[Event, str]) -> list[str]:
    lines = [" · ".join(f"{words[e]} {counts[e]}" for e in events if counts.get(e)) for events in LINES]
    return [line for line in lines if line]
