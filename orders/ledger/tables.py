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
    CheckConstraint,
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
    Column("manager", Text),  # the account manager who brings him what he orders: a carrier's name
    Column("updated_at", Instant, nullable=False),
)

service_passwords = Table(  # by which a subscriber proves on the telephone who he is
    "service_passwords",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("hash", Text, nullable=False),  # argon2
    Column("set_at", Instant, nullable=False),
)

password_tries = Table(  # each is counted before it is known whether it was right, once for each input
    "password_tries",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),  # of the input
    Column("at", Instant, nullable=False),
    Column("proved", Boolean, nullable=False),
    Column("locked_until", Instant),  # of the one that was one too many
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

rule_texts = Table(  # rules that people write, book by book, whole; a version is its content, so no content is changed
    "rule_texts",
    metadata,
    Column("kind", Text, primary_key=True),
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
    Column("lane", Text, nullable=False, server_default=text("''")),  # what whoever takes it needs: see desk_lanes.py
    Column("claimed_at", Instant),  # by who holds it
    Column("dialled_at", Instant),
)
_open_task = call_tasks.c.due_at.is_not(None)
Index(  # the next one, by lane
    "call_tasks_next",
    call_tasks.c.lane,
    call_tasks.c.priority.desc(),
    call_tasks.c.due_at,
    call_tasks.c.id,
    sqlite_where=_open_task,
    postgresql_where=_open_task,
)
Index("call_tasks_due", call_tasks.c.due_at, sqlite_where=_open_task, postgresql_where=_open_task)  # how many there are
_held_task = call_tasks.c.agent.is_not(None)
Index("call_tasks_held", call_tasks.c.agent, sqlite_where=_held_task, postgresql_where=_held_task)
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

