"""The chain that shows an auditor that no event of an order was altered or removed.

Each event's hash covers everything the event says and the hash of the event before it, so that whoever changes one row
must change all that follow. A row taken from the end leaves a shorter chain that is whole: that is why `verify` may be
told the state in which the order stands, which must be the one its last event left.

    START ──► event 0 ──hash──► event 1 ──hash──► event 2      orders.state == event 2.state

What is hashed is JSON in one form (keys sorted, no spaces, UTF-8): a database that hands back `{"b":1,"a":2}` the other
way round must not break the chain.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Protocol

from dialogs.words import Values

START = bytes(32)


class Said(Protocol):
    """What an event says of itself: what its hash must cover."""

    @property
    def subscriber(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def event(self) -> int: ...
    @property
    def at(self) -> float: ...
    @property
    def actor(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def data(self) -> Values: ...


class Chained(Said, Protocol):
    @property
    def previous(self) -> bytes: ...
    @property
    def hash(self) -> bytes: ...


def event_hash(previous: bytes, event: Said) -> bytes:
    said = [
        event.subscriber,
        event.number,
        event.event,
        float(event.at),
        event.actor,
        str(event.act),
        str(event.state),
        dict(event.data),
    ]
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(previous + canonical.encode()).digest()


def verify(events: Iterable[Chained], state: str | None = None) -> int | None:
    """Which event of an order, in their order, cannot be as it was written: its place, or None when all are whole.

    With `state`, an end that is missing is found too: the answer is then the place where an event should be.
    """
    previous, last, count = START, None, 0
    for event in events:
        if event.event != count or event.previous != previous or event.hash != event_hash(previous, event):
            return count
        previous, last, count = event.hash, event.state, count + 1
    return count if state is not None and last != state else None
