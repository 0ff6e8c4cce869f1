"""Calls that somebody who leads the desk listens to again, and how he found them: the words of it.

    a call that was recorded, by choice or at random ──► the card, the recording ──► the form, answered ──► a score
                                                                       the agent sees it ◄──┘        └──► reports

A call is reviewed once. Nobody reviews himself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orders.review_form import Form

SAMPLE = 10  # calls that are offered at random
LISTED = 100  # when somebody chooses for himself


class NoSuchCall(Exception):
    """There is no such attempt of that task."""


class AlreadyReviewed(Exception):
    """Somebody has reviewed it; it stays as it is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls: of this agent, with this outcome, in this time; without either, all of them. sample: some of those
    that nobody has reviewed, at random."""

    since: float
    until: float
    agent: str = ""
    outcome: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Reviewable:
    task: int
    attempt: int
    at: float
    agent: str
    outcome: str
    order: str | None
    note: str
    reviewed: bool
    recorded: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A form that was filled in about an attempt. form: the version that was answered."""

    task: int
    attempt: int
    form: str
    answers: Mapping[str, str]
    comment: str


@dataclass(frozen=True, slots=True)
class Review:
    id: int
    task: int
    attempt: int
    order: str | None
    agent: str
    outcome: str
    called_at: float
    reviewer: str
    at: float
    form: str
    answers: Mapping[str, str]
    score: float
    comment: str
    seen_at: float | None


@dataclass(frozen=True, slots=True)
class Reviewing:
    """What somebody who reviews is shown: the calls, whose they may be, and the form."""

    calls: tuple[Reviewable, ...]
    agents: tuple[str, ...]
    form: Form
