"""Orders that something is wrong with, over HTTP: agents report, supervisors see the list and act."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.desk.desk_browser import Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import NOW, WANG, seed_offers, seed_order, seed_task

NUMBER = "1000000016"
PROBLEM = f"orders/{NUMBER}/problem"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path) as hall:
        with hall.engine.begin() as connection:
            seed_offers(connection)
            seed_order(connection, NUMBER, at=NOW - 60)
            seed_task(connection, 1, NUMBER, due_at=NOW - 60)
        yield hall


def test_what_an_agent_reports_a_supervisor_clears(hall: Hall) -> None:
    li, boss = signed_in(hall, "li"), signed_in(hall, "boss")
    assert boss.get("abnormal") == (200, {"now": NOW, "count": 0, "orders": []})
    told = li.post(PROBLEM, {"problem": "payment_missing", "note": "card declined"})
    assert told == (200, {"number": NUMBER, "problem": "payment_missing"})
    status, body = boss.get("abnormal")
    (order,) = body["orders"]
    assert (status, body["count"], order["number"], order["problem"], order["acts"]) == (
        200,
        1,
        NUMBER,
        "payment_missing",
        ["clear"],
    )
    assert WANG[2:] not in json.dumps(body)
    assert boss.post(f"abnormal/{NUMBER}/clear", {"note": "paid"}) == (200, {"number": NUMBER, "state": "held"})
    assert boss.get("abnormal")[1]["count"] == 0
    status, body = boss.post(f"abnormal/{NUMBER}/clear", {})
    assert (status, body["error"]) == (409, "not_abnormal")


def test_what_its_life_does_not_allow_is_refused_in_words(hall: Hall) -> None:
    boss = signed_in(hall, "boss")
    boss.post(PROBLEM, {"problem": "other"})
    status, body = boss.post(f"abnormal/{NUMBER}/fail", {})
    assert (status, body["error"]) == (409, "illegal_change")
    status, body = boss.post(f"abnormal/{NUMBER}/refund", {})
    assert (status, body["error"]) == (409, "cannot_return")
    status, body = boss.post("abnormal/1000000008/clear", {})
    assert (status, body["error"]) == (404, "no_such_order")
    assert boss.post(f"abnormal/{NUMBER}/shrug", {})[0] == 409


def test_the_list_is_for_supervisors(hall: Hall) -> None:
    li = signed_in(hall, "li")
    assert li.get("abnormal")[0] == 403
    assert li.post(f"abnormal/{NUMBER}/clear", {})[0] == 403
    assert Browser(hall).get("abnormal")[0] == 401


@pytest.mark.parametrize(
    "form", [{"problem": "ugly"}, {}, {"problem": "lost", "more": 1}, {"problem": "lost", "note": 5}]
)
def test_a_report_that_is_none(hall: Hall, form: dict[str, object]) -> None:
    status, body = signed_in(hall, "li").post(PROBLEM, form)
    assert (status, body["error"]) == (400, "bad_request")
