"""Who saw what is noted by the transaction that shows it, and the list is proved."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, update

from orders.desk_words import NotYours, Role
from orders.ledger import access_log
from orders.ledger.desk_store import DeskLedger
from orders.ledger.tables import access_log as rows
from orders.ledger.verifying import bad_log
from tests.orders.ledger.desk_seed import LEASE, NOW, WANG, seed_agents, seed_offers, seed_order, seed_task

NUMBER = "1000000016"


@pytest.fixture
def connection(engine: Engine):  # type: ignore[no-untyped-def]
    with engine.begin() as connection:
        seed_agents(connection, "li", "boss")
        seed_offers(connection)
        seed_order(connection, NUMBER)
        seed_task(connection, 7, NUMBER)
        yield connection


def desk(connection: Connection) -> DeskLedger:
    async def run(job: Callable[[Connection], Any]) -> Any:
        return job(connection)

    return DeskLedger(run, None, lambda: NOW + 10, LEASE)  # type: ignore[arg-type]


def done(coroutine: Any) -> Any:
    """What it comes to; nothing in it waits."""
    with pytest.raises(StopIteration) as ended:
        coroutine.send(None)
    return ended.value.value


def noted(connection: Connection) -> list[tuple[str, str, str, str]]:
    return [(each.who, each.role, each.act, each.what) for each in access_log.listed(connection)]


def test_a_card_that_is_shown_is_noted_and_so_is_a_number_that_is_dialled(connection: Connection) -> None:
    at_desk = desk(connection)
    assert done(at_desk.claim("li")) is not None
    assert done(at_desk.number_to_dial("li", 7)) == WANG
    done(at_desk.card("boss", Role.SUPERVISOR, 7))
    assert noted(connection) == [
        ("li", "agent", "opened", f"order {NUMBER}"),
        ("li", "agent", "dialled", "task 7"),
        ("boss", "supervisor", "opened", f"order {NUMBER}"),
    ]
    assert list(bad_log(connection)) == [] and WANG not in str(noted(connection))


def test_what_is_refused_shows_nothing_and_notes_nothing(connection: Connection) -> None:
    at_desk = desk(connection)
    with pytest.raises(NotYours):
        at_desk.card("li", Role.AGENT, 7).send(None)  # type: ignore[attr-defined]
    assert noted(connection) == []


def fill(connection: Connection) -> None:
    for number in range(4):
        access_log.note(connection, NOW + number, f"agent {number % 2}", "agent", "opened", f"task {number}")


def test_one_asks_for_some_of_it(connection: Connection) -> None:
    fill(connection)
    assert [each.id for each in access_log.listed(connection, since=NOW + 2)] == [3, 4]
    assert [each.id for each in access_log.listed(connection, who="agent 1")] == [2, 4]
    assert [each.what for each in access_log.listed(connection, what="task 0")] == ["task 0"]


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (update(rows).where(rows.c.id == 2).values(who="somebody"), 2),
        (update(rows).where(rows.c.id == 3).values(data='{"more":1}'), 3),
        (delete(rows).where(rows.c.id == 1), 1),
        (delete(rows).where(rows.c.id == 3), 3),
    ],
)
def test_what_was_altered_is_found(connection: Connection, spoil: Any, where: int) -> None:
    fill(connection)
    assert list(bad_log(connection)) == []
    connection.execute(spoil)
    [bad] = bad_log(connection)
    assert bad.where == f"row {where} of the access log"
