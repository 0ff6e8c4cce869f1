"""What the housekeeper tells the ledger of links, and what it hears there is wanted of them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from orders.ledger import link_rows
from orders.ledger.tables import links
from orders.links import LinkReport, LinkState
from tests.gateway_config.test_housekeeping import Keeping, Nothing, engine

__all__ = ["engine"]

BOUND = LinkReport("a", "mobile", LinkState.BOUND, 1.0)


class Watched(Nothing):
    def __init__(self) -> None:
        super().__init__()
        self.now_as: list[LinkReport] = [BOUND]
        self.held: frozenset[str] = frozenset()

    def reports(self) -> list[Any]:
        return self.now_as

    def hold(self, held: frozenset[str]) -> None:
        self.held = held


class House:
    def __init__(self, engine: Engine) -> None:
        self.links = Watched()
        self.keeping = Keeping(engine)
        self.keeping.keeping._links = self.links  # type: ignore[assignment]
        self.passes(5)

    def passes(self, rounds: int = 1) -> None:
        self.keeping.passes(rounds)

    def run(self, job: Any) -> None:
        with self.keeping.bench.engine.begin() as connection:
            job(connection)

    def told(self) -> list[tuple[str, int]]:
        return [(row.state, row.in_flight) for row in self.keeping.bench.rows(links)]


@pytest.fixture
def house(engine: Engine) -> Iterator[House]:
    house = House(engine)
    yield house
    house.keeping.stops()


def test_a_change_of_state_is_told_at_once_and_counts_now_and_then(house: House) -> None:
    assert house.told() == [("bound", 0)]
    house.links.now_as = [replace(BOUND, in_flight=7)]
    house.passes()
    assert house.told() == [("bound", 0)], "a busy link does not make the ledger write every second"
    house.passes(5)
    assert house.told() == [("bound", 7)]
    house.links.now_as = [replace(BOUND, state=LinkState.LEAVING, in_flight=5)]
    house.passes()
    assert house.told() == [("leaving", 5)]


def test_a_report_that_could_not_be_written_is_told_again(house: House) -> None:
    house.keeping.writer.away = True
    house.links.now_as = [replace(BOUND, state=LinkState.UNBOUND)]
    house.passes()
    house.keeping.writer.away = False
    house.passes()
    assert house.told() == [("unbound", 0)]


def test_what_is_wanted_is_followed_in_the_next_round(house: House) -> None:
    house.run(lambda connection: link_rows.want(connection, "hall-1", ["a"], True, "root", 2.0))
    house.passes()
    assert house.links.held == {"a"}
    house.run(lambda connection: link_rows.want(connection, "hall-1", ["a"], False, "root", 3.0))
    house.passes()
    assert house.links.held == frozenset()


def test_a_link_that_came_back_is_told_of_though_nothing_seems_changed(house: House) -> None:
    house.links.now_as = []
    house.passes()
    house.run(lambda connection: link_rows.forget(connection, "hall-1", []))
    house.links.now_as = [BOUND]
    house.passes()
    assert house.told() == [("bound", 0)]
