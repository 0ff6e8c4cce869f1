"""What nobody understood over HTTP: supervisors see it without whoever wrote it, and teach it; nobody else does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from orders.ledger import misunderstood
from tests.channels.desk.desk_browser import Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import NOW, WANG, seed_heard


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path) as hall:
        with hall.engine.begin() as connection:
            seed_heard(connection, 1, NOW - 60, "流量还有多少", intent="none")
            seed_heard(connection, 2, NOW - 50, "我的号码13800138000停机了", intent="none")
        yield hall


def test_a_supervisor_sees_texts_and_not_whose_they_are(hall: Hall) -> None:
    status, body = signed_in(hall, "boss").get("misunderstood")
    assert status == 200
    assert {each["text"] for each in body["texts"]} == {"流量还有多少", "我的号码###########停机了"}
    assert body["texts"][0].keys() == {"text", "times", "last_at", "others"}
    assert "balance" in body["meanings"]
    assert "none" in body["meanings"]
    assert WANG not in json.dumps(body)


def test_one_action_teaches_and_is_written_down(hall: Hall) -> None:
    boss = signed_in(hall, "boss")
    told = {"text": "流量还有多少", "meaning": "balance"}
    assert boss.post("misunderstood", told) == (200, told)
    assert [each["text"] for each in boss.get("misunderstood")[1]["texts"]] == ["我的号码###########停机了"]
    with hall.engine.connect() as connection:
        (taught,) = misunderstood.taught(connection)
    assert (taught.text, taught.meaning, taught.by, taught.at) == ("流量还有多少", "balance", "boss", NOW)


def test_an_agent_neither_sees_nor_teaches(hall: Hall) -> None:
    agent = signed_in(hall, "li")
    assert agent.get("misunderstood")[0] == 403
    assert agent.post("misunderstood", {"text": "流量", "meaning": "balance"})[0] == 403


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"text": "流量"}, 400, "bad_request"),
        ({"text": "流量", "meaning": "balance", "by": "me"}, 400, "bad_request"),
        ({"text": "流量", "meaning": 7}, 400, "bad_request"),
        ({"text": "流量", "meaning": "traffic"}, 422, "bad_phrase"),
    ],
)
def test_what_is_refused_says_why(hall: Hall, form: dict[str, object], status: int, error: str) -> None:
    answered, body = signed_in(hall, "boss").post("misunderstood", form)
    assert (answered, body["error"]) == (status, error)
    assert body["message"]
