"""Surveys on the ledger: one row for each order that was delivered, due when he is to be asked.

The row is no promise that he is asked at that moment. A round finds it due and begins a dialog with him, which asks for
the row by its own first request (`survey.open`): only then has he been asked. A dialog that could not begin, because he
was in the middle of another, leaves the row as it is, and the next round of it comes by a while later.

Where he is to be rung, the row says when (`ring_at`), and survey_calls.py does it; by text he is asked when that has
come to nothing, and in any case a day later (`RINGS_FOR`), should nobody be able to ring at all.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from dialogs.words import Begun, Inbound
from orders.ledger.house import House
from orders.ledger.statements import locking, statements, write
from orders.ledger.tables import consignments, subscribers, surveys
from orders.order import Change, Order, OrderState
from orders.surveying import SurveyRules, decent

SCRIPT = "survey"
RINGS_FOR = 86_400.0  # seconds

_due = select(surveys).where(surveys.c.due_at <= bindparam("now")).order_by(surveys.c.due_at).limit(bindparam("most"))
_again = (
    update(surveys)
    .where(surveys.c.subscriber == bindparam("of"), surveys.c.order_number == bindparam("no"))
    .values(due_at=bindparam("next"))
)
_open = (
    select(surveys)
    .where(
        surveys.c.subscriber == bindparam("of"),
        surveys.c.score.is_(None),
        (surveys.c.until >= bindparam("now"))
        | (surveys.c.asked_at.is_(None) & (surveys.c.delivered_at >= bindparam("since"))),
    )
    .order_by(surveys.c.delivered_at.desc(), surveys.c.order_number.desc())
    .limit(1)
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
            **_asked_at(house, rules, order, now),
        }
        for order in ended
    ]
    write(connection, statements(connection).put(surveys), rows)


def _asked_at(house: House, rules: SurveyRules, order: Order, now: float) -> dict[str, float | None]:
    at = decent(now + rules.after, rules.hours, house.time_zone)
    if not rules.is_rung(order.channel, order.subscriber):
        return {"due_at": at, "ring_at": None}
    rings = house.calling_hours.next_open(order.subscriber, at)
    return {"due_at": rings + RINGS_FOR if rules.reads(order.subscriber) else None, "ring_at": rings}


def may_rate(connection: Connection, house: House, subscriber: str, now: float) -> bool:
    """Whether there is one that he has not answered yet, and may."""
    rules = house.survey
    return rules is not None and open_one(connection, rules, subscriber, now) is not None


def open_one(connection: Connection, rules: SurveyRules, subscriber: str, now: float) -> Any:
    """The row of the last delivery that he may still rate; None where there is none."""
    return connection.execute(_open, {"of": subscriber, "now": now, "since": now - rules.valid}).first()


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
    silent = silent_ones(connection, rules, rows)
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


def silent_ones(connection: Connection, rules: SurveyRules, rows: Iterable[Any]) -> set[str]:
    if not rules.respect_optout:
        return set()
    return set(connection.scalars(_wants_none, {"who": [row.subscriber for row in rows]}))


def _begun(house: House, row: Any, now: float) -> Inbound:
    kind = Begun(SCRIPT, {"number": row.order_number})
    return Inbound(house.ids.next(now), "sms", row.subscriber, house.text_service, now, kind)
