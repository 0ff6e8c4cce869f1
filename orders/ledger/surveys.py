"""Surveys on the ledger: one row for each order that was delivered, due when he is to be asked.

The row is no promise that he is asked at that moment. A round finds it due and begins a dialog with him, which asks for
the row by its own first request (`survey.open`): only then has he been asked. A dialog that could not begin, because he
was in the middle of another, leaves the row as it is, and the next round of it comes by a while later.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from dialogs.words import Begun, Inbound
from orders.ledger.house import House
from orders.ledger.statements import locking, statements, write
from orders.ledger.tables import consignments, subscribers, surveys
from orders.order import Change, OrderState
from orders.surveying import SurveyRules, decent

SCRIPT = "survey"

_due = select(surveys).where(surveys.c.due_at <= bindparam("now")).order_by(surveys.c.due_at).limit(bindparam("most"))
_again = (
    update(surveys)
    .where(surveys.c.subscriber == bindparam("of"), surveys.c.order_number == bindparam("no"))
    .values(due_at=bindparam("next"))
)
_carrier = (
    select(consignments.c.carrier)
    .where(consignments.c.subscriber == bindparam("of"), consignments.c.order_number == bindparam("no"))
    .order_by(consignments.c.changed_at.desc())
    .limit(1)
)
_wants_none = select(subscribers.c.subscriber).where(
    subscribers.c.subscriber.in_(bindparam("who", expanding=True)), subscribers.c.marketing.is_(False)
)


def follow(connection: Connection, house: House, now: float, changes: Sequence[Change]) -> None:
    """Whose order has come to its good end is asked after it, once."""
    rules = house.survey
    ended = [change.after for change in changes if change.before is not None and _is_done(change)] if rules else []
    if not ended or rules is None:
        return
    rows = [
        {
            "subscriber": order.subscriber,
            "order_number": order.number,
            "carrier": connection.execute(_carrier, {"of": order.subscriber, "no": order.number}).scalar_one_or_none(),
            "delivered_at": now,
            "due_at": decent(now + rules.after, rules.hours, house.time_zone),
        }
        for order in ended
    ]
    write(connection, statements(connection).put(surveys), rows)


def _is_done(change: Change) -> bool:
    assert change.before is not None
    done = OrderState.COMPLETED
    return change.after.state is done and change.before.state is not done


def due(connection: Connection, house: House, now: float, most: int) -> list[Inbound]:
    """What begins the dialogs that are due now. Each comes by again later, until its row says that he was asked."""
    rules = house.survey
    if rules is None:
        return []
    query = _due.with_for_update(skip_locked=True) if locking(connection) else _due
    rows = connection.execute(query, {"now": now, "most": most}).all()
    if not rows:
        return []
    silent = _silent(connection, rules, rows)
    moved, begins = [], []
    for row in rows:
        over = row.subscriber in silent or now > row.delivered_at + rules.valid
        decent_at = decent(now, rules.hours, house.time_zone)
        asks = not over and decent_at <= now
        moved.append({"of": row.subscriber, "no": row.order_number, "next": _next(rules, over, asks, decent_at, now)})
        if asks:
            begins.append(_begun(house, row, now))
    write(connection, _again, moved)
    return begins


def _next(rules: SurveyRules, over: bool, asks: bool, decent_at: float, now: float) -> float | None:
    if over:
        return None
    return now + rules.again if asks else decent_at


def _silent(connection: Connection, rules: SurveyRules, rows: Iterable[Any]) -> set[str]:
    if not rules.respect_optout:
        return set()
    return set(connection.scalars(_wants_none, {"who": [row.subscriber for row in rows]}))


def _begun(house: House, row: Any, now: float) -> Inbound:
    kind = Begun(SCRIPT, {"number": row.order_number})
    return Inbound(house.ids.next(now), "sms", row.subscriber, house.text_service, now, kind)
