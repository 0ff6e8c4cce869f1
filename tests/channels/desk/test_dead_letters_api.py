"""Dead letters over HTTP: supervisors see what was given up and why, and send it again; nobody else does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from orders.ledger.tables import outbound, resends
from tests.channels.desk.desk_browser import Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import NOW, WANG, seed_dead

LETTER = 2**60 + 7
RESEND = f"dead-letters/{LETTER}/resend"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path) as hall:
        with hall.engine.begin() as connection:
            seed_dead(connection, LETTER, NOW - 60, "您的余额", "refused", "status 0x0b (permanent)")
        yield hall


def test_a_supervisor_sees_what_was_given_up_and_why_with_the_number_masked(hall: Hall) -> None:
    status, body = signed_in(hall, "boss").get("dead-letters")
    assert (status, body["now"], body["count"]) == (200, NOW, 1)
    (letter,) = body["letters"]
    assert (letter["id"], letter["why"], letter["reason"]) == (str(LETTER), "refused", "status 0x0b (permanent)")
    assert (letter["text"], letter["died_at"], letter["tries"], letter["resent"]) == ("您的余额", NOW - 60, 1, [])
    assert WANG[2:] not in json.dumps(body)


def test_it_is_sent_again_once_and_that_is_written_down(hall: Hall) -> None:
    boss = signed_in(hall, "boss")
    assert boss.post(RESEND) == (200, {"id": str(LETTER), "state": "queued"})
    assert boss.get("dead-letters")[1]["letters"] == []
    hall.later(5)
    status, body = boss.post(RESEND)
    assert (status, body["error"]) == (404, "no_such_letter")
    with hall.engine.begin() as connection:
        (row,) = connection.execute(select(outbound)).all()
        assert (row.state, row.due_at, row.gave_up) == ("queued", NOW, None)
        assert [(each.by, each.gave_up) for each in connection.execute(select(resends))] == [("boss", "refused")]


@pytest.mark.parametrize("ask", [lambda who: who.get("dead-letters"), lambda who: who.post(RESEND)])
def test_it_is_for_supervisors(hall: Hall, ask: object) -> None:
    assert callable(ask)
    status, body = ask(signed_in(hall, "li"))
    assert (status, body["error"]) == (403, "forbidden")
    assert ask(Browser(hall))[0] == 401
    with hall.engine.begin() as connection:
        assert connection.execute(select(resends)).all() == []


def test_it_takes_the_token_of_the_session(hall: Hall) -> None:
    boss = signed_in(hall, "boss")
    boss.csrf = "made up"
    assert boss.post(RESEND)[0] == 403


def test_there_is_nothing_to_send_of_what_is_no_dead_letter(hall: Hall) -> None:
    status, body = signed_in(hall, "boss").post("dead-letters/4711/resend")
    assert (status, body["error"]) == (404, "no_such_letter") and "4711" in body["message"]
