"""What operators do to single numbers, and how many there are."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, null, select, update

from orders.ledger.number_holding import OPEN
from orders.ledger.number_rows import SHOWN, number_of, place_of
from orders.ledger.tables import numbers
from orders.numbers import HoldRules, NumberState, PoolNumber

S = NumberState

_none = {"holder": None, "reservation": None, "order_number": None, "identity": None}
_this = numbers.c.number == bindparam("no")
_withdraw = update(numbers).where(_this, OPEN | (numbers.c.state == S.COOLING))
_put_back = update(numbers).where(_this, numbers.c.state == S.WITHDRAWN)
_cool = update(numbers).where(_this, numbers.c.state == S.SOLD)


def withdraw(connection: Connection, number: str, now: float) -> bool:
    """Nobody can choose it any more. Only what nobody has: what is held, ordered or sold is left alone."""
    out = _withdraw.values(state=S.WITHDRAWN.value, until=None, spread=null(), changed_at=bindparam("now"), **_none)
    return bool(connection.execute(out, {"no": number, "now": now}).rowcount)


def give_back(connection: Connection, number: str, rules: HoldRules, now: float) -> PoolNumber | None:
    """A withdrawn number is free again; a sold one, whose owner has returned it, cools off. None: it is neither."""
    free = _put_back.values(state=S.FREE.value, spread=bindparam("place"), changed_at=bindparam("now"))
    cool = _cool.values(state=S.COOLING.value, until=bindparam("end"), changed_at=bindparam("now"), **_none)
    done = connection.execute(cool, {"no": number, "end": now + rules.cooling, "now": now}).rowcount
    if not done and number.isdigit():
        done = connection.execute(free, {"no": number, "place": place_of(number), "now": now}).rowcount
    if not done:
        return None
    return number_of(connection.execute(select(*SHOWN).where(_this), {"no": number}).one())


def by_state(connection: Connection) -> Mapping[str, int]:
    return _counted(connection, numbers.c.state)


def free_by_grade(connection: Connection) -> Mapping[str, int]:
    return _counted(connection, numbers.c.grade, numbers.c.state == S.FREE)


def _counted(connection: Connection, column: Any, *only: Any) -> Mapping[str, int]:
    query = select(column, func.count()).where(*only).group_by(column).order_by(column)
    return {str(value): int(count) for value, count in connection.execute(query)}


def in_state(connection: Connection, state: NumberState, most: int) -> list[PoolNumber]:
    query = select(*SHOWN).where(numbers.c.state == state).order_by(numbers.c.number).limit(most)
    return [number_of(row) for row in connection.execute(query)]
