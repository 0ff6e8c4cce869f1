"""Bringing a database to the shape this version needs: Alembic's migrations, run on a connection of ours."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

HERE = Path(__file__).parent / "migrations"


class WrongSchema(Exception):
    """The database has not the shape this version of Hall needs."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config


def upgrade(engine: Engine) -> None:
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty one."""
    with engine.begin() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def require_current(engine: Engine) -> None:
    """Raises WrongSchema unless the database is at this version's revision."""
    at = current(engine)
    if at != head():
        raise WrongSchema(
            f"the database is at revision {at or 'none'}, this version needs {head()}. Run: hall db upgrade"
        )
