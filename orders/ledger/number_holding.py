"""Who a number is kept for, and until when. It is never kept for two, whatever comes at once on however many nodes.

Every change is one guarded statement: it names the state that it may change, and whoever comes second changes nothing.

    hold      free, or a hold or a cooling that is over, or one's own   ─► held until …
    let_go    held, one's own                                           ─► free
    sweep     held or cooling, over                                     ─► free

On PostgreSQL a row that another transaction has in hand is passed over (SKIP LOCKED): it is being taken, and who waited
for it would be told the same a little later. It also means that two batches which want each other's numbers do not
wait for one another for ever.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Update, and_, bindparam, func, or_, select, update

from orders.ledger.at_hand import Deed
from orders.ledger.number_rows import SHOWN, number_of, place_of
from orders.ledger.statements import locking, write
from orders.ledger.tables import numbers
from orders.numbers import NumberState, PoolNumber

S = NumberState
SWEPT = 500  # at a time

_one = select(*SHOWN).where(numbers.c.number == bindparam("no"))
_over = and_(or_(numbers.c.state == S.HELD, numbers.c.state == S.COOLING), numbers.c.until <= bindparam("now"))
OPEN = or_(numbers.c.state == S.FREE, _over)
MINE = and_(numbers.c.state == S.HELD, numbers.c.holder.in_(bindparam("holders", expanding=True)))


def _at_hand(condition: Any) -> Any:
    """The number, if nobody else's transaction has it in hand."""
    return numbers.c.number.in_(
        select(numbers.c.number).where(numbers.c.number == bindparam("no"), condition).with_for_update(skip_locked=True)
    )


def _guarded(condition: Any, **values: Any) -> dict[bool, Update]:
    """The statement for a database with other nodes, and for one without."""
    alone = and_(numbers.c.number == bindparam("no"), condition)
    return {
        True: update(numbers).where(_at_hand(condition)).values(**values),
        False: update(numbers).where(alone).values(**values),
    }


_hold = _guarded(
    or_(OPEN, MINE),
    state=S.HELD.value,
    until=bindparam("end"),
    holder=bindparam("whose"),
    reservation=bindparam("within"),
    order_number=None,
    spread=bindparam("place"),
    changed_at=bindparam("now"),
)
_let_go = _guarded(
    MINE,
    state=S.FREE.value,
    until=None,
    holder=None,
    reservation=None,
    changed_at=bindparam("now"),
)
_others = (
    select(func.count())
    .select_from(numbers)
    .where(
        numbers.c.holder == bindparam("whose"),
        numbers.c.state == S.HELD,
        numbers.c.until > bindparam("now"),
        numbers.c.number != bindparam("no"),
    )
)


class Held(StrEnum):
    HELD = "held"
    TAKEN = "taken"
    TOO_MANY = "too_many"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hold:
    """number: as it stands now; None for one that is not in the pool."""

    result: Held
    number: PoolNumber | None = None


def number_named(connection: Connection, number: str) -> PoolNumber | None:
    row = connection.execute(_one, {"no": number}).one_or_none()
    return None if row is None else number_of(row)


def hold(
    deed: Deed,
    number: str,
    holder: str,
    until: float | None = None,
    reservation: int | None = None,
    at_once: int | None = None,
) -> Hold:
    """Keep a number for `holder` while he decides; his own hold begins anew.

    at_once: how many he may hold; what the rules say, if nothing is said, and for a hall's reservation as many as it
    likes. The caller holds the subscriber's lock, or two nodes might count at the same time.
    """
    rules, connection, now = deed.house.holds, deed.connection, deed.now
    most = at_once or (rules.at_once if reservation is None else None)
    if most is not None:
        others = connection.execute(_others, {"whose": holder, "now": now, "no": number}).scalar_one()
        if others >= most:
            return Hold(Held.TOO_MANY, number_named(connection, number))
    values = {
        "no": number, "now": now, "end": until or now + rules.browsing, "whose": holder, "holders": [holder],
        "within": reservation, "place": place_of(number) if number.isdigit() else None,
    }  # fmt: skip
    got = connection.execute(_hold[locking(connection)], values).rowcount
    there = number_named(connection, number)
    if there is None:
        return Hold(Held.UNKNOWN)
    return Hold(Held.HELD if got else Held.TAKEN, there)


def let_go(deed: Deed, number: str, holder: str) -> bool:
    """Give up a hold of one's own; whether there was one."""
    values = {"no": number, "now": deed.now, "holders": [holder]}
    return bool(deed.connection.execute(_let_go[locking(deed.connection)], values).rowcount)


# ── What is over ─────────────────────────────────────────────────────────────────────────────────────────────────────

_ended = (
    select(numbers.c.number)
    .where(numbers.c.until.is_not(None), numbers.c.until <= bindparam("now"))
    .order_by(numbers.c.until)
    .limit(SWEPT)
)
_free = (
    update(numbers)
    .where(numbers.c.number == bindparam("no"), _over)
    .values(
        state=S.FREE.value,
        until=None,
        holder=None,
        reservation=None,
        order_number=None,
        identity=None,
        spread=bindparam("place"),
        changed_at=bindparam("now"),
    )
)


def sweep(connection: Connection, now: float) -> int:
    """Holds and coolings that are over; how many. Nobody waits for it: it keeps the index of what is due short."""
    query = _ended.with_for_update(skip_locked=True) if locking(connection) else _ended
    ended = list(connection.scalars(query, {"now": now}))
    write(connection, _free, ({"no": number, "now": now, "place": place_of(number)} for number in ended))
    return len(ended)
