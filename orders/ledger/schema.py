"""Bringing a database to the shape this version needs: Alembic's migrations, run on a connection of ours."""

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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config


def upgrade(engine: Engine) -> None:
    """Raises WrongSchema when the database is newer than this version."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # nodes that start together on an empty database take turns
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('schema', 10086))"))
        _require_known(_at(connection))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty one."""
    with reading(engine) as connection:
        return _at(connection)


def _at(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    revision = ScriptDirectory.from_config(_config()).get_current_head()
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
        ScriptDirectory.from_config(_config()).get_revision(at or "base")
    except CommandError:
        raise WrongSchema(
            f"the database is at revision {at}, which this version does not know (it needs {head()}): "
            "a newer version has been at work on it. Run that one"
        ) from None
