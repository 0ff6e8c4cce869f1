"""Telephone numbers to choose from."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from orders.ledger.tables.base import Id, Instant, metadata

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
