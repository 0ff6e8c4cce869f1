"""Dead letters: messages that were given up, listed and given another life.

Found through an index that holds only them. A resend is one transaction: the message is queued with all its tries
before it again, and a row that is never changed says who did it and what it had died of. Done twice with the same `now`
it is done once, as everything in the ledger's thread must be.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from orders.dead_letters import DeadLetter, DeadLetters, NoSuchLetter, Resent
from orders.ledger.statements import locking, statements
from orders.ledger.tables import outbound, resends
from orders.outbound import GaveUp, OutboundState

LISTED = 200
DAY = 86_400.0

_DEAD = (outbound.c.gave_up.is_not(None), outbound.c.channel == "sms")
_count = select(func.count()).select_from(outbound).where(*_DEAD)
_newest = (
    select(outbound).where(*_DEAD).order_by(outbound.c.done_at.desc(), outbound.c.id.desc()).limit(bindparam("most"))
)
_one = select(outbound).where(*_DEAD, outbound.c.id == bindparam("letter"))
_ids = select(outbound.c.id).where(*_DEAD).order_by(outbound.c.done_at, outbound.c.id)
_resent = select(resends).where(resends.c.outbound.in_(bindparam("letters", expanding=True))).order_by(resends.c.at)
_mine = select(func.count()).where(
    resends.c.outbound == bindparam("letter"), resends.c.at == bindparam("now"), resends.c.by == bindparam("who")
)
_alive = (
    update(outbound)
    .where(outbound.c.subscriber == bindparam("of"), outbound.c.id == bindparam("row"))
    .values(
        state=OutboundState.QUEUED,
        due_at=bindparam("now"),
        expires_at=bindparam("until"),
        node=None,
        attempts=0,
        done_at=None,
        link=None,
        segments=None,
        reason=None,
        gave_up=None,
    )
)


def listed(connection: Connection, most: int = LISTED) -> DeadLetters:
    rows = connection.execute(_newest, {"most": most}).all()
    history = _history(connection, (row.id for row in rows))
    return DeadLetters(tuple(_letter(row, history) for row in rows), connection.execute(_count).scalar_one())


def ids(connection: Connection, why: GaveUp | None = None) -> list[int]:
    """All of them, the oldest first; or those that died of one thing."""
    return list(connection.scalars(_ids if why is None else _ids.where(outbound.c.gave_up == why)))


def resend(connection: Connection, letter: int, by: str, now: float, validity: float = DAY) -> None:
    """Raises NoSuchLetter, also for one that somebody else has just resent."""
    query = _one.with_for_update() if locking(connection) else _one
    row = connection.execute(query, {"letter": letter}).one_or_none()
    if row is None:
        if connection.execute(_mine, {"letter": letter, "now": now, "who": by}).scalar_one():
            return
        raise NoSuchLetter(f"{letter} is no dead letter: there is none of that id, or it has been resent")
    record = {
        "subscriber": row.subscriber,
        "outbound": row.id,
        "at": now,
        "by": by,
        "gave_up": row.gave_up,
        "reason": row.reason or "",
    }
    connection.execute(statements(connection).put(resends), record)
    connection.execute(_alive, {"of": row.subscriber, "row": row.id, "now": now, "until": now + validity})


def _history(connection: Connection, letters: Iterable[int]) -> dict[int, list[Resent]]:
    history: dict[int, list[Resent]] = defaultdict(list)
    for row in connection.execute(_resent, {"letters": list(letters)}):
        history[row.outbound].append(Resent(row.at, row.by, row.gave_up, row.reason))
    return history


def _letter(row: Any, history: dict[int, list[Resent]]) -> DeadLetter:
    return DeadLetter(
        id=row.id,
        subscriber=row.subscriber,
        service=row.service,
        phrase=row.phrase,
        text=row.text,
        created_at=row.created_at,
        died_at=row.done_at or row.expires_at,
        why=GaveUp(row.gave_up),
        reason=row.reason or "",
        attempts=row.attempts,
        resent=tuple(history.get(row.id, ())),
    )
