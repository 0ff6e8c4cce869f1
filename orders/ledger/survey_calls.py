"""Calls of the house in which somebody is asked how he found his delivery: whom to ring now, and what becomes of it.

    surveys.ring_at passes ──due──► is it an hour to ring him? is he free? ──► phone_calls, ring_at = lease
                                                                                   │
       he has answered, and the dialog has opened it: asked, once ◄─(survey.open)──┤
       nobody there: again by the retry rules, so often; then by text ◄────over────┘

The calls are made as those about orders are (key_calls.py), with the same lock, so that nobody is rung by two
telephones and all nodes together hold to `at_once`. Each is a row of `phone_calls` without a task: no agent has to do
with it. What the line did not even try is no try.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, bindparam, select, update

from orders.calling import HOUSE
from orders.desk import Outcome
from orders.ledger import phone_calls
from orders.ledger.key_calls import BUSY, LEASE, SOON, TURNS, is_on_the_phone, running
from orders.ledger.locks import lock_subscribers
from orders.ledger.surveys import silent_ones
from orders.ledger.tables import surveys
from orders.surveying import SurveyRules, decent
from orders.telephoning import CALLING, PhoneCall

if TYPE_CHECKING:
    from orders.ledger.house import House

NO_TASK: Final = 0

_due = select(surveys).where(surveys.c.ring_at <= bindparam("now")).order_by(surveys.c.ring_at).limit(bindparam("most"))
_mine = surveys.c.subscriber == bindparam("of"), surveys.c.order_number == bindparam("no")
_one = select(surveys).where(*_mine)


def due(connection: Connection, house: "House", now: float, most: int, at_once: int) -> list[tuple[PhoneCall, str]]:
    """Calls that this node is to make now, each about a delivery."""
    rules = house.survey
    if rules is None:
        return []
    lock_subscribers(connection, [TURNS])
    room = min(most, at_once - running(connection))
    if room <= 0:
        return []
    found = connection.execute(_due, {"now": now, "most": room}).all()
    lock_subscribers(connection, [row.subscriber for row in found])
    silent = silent_ones(connection, rules, found) if found else set()
    return [(call, row.order_number) for row in found if (call := _call(connection, house, rules, row, silent, now))]


def _call(
    connection: Connection, house: "House", rules: SurveyRules, found: Any, silent: set[str], now: float
) -> PhoneCall | None:
    """It was found before his lock was held: it is looked at once more."""
    row = connection.execute(_one, _key(found)).one_or_none()
    if row is None or row.ring_at is None or row.ring_at > now:
        return None
    if row.subscriber in silent or now > row.delivered_at + rules.valid:
        _write(connection, row, {"ring_at": None, "due_at": None})
        return None
    opens_at = _next_hour(house, rules, row.subscriber, now)
    if opens_at > now:
        _write(connection, row, {"ring_at": opens_at})
        return None
    if is_on_the_phone(connection, row.subscriber, now):
        _write(connection, row, {"ring_at": now + BUSY})
        return None
    call = PhoneCall(house.ids.next(now), row.subscriber, NO_TASK, HOUSE, CALLING, now, now)
    phone_calls.begin(connection, house.node, call)
    _write(connection, row, {"ring_at": now + LEASE, "rung": row.rung + 1})
    return call


def over(connection: Connection, house: "House", call: PhoneCall, order: str, now: float) -> None:
    """A job of the writer: the call is over; whom it has not reached is rung again, or asked by text."""
    lock_subscribers(connection, [call.subscriber])
    phone_calls.moved(connection, call)
    row, rules = connection.execute(_one, {"of": call.subscriber, "no": order}).one_or_none(), house.survey
    if row is None or rules is None or row.ring_at is None:
        return  # he was asked
    outcome = call.outcome or (Outcome.NO_KEY if call.answered_at is not None else None)
    if outcome is None:
        _write(connection, row, {"ring_at": now + SOON, "rung": row.rung - 1})
    elif outcome is Outcome.NO_SUCH_NUMBER or row.rung >= rules.tries:
        _write(connection, row, {"ring_at": None, "due_at": now if rules.reads(row.subscriber) else None})
    else:
        delays = house.call_rules.delays[outcome]
        again = now + delays[min(row.rung, len(delays)) - 1]
        _write(connection, row, {"ring_at": _next_hour(house, rules, row.subscriber, again)})


def _next_hour(house: "House", rules: SurveyRules, subscriber: str, at: float) -> float:
    """When it is decent to ask, by the hall's clock, and to ring, by his."""
    return house.calling_hours.next_open(subscriber, decent(at, rules.hours, house.time_zone))


def _key(row: Any) -> dict[str, str]:
    return {"of": row.subscriber, "no": row.order_number}


def _write(connection: Connection, row: Any, values: Mapping[str, Any]) -> None:
    connection.execute(update(surveys).where(*_mine).values(**values), _key(row))
