"""Bringing a database to the shape this version needs: Alembic's migrations, run on a connection of ours."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text

from orders.ledger.engine import reading

HERE = Path(__file__).parent / "migrations"


class WrongSchema(Exception):
    """The database has not the shape this version of Hall needs."""


def migrations(connection: Connection | None = None) -> Config:
    """As Alembic's commands take them, to be done on this connection."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Raises WrongSchema when the database is newer than this version."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # nodes that start together on an empty database take turns
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('schema', 10086))"))
        at = _at(connection)
        _require_known(at)
        if at != head():
            command.upgrade(migrations(connection), "head")


def current(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty one."""
    with reading(engine) as connection:
        return _at(connection)


def _at(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(migrations())


def head() -> str:
    revision = _scripts().get_current_head()
    assert revision is not None
    return revision


def require_current(engine: Engine) -> None:
    """Raises WrongSchema unless the database is at this version's revision."""
    at = current(engine)
    _require_known(at)
    if at != head():
        raise WrongSchema(
            f"the database is at revision {at or 'none'}, this version needs {head()}. Run: hall db upgrade"
        )


def _require_known(at: str | None) -> None:
    try:
        _scripts().get_revision(at or "base")
    except CommandError:
        raise WrongSchema(
            f"the database is at revision {at}, which this version does not know (it needs {head()}): "
            "a newer version has been at work on it. Run that one"
        ) from None
