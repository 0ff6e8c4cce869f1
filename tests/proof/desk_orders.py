"""A desk with a great deal to do: orders that are held, each with its task, in all lanes and of all priorities."""

import random
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Engine, insert

from orders.desk_lanes import ANYBODY, Lane
from orders.desk_words import Role
from orders.flags import flags_to_json
from orders.ledger import agents
from orders.ledger.ids import Ids
from orders.ledger.order_rows import insert_orders
from orders.ledger.tables import call_tasks, inbound, outbound
from orders.order import Change, Flag, OrderItem, placed

TOGETHER = 1_000
PRIORITIES = (0, 10, 20, 30, 50, 60, 80)
LANGUAGES = ("zh", "zh", "zh", "en")
SALT = b"sixteen octets.."
NODE = 900  # of the ids, so that no running node makes the same
FLAGS = (Flag("first_order", {"earlier_orders": 0}), Flag("high_value", {"total": 276_000, "limit": 200_000}))


def fill(engine: Engine, many: int, now: float, chance: random.Random, waited: float = 1_800.0) -> None:
    """Of a hundred, ninety-seven are due and three are promised; all have waited for less than `waited` seconds. Every
    fifth is of the same customer as the one before."""
    ids = Ids(NODE)
    for first in range(0, many, TOGETHER):
        with engine.begin() as connection:
            _fill(connection, ids, range(first, min(first + TOGETHER, many)), now, chance, waited)


def hire(engine: Engine, names: Iterable[str], password_hash: str, now: float) -> None:
    with engine.begin() as connection:
        for name in names:
            agents.add(connection, name, Role.AGENT, password_hash, now)


def _fill(
    connection: Connection, ids: Ids, numbers: Sequence[int], now: float, chance: random.Random, waited: float
) -> None:
    changes, tasks, heard, told = [], [], [], []
    for number in numbers:
        subscriber, at = f"86138{number - (number % 5 == 1):08d}", now - chance.uniform(0.0, waited)
        order, event = placed(
            number=str(2_000_000_000 + number),
            subscriber=subscriber,
            channel="sms",
            service="10086",
            language=chance.choice(LANGUAGES),
            items=(OrderItem("F800", 2, 138_000),),
            now=at,
            flags=FLAGS,
            address="长安街1号",
            salt=SALT,
        )
        changes.append(Change(None, order, event))
        promised = ANYBODY if chance.random() < 0.03 else ""
        task = {"subscriber": subscriber, "id": ids.next(at), "order_number": order.number, "created_at": at}
        task |= {"reasons": flags_to_json(FLAGS), "priority": chance.choice(PRIORITIES), "due_at": at, "attempts": 0}
        tasks.append(task | {"lane": str(Lane(order.language, "", promised))})
        heard.append(_heard(ids, subscriber, at - 5))
        told.append(_told(ids, subscriber, at - 4))
    insert_orders(connection, ids, changes)
    connection.execute(insert(call_tasks), tasks)
    connection.execute(insert(inbound), heard)
    connection.execute(insert(outbound), told)


def _heard(ids: Ids, subscriber: str, at: float) -> dict[str, object]:
    row = {"subscriber": subscriber, "id": ids.next(at), "thread": "sms:10086", "kind": "message"}
    return row | {"content": "DG F800 2", "intent": "order", "received_at": at, "connection": 0, "number": 0}


def _told(ids: Ids, subscriber: str, at: float) -> dict[str, object]:
    row = {"subscriber": subscriber, "id": ids.next(at), "channel": "sms", "service": "10086", "session": ""}
    row |= {"phrase": "x", "text": "您订购酷派F800两件，共2760元，回复Y确认。", "ends": False, "state": "delivered"}
    return row | {"created_at": at, "expires_at": at + 86_400, "attempts": 1}
