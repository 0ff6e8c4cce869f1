"""What an agent is doing, over HTTP: most of it follows from his work, and a second browser takes over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from orders.ledger.tables import agent_states
from tests.channels.desk.desk_browser import Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import NOW, seed_offers, seed_order, seed_task


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path) as hall:
        with hall.engine.begin() as connection:
            seed_offers(connection)
            seed_order(connection, "1000000016", at=NOW - 60)
            seed_task(connection, 1, "1000000016", due_at=NOW - 60)
        yield hall


def states(hall: Hall, agent: str = "li") -> list[str]:
    query = select(agent_states.c.state).where(agent_states.c.agent == agent).order_by(agent_states.c.number)
    with hall.engine.connect() as connection:
        return list(connection.scalars(query))


def test_what_he_does_follows_from_his_work(hall: Hall) -> None:
    li = signed_in(hall, "li")
    status, body = li.get("state")
    assert (status, body["state"], body["since"], body["limit"]) == (200, "ready", NOW, None)
    assert [each["code"] for each in body["reasons"]][:2] == ["break", "meal"]
    li.post("tasks/claim")
    assert li.get("state")[1]["task"] == "1"
    li.post("tasks/1/dial")
    li.post("tasks/1/decision", {"outcome": "confirmed"})
    is_now = li.get("state")[1]
    assert (is_now["state"], is_now["ends_at"]) == ("wrap_up", NOW + 120)
    assert li.post("state", {"state": "wrap_up"})[1]["ends_at"] == NOW + 240
    hall.later(240)
    assert li.get("state")[1]["state"] == "ready"
    li.delete("session")
    assert states(hall) == ["ready", "previewing", "talking", "wrap_up", "ready", "signed_out"]


def test_he_pauses_for_a_reason_and_is_ready_again(hall: Hall) -> None:
    li = signed_in(hall, "li")
    status, body = li.post("state", {"state": "paused", "reason": "meal"})
    assert (status, body["state"], body["reason"], body["limit"]) == (200, "paused", "meal", 2700)
    assert li.post("state", {"state": "ready"})[1]["state"] == "ready"
    li.post("state", {"state": "paused", "reason": "break"})
    li.post("tasks/claim")
    li.post("tasks/1/release")
    assert states(hall) == ["ready", "paused", "ready", "paused", "previewing", "ready"]


def test_a_pause_waits_for_the_card_in_hand(hall: Hall) -> None:
    li = signed_in(hall, "li")
    li.post("tasks/claim")
    body = li.post("state", {"state": "paused", "reason": "meal"})[1]
    assert (body["state"], body["then"]) == ("previewing", "meal")
    li.post("tasks/1/release")
    assert states(hall) == ["ready", "previewing", "paused"]


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"state": "paused"}, 422, "no_such_reason"),
        ({"state": "paused", "reason": "sleep"}, 422, "no_such_reason"),
        ({"state": "talking"}, 400, "bad_request"),
        ({"state": "ready", "for": 5}, 400, "bad_request"),
        ({"state": "paused", "reason": 5}, 400, "bad_request"),
    ],
)
def test_a_state_that_is_none(hall: Hall, form: dict[str, object], status: int, error: str) -> None:
    refused, body = signed_in(hall, "li").post("state", form)
    assert (refused, body["error"]) == (status, error)


def test_nobody_claims_in_vain_and_stays_paused(hall: Hall) -> None:
    li = signed_in(hall, "li")
    li.post("tasks/claim")
    boss = signed_in(hall, "boss")
    boss.post("state", {"state": "paused", "reason": "meal"})
    assert boss.post("tasks/claim")[0] == 204
    assert boss.get("state")[1]["state"] == "ready"


def test_a_second_browser_takes_over_with_the_task_and_the_first_is_told(hall: Hall) -> None:
    first = signed_in(hall, "li")
    first.post("tasks/claim")
    second = signed_in(hall, "li")
    status, body = first.post("tasks/1/decision", {"outcome": "confirmed"})
    assert (status, body["error"]) == (401, "taken_over")
    assert "another browser" in body["message"]
    assert second.get("tasks")[1]["mine"] == "1"
    assert second.post("tasks/claim")[1]["id"] == "1"
    assert states(hall) == ["ready", "previewing"]
    assert second.delete("session") == (204, None)
    assert second.get("session")[1]["error"] == "signed_out"


def test_whoever_is_heard_of_again_is_ready_again(hall: Hall) -> None:
    li = signed_in(hall, "li")
    with hall.engine.begin() as connection:
        connection.execute(agent_states.update().values(state="signed_out"))
    assert li.get("tasks")[0] == 200
    assert li.get("state")[1]["state"] == "ready"


def test_the_state_is_for_those_who_are_signed_in(hall: Hall) -> None:
    assert Browser(hall).get("state")[0] == 401
    assert Browser(hall).post("state", {"state": "ready"})[0] == 401
