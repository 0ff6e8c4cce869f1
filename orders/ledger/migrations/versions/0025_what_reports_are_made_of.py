"""what reports are made of, counted anew from the orders and calls that are there

By hours of UTC: which clock the hall goes by is not known here. Where it is whole hours ahead, that is its own hours.
"""

import json
from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

STAGES = {"held": "waiting", "pending": "waiting", "completed": "done"} | dict.fromkeys(
    ("rejected", "cancelled", "failed"), "lost"
)
ORDERS = sa.text("SELECT subscriber, number, ordered_at, channel, flags FROM orders ORDER BY subscriber, number")
EVENTS = sa.text(
    "SELECT subscriber, number, state, act FROM order_events"
    " WHERE subscriber >= :first AND subscriber <= :last ORDER BY subscriber, number, event"
)
ITEMS = sa.text(
    "SELECT subscriber, number, offer, quantity * unit_price AS fen FROM order_items"
    " WHERE subscriber >= :first AND subscriber <= :last"
)
CALLS = sa.text("SELECT at, agent, outcome FROM call_attempts")


def upgrade() -> None:
    counts = op.create_table(
        "report_counts",
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("of", "at", "name", "step", "channel", "node"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    times: Counter[tuple[str, int, str, str, str]] = Counter()
    fen: Counter[tuple[str, int, str, str, str]] = Counter()
    for some in connection.execute(ORDERS).partitions(1000):
        names = {"first": some[0].subscriber, "last": some[-1].subscriber}
        events = _by_order(connection.execute(EVENTS, names))
        items = _by_order(connection.execute(ITEMS, names))
        for order in some:
            mine = items.get((order.subscriber, order.number), [])
            for step in _steps(events.get((order.subscriber, order.number), [])):
                for of, name, money in _what(order, mine):
                    key = of, _hour(order.ordered_at), name, step, order.channel
                    times[key] += 1
                    fen[key] += money
    for call in connection.execute(CALLS):
        times["agent", _hour(call.at), call.agent, call.outcome, ""] += 1
    rows = [
        {"of": of, "at": at, "name": name, "step": step, "channel": channel, "node": "", "times": count}
        | {"fen": fen[of, at, name, step, channel]}
        for (of, at, name, step, channel), count in times.items()
    ]
    if rows:
        op.bulk_insert(counts, rows)


def _by_order(rows: Any) -> dict[tuple[str, str], list[Any]]:
    found: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        found.setdefault((row.subscriber, row.number), []).append(row)
    return found


def _steps(events: list[Any]) -> list[str]:
    here, steps = "new", []
    for event in events:
        there = STAGES.get(event.state, "good")
        if there != here:
            steps.append(f"{here}>{there}:{event.act}" if there == "lost" else f"{here}>{there}")
        here = there
    return steps


def _what(order: Any, items: list[Any]) -> list[tuple[str, str, int]]:
    offers: Counter[str] = Counter()
    for item in items:
        offers[item.offer] += item.fen
    total = sum(offers.values())
    flags = dict.fromkeys(flag["code"] for flag in json.loads(order.flags))
    return [
        ("order", "", total),
        *(("offer", offer, money) for offer, money in offers.items()),
        *(("flag", flag, total) for flag in flags),
    ]


def _hour(at: float) -> int:
    return int(at) // 3600 * 3600


def downgrade() -> None:
    op.drop_table("report_counts")
