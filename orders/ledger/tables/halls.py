"""What other halls asked for, and what they are told."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from orders.ledger.tables.base import Id, Instant, metadata

hall_requests = Table(  # by what names a hall's orders are known, so that what is asked again is not done again
    "hall_requests",
    metadata,
    Column("hall", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("subscriber", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

hall_words = Table(  # what a hall wrote to its order; it may speak of people, and goes when they are erased
    "hall_words",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("told", Text, nullable=False),
    Column("revision", Integer, nullable=False),
)

hall_cancellations = Table(  # asked for by halls
    "hall_cancellations",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False),
    Column("hall", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("requested_for", Text),
    Column("asked_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
)
Index("hall_cancellations_id", hall_cancellations.c.id, unique=True)
Index("hall_cancellations_hall", hall_cancellations.c.hall, hall_cancellations.c.id)

hub_subscriptions = Table(  # who wants to be told of what happens, and where
    "hub_subscriptions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("hall", Text, nullable=False),
    Column("sees_all", Boolean, nullable=False),
    Column("api", Text, nullable=False),
    Column("callback", Text, nullable=False),
    Column("query", Text),
    Column("secret", Text, nullable=False),  # by which what we send is signed
    Column("created_at", Instant, nullable=False),
    Column("paused_until", Instant, nullable=False),  # nothing is sent there before; it did not answer
)

hub_deliveries = Table(  # what is still to be told to whom; a row goes when it has been
    "hub_deliveries",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("thing", Text, primary_key=True),  # the order, or the reservation
    Column("place", BigInteger, primary_key=True, autoincrement=False),  # among what happened to it
    Column("subscription", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False),
    Column("type", Text, nullable=False),
    Column("seen", Text, nullable=False),  # how it stood at that moment
    Column("at", Instant, nullable=False),
    Column("due_at", Instant),  # when to try, or until when a node has it; null: a dead letter
    Column("node", Text),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text),
)
Index(
    "hub_deliveries_due",
    hub_deliveries.c.due_at,
    sqlite_where=hub_deliveries.c.due_at.is_not(None),
    postgresql_where=hub_deliveries.c.due_at.is_not(None),
)
Index("hub_deliveries_id", hub_deliveries.c.id, unique=True)
Index("hub_deliveries_subscription", hub_deliveries.c.subscription)
