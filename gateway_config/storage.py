"""The database for commands that come to an end: opened, looked at, and told what is missing in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

from gateway_config.settings import Settings
from orders.ledger import engine as databases
from orders.ledger import schema


class NoDatabase(Exception):
    """It cannot be opened or reached."""


@contextmanager
def told_in_words(settings: Settings) -> Iterator[None]:
    """What is wrong with the database itself becomes NoDatabase; what is wrong with a statement is a fault of ours."""
    try:
        yield
    except (OperationalError, InterfaceError) as problem:
        raise no_database(settings, problem.orig) from None
    except DatabaseError as problem:
        if type(problem) is not DatabaseError:
            raise
        raise no_database(settings, problem.orig) from None
    except OSError as problem:
        raise no_database(settings, problem) from None


def no_database(settings: Settings, why: object) -> NoDatabase:
    where = make_url(settings.database.url).render_as_string(hide_password=True)
    said = " ".join(str(why).split()).rstrip(".")
    return NoDatabase(f"{where} cannot be used: {said}. Is it running, and is [database] url right?")


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    with told_in_words(settings):
        engine = databases.open_engine(settings.database.url)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def transaction(settings: Settings) -> Iterator[Connection]:
    """One transaction on a database of the right shape."""
    with opened(settings) as engine:
        schema.require_current(engine)
        with engine.begin() as connection:
            yield connection


@contextmanager
def reading(settings: Settings) -> Iterator[Connection]:
    """The same for commands that only look, however long: a running server writes on meanwhile."""
    with opened(settings) as engine:
        schema.require_current(engine)
        with databases.reading(engine) as connection:
            yield connection
