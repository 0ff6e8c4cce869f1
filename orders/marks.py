"""Marks: what a node has written, so that nobody can take away a whole order, or the end of one with its state.

The chain of an order proves what is there. What is no longer there is proved by marks: now and then each node counts
the events that it has written since its last mark, and seals them by a hash that covers the mark before.

    node 3:  mark 1 ◄── mark 2 ◄── mark 3        each: upto which id, how many events, hash(mark before, every event)

A node knows exactly what it has written, for it has one writer: ids of events grow with its transactions, and carry its
ordinal. So a mark needs no lock and waits for nobody. It also seals the last row of the access log.

Whoever could rewrite the whole database could rewrite the marks too. An auditor who notes a mark down outside (its name
and the beginning of its hash, as `hall orders verify` prints them) has what not even he can: later the same mark must
still be there, and with it all that was written before it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from orders.veil import canonical

START = bytes(32)

Written = tuple[int, str, int, bytes]  # an event's id, its order, its place there, its hash


@dataclass(frozen=True, slots=True)
class Mark:
    """ordinal: of the node. upto: the id of the last event it covers. logged: the last row of the access log."""

    ordinal: int
    serial: int
    at: float
    upto: int
    events: int
    logged: int
    previous: bytes = START
    hash: bytes = b""

    @property
    def name(self) -> str:
        return f"{self.ordinal}/{self.serial}"


def sealed(mark: Mark, written: Iterable[Written], log: bytes) -> Mark:
    """The mark with its count and hash. log: the hash of the row of the access log that it saw last."""
    hashed, count = hashlib.sha256(mark.previous), 0
    for row, number, event, event_hash in written:
        hashed.update(canonical([row, number, event, event_hash.hex()]))
        count += 1
    said = [mark.ordinal, mark.serial, float(mark.at), mark.upto, count, mark.logged, log.hex()]
    hashed.update(canonical(said))
    return replace(mark, events=count, hash=hashed.digest())
