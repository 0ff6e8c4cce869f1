"""Which acknowledgements are in doubt, and which arrivals are therefore repeats.

While a connection lives nothing on it is taken for a repeat. When it is lost, or when this node starts and finds that
its last life ended without closing it, everything above the number up to which the peer surely read our answers is in
doubt: its fingerprint is remembered here. The first later arrival with the same subscriber and fingerprint is the
redelivery, and uses the doubt up; it has no effect but to be acknowledged again. That second acknowledgement may be
lost as well, so the stored row moves to the new connection and number, and is in doubt again if that one is lost too.

A doubt is forgotten after `HORIZON`: what a message centre still has after that it would have offered long before.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, update

from orders.arrival import Arrival
from orders.ledger.statements import statements
from orders.ledger.tables import connections, inbound

HORIZON = 1800.0

_moved = (
    update(inbound)
    .where(inbound.c.subscriber == bindparam("of"), inbound.c.id == bindparam("row"))
    .values(connection=bindparam("to_connection"), number=bindparam("to_number"))
)


@dataclass(frozen=True, slots=True)
class Doubt:
    subscriber: str
    row: int
    received_at: float


class Doubts:
    """The doubts of this node, in memory: the database can always tell them again."""

    def __init__(self) -> None:
        self._by_mark: dict[tuple[str, bytes], list[Doubt]] = defaultdict(list)

    def __len__(self) -> int:
        return sum(map(len, self._by_mark.values()))

    def add(self, fingerprint: bytes, doubt: Doubt) -> None:
        known = self._by_mark[doubt.subscriber, fingerprint]
        if doubt not in known:
            known.append(doubt)

    def match(self, arrival: Arrival, now: float) -> Doubt | None:
        """The doubt that this arrival settles, oldest first. It stays until `settle`: the batch may be taken again."""
        if not self._by_mark or not arrival.fingerprint:
            return None
        for doubt in self._by_mark.get((arrival.inbound.subscriber, arrival.fingerprint), ()):
            if doubt.received_at > now - HORIZON:
                return doubt
        return None

    def settle(self, fingerprint: bytes, doubt: Doubt) -> None:
        known = self._by_mark.get((doubt.subscriber, fingerprint), [])
        if doubt in known:
            known.remove(doubt)
        if not known:
            self._by_mark.pop((doubt.subscriber, fingerprint), None)

    def forget_old(self, now: float) -> None:
        for mark, known in list(self._by_mark.items()):
            fresh = [doubt for doubt in known if doubt.received_at > now - HORIZON]
            if fresh:
                self._by_mark[mark] = fresh
            else:
                del self._by_mark[mark]


def open_connection(connection: Connection, number: int, node: str, link: str, now: float) -> None:
    row = {"id": number, "node": node, "link": link, "opened_at": now, "sure": 0}
    connection.execute(statements(connection).put(connections), row)


def note_sure(connection: Connection, number: int, sure: int) -> None:
    connection.execute(
        update(connections).where(connections.c.id == number, connections.c.sure < sure).values(sure=sure)
    )


def close_connection(connection: Connection, number: int, now: float) -> None:
    connection.execute(
        update(connections).where(connections.c.id == number, connections.c.lost_at.is_(None)).values(lost_at=now)
    )


def close_former_life(connection: Connection, node: str, now: float) -> None:
    """At the start: whatever an earlier process of this node left open is lost."""
    connection.execute(
        update(connections).where(connections.c.node == node, connections.c.lost_at.is_(None)).values(lost_at=now)
    )


def doubtful(connection: Connection, node: str, now: float, only: int | None = None) -> list[tuple[bytes, Doubt]]:
    """All that is in doubt on this node's lost connections, or on one of them."""
    query = (
        select(inbound.c.subscriber, inbound.c.id, inbound.c.fingerprint, inbound.c.received_at)
        .join(connections, connections.c.id == inbound.c.connection)
        .where(
            connections.c.node == node,
            connections.c.lost_at > now - HORIZON,
            inbound.c.number > connections.c.sure,
            inbound.c.fingerprint.is_not(None),
        )
        .order_by(inbound.c.id)
    )
    if only is not None:
        query = query.where(connections.c.id == only)
    return [(row.fingerprint, Doubt(row.subscriber, row.id, row.received_at)) for row in connection.execute(query)]


def move(connection: Connection, repeats: list[tuple[Arrival, Doubt]]) -> None:
    """The acknowledgement of a repeat may be lost in its turn."""
    if repeats:
        connection.execute(
            _moved,
            [
                {"of": doubt.subscriber, "row": doubt.row, "to_connection": each.connection, "to_number": each.number}
                for each, doubt in repeats
            ],
        )
