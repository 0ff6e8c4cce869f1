"""Who is spoken to, and what is known of him."""

from sqlalchemy import BigInteger, Boolean, Column, Table, Text, text

from orders.ledger.tables.base import Id, Instant, metadata

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
