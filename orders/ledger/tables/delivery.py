"""What is on its way, and how it went."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text

from orders.ledger.tables.base import Id, Instant, metadata

consignments = Table(  # what a carrier has, or is to have, of an order
    "consignments",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("order_number", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("items", Text),  # their places in the order; null: all of them
    Column("carrier", Text),  # null until the rules have been asked, or when nobody would have it
    Column("tracking", Text),
    Column("signed_by", Text),
    Column("declined", Text),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("left_at", Instant),
    Column("due_at", Instant),  # when the house is to do something about it, or until when a node has it in hand
    Column("late_at", Instant),  # when somebody should begin to wonder
    Column("late", Boolean, nullable=False),  # somebody should
    Column("attempts", Integer, nullable=False),
    Column("events", Integer, nullable=False),
)
Index("consignments_order", consignments.c.subscriber, consignments.c.order_number)
Index("consignments_id", consignments.c.id, unique=True)
Index(
    "consignments_due",
    consignments.c.due_at,
    sqlite_where=consignments.c.due_at.is_not(None),
    postgresql_where=consignments.c.due_at.is_not(None),
)
Index(
    "consignments_late",
    consignments.c.late_at,
    sqlite_where=consignments.c.late_at.is_not(None),
    postgresql_where=consignments.c.late_at.is_not(None),
)
OPEN_CONSIGNMENT = text("state NOT IN ('delivered', 'returned', 'recalled', 'written_off')")
Index(
    "consignments_open",
    consignments.c.state,
    consignments.c.changed_at,
    sqlite_where=OPEN_CONSIGNMENT,
    postgresql_where=OPEN_CONSIGNMENT,
)

consignment_events = Table(  # append only: each step as it was told
    "consignment_events",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("consignment", Id, primary_key=True, autoincrement=False),
    Column("event", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
)

surveys = Table(  # how a subscriber found his delivery; once for each order
    "surveys",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("order_number", Text, primary_key=True),
    Column("carrier", Text),
    Column("delivered_at", Instant, nullable=False),
    Column("due_at", Instant),  # when he is to be asked; null once he has been, or is not to be
    Column("ring_at", Instant),  # when he is to be rung for it; null where he is not
    Column("rung", Integer, nullable=False, server_default=text("0")),  # so often he has been
    Column("asked_at", Instant),
    Column("until", Instant),  # an answer counts until then
    Column("score", Integer),
    Column("scored_at", Instant),
    Column("comment", Text),
)
Index(
    "surveys_due",
    surveys.c.due_at,
    sqlite_where=surveys.c.due_at.is_not(None),
    postgresql_where=surveys.c.due_at.is_not(None),
)
Index(
    "surveys_ring",
    surveys.c.ring_at,
    sqlite_where=surveys.c.ring_at.is_not(None),
    postgresql_where=surveys.c.ring_at.is_not(None),
)
Index("surveys_scored", surveys.c.scored_at)
