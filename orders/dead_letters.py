"""Messages that were given up, as a supervisor sees them: what was to be said, why it was not, and who tried again.

    outbound: failed, gave_up ──resend──► queued, as if just said     resends: by whom, when, what it had died of

A letter that dies again stands in the list again, with its history.
"""

from dataclasses import dataclass

from orders.outbound import GaveUp


class NoSuchLetter(Exception):
    """There is no dead letter of that id."""


@dataclass(frozen=True, slots=True)
class Resent:
    at: float
    by: str
    why: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """why: one of `GaveUp`; reason: the particulars, in words."""

    id: int
    subscriber: str
    service: str
    phrase: str
    text: str
    created_at: float
    died_at: float
    why: GaveUp
    reason: str
    attempts: int
    resent: tuple[Resent, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The newest first, as far as a list should go; `count`: how many there are in all."""

    letters: tuple[DeadLetter, ...]
    count: int
