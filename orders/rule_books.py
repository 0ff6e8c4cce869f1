"""The rules that people who lead the desk write as text, and may change there: each kind of them is a book.

    read ──► change ──► try: what is wrong, by line; what is new; what it would mean ──► publish, with a reason
                                                                                     └──► back to an earlier version

What somebody publishes he has read: when another was quicker, nothing is done (`NotLive`). A version is its content.
"""

from dataclasses import dataclass
from difflib import unified_diff
from enum import StrEnum

from orders.reports.sheets import Sheet

AS_CONFIGURED = ""  # the version of what no one has published here
LONGEST = 60_000


class Book(StrEnum):
    FLAGS = "flags"  # why orders are rung back
    GUIDE = "guide"  # what agents say and ask
    RETRIES = "retries"  # when customers are rung again
    HOURS = "calling_hours"  # when they may be rung
    PAUSES = "pauses"  # why agents may pause, and for how long
    FORM = "review_form"  # by which calls are reviewed


class NoSuchBook(Exception):
    """There are no rules of that kind, or no such version of them."""


class NotLive(Exception):
    """What was read is not what is live any more."""


@dataclass(frozen=True, slots=True)
class Published:
    """When a version was switched on, by whom, and why."""

    version: str
    at: float
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Open:
    """What counts now, and what did before, the last first. published: it was at all; else it is as configured."""

    book: Book
    version: str
    content: str
    published: bool
    history: tuple[Published, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """A text that is right: how it differs from what counts, line by line, and what it would mean."""

    version: str
    changed: tuple[str, ...]
    means: tuple[Sheet, ...]


def changed(before: str, after: str) -> tuple[str, ...]:
    """Lines that begin with +, - or a space, those around what is new; an @@ stands where some are left out."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return tuple(line for line in lines if not line.startswith(("+++", "---")))


def tidy(text: str) -> str:
    """As it is kept: one kind of line end, and one at the end."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip("\n") + "\n"
