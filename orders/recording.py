"""What was said in a call to a customer, as a file that is kept for a while.

It begins when both have heard that it does, and ends with the call. What it is called says which call it was; whose it
was, only the ledger knows, which can forget it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

PREFIX = "hall-"  # of its name at Asterisk, behind which the call is named


class NoSuchRecording(Exception):
    """There is none of that call, or it is no longer kept."""


@dataclass(frozen=True, slots=True)
class Recording:
    """call: the call's id; at: when it was answered; file: where it lies, below the folder of recordings."""

    call: int
    subscriber: str
    task: int
    agent: str
    at: float
    seconds: float
    file: str


def named(call: int) -> str:
    return f"{PREFIX}{call}"


def call_named(name: str) -> int | None:
    """The call that a recording at Asterisk is of; None for what is somebody else's."""
    digits = name.removeprefix(PREFIX)
    return int(digits) if digits != name and digits.isascii() and digits.isdecimal() and len(digits) < 20 else None


def file_of(call: int, at: float) -> str:
    """A folder a month, so that none has more than somebody can look through."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m}/{call}.wav"
