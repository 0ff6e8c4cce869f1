"""What browsers at the desk are told without asking: how things are now, for each topic, for one viewer.

    state   what I am doing                        queue   how many wait, and since when the oldest
    card    the task in my hands, and whether      call    what becomes of my call
            something has happened to it           board   for supervisors: that something has changed

It is how things *are*, never what happened: whoever missed something needs only the present to be right again, so a
stream that broke is taken up anywhere, on any node, without a history that somebody would have to keep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orders.agent_states import Limits, Presence
from orders.desk_words import Role
from orders.telephoning import PhoneCall
from orders.waiting import Caller


@dataclass(frozen=True, slots=True)
class Viewer:
    """One browser: the hash of its session's token, and whose it is."""

    session: bytes
    agent: str
    role: Role


@dataclass(frozen=True, slots=True)
class InHand:
    """mark: changes when something was said or done that the card shows."""

    task: int
    lease_until: float
    mark: str


@dataclass(frozen=True, slots=True)
class Waits:
    due: int
    later: int
    oldest_at: float | None
    closed: int = 0
    opens_at: float | None = None


@dataclass(frozen=True, slots=True)
class News:
    """over: sessions that are no more, and why (empty where they just ran out); callers: all who are on the line for an
    agent; the others by agent."""

    waits: Waits
    limits: Limits
    over: Mapping[bytes, str] = field(default_factory=dict)
    presences: Mapping[str, Presence] = field(default_factory=dict)
    in_hand: Mapping[str, InHand] = field(default_factory=dict)
    calls: Mapping[str, PhoneCall] = field(default_factory=dict)
    last_attempt: float | None = None
    callers: tuple[Caller, ...] = ()
