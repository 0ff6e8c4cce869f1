"""Which states of which scripts were come to, and which ways were taken, by a library that is being watched."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dialogs.chart import Chart, Walker
from dialogs.library import Library
from dialogs.script import Script, State

Way = tuple[str, str, str]  # script, state, trigger


@dataclass(slots=True)
class Seen:
    states: set[tuple[str, str]] = field(default_factory=set)
    ways: set[Way] = field(default_factory=set)


class WatchedChart(Chart):
    def __init__(self, script: Script, seen: Seen) -> None:
        super().__init__(script)
        self._seen = seen

    def stand(self, walk: Walker, state: State) -> None:
        self._seen.states.add((self.script.name, state.name))
        super().stand(walk, state)

    def fire(self, walk: Walker, trigger: str) -> None:
        name = walk.state.name
        self._seen.ways.add((self.script.name, name, trigger))
        for way in self.script.states[name].ways:
            if way.trigger == trigger and not way.to.leaves:
                self._seen.states.add((self.script.name, way.to.state))
        super().fire(walk, trigger)


def watched(library: Library, seen: Seen) -> Library:
    """The same scripts, phrases and commands, and every step that is taken in them is noted."""
    return Library(library.scripts, library.phrases, library.commands, lambda script: WatchedChart(script, seen))


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one script: how much there is, and what was never come to."""

    script: str
    states: int
    ways: int
    states_missed: tuple[str, ...]
    ways_missed: tuple[str, ...]

    def __str__(self) -> str:
        states, ways = self.states - len(self.states_missed), self.ways - len(self.ways_missed)
        return f"{self.script}: {states} of {self.states} states, {ways} of {self.ways} ways"


def coverage(scripts: Iterable[Script], seen: Seen) -> list[Coverage]:
    return [_of(script, seen) for script in sorted(scripts, key=lambda script: script.name)]


def _of(script: Script, seen: Seen) -> Coverage:
    ways = [(state.name, way.trigger) for state in script.states.values() for way in state.ways]
    return Coverage(
        script.name,
        len(script.states),
        len(ways),
        tuple(name for name in script.states if (script.name, name) not in seen.states),
        tuple(f"{name}: {trigger}" for name, trigger in ways if (script.name, name, trigger) not in seen.ways),
    )
