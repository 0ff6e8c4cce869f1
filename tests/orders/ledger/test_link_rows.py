"""Links as rows: a command says what is wanted, the server how it is, and neither undoes the other."""

import pytest
from sqlalchemy import Connection, Engine

from orders.ledger import claims, link_rows
from orders.links import LinkReport, LinkState

NOW = 1_700_000_000.0


@pytest.fixture
def connection(engine: Engine):  # type: ignore[no-untyped-def]
    with engine.begin() as connection:
        yield connection


def bound(name: str, in_flight: int = 0) -> LinkReport:
    return LinkReport(name, "mobile", LinkState.BOUND, NOW - 60, in_flight)


def test_what_is_wanted_is_each_nodes_own_and_stays(connection: Connection) -> None:
    link_rows.want(connection, "hall-1", ["a"], True, "root", NOW)
    assert link_rows.held(connection, "hall-1") == {"a"} and link_rows.held(connection, "hall-2") == set()
    link_rows.tell(connection, "hall-1", [bound("a", 3), bound("b")], NOW)
    assert link_rows.held(connection, "hall-1") == {"a"}
    link_rows.want(connection, "hall-1", ["a"], False, "ann", NOW + 1)
    a, b = link_rows.listed(connection)
    assert (a.held, a.held_by, a.held_at, a.report) == (False, "ann", NOW + 1, bound("a", 3))
    assert (b.held, b.held_by, b.told_at) == (False, None, NOW)


def test_the_list_says_when_the_node_was_last_heard_of(connection: Connection) -> None:
    claims.register(connection, "hall-1", NOW)
    link_rows.tell(connection, "hall-1", [bound("a")], NOW)
    link_rows.tell(connection, "gone", [bound("a")], NOW)
    assert [(row.node, row.node_seen_at) for row in link_rows.listed(connection)] == [("gone", None), ("hall-1", NOW)]
    assert [row.node for row in link_rows.listed(connection, "hall-1")] == ["hall-1"]


def test_a_node_that_stops_leaves_its_links_unbound_and_what_was_wanted_as_it_was(connection: Connection) -> None:
    link_rows.tell(connection, "hall-1", [bound("a", 3), bound("b")], NOW)
    link_rows.want(connection, "hall-1", ["a"], True, "root", NOW)
    link_rows.leave(connection, "hall-1", NOW + 5)
    assert [(row.report.state, row.report.in_flight, row.held) for row in link_rows.listed(connection)] == [
        ("out", 0, True),
        ("out", 0, False),
    ]


def test_links_no_longer_configured_are_forgotten(connection: Connection) -> None:
    link_rows.tell(connection, "hall-1", [bound("a"), bound("b")], NOW)
    link_rows.tell(connection, "hall-2", [bound("a")], NOW)
    link_rows.forget(connection, "hall-1", ["b"])
    assert [(row.node, row.report.name) for row in link_rows.listed(connection)] == [("hall-1", "b"), ("hall-2", "a")]
