"""Chains that an older version wrote are whole after the migration, and say no more what is personal."""

import hashlib
import json

import pytest
from sqlalchemy import Engine, text

from orders.ledger import schema
from orders.ledger.engine import open_engine
from orders.ledger.verifying import bad_orders
from tests.orders.ledger.migrating import go

WANG, ZHAO = "8613800138000", "8613900139000"
ORDER = (
    "INSERT INTO orders (subscriber, number, state, channel, service, language, total, flags, address, ordered_at,"
    " changed_at) VALUES (:who, :number, 'inProgress', 'sms', '10086', 'zh', 138000, :flags, '长安街1号', 1.5, 2.0)"
)
ITEM = (
    "INSERT INTO order_items (subscriber, number, item, offer, quantity, unit_price)"
    " VALUES (:who, :number, 1, 'F800', 1, 138000)"
)
EVENT = (
    "INSERT INTO order_events (subscriber, number, event, at, actor, act, state, data, previous, hash)"
    " VALUES (:who, :number, :event, :at, :actor, :act, :state, :data, :previous, :hash)"
)
HAPPENED = [
    (1.5, "subscriber", "place_flagged", "held", {"channel": "sms", "total": 138000}),
    (2.0, "agent:li", "change", "inProgress", {"note": "邻居代收", "address": "长安街1号"}),
]


@pytest.fixture
def old(bare_url: str):  # type: ignore[no-untyped-def]
    engine = open_engine(bare_url)
    go(engine, "0006")
    yield engine
    engine.dispose()


def write(engine: Engine, who: str, number: str, forged: str = "") -> None:
    """As the older version did: the subscriber in clear in every hash."""
    flags = json.dumps([{"code": "first_order", "saw": {"earlier_orders": 0}}])
    with engine.begin() as connection:
        names = {"who": who, "number": number}
        connection.execute(text(ORDER), {**names, "flags": flags})
        connection.execute(text(ITEM), names)
        previous = bytes(32)
        for place, (at, actor, act, state, data) in enumerate(HAPPENED):
            said = [who, number, place, at, actor, act, state, data]
            canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            sealed = hashlib.sha256(previous + canonical.encode()).digest()
            row = {"event": place, "at": at, "actor": forged or actor, "act": act, "state": state}
            row |= {"data": json.dumps(data, ensure_ascii=False), "previous": previous, "hash": sealed}
            connection.execute(text(EVENT), {**names, **row})
            previous = sealed


def test_what_was_whole_is_whole_and_what_was_not_is_not(old: Engine) -> None:
    write(old, WANG, "1000000016")
    write(old, ZHAO, "1000000024", forged="agent:nobody")
    schema.upgrade(old)
    with old.begin() as connection:
        [bad] = bad_orders(connection)
        assert bad.where == "order 1000000024"
        rows = connection.execute(text("SELECT data FROM order_events WHERE subscriber = :who"), {"who": WANG})
        told = " ".join(row.data for row in rows)
        assert "veil" in told and "邻居" not in told and "长安街" not in told
        kept = connection.execute(text("SELECT event, data FROM order_private")).one()
        assert (kept.event, json.loads(kept.data)) == (1, {"note": "邻居代收", "address": "长安街1号"})


def test_an_empty_store_is_migrated_too(old: Engine) -> None:
    schema.upgrade(old)
    with old.begin() as connection:
        assert list(bad_orders(connection)) == []
