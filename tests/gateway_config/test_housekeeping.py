"""What is done by the clock, one round at a time."""

from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from dialogs.words import TimerFired
from gateway_config.housekeeping import EVERY, Housekeeping
from gateway_config.meters import LedgerMeters
from orders.arrival import Arrival, LedgerAway
from orders.ledger import schema
from orders.ledger.engine import open_engine
from orders.ledger.tables import nodes
from tests.orders.ledger.bench import ALICE, BOB, Bench


class SlowWriter:
    """A writer that runs jobs at once, and takes arrivals when the test lets it."""

    def __init__(self, bench: Bench) -> None:
        self.house = bench.house
        self.waiting = 0
        self.away = False
        self.accepted: list[tuple[Arrival, Deferred[Any]]] = []
        self._bench = bench

    def accept(self, arrival: Arrival, ours: bool = False) -> "Deferred[Any]":
        assert ours, "nobody else would fire it again in time"
        self.accepted.append((arrival, Deferred()))
        return self.accepted[-1][1]

    def run(self, job: Any) -> "Deferred[Any]":
        told: Deferred[Any] = Deferred()
        if self.away:
            told.errback(LedgerAway("away"))
        else:
            with self._bench.engine.begin() as connection:
                told.callback(job(connection))
        return told


class Nothing:
    """Neither messages nor links."""

    held: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.sweeps = 0
        self.gateway = SimpleNamespace(enquirer=SimpleNamespace(ask=lambda: None), schedules=False)

    def reports(self) -> list[Any]:
        return []

    def renew_leases(self, by: float, until: float) -> None:
        pass

    def sweep(self) -> None:
        self.sweeps += 1


class Keeping:
    def __init__(self, engine: Engine, away: bool = False) -> None:
        self.bench = Bench(engine)
        self.writer, self.rest, self.clock = SlowWriter(self.bench), Nothing(), Clock()
        self.writer.away = away
        parts: Any = (self.writer, self.rest, None, self.rest)
        meters = LedgerMeters(CollectorRegistry())
        self.keeping = Housekeeping(*parts, meters, self.clock, lambda: self.bench.now)  # type: ignore[arg-type]
        self.running = Deferred.fromCoroutine(self.keeping.run())

    def passes(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            self.clock.advance(EVERY)

    def stops(self) -> None:
        self.running.addErrback(lambda failure: None)
        self.running.cancel()

    @property
    def fired(self) -> list[str]:
        return [arrival.inbound.subscriber for arrival, _ in self.writer.accepted]


@pytest.fixture
def engine(tmp_path: Any) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path / 'hall.db'}")
    schema.upgrade(engine)
    return engine


def test_a_timer_is_not_fired_again_while_it_waits_to_be_taken(engine: Engine) -> None:
    bench = Bench(engine)
    bench.texts("wake 0")
    bench.texts("wake 0", who=BOB)
    keeping = Keeping(engine)
    assert sorted(keeping.fired) == [ALICE, BOB]
    assert all(isinstance(arrival.inbound.kind, TimerFired) for arrival, _ in keeping.writer.accepted)
    keeping.passes(5)
    assert len(keeping.fired) == 2, "a ledger that is behind is not given the same again and again"
    for _, told in keeping.writer.accepted:
        told.callback(None)
    keeping.passes()
    assert len(keeping.fired) == 4, "these were taken, and are due again"
    keeping.stops()


def test_a_round_that_finds_the_database_away_is_followed_by_the_next(engine: Engine) -> None:
    keeping = Keeping(engine, away=True)
    keeping.passes(3)
    sweeps = keeping.rest.sweeps
    keeping.writer.away = False
    keeping.bench.texts("wake 0")
    keeping.passes()
    assert keeping.fired == [ALICE] and keeping.rest.sweeps > sweeps
    keeping.stops()


def test_a_heartbeat_that_could_not_be_written_is_made_up_for(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(nodes.insert(), {"name": "hall-1", "ordinal": 0, "seen_at": 0.0})
    keeping = Keeping(engine, away=True)
    keeping.writer.away = False
    keeping.passes()
    assert keeping.bench.rows(nodes)[0].seen_at == keeping.bench.now
    keeping.stops()
