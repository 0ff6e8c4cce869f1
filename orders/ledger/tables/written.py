"""What people wrote for Hall to go by: what it says, what it understands, its rules."""

from sqlalchemy import Column, LargeBinary, Table, Text

from orders.ledger.tables.base import Id, Instant, metadata

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

rule_texts = Table(  # rules that people write, book by book, whole; a version is its content, so no content is changed
    "rule_texts",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("kept_at", Instant, nullable=False),
)

book_phrases = Table(  # what a text means, as supervisors taught it; append only, the last one for a text counts
    "book_phrases",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
