"""Marks are made beside the ledger's thread; much is marked at once, and no order waits for it."""

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from gateway_config.marking import EVERY, Marking
from orders.arrival import LedgerAway
from orders.ledger import marks
from orders.ledger.engine import open_engine, reading
from orders.ledger.tables import audit_marks
from orders.ledger.verifying import bad_marks
from tests.orders.ledger.bench import Bench
from tests.orders.ledger.desk_seed import seed_order

AT = 1_760_000_000.0


@pytest.fixture
def engine(ledger_url: str) -> Any:
    engine = open_engine(ledger_url)
    yield engine
    engine.dispose()


class Beside:
    """The writer's thread and the readers, in one; the database may be away from either."""

    def __init__(self, engine: Engine) -> None:
        self.house = Bench(engine).house
        self.away = False
        self.said: list[str] = []
        self._engine = engine

    async def run(self, job: Any) -> Any:
        self.said.append("kept")
        with self._engine.begin() as connection:
            return job(connection)

    async def look(self, job: Any) -> Any:
        if self.away:
            raise LedgerAway("away")
        self.said.append("made")
        with reading(self._engine) as connection:
            return job(connection)


def events_of(connection: Connection) -> list[int]:
    return list(connection.scalars(select(audit_marks.c.events).order_by(audit_marks.c.serial)))


def test_much_is_marked_at_once_and_nothing_twice(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST", 2)
    monkeypatch.setattr(marks, "_mine", marks._mine.limit(None).limit(2))
    beside, clock = Beside(engine), Clock()
    with engine.begin() as connection:
        for number in range(5):
            seed_order(connection, f"100000001{number}", at=AT + number, ids=beside.house.ids)
    marking = Marking(beside, beside.look, clock, lambda: AT + 60 + clock.seconds())  # type: ignore[arg-type]
    running = Deferred.fromCoroutine(marking.run())
    assert beside.said == [*["made", "kept"] * 2, "made"], (
        "a full mark is followed by another at once, a small one waits"
    )
    beside.said.clear()
    clock.pump([EVERY] * 24)
    assert beside.said.count("kept") == 1
    with engine.begin() as connection:
        assert events_of(connection) == [2, 2, 1] and not list(bad_marks(connection))
        assert marks.unmarked(connection) == 0
    running.addErrback(lambda failure: None)
    running.cancel()


def test_while_the_database_is_away_nothing_is_marked_and_afterwards_all(engine: Engine) -> None:
    beside, clock = Beside(engine), Clock()
    with engine.begin() as connection:
        seed_order(connection, "1000000016", at=AT, ids=beside.house.ids)
    beside.away = True
    running = Deferred.fromCoroutine(Marking(beside, beside.look, clock, lambda: AT + 60).run())  # type: ignore[arg-type]
    clock.advance(EVERY)
    beside.away = False
    clock.advance(EVERY)
    with engine.begin() as connection:
        assert events_of(connection) == [1]
    running.addErrback(lambda failure: None)
    running.cancel()
