"""Callers who wait for an agent on the line: who is next, who is put through to whom, and how many are before one.

    waiting ──an agent is ready──► offered ──he picks up──► talking ──► over
       ▲                              │                        │
       └── he does not, or declines ──┘                        │    (he is passed over for this caller)
       └── his agent is signed out ────────────────────────────┘

First come, first served, over all nodes; among the agents, who has been ready for longest. A caller whose language no
ready agent speaks lets others go before him, as long as somebody is there who does. So does one whom an agent has just
rung, or writes up a talk with: what concerns one customer is with one agent at a time.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orders.agent_states import ReadyAgent
from orders.desk_lanes import Hand, Lane

HELD: Final = 60.0  # seconds for which the callback of somebody who is on the line is nobody's, from his last sign
RENEWED: Final = 20.0  # seconds without a sign of its node, after which a caller is taken to be gone


class State(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    OVER = "over"


class Ending(StrEnum):
    TALKED = "talked"
    LEFT = "left"  # he hung up before anybody was there
    BACK = "back"  # to the menu
    CALLBACK = "callback"  # he is rung back
    LOST = "lost"  # the node that had him is no more


class Wish(StrEnum):
    """What an agent at the desk wants of the caller that he was offered, or talks with; or what his being signed out
    means for that caller."""

    DECLINE = "decline"
    HANG_UP = "hang_up"
    PASS_BACK = "pass_back"


class NoSuchCaller(Exception):
    """Nobody of that name waits, or he is with another agent by now."""


@dataclass(frozen=True, slots=True)
class Caller:
    """subscriber: empty for somebody who withholds his number. task: the callback that he has if nobody comes.
    passed: agents who did not come. service: the number that he rang."""

    id: int
    subscriber: str
    session: str
    node: str
    language: str
    reason: str
    task: int
    since: float
    state: State = State.WAITING
    agent: str = ""
    passed: frozenset[str] = frozenset()
    changed_at: float = 0.0
    answered_at: float | None = None
    wish: str = ""
    service: str = ""

    @property
    def lane(self) -> Lane:
        return Lane(self.language)


@dataclass(frozen=True, slots=True)
class Stand:
    """How it is with one caller of this node. ahead: how many are before him; staffed: whether anybody is at the desk.
    phone: how Asterisk dials the agent whom he was offered to just now; empty: to nobody."""

    caller: Caller
    ahead: int
    staffed: bool
    phone: str = ""


def in_turn(callers: Iterable[Caller]) -> list[Caller]:
    return sorted((each for each in callers if each.state is State.WAITING), key=lambda each: (each.since, each.id))


def ahead(callers: Sequence[Caller], of: Caller) -> int:
    """How many are put through before him, if all goes as it does now."""
    return sum((each.since, each.id) < (of.since, of.id) for each in callers if each.state is State.WAITING)


def matched(
    callers: Iterable[Caller],
    ready: Iterable[ReadyAgent],
    hands: Mapping[str, Hand],
    engaged: Collection[str] = (),
) -> list[tuple[Caller, ReadyAgent]]:
    """Who is put through to whom now. engaged: subscribers whom somebody has in hand who will not give them up."""
    free = list(ready)
    pairs = []
    for caller in in_turn(each for each in callers if not each.subscriber or each.subscriber not in engaged):
        agent = next((each for each in free if _may(each, caller, hands)), None)
        if agent is not None:
            free.remove(agent)
            pairs.append((caller, agent))
    return pairs


def _may(agent: ReadyAgent, caller: Caller, hands: Mapping[str, Hand]) -> bool:
    return agent.name not in caller.passed and hands.get(agent.name, Hand(agent.name)).can(caller.lane)
