"""Who saw or changed what, when and why: a list that is only ever added to, chained as the events of an order are.

What is noted names orders, tasks and pseudonyms, and no subscriber: the list outlives those who are erased.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dialogs.words import NOTHING, Values
from orders.veil import canonical

START = bytes(32)


class Did(StrEnum):
    OPENED = "opened"
    DIALLED = "dialled"
    EXPORTED = "exported"
    ERASED = "erased"
    PUBLISHED = "published"
    LISTENED = "listened"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    LOCKED_OUT = "locked_out"
    SLOWED = "slowed"
    UNLOCKED = "unlocked"
    ASSIGNED = "assigned"
    PAUSED = "paused"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Access:
    """who: an agent's name, or `NAME@MACHINE` of whoever typed a command; role: his at the desk, or `operator`."""

    id: int
    at: float
    who: str
    role: str
    act: str
    what: str
    why: str = ""
    data: Values = NOTHING
    previous: bytes = START
    hash: bytes = b""


def access_hash(previous: bytes, of: Access) -> bytes:
    said = [of.id, float(of.at), of.who, of.role, str(of.act), of.what, of.why, of.data]
    return hashlib.sha256(previous + canonical(said)).digest()


def first_bad(log: Iterable[Access]) -> int | None:
    """The id of the first row that is not as it was written, or where one should be; None when all are whole."""
    previous = START
    for count, each in enumerate(log, 1):
        if each.id != count or each.previous != previous or each.hash != access_hash(previous, each):
            return count
        previous = each.hash
    return None
