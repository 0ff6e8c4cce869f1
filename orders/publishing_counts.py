"""How dialogs fare, in numbers: what happened at each state of an edition, and two editions side by side. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Event(StrEnum):
    BEGUN = "begun"
    ENTERED = "entered"
    LEFT = "left"
    FINISHED = "finished"
    ORDERED = "ordered"
    MISUNDERSTOOD = "misunderstood"
    GAVE_UP = "gave_up"
    TIMED_OUT = "timed_out"
    STANDING = "standing"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class StateCount:
    version: str
    script: str
    state: str
    event: Event
    count: int


@dataclass(frozen=True, slots=True)
class WayCount:
    """How often a way of a script's chart was taken."""

    version: str
    script: str
    state: str
    trigger: str
    count: int


@dataclass(frozen=True, slots=True)
class VersionCount:
    version: str
    counts: Mapping[Event, int]

    def of(self, event: Event) -> int:
        return self.counts.get(event, 0)

    @property
    def given_up(self) -> int:
        """Said so, was asked too often, or simply never answered."""
        return self.of(Event.GAVE_UP) + self.of(Event.ABANDONED)

    def share(self, count: int) -> float | None:
        """Of the dialogs that have come to an end one way or the other; None before the first has."""
        ended = self.of(Event.FINISHED) + self.given_up
        return count / ended if ended else None


@dataclass(frozen=True, slots=True)
class Watched:
    """What a supervisor sees of what people speak to: an edition's scripts with what happens in them now.

    live, trial: versions; `trial` is "" when nothing is on trial. versions: those two, and the one that is looked at.
    before: what a rollback leads to; None when there is nothing to roll back.
    scripts: the states of each script, in the order in which they are written.
    """

    version: str
    live: str
    trial: str
    numbers: int
    share: int
    versions: tuple[VersionCount, ...]
    scripts: Mapping[str, tuple[str, ...]]
    states: tuple[StateCount, ...]
    ways: tuple[WayCount, ...] = ()
    before: str | None = None
