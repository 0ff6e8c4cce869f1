"""The guide of a call: what is known of it beside the order, and which lines of the house's guide are for it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from orders.desk_words import CallTask, Card, Unasked
from orders.guide import (
    Guided,
    Known,
    Ordered,
    Subject,
    Terms,
    Thing,
    Words,
    about,
    about_nothing,
    guided,
    ordered,
    to_ask,
)
from orders.ledger.house import House
from orders.ledger.tables import numbers, subscribers
from orders.order import Order

_name = select(subscribers.c.name).where(subscribers.c.subscriber == bindparam("who"))
_language = select(subscribers.c.language).where(subscribers.c.subscriber == bindparam("who"))
_terms = select(numbers.c.prepaid, numbers.c.monthly, numbers.c.months).where(numbers.c.number == bindparam("of"))


def of_card(connection: Connection, house: House, card: Card, agent: str) -> Guided:
    """What this agent is to say and to ask."""
    task, order = card.task, card.order
    flags = tuple(flag.code for flag in task.reasons)
    if order is None:
        language = connection.scalar(_language, {"who": task.subscriber}) or house.language
        return guided(house.guide, about_nothing(Known(agent, card.name), flags), language)
    things = tuple(Thing(item.offer, item.quantity, item.number) for item in order.items)
    told = Ordered(order.number, things, order.total, order.ordered_at, order.address, order.recipient, flags)
    names = {item.offer: _words(item.names) for item in order.items}
    known = Known(agent, card.name, names, _of_number(connection, things), house.time_zone)
    return guided(house.guide, about(told, known), order.language)


def must_have_asked(
    connection: Connection, house: House, task: CallTask, order: Order, agent: str, ticked: Iterable[str] | None
) -> tuple[str, ...]:
    """The lines that he ticked, of those that have to be; raises Unasked. None: he does not say what he asked."""
    needed = to_ask(house.guide, _subject(connection, task, order, agent))
    if ticked is None and not house.desk.strict:
        return ()
    having = set(ticked or ())
    if missing := [line for line in needed if line not in having]:
        raise Unasked(missing)
    return tuple(line for line in needed if line in having)


def _subject(connection: Connection, task: CallTask, order: Order, agent: str) -> Subject:
    told = ordered(order)
    name = connection.scalar(_name, {"who": task.subscriber})
    return about(told, Known(agent, name, terms=_of_number(connection, told.things)))


def _of_number(connection: Connection, things: Iterable[Thing]) -> Terms | None:
    number = next((thing.number for thing in things if thing.number), None)
    row = None if number is None else connection.execute(_terms, {"of": number}).one_or_none()
    return None if row is None else Terms(row.prepaid, row.monthly, row.months)


def _words(names: Mapping[str, Any]) -> Words:
    return {language: str(name) for language, name in names.items()}
