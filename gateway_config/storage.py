"""The database for commands that come to an end: opened, looked at, and told what is missing in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from gateway_config.settings import Settings
from orders.ledger import schema
from orders.ledger.engine import open_engine


class NoDatabase(Exception):
    """It cannot be opened or reached."""


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.database.url)
    try:
        yield engine
    except OperationalError as problem:
        where = engine.url.render_as_string(hide_password=True)
        raise NoDatabase(
            f"{where} cannot be used: {problem.orig}. Is it running, and is [database] url right?"
        ) from None
    finally:
        engine.dispose()


@contextmanager
def transaction(settings: Settings) -> Iterator[Connection]:
    """One transaction on a database of the right shape."""
    with opened(settings) as engine:
        schema.require_current(engine)
        with engine.begin() as connection:
            yield connection
