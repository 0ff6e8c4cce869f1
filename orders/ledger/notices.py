"""Notices about an order, to whom it belongs, in the language he reads."""

import json

from sqlalchemy import Connection, bindparam, select

from dialogs.words import Prompt, Value
from orders.ledger.at_hand import Deed
from orders.ledger.tables import offers, subscribers
from orders.order import Order

_language = select(subscribers.c.language).where(subscribers.c.subscriber == bindparam("of"))
_names = select(offers.c.code, offers.c.names).where(offers.c.code.in_(bindparam("codes", expanding=True)))


def tell(deed: Deed, order: Order, phrase: str, **more: Value) -> None:
    """The phrase may name {number name offer quantity total}, and whatever more is given."""
    language = language_of(deed, order)
    values: dict[str, Value] = {
        "number": order.number,
        "name": named(deed.connection, order, language),
        "offer": ",".join(item.offer for item in order.items),
        "quantity": sum(item.quantity for item in order.items),
        "total": order.total,
    }
    deed.post(order.subscriber, Prompt(phrase, values | more), language)


def language_of(deed: Deed, order: Order) -> str:
    return chosen_language(deed.connection, order.subscriber) or order.language or deed.house.language


def chosen_language(connection: Connection, subscriber: str) -> str:
    """Empty for who has not chosen."""
    return str(connection.execute(_language, {"of": subscriber}).scalar_one_or_none() or "")


def named(connection: Connection, order: Order, language: str) -> str:
    """What was ordered, by name, also when it is no longer sold."""
    codes = [item.offer for item in order.items]
    names = {row.code: json.loads(row.names) for row in connection.execute(_names, {"codes": codes})}
    called = [str(names.get(code, {}).get(language, code)) for code in codes]
    return ("、" if language == "zh" else ", ").join(called)
