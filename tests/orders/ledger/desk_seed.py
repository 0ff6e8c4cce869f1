"""A small desk: who ordered what, and which of it must be rung back."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert

from orders.desk_words import Role
from orders.flags import flags_to_json
from orders.ledger import agents
from orders.ledger.ids import Ids
from orders.ledger.order_rows import insert_orders
from orders.ledger.tables import call_tasks, inbound, offers, outbound, subscribers
from orders.order import Change, Flag, Order, OrderItem, placed

NOW = 1_700_000_000.0
LEASE = 300.0
SALT = b"sixteen octets.."
IDS = Ids(0)
WANG, ZHAO, QIAN = "8613800138000", "8613900139000", "8613700137000"

CATALOGUE = [("F800", "1001", "酷派F800", "Coolpad F800", 138_000), ("SJK", "2002", "数据卡", "Data card", 29_900)]


def seed_offers(connection: Connection) -> None:
    rows = [
        {"code": code, "keypad": keypad, "names": json.dumps({"zh": zh, "en": en}), "aliases": "[]", "price": price}
        | {"position": place, "sold": True}
        for place, (code, keypad, zh, en, price) in enumerate(CATALOGUE)
    ]
    connection.execute(insert(offers), rows)


def seed_order(
    connection: Connection,
    number: str,
    subscriber: str = WANG,
    *,
    items: Sequence[OrderItem] = (OrderItem("F800", 1, 138_000),),
    flags: Sequence[Flag] = (Flag("first_order", {"earlier_orders": 0}),),
    at: float = NOW,
    language: str = "zh",
    ids: Ids = IDS,
) -> Order:
    order, event = placed(
        number=number,
        subscriber=subscriber,
        channel="sms",
        service="10086",
        language=language,
        items=tuple(items),
        now=at,
        flags=tuple(flags),
        address="长安街1号",
        salt=SALT,
    )
    insert_orders(connection, ids, [Change(None, order, event)])
    return order


def seed_task(
    connection: Connection,
    task: int,
    number: str | None,
    subscriber: str = WANG,
    *,
    priority: int = 10,
    due_at: float | None = None,
    flags: Sequence[Flag] = (Flag("first_order", {"earlier_orders": 0}),),
    lane: str = "",
) -> None:
    row = {
        "subscriber": subscriber,
        "id": task,
        "order_number": number,
        "reasons": flags_to_json(flags),
        "priority": priority,
        "created_at": NOW,
        "due_at": NOW if due_at is None else due_at,
        "attempts": 0,
        "lane": lane,
    }
    connection.execute(insert(call_tasks), [row])


def seed_agents(connection: Connection, *names: str) -> None:
    for name in names:
        agents.add(connection, name, Role.SUPERVISOR if name == "boss" else Role.AGENT, f"hash of {name}", NOW)


def seed_subscriber(connection: Connection, subscriber: str, **known: object) -> None:
    connection.execute(insert(subscribers), [{"subscriber": subscriber, "updated_at": NOW} | known])


def seed_heard(
    connection: Connection,
    number: int,
    at: float,
    text: str,
    *,
    kind: str = "message",
    intent: str = "",
    who: str = WANG,
) -> None:
    row = {"subscriber": who, "id": number, "thread": "sms:10086", "kind": kind, "content": text, "intent": intent}
    connection.execute(insert(inbound), [row | {"received_at": at, "connection": 0, "number": 0}])


def seed_dead(
    connection: Connection, number: int, at: float, text: str, why: str, reason: str, subscriber: str = WANG
) -> None:
    row = {"subscriber": subscriber, "id": number, "channel": "sms", "service": "10086", "session": "", "phrase": "x"}
    row |= {"text": text, "ends": False, "created_at": at - 60, "expires_at": at + 60, "state": "failed", "attempts": 1}
    connection.execute(insert(outbound), [row | {"done_at": at, "gave_up": why, "reason": reason}])


def seed_said(connection: Connection, number: int, at: float, text: str, state: str = "delivered") -> None:
    row = {"subscriber": WANG, "id": number, "channel": "sms", "service": "10086", "session": "", "phrase": "x"}
    row |= {"text": text, "ends": False, "created_at": at, "expires_at": at + 60, "state": state, "attempts": 1}
    connection.execute(insert(outbound), [row])
