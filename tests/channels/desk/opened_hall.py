"""A hall whose desk is open: the real application on a database of its own, with people who may sign in.

with opened_hall(tmp_path) as hall:         # li answers calls, boss leads the desk
    with hall.engine.begin() as connection:
        seed_order(connection, "1000000016")
    yield hall
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from twisted.internet.task import Clock

from channels.desk.passwords import hashed
from orders.desk_words import Role
from orders.ledger.engine import open_engine
from tests.channels.desk.desk_browser import PASSWORD, Browser, Hall
from tests.orders.ledger.desk_seed import NOW
from tests.orders.ledger.migrated import migrated

_hashed = cache(hashed)  # which costs what it is meant to cost whoever guesses


@contextmanager
def opened_hall(folder: Path, agents: Sequence[str] = ("li",)) -> Iterator[Hall]:
    """The agents, and boss, who is a supervisor. It is NOW there, and `later` when the test says so."""
    engine = open_engine(migrated(folder))
    clock = Clock()
    clock.advance(NOW)
    hall = Hall(engine, clock, _hashed(PASSWORD))
    hall.later = clock.advance
    for name in agents:
        hall.hire(name)
    hall.hire("boss", Role.SUPERVISOR)
    try:
        yield hall
    finally:
        engine.dispose()


def signed_in(hall: Hall, name: str, password: str = PASSWORD) -> Browser:
    browser = Browser(hall)
    assert browser.sign_in(name, password)[0] == 200
    return browser
