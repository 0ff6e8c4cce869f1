"""What is counted as it happens. Each node has rows of its own, so that none waits."""

from sqlalchemy import BigInteger, Column, Table, Text

from orders.ledger.tables.base import metadata

dialog_counts = Table(  # what happened at each state; see tally.py. Each node has rows of its own, so that none waits
    "dialog_counts",
    metadata,
    Column("version", Text, primary_key=True),
    Column("script", Text, primary_key=True),
    Column("state", Text, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("slot", BigInteger, primary_key=True, autoincrement=False),
    Column("node", Text, primary_key=True),
    Column("times", BigInteger, nullable=False),
)

report_counts = Table(  # what reports are made of; see counting.py. Each node has rows of its own, so that none waits
    "report_counts",
    metadata,
    Column("of", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),  # when the hall's hour, or day, began
    Column("name", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("node", Text, primary_key=True),
    Column("times", BigInteger, nullable=False),
    Column("fen", BigInteger, nullable=False),
    sqlite_with_rowid=False,  # it is read by ranges of its key
)
