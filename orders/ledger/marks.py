"""Marks as rows: made by each node of what it has written, and checked for `hall orders verify`.

A mark is made beside the ledger's thread and kept by it (`ready`, `keep`), so that no turn waits while much is marked.
What is read there may lack what is being committed, but nothing before that: transactions of one writer are seen one
after another, and so are the ids that they have given out. No order is looked at, only events beyond the last mark.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from orders.ledger import access_log
from orders.ledger.house import House
from orders.ledger.ids import NODES, PER_MILLISECOND, bound
from orders.ledger.tables import audit_marks, order_events
from orders.marks import START, Mark, Written, sealed

EVERY = 60.0
MOST = 5000  # events; so many do not wait for the minute to be over
SETTLED = 5.0  # seconds: a command that wrote on this node's behalf has committed, or never will

_maker = order_events.c.id // PER_MILLISECOND % NODES
_event = (order_events.c.id, order_events.c.number, order_events.c.event, order_events.c.hash)
_in_order = (order_events.c.id, order_events.c.number, order_events.c.event)
_mine = (
    select(*_event)
    .where(
        order_events.c.id > bindparam("beyond"),
        order_events.c.id < bindparam("before"),
        _maker == bindparam("ordinal"),
    )
    .order_by(*_in_order)
    .limit(MOST)
)
_last = (
    select(audit_marks)
    .where(audit_marks.c.ordinal == bindparam("ordinal"))
    .order_by(audit_marks.c.serial.desc())
    .limit(1)
)


def last_words(connection: Connection, house: House, now: float) -> None:
    """Mark all that there is: this node, or this command, writes nothing more."""
    while due(connection, house, now, settled=-1.0, every=0.0):
        pass


def due(
    connection: Connection, house: House, now: float, settled: float = SETTLED, every: float = EVERY
) -> Mark | None:
    """This node's next mark, made and kept, if it is time for it."""
    mark = ready(connection, house.ids.ordinal, now, settled, every)
    if mark is not None:
        _insert(connection, mark)
    return mark


def keep(connection: Connection, mark: Mark) -> None:
    """A mark that was made beside; unless the node has made another meanwhile, as it does when it stops."""
    row = connection.execute(_last, {"ordinal": mark.ordinal}).one_or_none()
    if mark.previous == (START if row is None else bytes(row.hash)):
        _insert(connection, mark)


def _insert(connection: Connection, mark: Mark) -> None:
    connection.execute(insert(audit_marks), [{name: getattr(mark, name) for name in Mark.__slots__}])


def ready(
    connection: Connection, ordinal: int, now: float, settled: float = SETTLED, every: float = EVERY
) -> Mark | None:
    """The next mark of a node, if it is time for it and there is anything new. settled: how old that must be."""
    row = connection.execute(_last, {"ordinal": ordinal}).one_or_none()
    last = Mark(ordinal, 0, 0.0, 0, 0, 0, hash=START) if row is None else mark_of(row)
    if last.serial and now - every < last.at and last.events < MOST:
        return None  # the minute is not over, and the last mark left nothing
    names = {"ordinal": ordinal, "beyond": last.upto, "before": bound(now - settled)}
    written = [_written(each) for each in connection.execute(_mine, names)]
    logged, log = access_log.last(connection)
    if not _worth(last, len(written), logged, now - every):
        return None
    covers = written[-1][0] if written else last.upto
    return sealed(Mark(ordinal, last.serial + 1, now, covers, 0, logged, last.hash), written, log)


def _worth(last: Mark, written: int, logged: int, before: float) -> bool:
    if not written and logged == last.logged:
        return False
    return written >= MOST or before >= last.at


def upto(connection: Connection, ordinal: int) -> int:
    """The last id that this node has marked; a node that begins anew gives out none that is not greater."""
    row = connection.execute(_last, {"ordinal": ordinal}).one_or_none()
    return 0 if row is None else int(row.upto)


# ── For whoever checks ───────────────────────────────────────────────────────────────────────────────────────────────


def ordinals(connection: Connection) -> list[int]:
    return list(connection.scalars(select(audit_marks.c.ordinal).distinct().order_by(audit_marks.c.ordinal)))


def last_of(connection: Connection, ordinal: int) -> Mark:
    return mark_of(connection.execute(_last, {"ordinal": ordinal}).one())


def checked(connection: Connection, ordinal: int) -> Iterator[tuple[Mark, str | None]]:
    """Each mark of a node with what is wrong with it, if anything is. What is wrong once is told once."""
    every = select(audit_marks).where(audit_marks.c.ordinal == ordinal).order_by(audit_marks.c.serial)
    events = _Ahead(_events_of(connection, ordinal))
    serial, previous = 0, START
    for row in connection.execute(every, execution_options={"yield_per": 1000}):
        mark, serial = mark_of(row), serial + 1
        written = list(events.upto(mark.upto))
        if mark.serial != serial:
            yield mark, f"mark {ordinal}/{serial} is missing before it"
            serial = mark.serial
        elif mark.previous != previous:
            yield mark, "it does not follow the mark before it"
        else:
            yield mark, _wrong(connection, mark, written)
        previous = mark.hash


def unmarked(connection: Connection) -> int:
    """Events that no mark covers yet: of the past minute, or of a node that went away before its next mark."""
    count = 0
    newest = select(audit_marks.c.ordinal, func.max(audit_marks.c.upto).label("upto")).group_by(audit_marks.c.ordinal)
    covering = {row.ordinal: row.upto for row in connection.execute(newest)}
    events = select(_maker.label("maker"), func.count()).group_by(_maker)
    for ordinal, written in connection.execute(events):
        covered = select(func.count()).where(_maker == ordinal, order_events.c.id <= covering.get(ordinal, 0))
        count += written - (connection.scalar(covered) or 0 if ordinal in covering else 0)
    return count


def _wrong(connection: Connection, mark: Mark, written: list[Written]) -> str | None:
    log = access_log.hash_of(connection, mark.logged)
    if log is None:
        return f"the access log had {mark.logged} rows then, and now has fewer"
    now = sealed(mark, written, log)
    if now.events != mark.events:
        return f"{mark.events} events of orders were written since the mark before it, and {now.events} are there"
    if now.hash != mark.hash:
        return "an event that it saw, a row of the access log, or the mark itself is not as it was"
    return None


def _events_of(connection: Connection, ordinal: int) -> Iterator[Written]:
    query = select(*_event).where(_maker == ordinal).order_by(*_in_order)
    return map(_written, connection.execute(query, execution_options={"yield_per": 1000}))


class _Ahead:
    """Events in the order of their ids, taken as far as one likes."""

    def __init__(self, events: Iterator[Written]) -> None:
        self._events = events
        self._next = next(events, None)

    def upto(self, last: int) -> Iterator[Written]:
        while self._next is not None and self._next[0] <= last:
            yield self._next
            self._next = next(self._events, None)


def _written(row: Any) -> Written:
    return row.id, row.number, row.event, bytes(row.hash)


def mark_of(row: Any) -> Mark:
    return Mark(row.ordinal, row.serial, row.at, row.upto, row.events, row.logged, bytes(row.previous), bytes(row.hash))
