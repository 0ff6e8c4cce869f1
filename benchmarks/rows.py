"""A baseline: the rows of a turn put into SQLite by hand, in transactions of a given size, and nothing else.

As durable as Hall: WAL, `synchronous=FULL`. What Hall's own ledger costs beyond this is looking before it writes.
"""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine

from orders.ledger.tables import metadata

INBOUND = (
    "INSERT INTO inbound (subscriber, id, thread, kind, content, intent, received_at, connection, number, fingerprint)"
    " VALUES (?, ?, 'sms:10086', 'message', 'YE', 'balance', ?, 1, ?, ?)"
)
DIALOG = (
    "INSERT INTO dialogs (subscriber, thread, repeats, turns) VALUES (?, 'sms:10086', 0, 1)"
    " ON CONFLICT (subscriber, thread) DO UPDATE SET turns = excluded.turns"
)
OUTBOUND = (
    "INSERT INTO outbound (subscriber, id, inbound, channel, service, session, phrase, script, text, ends, created_at,"
    " expires_at, state, due_at, node, attempts)"
    " VALUES (?, ?, ?, 'sms', '10086', '', 'balance.found', 'balance', '您的余额为18.88元。', 1, ?, ?, 'sending', ?,"
    " 'hall-1', 1)"
)
SENT = "UPDATE outbound SET state = 'sent', due_at = NULL, done_at = ?, segments = 1 WHERE subscriber = ? AND id = ?"
SEGMENT = "INSERT INTO segments (remote_id, account, subscriber, outbound, sent_at) VALUES (?, 'smsc-a', ?, ?, ?)"


def turns_a_second(batch: int, seconds: float) -> float:
    with tempfile.TemporaryDirectory(prefix="hall-rows-") as folder:
        path = Path(folder) / "rows.db"
        engine = create_engine(f"sqlite:///{path}")
        metadata.create_all(engine)
        engine.dispose()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            began, turns = time.perf_counter(), 0
            for first in _batches(batch, began + seconds):
                _insert(connection, range(first, first + batch))
                turns += batch
            return turns / (time.perf_counter() - began)


def _batches(batch: int, until: float) -> Iterator[int]:
    first = 1
    while time.perf_counter() < until:
        yield first
        first += batch


def _insert(connection: sqlite3.Connection, numbers: range) -> None:
    """A turn, and a batch later the record that its answer was sent: two transactions, as in Hall."""
    now = time.time()
    who = [(f"86150{number:08d}", number << 20) for number in numbers]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(INBOUND, [(name, row, now, row, row.to_bytes(16, "big")) for name, row in who])
    connection.executemany(DIALOG, [(name,) for name, _ in who])
    connection.executemany(OUTBOUND, [(name, row + 1, row, now, now + 86400, now + 60) for name, row in who])
    connection.execute("COMMIT")
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(SENT, [(now, name, row + 1) for name, row in who])
    connection.executemany(SEGMENT, [(f"{row:x}", name, row + 1, now) for name, row in who])
    connection.execute("COMMIT")
