"""Who saw or changed what, and marks that nothing was taken away."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, text

from orders.ledger.tables.base import Id, Instant, metadata

audit_marks = Table(  # append only; each node's own, chained: what it has written of orders since its last mark
    "audit_marks",
    metadata,
    Column("ordinal", Integer, primary_key=True),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("upto", Id, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("logged", Id, nullable=False),  # the last row of the access log that it has seen
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

access_log = Table(  # append only, chained: who saw or changed what, and why
    "access_log",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
Index(
    "access_log_published",
    access_log.c.id,
    sqlite_where=text("act = 'published'"),
    postgresql_where=text("act = 'published'"),
)
