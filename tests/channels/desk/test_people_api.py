"""The people at the desk, looked after at the desk: by whom, what becomes of it, and what is written down."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from orders.desk_lanes import DeskRules, Skill
from orders.desk_words import Role
from orders.ledger import access_log
from tests.channels.desk.desk_browser import PASSWORD, Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import NOW

NEW = "another-secret-2"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path) as hall:
        hall.hire("root", Role.ADMIN)
        yield hall


def noted(hall: Hall) -> list[tuple[str, str, str]]:
    with hall.engine.connect() as connection:
        log = [(each.who, each.act, each.what) for each in access_log.listed(connection)]
    return [each for each in log if each[1].startswith("agent_")]


def names(browser: Browser) -> dict[str, Any]:
    return {each["name"]: each for each in browser.get("people")[1]["people"]}


def test_a_supervisor_lets_an_agent_in(hall: Hall) -> None:
    boss = signed_in(hall, "boss")
    form = {"name": "sun", "role": "agent", "password": NEW, "phone": "PJSIP/8002"}
    assert boss.post("people", form) == (200, {"name": "sun", "role": "agent"})
    signed_in(hall, "sun", NEW)
    sun = names(boss)["sun"]
    assert (sun["role"], sun["phone"], sun["changeable"], sun["seen_at"]) == ("agent", "PJSIP/8002", True, NOW)
    assert noted(hall) == [("boss", "agent_make", "agent sun")]


def test_who_is_disabled_is_out_at_once_and_may_be_let_in_again(hall: Hall) -> None:
    boss, li = signed_in(hall, "boss"), signed_in(hall, "li")
    assert boss.post("people/li/disable")[0] == 204
    assert li.get("session")[0] == 401
    assert Browser(hall).sign_in("li")[0] == 401
    assert names(boss)["li"]["disabled"]
    assert boss.post("people/li/enable")[0] == 204
    signed_in(hall, "li")
    assert [act for _, act, _ in noted(hall)] == ["agent_disable", "agent_enable"]


def test_whoever_is_locked_out_is_unlocked(hall: Hall) -> None:
    boss = signed_in(hall, "boss")
    for _ in range(5):
        Browser(hall).sign_in("li", "wrong")
    assert Browser(hall).sign_in("li")[0] == 429
    assert names(boss)["li"]["locked_until"] > NOW
    assert boss.post("people/li/unlock")[0] == 204
    signed_in(hall, "li")


def test_a_forgotten_password_is_replaced(hall: Hall) -> None:
    li = signed_in(hall, "li")
    assert signed_in(hall, "boss").post("people/li/password", {"password": NEW})[0] == 204
    assert li.get("session")[0] == 401
    assert Browser(hall).sign_in("li")[0] == 401
    signed_in(hall, "li", NEW)


def test_a_new_role_counts_from_the_next_request(hall: Hall) -> None:
    li = signed_in(hall, "li")
    assert li.get("people")[0] == 403
    assert signed_in(hall, "root").post("people/li/role", {"role": "supervisor"})[0] == 204
    assert li.get("people")[0] == 200


def test_somebody_sets_his_own_password_and_has_to_know_the_one_he_has(hall: Hall) -> None:
    li = signed_in(hall, "li")
    assert li.post("password", {"password": "guess", "new": NEW})[1]["error"] == "forbidden"
    assert li.post("password", {"password": PASSWORD, "new": "short"})[1]["error"] == "bad_password"
    assert li.post("password", {"password": PASSWORD, "new": NEW})[0] == 204
    assert li.get("session")[0] == 401
    signed_in(hall, "li", NEW)
    assert noted(hall) == [("li", "agent_password", "agent li")]


def test_guessing_the_own_password_counts_as_at_the_door(hall: Hall) -> None:
    li = signed_in(hall, "li")
    for _ in range(5):
        assert li.post("password", {"password": "guess", "new": NEW})[0] == 403
    assert li.post("password", {"password": PASSWORD, "new": NEW})[0] == 429


def test_what_somebody_speaks_and_knows_is_said_at_the_desk(hall: Hall) -> None:
    hall.house = replace(hall.house, desk=DeskRules(skills=(Skill("numbers"),)))
    boss = signed_in(hall, "boss")
    _, told = boss.get("people")
    assert {"zh", "en"} <= set(told["languages"]) and told["skills"] == ["numbers", "general"]
    assert boss.post("people/li/skills", {"languages": ["zh", "en"], "skills": ["numbers"]})[0] == 204
    assert (names(boss)["li"]["languages"], names(boss)["li"]["skills"]) == (["en", "zh"], ["numbers"])
    assert boss.post("people/li/skills", {"languages": [], "skills": []})[0] == 204
    assert (names(boss)["li"]["languages"], names(boss)["li"]["skills"]) == ([], [])
    with hall.engine.connect() as connection:
        log = [(each.who, dict(each.data)) for each in access_log.listed(connection) if each.act == "agent_skills"]
    assert log == [
        ("boss", {"languages": "en zh", "skills": "numbers"}),
        ("boss", {"languages": "", "skills": ""}),
    ]


@pytest.mark.parametrize("passwords", [True, False])
def test_the_page_is_told_who_has_a_password_of_his_own_to_change(hall: Hall, passwords: bool) -> None:
    li = signed_in(hall, "li")
    if not passwords:
        with hall.engine.begin() as connection:
            connection.execute(text("UPDATE agents SET password = '' WHERE name = 'li'"))
    assert li.get("session")[1]["has_password"] is passwords


@pytest.mark.parametrize(
    ("who", "path", "form"),
    [
        ("li", "people", {"name": "x", "password": NEW}),
        ("li", "people/li/phone", {"phone": "PJSIP/1"}),
        ("boss", "people", {"name": "x", "role": "supervisor", "password": NEW}),
        ("li", "people/li/skills", {"languages": [], "skills": []}),
        ("boss", "people/root/skills", {"languages": [], "skills": []}),
        ("boss", "people/root/disable", None),
        ("boss", "people/root/password", {"password": NEW}),
        ("boss", "people/li/role", {"role": "admin"}),
        ("boss", "people/boss/role", {"role": "admin"}),
        ("boss", "people/boss/password", {"password": NEW}),
        ("root", "people/root/disable", None),
        ("root", "people/root/role", {"role": "agent"}),
    ],
)
def test_what_somebody_may_not(hall: Hall, who: str, path: str, form: Any) -> None:
    status, body = signed_in(hall, who).post(path, form)
    assert (status, body["error"]) in ((403, "may_not"), (403, "forbidden"))
    assert noted(hall) == []


@pytest.mark.parametrize(
    ("path", "form", "status", "error"),
    [
        ("people", {"name": "li", "password": NEW}, 409, "agent_exists"),
        ("people", {"name": "x", "password": "short"}, 422, "bad_password"),
        ("people", {"name": " x", "password": NEW}, 422, "bad_person"),
        ("people", {"name": "a/b", "password": NEW}, 422, "bad_person"),
        ("people", {"name": "x" * 65, "password": NEW}, 422, "bad_person"),
        ("people", {"password": NEW}, 400, "bad_request"),
        ("people", {"name": "x", "role": "king", "password": NEW}, 400, "bad_request"),
        ("people", {"name": 7, "password": NEW}, 400, "bad_request"),
        ("people/nobody/disable", None, 404, "no_such_agent"),
        ("people/li/promote", None, 400, "bad_request"),
        ("people/li/skills", {"languages": ["tlh"], "skills": []}, 422, "bad_person"),
        ("people/li/skills", {"languages": [], "skills": ["magic"]}, 422, "bad_person"),
        ("people/li/skills", {"languages": "zh", "skills": []}, 400, "bad_request"),
        ("people/li/skills", {"languages": []}, 400, "bad_request"),
        ("people/nobody/skills", {"languages": [], "skills": []}, 404, "no_such_agent"),
        ("people/li/role", {}, 400, "bad_request"),
        ("people/li/phone", {"phone": "PJSIP/8001 & rm"}, 422, "bad_person"),
    ],
)
def test_what_cannot_be(hall: Hall, path: str, form: Any, status: int, error: str) -> None:
    answer = signed_in(hall, "root").post(path, form)
    assert (answer[0], answer[1]["error"]) == (status, error)


def test_coming_and_going_is_written_down(hall: Hall) -> None:
    for _ in range(5):
        Browser(hall).sign_in("li", "wrong")
    hall.later(901)
    Browser(hall).sign_in("li", "wrong")
    signed_in(hall, "li").delete("session")
    with hall.engine.connect() as connection:
        log = [(each.act, each.what, dict(each.data)) for each in access_log.listed(connection)]
        assert connection.execute(text("SELECT count(*) FROM desk_entries")).scalar() == 0
    assert [each[:2] for each in log] == [
        ("locked_out", "agent li"),
        ("signed_in", "agent li"),
        ("signed_out", "agent li"),
    ]
    assert log[1][2] == {"by": "password", "address": log[1][2]["address"], "wrong_before": 1}
