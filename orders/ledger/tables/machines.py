"""The machines that share this database."""

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from orders.ledger.tables.base import Instant, metadata

nodes = Table(
    "nodes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("ordinal", Integer, nullable=False, unique=True),  # part of every id this node makes
    Column("seen_at", Instant, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next", BigInteger, nullable=False),
)
