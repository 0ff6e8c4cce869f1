"""Where each message of a soak is, in SQL over the message centre's journal and Hall's database.

- What Hall acknowledged is in its database as often as it was acknowledged; a message whose connection was lost before
  its acknowledgement, and which came again, is there once.
- What is there was answered, and every answer was delivered in the end: its receipt has been heard, whatever its form.
- What the centre took is known to Hall by its id, unless Hall was never told that id: the answer was withheld on
  purpose, or the connection was cut when it was on its way. Only then may a reply be sent twice.
- Nothing was given up by either side, nothing is in quarantine, nothing is still to be done.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SHOWN = 5
ON_ITS_WAY = 10.0  # seconds before a cut in which an answer may not have arrived

JOURNAL = """
CREATE TABLE journal (what TEXT, at REAL, id TEXT, "from" TEXT, "to" TEXT, text TEXT, copy INTEGER, connection INTEGER);
"""
INSERT = "INSERT INTO journal VALUES (:what, :at, :id, :from, :to, :text, :copy, :connection)"
NOTHING = dict.fromkeys(("id", "from", "to", "text", "copy", "connection"))
INDEXES = """
CREATE INDEX journal_text ON journal ("from", text);
CREATE INDEX journal_id ON journal (id, what);
CREATE VIEW heard AS SELECT * FROM journal WHERE "to" = '10086';
CREATE TABLE stored AS
    SELECT subscriber, content, count(*) AS times FROM hall.inbound WHERE kind = 'message' GROUP BY 1, 2;
CREATE INDEX stored_text ON stored (subscriber, content);
CREATE TABLE due AS
    SELECT "from" AS subscriber, text AS content,
        sum(what = 'delivered') AS acknowledged,
        sum(what = 'delivered' AND NOT copy) AS originals,
        sum(copy AND what = 'unsure') + sum(what = 'overdue') AS perhaps
    FROM heard WHERE what IN ('delivered', 'unsure', 'overdue') GROUP BY 1, 2;
CREATE INDEX due_text ON due (subscriber, content);
CREATE TABLE untold AS
    SELECT taken.id, taken."to",
        (SELECT max(answered.at) FROM journal answered WHERE answered.id = taken.id AND answered.what = 'answered')
            AS answered_at,
        (SELECT answered.connection FROM journal answered WHERE answered.id = taken.id AND answered.what = 'answered')
            AS connection
    FROM journal taken
    WHERE taken.what = 'taken' AND taken.id NOT IN (SELECT remote_id FROM hall.segments);
CREATE TABLE closed AS SELECT connection, at FROM journal WHERE what = 'closed';
"""

VIOLATIONS = {
    "acknowledged, and not stored": """
        SELECT due.subscriber || ' ' || due.content FROM due LEFT JOIN stored USING (subscriber, content)
        WHERE due.acknowledged > coalesce(stored.times, 0)""",
    "stored more often than acknowledged": """
        SELECT subscriber || ' ' || content FROM stored LEFT JOIN due USING (subscriber, content)
        WHERE stored.times > coalesce(due.acknowledged, 0) + coalesce(due.perhaps, 0)""",
    "given up by the message centre": """
        SELECT "from" || ' ' || text FROM heard WHERE what = 'gave up'""",
    "never answered": """
        SELECT subscriber || ' ' || content FROM hall.inbound
        WHERE kind = 'message' AND content NOT LIKE '余额%'
            AND NOT EXISTS (SELECT 1 FROM hall.outbound
                WHERE outbound.subscriber = inbound.subscriber AND outbound.inbound = inbound.id)""",
    "answers that were not delivered in the end": """
        SELECT subscriber || ' ' || id || ' ' || state || ' ' || coalesce(reason, '') FROM hall.outbound
        WHERE state <> 'delivered' OR due_at IS NOT NULL OR gave_up IS NOT NULL""",
    "ids that the message centre never gave": """
        SELECT remote_id FROM hall.segments WHERE remote_id NOT IN (SELECT id FROM journal WHERE what = 'taken')""",
    "sent, and forgotten for no reason": f"""
        SELECT untold.id || ' to ' || untold."to" FROM untold
        WHERE answered_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM closed
            WHERE closed.connection = untold.connection AND closed.at <= untold.answered_at + {ON_ITS_WAY})""",
    "in quarantine": "SELECT subscriber || ' ' || trace FROM hall.quarantine",
}

COUNTS = {
    "messages texted and acknowledged": "SELECT sum(originals) FROM due",
    "… of these offered again, as it was unsure whether Hall had them": """
        SELECT count(DISTINCT id) FROM heard WHERE what = 'unsure' AND NOT copy""",
    "… refused for the moment, and offered again": "SELECT count(*) FROM heard WHERE what = 'refused'",
    "… copies acknowledged besides": "SELECT count(*) FROM heard WHERE what = 'delivered' AND copy",
    "messages in Hall's database": "SELECT sum(times) FROM stored",
    "answers in Hall's database, all delivered": "SELECT count(*) FROM hall.outbound WHERE state = 'delivered'",
    "segments taken by the message centre": "SELECT count(*) FROM journal WHERE what = 'taken'",
    "… of these unknown to Hall, which was never told, and sent again": "SELECT count(*) FROM untold",
}


@dataclass(frozen=True, slots=True)
class Account:
    counts: dict[str, int]
    violations: tuple[str, ...]


def unfinished(database: Path, messages: int) -> bool:
    """Whether something is still to come: messages, answers to send, or receipts."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (stored,) = connection.execute("SELECT count(*) FROM inbound WHERE kind = 'message'").fetchone()
        (open_,) = connection.execute("SELECT count(*) FROM outbound WHERE state <> 'delivered'").fetchone()
        (asked,) = connection.execute("SELECT count(*) FROM lookups").fetchone()
    return bool(stored < messages or open_ or asked)


def audit(journal: Path, database: Path, messages: int) -> Account:
    with closing(sqlite3.connect("")) as connection:  # a file of its own, gone afterwards
        connection.execute("PRAGMA cache_size = -64000")
        connection.execute("ATTACH ? AS hall", (str(database),))
        connection.executescript(JOURNAL)
        connection.executemany(INSERT, _lines(journal))
        connection.executescript(INDEXES)
        counts = {what: int(connection.execute(query).fetchone()[0] or 0) for what, query in COUNTS.items()}
        violations = [each for what, query in VIOLATIONS.items() for each in _found(connection, what, query)]
    acknowledged = counts["messages texted and acknowledged"]
    if acknowledged != messages:
        violations.insert(0, f"{messages:,} messages were to be texted, {acknowledged:,} were acknowledged")
    return Account(counts, tuple(violations))


def _lines(journal: Path) -> Iterator[dict[str, object]]:
    with journal.open(encoding="utf-8") as lines:
        for line in lines:
            yield NOTHING | json.loads(line)


def _found(connection: sqlite3.Connection, what: str, query: str) -> Iterator[str]:
    rows = connection.execute(query).fetchall()
    if rows:
        shown = "; ".join(str(row[0])[:200] for row in rows[:SHOWN])
        yield f"{len(rows):,} {what}: {shown}"