reviews = Table(  # how a supervisor found a call; one for each
    "reviews",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("task", Id, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("order_number", Text),
    Column("agent", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("called_at", Instant, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("form", Text, nullable=False),  # the version of it
    Column("answers", Text, nullable=False),
    Column("score", Double, nullable=False),
    Column("comment", Text, nullable=False),
    Column("seen_at", Instant),  # when the agent saw it
)
Index("reviews_attempt", reviews.c.subscriber, reviews.c.task, reviews.c.attempt, unique=True)
Index("reviews_agent", reviews.c.agent, reviews.c.at)
Index("reviews_at", reviews.c.at)


call_remarks = Table(  # append only: what an agent noted beside his attempts, and why somebody left a task to others
    "call_remarks",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("task", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("agent", Text, nullable=False),
    Column("reason", Text),  # of a skip; null: a note
    Column("note", Text, nullable=False),
)
_skipped = call_remarks.c.reason.is_not(None)
Index("call_remarks_skips", call_remarks.c.agent, call_remarks.c.at, sqlite_where=_skipped, postgresql_where=_skipped)


phone_calls = Table(  # from the first ring to the end: what happened to a call, not what was said
    "phone_calls",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("task", Id, nullable=False),
    Column("agent", Text, nullable=False),
    Column("node", Text, nullable=False),  # that makes it
    Column("state", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("ending", Text),  # null until it is over
    Column("cause", Integer),
)
Index(
    "phone_calls_open",
    phone_calls.c.node,
    sqlite_where=phone_calls.c.ending.is_(None),
    postgresql_where=phone_calls.c.ending.is_(None),
)
Index("phone_calls_agent", phone_calls.c.agent, phone_calls.c.id)

Index("phone_calls_id", phone_calls.c.id, unique=True)

recordings = Table(  # what was said in calls to customers: where it lies, while it is kept
    "recordings",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("call", Id, primary_key=True, autoincrement=False),
    Column("task", Id, nullable=False),
    Column("agent", Text, nullable=False),
    Column("at", Instant, nullable=False),  # when the call was answered
    Column("seconds", Double, nullable=False),
    Column("file", Text, nullable=False),  # below the folder of recordings
)
Index("recordings_at", recordings.c.at)
Index("recordings_call", recordings.c.call, unique=True)

key_confirmations = Table(  # orders that wait for a call and may be confirmed without an agent: by a key, or by text
    "key_confirmations",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("order_number", Text, primary_key=True),
    Column("keys_at", Instant),  # when the house rings, or until when a node has it in hand; null: agents do
    Column("texted_at", Instant),  # since when a yes by text confirms it
)
Index(
    "key_confirmations_due",
    key_confirmations.c.keys_at,
    sqlite_where=key_confirmations.c.keys_at.is_not(None),
    postgresql_where=key_confirmations.c.keys_at.is_not(None),
)


waiting_calls = Table(  # callers who wait for an agent on the line, or talk with one
    "waiting_calls",
    metadata,
    Column("subscriber", Text, primary_key=True),  # empty for who withholds his number
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("session", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("node", Text, nullable=False),  # that has the call
    Column("language", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("task", Id, nullable=False),  # the callback that is held back meanwhile, or the card of who talks with him
    Column("since", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("agent", Text),
    Column("passed", Text),  # agents who did not come
    Column("changed_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("lease_until", Instant, nullable=False),
    Column("wish", Text),  # what the agent wants, until the node has done it
    Column("ending", Text),  # null until it is over
)
Index("waiting_calls_id", waiting_calls.c.id, unique=True)
Index(
    "waiting_calls_open",
    waiting_calls.c.since,
    sqlite_where=waiting_calls.c.ending.is_(None),
    postgresql_where=waiting_calls.c.ending.is_(None),
)
Index("waiting_calls_task", waiting_calls.c.task)


book_phrases = Table(  # what a text means, as supervisors taught it; append only, the last one for a text counts
    "book_phrases",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)


# ── Other halls ──────────────────────────────────────────────────────────────────────────────────────────────────────

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


# ── What is on its way, and how it went ──────────────────────────────────────────────────────────────────────────────

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
Index("surveys_scored", surveys.c.scored_at)


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


# ── Telephone numbers to choose from ─────────────────────────────────────────────────────────────────────────────────

numbers = Table(  # the one table that is keyed by number: see number_keys.py for what the keys are
    "numbers",
    metadata,
    Column("number", Text, primary_key=True),
    Column("region", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("prepaid", BigInteger, nullable=False),
    Column("monthly", BigInteger, nullable=False),
    Column("months", Integer, nullable=False),
    Column("penalty", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("until", Instant),  # of a hold, or of cooling: then it is free, whether or not anybody has swept
    Column("holder", Text),  # the subscriber or the hall that it is held, ordered or sold for
    Column("reservation", Id),
    Column("order_number", Text),
    Column("identity", Text),  # the masked token of who ordered it
    Column("changed_at", Instant, nullable=False),
    Column("without_4", Boolean, nullable=False),
    Column("tail2", Integer, nullable=False),
    *(Column(f"w{place}", Integer, nullable=False) for place in range(1, 7)),
    Column("shape4", Text, nullable=False),
    Column("shape6", Text, nullable=False),
    Column("band", Integer, nullable=False),
    Column("spread", BigInteger),  # null while it is not to be had, so that no search comes past it
)
_to_be_had = numbers.c.spread.is_not(None)
Index("numbers_spread", numbers.c.spread, sqlite_where=_to_be_had, postgresql_where=_to_be_had)
for _key in ("region", "grade", "band", "tail2", "w1", "w2", "w3", "w4", "w5", "w6", "shape4", "shape6"):
    _columns = numbers.c[_key], numbers.c.spread
    Index(f"numbers_{_key}", *_columns, sqlite_where=_to_be_had, postgresql_where=_to_be_had)
for _place in range(1, 6):
    _columns = numbers.c[f"w{_place}"], numbers.c[f"w{_place + 1}"]
    Index(
        f"numbers_w{_place}{_place + 1}",
        *_columns,
        numbers.c.spread,
        sqlite_where=_to_be_had,
        postgresql_where=_to_be_had,
    )
for _key in ("until", "holder", "identity", "reservation"):
    _given = numbers.c[_key].is_not(None)
    Index(f"numbers_{_key}", numbers.c[_key], sqlite_where=_given, postgresql_where=_given)

reservations = Table(  # of other halls: several numbers that are held together
    "reservations",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client", Text, nullable=False),
    Column("subscriber", Text),
    Column("numbers", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("released_at", Instant),
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
    Column("phone", Text),  # how Asterisk dials him; null: he dials by hand
    Column("languages", Text),  # that he speaks, and
    Column("skills", Text),  # what he knows, each a list of words; null: whatever comes
)

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("agent", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended", Text),  # why, where somebody ended it; null: nobody did
)
Index("desk_sessions_agent", desk_sessions.c.agent)

door_tries = Table(  # wrong passwords, by the address from which they came; see door_tries.py
    "door_tries",
    metadata,
    Column("address", Text, primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("shut_until", Instant),
)

desk_browsers = Table(  # at which somebody has signed in by his password: there he may try whatever his address
    "desk_browsers",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("token_hash", LargeBinary, primary_key=True),
    Column("seen_at", Instant, nullable=False),
)
Index("desk_browsers_seen", desk_browsers.c.seen_at)

agent_states = Table(  # what agents were doing, one state after the other
    "agent_states",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),  # of a pause
    Column("since", Instant, nullable=False),
    Column("until", Instant),  # null: that is what he is doing now
    Column("told_by", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("task", Id),
    Column("line", Id),  # the call that Asterisk makes for him
    Column("pause_then", Text, nullable=False),  # the reason of the pause that begins when he is free
    Column("ends_at", Instant),  # until when there is time to wrap up
    Column("seen_at", Instant, nullable=False),
)
Index(
    "agent_states_now",
    agent_states.c.agent,
    unique=True,
    sqlite_where=agent_states.c.until.is_(None),
    postgresql_where=agent_states.c.until.is_(None),
)
Index("agent_states_since", agent_states.c.since)

pause_reasons = Table(  # why somebody may pause
    "pause_reasons",
    metadata,
    Column("code", Text, primary_key=True),
    Column("names", Text, nullable=False),
    Column("seconds", Instant),  # for how long, at most; null: no limit
    Column("position", Integer, nullable=False),
    Column("retired", Boolean, nullable=False),
)

state_limits = Table(  # how long one should be in a state
    "state_limits",
    metadata,
    Column("state", Text, primary_key=True),
    Column("seconds", Instant, nullable=False),
)

desk_identities = Table(  # whom identity providers vouch for, and who that is here
    "desk_identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("agent", Text, nullable=False),
    Column("since", Instant, nullable=False),
)
Index("desk_identities_agent", desk_identities.c.agent)

desk_entries = Table(  # sessions that an identity provider has vouched for, until they are over
    "desk_entries",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sid", Text, nullable=False),
    Column("id_token", Text, nullable=False),
    Column("at", Instant, nullable=False),
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
