"""A ledger on SQLite with all its tables and nothing in them: migrated once, and copied for whoever wants one.

Leading a database through all migrations takes longer than most tests that need one.
"""

import tempfile
from functools import cache
from pathlib import Path

from orders.ledger import schema
from orders.ledger.engine import open_engine


def migrated(folder: Path) -> str:
    """The address of one of its own."""
    file = folder / "hall.db"
    file.write_bytes(_once())
    return f"sqlite:///{file}"


@cache
def _once() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "hall.db")
        engine = open_engine(f"sqlite:///{file}")
        schema.upgrade(engine)
        engine.dispose()
        return file.read_bytes()
