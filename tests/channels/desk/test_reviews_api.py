"""Reviews over HTTP: calls to choose from or drawn at random, scored by the form, seen by whoever made them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from orders.ledger.tables import access_log, call_attempts
from orders.review_form import parse, standard_text
from tests.channels.desk.desk_browser import Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import NOW, WANG, ZHAO, seed_offers, seed_order, seed_task

FORM = parse(standard_text(), "form")
GOOD = {question.name: "yes" for question in FORM.questions}


def seed_attempt(hall: Hall, task: int, who: str, agent: str, outcome: str, at: float, attempt: int = 1) -> None:
    row = {"subscriber": who, "task": task, "attempt": attempt, "at": at, "agent": agent, "outcome": outcome}
    with hall.engine.begin() as connection:
        connection.execute(insert(call_attempts), [row | {"note": f"note {task}", "changes": "{}"}])


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path, agents=("li", "sun")) as hall:
        with hall.engine.begin() as connection:
            seed_offers(connection)
            seed_order(connection, "1000000016", at=NOW - 600)
            seed_task(connection, 1, "1000000016")
            seed_order(connection, "1000000024", ZHAO, at=NOW - 600)
            seed_task(connection, 2, "1000000024", ZHAO)
        seed_attempt(hall, 1, WANG, "li", "busy", NOW - 500)
        seed_attempt(hall, 1, WANG, "li", "confirmed", NOW - 400, attempt=2)
        seed_attempt(hall, 2, ZHAO, "sun", "rejected", NOW - 300)
        seed_attempt(hall, 2, ZHAO, "boss", "confirmed", NOW - 200, attempt=2)
        seed_attempt(hall, 2, ZHAO, "hall", "no_key", NOW - 100, attempt=3)
        yield hall


@pytest.fixture
def boss(hall: Hall) -> Browser:
    return signed_in(hall, "boss")


def score(boss: Browser, **told: Any) -> tuple[int, Any]:
    review = {"task": "1", "attempt": 2, "form": FORM.version, "answers": GOOD, "comment": ""}
    return boss.post("reviews", review | told)


def calls(boss: Browser, asked: str = "") -> list[tuple[str, int, bool]]:
    status, body = boss.get(f"reviews/calls{asked}")
    assert status == 200
    return [(each["task"], each["attempt"], each["reviewed"]) for each in body["calls"]]


def test_calls_are_chosen_by_agent_and_outcome_or_drawn_at_random(hall: Hall, boss: Browser) -> None:
    assert calls(boss) == [("2", 2, False), ("2", 1, False), ("1", 2, False), ("1", 1, False)], "and none of the house"
    assert calls(boss, "?agent=li") == [("1", 2, False), ("1", 1, False)]
    assert calls(boss, "?outcome=confirmed") == [("2", 2, False), ("1", 2, False)]
    assert calls(boss, "?to=2023-11-14") == []
    assert sorted(calls(boss, "?sample=1")) == sorted(calls(boss))
    assert score(boss)[0] == 200
    assert ("1", 2, True) in calls(boss) and ("1", 2, True) not in calls(boss, "?sample=1")
    _, body = boss.get("reviews/calls?language=en")
    assert body["agents"] == ["boss", "li", "sun"] and body["form"]["version"] == FORM.version
    assert body["form"]["questions"][0] == {
        "name": "introduced", "says": "Said who is calling", "weight": 10, "fatal": False,
    }  # fmt: skip
    (call,) = [each for each in body["calls"] if (each["task"], each["attempt"]) == ("1", 2)]
    assert (call["agent"], call["order"], call["note"], call["recorded"]) == ("li", "1000000016", "note 1", False)


def test_a_score_is_kept_noted_seen_by_the_agent_and_in_the_reports(hall: Hall, boss: Browser) -> None:
    answers = GOOD | {"polite": "no", "address": "na"}
    status, body = score(boss, answers=answers, comment="let him finish")
    assert (status, body) == (200, {"score": round(100 * 70 / 85, 1)})
    assert score(boss, task="2", attempt=1)[1] == {"score": 100.0}
    (_, first) = boss.get("reviews")[1]["reviews"]
    assert (first["agent"], first["reviewer"], first["comment"], first["seen"]) == (
        "li",
        "boss",
        "let him finish",
        False,
    )
    (mine,) = signed_in(hall, "li").get("my-reviews")[1]["reviews"]
    assert (mine["score"], mine["answers"], mine["order"]) == (82.4, answers, "1000000016")
    assert boss.get("reviews")[1]["reviews"][1]["seen"] is True
    assert boss.get("my-reviews")[1]["reviews"] == []
    with hall.engine.begin() as connection:
        noted = connection.execute(select(access_log).where(access_log.c.act == "reviewed")).all()
    assert [(row.who, row.what) for row in noted] == [
        ("boss", "attempt 2 of task 1 by li"), ("boss", "attempt 1 of task 2 by sun"),
    ]  # fmt: skip
    status, told = boss.get("reports?language=en")
    assert status == 200, told
    sheets = told["sheets"]
    (scores,) = [sheet for sheet in sheets if sheet["name"] == "scores"]
    assert [(row[0], row[1], round(row[2], 1)) for row in scores["rows"]] == [("li", 1, 82.4), ("sun", 1, 100.0)]


@pytest.mark.parametrize(
    ("told", "status", "error"),
    [
        ({"attempt": 9}, 404, "no_such_call"),
        ({"task": "77"}, 404, "no_such_call"),
        ({"task": "2", "attempt": 2}, 422, "bad_review"),  # his own
        ({"answers": {}}, 422, "bad_review"),
        ({"answers": GOOD | {"smiled": "yes"}}, 422, "bad_review"),
        ({"form": "of yesterday"}, 422, "bad_review"),
        ({"task": 1}, 400, "bad_request"),
        ({"comment": 7}, 400, "bad_request"),
    ],
)
def test_what_is_no_review_is_refused_in_words(boss: Browser, told: dict[str, Any], status: int, error: str) -> None:
    found, body = score(boss, **told)
    assert (found, body["error"]) == (status, error)
    assert boss.get("reviews")[1]["reviews"] == []


def test_a_call_is_reviewed_once(boss: Browser) -> None:
    assert score(boss)[0] == 200
    status, body = score(boss)
    assert (status, body["error"]) == (409, "already_reviewed")


def test_reviews_are_for_supervisors_and_each_sees_only_his_own(hall: Hall, boss: Browser) -> None:
    score(boss)
    sun = signed_in(hall, "sun")
    assert [sun.get(path)[0] for path in ("reviews", "reviews/calls")] == [403, 403]
    assert score(sun)[0] == 403
    assert sun.get("my-reviews") == (200, {"reviews": []})
