"""A node's links as the people who run the hall see them, and what they want of them.

held      out of service: whoever is wanted so stays so, over restarts too, until somebody puts it back
state     bound ─ unbound (it is being tried) ─ leaving (what is in flight is still answered) ─ out
"""

from dataclasses import dataclass
from enum import StrEnum


class LinkState(StrEnum):
    BOUND = "bound"
    UNBOUND = "unbound"
    LEAVING = "leaving"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class LinkReport:
    """since: when it came to be in this state; in_flight: unanswered; waiting: given to it and not yet submitted;
    pace: segments a second that were found to be allowed; 0: nobody has complained yet; trouble: why it is not bound.
    """

    name: str
    account: str
    state: LinkState
    since: float
    in_flight: int = 0
    waiting: int = 0
    throttled: bool = False
    pace: float = 0.0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What the ledger knows of a link. node_seen_at: the node's last sign of life; None if it never ran."""

    node: str
    report: LinkReport
    told_at: float | None
    held: bool
    held_by: str | None
    held_at: float | None
    node_seen_at: float | None


class NoSuchLink(Exception):
    """The node has no link of that name."""
