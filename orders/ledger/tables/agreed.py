"""What can be ordered, and what was."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, LargeBinary, Table, Text, text

from orders.ledger.tables.base import Id, Instant, metadata

offers = Table(
    "offers",
    metadata,
    Column("code", Text, primary_key=True),
    Column("keypad", Text, nullable=False, unique=True),
    Column("names", Text, nullable=False),
    Column("aliases", Text, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("sold", Boolean, nullable=False),
    Column("prices", Text, nullable=False, server_default=text("'[]'")),  # others, each for a time
    Column("channels", Text, nullable=False, server_default=text("'[]'")),  # where it is sold; none named: everywhere
    Column("no_return", Boolean, nullable=False, server_default=text("false")),
    Column("confirm", Boolean, nullable=False, server_default=text("false")),
    Column("ship", Boolean, nullable=False, server_default=text("true")),  # false: nobody carries it
)

stock = Table(  # of offers that are not without end; the database itself refuses to promise more than there is
    "stock",
    metadata,
    Column("offer", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("on_hand", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="stock_promised"),
)

orders = Table(
    "orders",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("flags", Text, nullable=False),
    Column("address", Text),
    Column("recipient", Text),
    Column("identity", Text),  # a masked token; never the proof itself
    Column("hall", Text),  # the client that placed it over HTTP; null for our own channels
    Column("external_id", Text),
    Column("problem", Text),  # what is wrong with it, while somebody has to look after it
    Column("ordered_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("inbound", Id),
    Column("confirm_by", Instant),  # until when his second yes is awaited; stays when the time ran out
    Column("deliver_at", Instant),  # when he would like to have it
    Column("waived_at", Instant),  # when he agreed that what has been activated cannot be given back
    Column("rules", Text),  # the version of the flag rules by which it was judged
    Column("salt", LargeBinary),  # of what is veiled in its events; empty once its subscriber was erased
)
Index("orders_number", orders.c.number, unique=True)
Index(
    "orders_external",
    orders.c.hall,
    orders.c.external_id,
    sqlite_where=orders.c.external_id.is_not(None),
    postgresql_where=orders.c.external_id.is_not(None),
)
Index(
    "orders_unconfirmed",
    orders.c.confirm_by,
    sqlite_where=text("state = 'pending' AND confirm_by IS NOT NULL"),
    postgresql_where=text("state = 'pending' AND confirm_by IS NOT NULL"),
)
Index(  # what goes on; how long it has stood where it stands
    "orders_open",
    orders.c.state,
    orders.c.changed_at,
    sqlite_where=text("state NOT IN ('completed', 'failed', 'cancelled', 'rejected')"),
    postgresql_where=text("state NOT IN ('completed', 'failed', 'cancelled', 'rejected')"),
)
Index(
    "orders_hall",
    orders.c.hall,
    orders.c.ordered_at,
    sqlite_where=orders.c.hall.is_not(None),
    postgresql_where=orders.c.hall.is_not(None),
)
Index(
    "orders_problem",
    orders.c.problem,
    orders.c.changed_at,
    sqlite_where=orders.c.problem.is_not(None),
    postgresql_where=orders.c.problem.is_not(None),
)

order_items = Table(
    "order_items",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("item", Integer, primary_key=True),
    Column("offer", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", BigInteger, nullable=False),
    Column("resource", Text),  # the phone number that goes with it
    Column("place", Text),  # the store it is taken from; null: of what no store is kept
)

returns = Table(  # what was brought back, or is to be, and the money for it; one for an order
    "returns",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),  # fen
    Column("asked_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("by", Text, nullable=False),
)
Index(
    "returns_open",
    returns.c.changed_at,
    sqlite_where=text("state IN ('asked', 'due')"),
    postgresql_where=text("state IN ('asked', 'due')"),
)

order_events = Table(  # append only; each row's hash covers the hash of the row before it
    "order_events",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("event", Integer, primary_key=True),
    Column("id", Id, nullable=False),  # which node wrote it, and after which others; see marks
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("stands", LargeBinary, nullable=False),  # a digest of the order after it; see audit
    Column("whose", LargeBinary, nullable=False),  # a salted digest of the person
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
Index("order_events_made", order_events.c.id)

order_private = Table(  # what an event may not say for ever; it goes when the subscriber is erased
    "order_private",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("event", Integer, primary_key=True),
    Column("data", Text, nullable=False),
)
