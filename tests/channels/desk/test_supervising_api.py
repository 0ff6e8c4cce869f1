"""What supervisors see of those at work and do for them, over HTTP: by role, with the reason in the access log."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from orders.ledger.tables import access_log
from tests.channels.desk.desk_browser import Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import NOW, WANG, ZHAO, seed_offers, seed_order, seed_task

FIRST, SECOND = "1000000016", "1000000024"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path, agents=("li", "sun")) as hall:
        with hall.engine.begin() as connection:
            seed_offers(connection)
            seed_order(connection, FIRST, at=NOW - 60)
            seed_task(connection, 1, FIRST, priority=50, due_at=NOW - 60)
            seed_order(connection, SECOND, ZHAO, at=NOW - 9000)
            seed_task(connection, 2, SECOND, ZHAO, due_at=NOW - 9000)
            seed_order(connection, "1000000032", ZHAO, at=NOW - 90, flags=())
        yield hall


def noted(hall: Hall) -> list[tuple[str, str, str, str]]:
    query = select(access_log).where(access_log.c.who == "boss", access_log.c.act != "signed_in")
    with hall.engine.connect() as connection:
        return [(row.act, row.what, row.why, row.role) for row in connection.execute(query.order_by(access_log.c.id))]


def board(boss: Browser) -> dict[str, Any]:
    status, body = boss.get("board")
    assert status == 200
    return dict(body)


def test_the_board_shows_who_does_what_who_waits_and_how_today_goes(hall: Hall) -> None:
    li, boss = signed_in(hall, "li"), signed_in(hall, "boss")
    li.post("tasks/claim")
    signed_in(hall, "sun").post("state", {"state": "paused", "reason": "meal"})
    hall.later(10)
    seen = board(boss)
    doing = seen["doing"]
    assert (doing["li"]["state"], doing["li"]["order"], doing["li"]["limit"]) == ("previewing", FIRST, 300)
    assert (doing["sun"]["state"], doing["sun"]["reason"], doing["sun"]["limit"]) == ("paused", "meal", 2700)
    assert doing["boss"]["state"] == "ready"
    assert seen["ages"] == [
        {"upto": 900, "count": 0},
        {"upto": 3600, "count": 0},
        {"upto": 14400, "count": 1},
        {"upto": None, "count": 0},
    ]
    assert seen["waiting_for"] == [{"code": "first_order", "count": 1, "oldest_at": NOW - 9000}]
    assert (seen["attempts"], seen["rate"]) == ({"tries": 0, "reached": 0, "agreed": 0}, None)
    li.post("tasks/1/decision", {"outcome": "confirmed"})
    li.post("tasks/claim")
    li.post("tasks/2/decision", {"outcome": "no_answer"})
    assert (board(boss)["attempts"], board(boss)["rate"]) == ({"tries": 2, "reached": 1, "agreed": 1}, 1.0)


def test_a_task_is_taken_out_of_somebodys_hands(hall: Hall) -> None:
    li, boss = signed_in(hall, "li"), signed_in(hall, "boss")
    li.post("tasks/claim")
    assert boss.post("tasks/1/unlock", {"why": "she went home"}) == (204, None)
    assert li.post("tasks/1/decision", {"outcome": "confirmed"})[0] == 409
    assert li.get("state")[1]["state"] == "ready"
    assert noted(hall) == [("unlocked", f"order {FIRST} of li", "she went home", "supervisor")]
    status, body = boss.post("tasks/1/unlock", {})
    assert (status, body["error"]) == (409, "not_yours")


def test_a_task_is_given_to_somebody_who_is_here_and_free(hall: Hall) -> None:
    li, sun, boss = signed_in(hall, "li"), signed_in(hall, "sun"), signed_in(hall, "boss")
    li.post("tasks/claim")
    assert boss.post("tasks/1/assign", {"agent": "sun", "why": "he knows him"}) == (204, None)
    assert li.post("tasks/1/extend")[0] == 409
    assert sun.post("tasks/claim")[1]["id"] == "1"
    assert noted(hall) == [("assigned", f"order {FIRST} to sun", "he knows him", "supervisor")]
    for task, to, status, error in ((2, "sun", 409, "not_to_him"), (2, "nobody", 404, "no_such_agent")):
        refused, body = boss.post(f"tasks/{task}/assign", {"agent": to})
        assert (refused, body["error"]) == (status, error)
    li.delete("session")
    assert boss.post("tasks/2/assign", {"agent": "li"})[1]["error"] == "not_to_him"
    assert boss.post("tasks/9/assign", {"agent": "sun"})[0] == 404


def test_somebody_pauses_as_soon_as_he_is_done(hall: Hall) -> None:
    li, boss = signed_in(hall, "li"), signed_in(hall, "boss")
    li.post("tasks/claim")
    assert boss.post("agents/li/pause", {"reason": "meeting", "why": "come to my office"}) == (204, None)
    assert li.get("state")[1]["then"] == "meeting"
    li.post("tasks/1/decision", {"outcome": "confirmed"})
    state = li.get("state")[1]
    assert (state["state"], state["reason"]) == ("paused", "meeting")
    assert noted(hall) == [("paused", "agent li: meeting", "come to my office", "supervisor")]
    assert boss.post("agents/li/pause", {"reason": "sleep"})[1]["error"] == "no_such_reason"
    assert boss.post("agents/nobody/pause", {"reason": "meal"})[0] == 404


def test_somebody_is_signed_out_and_what_he_had_waits_again(hall: Hall) -> None:
    li, sun, boss = signed_in(hall, "li"), signed_in(hall, "sun"), signed_in(hall, "boss")
    li.post("tasks/claim")
    assert boss.post("agents/li/sign-out", {"why": "the desk closes"}) == (204, None)
    status, body = li.get("session")
    assert (status, body["error"]) == (401, "forced_out")
    assert sun.post("tasks/claim")[1]["id"] == "1"
    assert "li" not in board(boss)["doing"]
    assert ("signed_out", "agent li", "the desk closes", "supervisor") in noted(hall)


def test_any_order_is_looked_into_and_that_is_noted(hall: Hall) -> None:
    boss = signed_in(hall, "boss")
    status, body = boss.get("orders/1000000032")
    assert (status, body["order"]["number"], body["id"]) == (200, "1000000032", "0")
    assert body["subscriber"] == "139****9000"
    assert boss.get(f"orders/{FIRST}")[1]["id"] == "1"
    assert WANG not in str(body)
    assert noted(hall)[0] == ("opened", "order 1000000032", "", "supervisor")
    status, body = boss.get("orders/1000000040")
    assert (status, body["error"]) == (404, "no_such_order")


@pytest.mark.parametrize(
    "path", ["tasks/1/unlock", "tasks/1/assign", "agents/sun/pause", "agents/sun/sign-out", f"orders/{FIRST}"]
)
def test_all_of_it_is_for_supervisors(hall: Hall, path: str) -> None:
    li = signed_in(hall, "li")
    status = li.get(path)[0] if path.startswith("orders") else li.post(path, {"agent": "sun", "reason": "meal"})[0]
    assert status == 403
    nobody = Browser(hall)
    assert (nobody.get(path) if path.startswith("orders") else nobody.post(path, {}))[0] == 401


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("tasks/1/assign", {}),
        ("tasks/1/assign", {"agent": 5}),
        ("tasks/1/unlock", {"because": "so"}),
        ("agents/li/pause", {"why": "so"}),
        ("agents/li/sign-out", {"why": "x" * 3000}),
    ],
)
def test_what_is_not_said_right(hall: Hall, path: str, form: dict[str, object]) -> None:
    status, body = signed_in(hall, "boss").post(path, form)
    assert (status, body["error"]) == (400, "bad_request")
