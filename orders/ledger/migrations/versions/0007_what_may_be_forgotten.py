"""what may be forgotten: events are veiled and say what they vouch for; marks, the access log, rules of flags

The chains that stand are written anew in the present form, each that is whole; one that is not stays as it is, and
`hall orders verify` goes on to say so.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

Row = dict[str, Any]

START = bytes(32)
EPOCH, NODES = 1_704_067_200.0, 1 << 10
PRIVATE = ("address", "note", "numbers", "recipient", "identity")


def upgrade() -> None:
    op.add_column("orders", sa.Column("rules", sa.Text()))
    op.add_column("orders", sa.Column("salt", sa.LargeBinary()))
    op.create_table(
        "order_private",
        sa.Column("subscriber", sa.Text(), primary_key=True),
        sa.Column("number", sa.Text(), primary_key=True),
        sa.Column("event", sa.Integer(), primary_key=True),
        sa.Column("data", sa.Text(), nullable=False),
    )
    op.create_table(
        "audit_marks",
        sa.Column("ordinal", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("serial", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("logged", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "flag_rules",
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.Double(), nullable=False),
    )
    op.add_column("order_events", sa.Column("id", sa.BigInteger()))
    op.add_column("order_events", sa.Column("stands", sa.LargeBinary()))
    op.add_column("order_events", sa.Column("whose", sa.LargeBinary()))
    _chain_anew(op.get_bind())
    with op.batch_alter_table("order_events") as batch:
        batch.alter_column("id", existing_type=sa.BigInteger(), nullable=False)
        batch.alter_column("stands", existing_type=sa.LargeBinary(), nullable=False)
        batch.alter_column("whose", existing_type=sa.LargeBinary(), nullable=False)


def downgrade() -> None:
    for table in ("flag_rules", "access_log", "audit_marks", "order_private"):
        op.drop_table(table)
    for column in ("whose", "stands", "id"):
        op.drop_column("order_events", column)
    op.drop_column("orders", "salt")
    op.drop_column("orders", "rules")


# ── The chains, once in the former form and once in the present one ──────────────────────────────────────────────────

ORDERS = sa.text("SELECT subscriber, number FROM orders ORDER BY subscriber, number")
ORDER = sa.text("SELECT * FROM orders WHERE subscriber = :of AND number = :no")
ITEMS = sa.text("SELECT * FROM order_items WHERE subscriber = :of AND number = :no ORDER BY item")
EVENTS = sa.text("SELECT * FROM order_events WHERE subscriber = :of AND number = :no ORDER BY event")
NUMBERED = sa.text("UPDATE order_events SET id = :id, stands = :none, whose = :none")
SALT = sa.text("UPDATE orders SET salt = :salt WHERE subscriber = :of AND number = :no")
HIDE = sa.text("INSERT INTO order_private VALUES (:of, :no, :event, :hidden)")
EVENT = sa.text(
    "UPDATE order_events SET id = :id, data = :data, stands = :stands, whose = :whose, previous = :previous,"
    " hash = :hash WHERE subscriber = :of AND number = :no AND event = :event"
)


def _chain_anew(connection: sa.Connection) -> None:
    connection.execute(NUMBERED, {"id": _id(EPOCH, 0), "none": b""})
    ids = count()
    for subscriber, number in connection.execute(ORDERS).all():
        names = {"of": subscriber, "no": number}
        chain = connection.execute(EVENTS, names).all()
        if not chain or not _was_whole(chain):
            continue
        salt = secrets.token_bytes(16)
        connection.execute(SALT, {**names, "salt": salt})
        order, items = connection.execute(ORDER, names).one(), connection.execute(ITEMS, names).all()
        for at, row, hidden in _veiled(chain, order, items, salt):
            connection.execute(EVENT, {**names, **row, "id": _id(at, next(ids))})
            if hidden:
                connection.execute(HIDE, {**names, "event": row["event"], "hidden": _json(hidden)})


def _was_whole(chain: Sequence[Any]) -> bool:
    previous = START
    for place, row in enumerate(chain):
        said = [row.subscriber, row.number, row.event, float(row.at), row.actor, row.act, row.state]
        wanted = hashlib.sha256(previous + _canonical([*said, json.loads(row.data)])).digest()
        if row.event != place or bytes(row.previous) != previous or bytes(row.hash) != wanted:
            return False
        previous = wanted
    return True


def _veiled(chain: Sequence[Any], order: Any, items: Sequence[Any], salt: bytes) -> Iterator[tuple[float, Row, Row]]:
    stands = _stands(order, items)
    person = [order.subscriber, order.address, order.recipient, order.identity, [item.resource for item in items]]
    whose = hmac.digest(salt, _canonical(person), "sha256")
    previous = START
    for row in chain:
        data = json.loads(row.data)
        hidden = {key: data.pop(key) for key in list(data) if key in PRIVATE}
        if hidden:
            data["veil"] = {
                key: hmac.digest(salt, _canonical([f"{row.event}/{key}", value]), "sha256").hex()
                for key, value in hidden.items()
            }
        said = [row.number, row.event, float(row.at), row.actor, row.act, row.state, data, stands.hex(), whose.hex()]
        sealed = hashlib.sha256(previous + _canonical(said)).digest()
        written = {"event": row.event, "data": _json(data), "stands": stands, "whose": whose}
        yield row.at, {**written, "previous": previous, "hash": sealed}, hidden
        previous = sealed


def _stands(order: Any, items: Sequence[Any]) -> bytes:
    agreed = [
        order.channel,
        order.service,
        order.hall,
        order.external_id,
        float(order.ordered_at),
        [[item.offer, item.quantity, item.unit_price] for item in items],
        [[flag["code"], flag["saw"], flag.get("weight", 0)] for flag in json.loads(order.flags)],
        order.rules,
    ]
    return hashlib.sha256(_canonical(agreed)).digest()


def _id(at: float, counted: int) -> int:
    """Of no node that is at work, in the order of the events as far as they have one."""
    return max(int((at - EPOCH) * 1000), 0) << 22 | (NODES - 1) << 12 | counted & 0xFFF


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
