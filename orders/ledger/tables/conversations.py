"""What came in, and what is going on."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, text

from orders.ledger.tables.base import Id, Instant, metadata

inbound = Table(
    "inbound",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("thread", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("intent", Text),
    Column("received_at", Instant, nullable=False),
    Column("connection", Id, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("fingerprint", LargeBinary),
    Column("parameters", Text),  # what its peer sent with it and the link is to keep: hexadecimal, by tag
)
Index("inbound_connection", inbound.c.connection, inbound.c.number)
Index(
    "inbound_misunderstood",
    inbound.c.received_at,
    sqlite_where=text("intent = 'none'"),
    postgresql_where=text("intent = 'none'"),
)

connections = Table(  # up to which number the peer has surely read our acknowledgements
    "connections",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("node", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("sure", BigInteger, nullable=False),
    Column("lost_at", Instant),
)

parts = Table(  # of long messages that are not whole yet
    "parts",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("group", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("total", Integer, nullable=False),
    Column("coding", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
)

dialogs = Table(
    "dialogs",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("place", Text),
    Column("trail", Text),
    Column("awaiting", Id),
    Column("repeats", Integer, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("expires_at", Instant),
    Column("deadline", Instant),
)
Index(
    "dialogs_due",
    dialogs.c.deadline,
    sqlite_where=dialogs.c.deadline.is_not(None),
    postgresql_where=dialogs.c.deadline.is_not(None),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("inbound", Text, nullable=False),
    Column("trace", Text, nullable=False),
)

lookups = Table(
    "lookups",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("channel", Text, nullable=False),
    Column("service_address", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("resume", Text),
    Column("asked_at", Instant, nullable=False),
    Column("give_up_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),  # the lease: nobody else asks before this
    Column("node", Text),
    Column("attempts", Integer, nullable=False),
    Column("proof", Integer),  # how sure it was who asked; null: quite
)
Index("lookups_due", lookups.c.due_at)
