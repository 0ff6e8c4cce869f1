"""A database as a version of Hall left it."""

from alembic import command
from sqlalchemy import Engine

from orders.ledger import schema


def go(engine: Engine, revision: str) -> None:
    """Forth or back. What stands there is kept by the migrations themselves."""
    back = revision < (schema.current(engine) or "")
    with engine.begin() as connection:
        (command.downgrade if back else command.upgrade)(schema.migrations(connection), revision)
