"""Calls to customers and from them: what is to be done, what was said, who waits."""

from sqlalchemy import Column, Double, Index, Integer, Table, Text, text

from orders.ledger.tables.base import Id, Instant, metadata

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
