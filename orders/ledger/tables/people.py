"""Who works here: how they come in, and what they are doing."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from orders.ledger.tables.base import Id, Instant, metadata

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
