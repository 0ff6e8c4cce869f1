"""What goes out, by which links, and what became of it."""

from sqlalchemy import Boolean, Column, Double, Index, Integer, Table, Text, text

from orders.ledger.tables.base import Id, Instant, metadata

outbound = Table(
    "outbound",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("inbound", Id),
    Column("channel", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("phrase", Text, nullable=False),
    Column("script", Text),  # which one says it; null for what no script says
    Column("text", Text, nullable=False),
    Column("ends", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("not_before", Instant),  # when he may have it at the earliest; null: at once
    Column("state", Text, nullable=False),
    Column("due_at", Instant),  # while it is to be sent: when, or until when its node has it; null once it is done
    Column("node", Text),
    Column("attempts", Integer, nullable=False),
    Column("done_at", Instant),
    Column("link", Text),
    Column("segments", Integer),
    Column("reason", Text),
    Column("gave_up", Text),  # why it is a dead letter; null while it is none
    Column("layout", Text),  # how a session's channel shows it, in that channel's own words
    Column("by_text", Boolean),  # it goes as a text message if the session is over
)
Index(
    "outbound_dead",
    outbound.c.done_at,
    sqlite_where=outbound.c.gave_up.is_not(None),
    postgresql_where=outbound.c.gave_up.is_not(None),
)
Index(
    "outbound_due",
    outbound.c.due_at,
    sqlite_where=outbound.c.due_at.is_not(None),
    postgresql_where=outbound.c.due_at.is_not(None),
)

segments = Table(  # by which a receipt finds its message
    "segments",
    metadata,
    Column("remote_id", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("subscriber", Text, nullable=False),
    Column("outbound", Id, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("state", Text),
    Column("error", Text),
)
Index("segments_outbound", segments.c.subscriber, segments.c.outbound)

early_receipts = Table(  # came before the answer to the submit_sm they speak of
    "early_receipts",
    metadata,
    Column("remote_id", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
)

resends = Table(  # who gave a dead letter another life, and what it had died of
    "resends",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("outbound", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, primary_key=True),
    Column("by", Text, nullable=False),
    Column("gave_up", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

links = Table(  # what people want of a node's links, and how these are
    "links",
    metadata,
    Column("node", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("held", Boolean, nullable=False),  # out of service until somebody puts it back
    Column("held_by", Text),  # who took it out, or put it back
    Column("held_at", Instant),
    Column("account", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Instant),
    Column("in_flight", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("throttled", Boolean, nullable=False),
    Column("pace", Double, nullable=False, server_default=text("0")),  # segments a second, as it was found; 0: none
    Column("trouble", Text, nullable=False, server_default=text("''")),  # why it is not bound
    Column("told_at", Instant),
)
