"""Callers who wait, over HTTP: whoever is put through to me, with what he said, and leaving him to others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orders.ledger import waiting_calls
from tests.channels.desk.callers_seed import CALLER, TASK, has_telephone, rings
from tests.channels.desk.desk_browser import Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import NOW, seed_heard, seed_said


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path, agents=("li", "sun")) as hall:
        with hall.engine.begin() as connection:
            has_telephone(connection, "li")
            seed_heard(connection, 1, NOW - 20, "余额")
            seed_said(connection, 2, NOW - 19, "您的余额为18.88元。")
        yield hall


def calls(hall: Hall, number: int = CALLER) -> None:
    with hall.engine.begin() as connection:
        rings(connection, hall.clock.seconds(), number)


def test_nobody_calls(hall: Hall) -> None:
    assert signed_in(hall, "li").get("callers") == (200, {"waiting": 0, "oldest_at": None, "mine": None})


def test_who_is_put_through_is_shown_with_what_he_said_and_his_card_is_there(hall: Hall) -> None:
    li, sun = signed_in(hall, "li"), signed_in(hall, "sun")
    calls(hall)
    _, told = li.get("callers")
    mine = told["mine"]
    assert (mine["id"], mine["task"], mine["state"], mine["subscriber"]) == (
        str(CALLER),
        str(TASK),
        "offered",
        "138****8000",
    )
    assert [line["text"] for line in mine["said"]] == ["余额", "您的余额为18.88元。"]
    assert sun.get("callers")[1] == {"waiting": 0, "oldest_at": None, "mine": None}
    status, card = li.post("tasks/claim")
    assert (status, card["id"]) == (200, str(TASK))


def test_who_finds_nobody_is_counted(hall: Hall) -> None:
    li = signed_in(hall, "li")
    calls(hall)
    calls(hall, 910)
    _, told = li.get("callers")
    assert (told["waiting"], told["oldest_at"]) == (1, NOW)


def test_he_is_left_to_others_by_whom_he_was_offered_to(hall: Hall) -> None:
    li, sun = signed_in(hall, "li"), signed_in(hall, "sun")
    calls(hall)
    assert sun.post(f"callers/{CALLER}/decline")[0] == 409
    assert li.post(f"callers/{CALLER}/decline")[0] == 204
    with hall.engine.begin() as connection:
        caller = waiting_calls.find(connection, CALLER)
    assert caller is not None
    assert caller.wish == "decline"
