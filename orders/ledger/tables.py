"""The tables, and why each is shaped so.

Every table that grows is keyed by `subscriber` first: rows of one subscriber lie together, one batch touches few pages,
and the same schema spreads over several machines by that column. What is due (a message to send, a look-up to ask, a
deadline, a call) is found through a partial index that holds only the rows still to be done, so that years of finished
rows cost nothing. Instants are seconds since 1970 as floats, money is whole fen, documents are JSON text.

Alembic's first migration is made from this file; a later change is a migration of its own.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData()

Instant = Double
Id = BigInteger


# ── Who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

subscribers = Table(
    "subscribers",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("language", Text),
    Column("marketing", Boolean, nullable=False, server_default=text("true")),
    Column("blacklisted", Boolean, nullable=False, server_default=text("false")),
    Column("name", Text),
    Column("address", Text),
    Column("updated_at", Instant, nullable=False),
)

balances = Table(  # the embedded billing system: what TMF654 would tell of an account
    "balances",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("bill", Text),
    Column("updated_at", Instant, nullable=False),
)


# ── What came in and what is going on ────────────────────────────────────────────────────────────────────────────────

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
)
Index("lookups_due", lookups.c.due_at)


# ── What people speak to ─────────────────────────────────────────────────────────────────────────────────────────────

editions = Table(  # scripts, phrases and commands, whole; a version is its content, so a row is never changed
    "editions",
    metadata,
    Column("version", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("kept_at", Instant, nullable=False),
)

publications = Table(  # append only; each row's hash covers the hash of the row before it
    "publications",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

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


# ── What goes out ────────────────────────────────────────────────────────────────────────────────────────────────────

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
    Column("text", Text, nullable=False),
    Column("ends", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
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
    Column("told_at", Instant),
)


# ── What was agreed ──────────────────────────────────────────────────────────────────────────────────────────────────

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
    Column("rules", Text),  # the version of the flag rules by which it was judged
    Column("salt", LargeBinary),  # of what is veiled in its events; empty once its subscriber was erased
)
Index("orders_number", orders.c.number, unique=True)
Index("orders_changed", orders.c.changed_at)
Index(
    "orders_external",
    orders.c.hall,
    orders.c.external_id,
    sqlite_where=orders.c.external_id.is_not(None),
    postgresql_where=orders.c.external_id.is_not(None),
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

order_private = Table(  # what an event may not say for ever; it goes when the subscriber is erased
    "order_private",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("event", Integer, primary_key=True),
    Column("data", Text, nullable=False),
)

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

flag_rules = Table(  # rules of flags, whole; a version is its content, so a row is never changed
    "flag_rules",
    metadata,
    Column("version", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("kept_at", Instant, nullable=False),
)

call_tasks = Table(
    "call_tasks",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("order_number", Text),  # null: the subscriber asked for an agent
    Column("reasons", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant),  # null once it is done
    Column("attempts", Integer, nullable=False),
    Column("agent", Text),  # who holds it, until lease_until
    Column("lease_until", Instant),
    Column("outcome", Text),
    Column("done_at", Instant),
)
Index(
    "call_tasks_due",
    call_tasks.c.priority.desc(),
    call_tasks.c.due_at,
    sqlite_where=call_tasks.c.due_at.is_not(None),
    postgresql_where=call_tasks.c.due_at.is_not(None),
)
Index("call_tasks_id", call_tasks.c.id, unique=True)

call_attempts = Table(  # every attempt is a row that is never changed
    "call_attempts",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("task", Id, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("agent", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("callback_at", Instant),
)
Index("call_attempts_at", call_attempts.c.at)


book_phrases = Table(  # what a text means, as supervisors taught it; append only, the last one for a text counts
    "book_phrases",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)


# ── Who works here ───────────────────────────────────────────────────────────────────────────────────────────────────

agents = Table(
    "agents",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
)

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("agent", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

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
