"""Long messages that come in parts: each part is stored before it is acknowledged, and the last one to come, whichever
it is, makes the message whole.

Parts may come in any order, twice, on several connections and nodes. A part that is there already is left as it is. A
message that never becomes whole is dropped after a day, and with it nothing that was acknowledged as a message.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection, and_, delete, or_, select

from dialogs.words import Inbound, MessagePart, MessageReceived
from orders.ledger.statements import statements, write
from orders.ledger.tables import parts

WAIT = 86_400.0

Key = tuple[str, str, str]


def take(
    connection: Connection, pieces: list[tuple[int, Inbound]], join: Callable[[Sequence[MessagePart]], str]
) -> Iterator[tuple[int, Inbound]]:
    """The messages which these parts complete, each in the place of its last part."""
    if not pieces:
        return
    last: dict[Key, tuple[int, Inbound]] = {}
    rows = []
    for place, told in pieces:
        assert isinstance(told.kind, MessagePart)
        rows.append(_row(told, told.kind))
        last[told.subscriber, told.thread, told.kind.group] = place, told
    write(connection, statements(connection).put(parts), rows)
    for key, whole in _whole(connection, list(last)):
        place, told = last[key]
        yield place, replace(told, kind=MessageReceived(join(whole)))


def _row(told: Inbound, part: MessagePart) -> dict[str, object]:
    return {
        "subscriber": told.subscriber,
        "thread": told.thread,
        "group": part.group,
        "number": part.number,
        "total": part.total,
        "coding": part.coding,
        "payload": part.payload,
        "received_at": told.received_at,
    }


def _whole(connection: Connection, keys: list[Key]) -> Iterator[tuple[Key, list[MessagePart]]]:
    wanted = or_(
        *(
            and_(parts.c.subscriber == subscriber, parts.c.thread == thread, parts.c.group == group)
            for subscriber, thread, group in keys
        )
    )
    found: dict[Key, list[MessagePart]] = {}
    for row in connection.execute(select(parts).where(wanted).order_by(parts.c.number)):
        part = MessagePart(row.group, row.total, row.number, row.coding, row.payload)
        found.setdefault((row.subscriber, row.thread, row.group), []).append(part)
    for key, kept in found.items():
        if [part.number for part in kept] == list(range(1, kept[0].total + 1)):
            connection.execute(
                delete(parts).where(parts.c.subscriber == key[0], parts.c.thread == key[1], parts.c.group == key[2])
            )
            yield key, kept


def forget_old(connection: Connection, now: float) -> int:
    return connection.execute(delete(parts).where(parts.c.received_at < now - WAIT)).rowcount
