import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from dialogs.words import Prompt
from orders.ledger.order_rows import load_order, update_orders
from orders.ledger.tables import agents as agents_table
from orders.order import Act, Change, Flag, OrderItem, changed
from tests.channels.desk.desk_browser import LEASE, PASSWORD, Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import IDS, NOW, WANG, ZHAO, seed_heard, seed_offers, seed_order, seed_task

TASK = 2**60 + 1
NUMBER = "1000000016"
DECISION = f"tasks/{TASK}/decision"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path, agents=("li", "sun")) as hall:
        with hall.engine.begin() as connection:
            seed_offers(connection)
            flags = [Flag("high_value", {"total": 276_000, "limit": 200_000})]
            seed_order(connection, NUMBER, items=[OrderItem("F800", 2, 138_000)], flags=flags)
            seed_task(connection, TASK, NUMBER, flags=flags)
            seed_heard(connection, 1, NOW - 5, "DG F800 2", intent="order")
        yield hall


@pytest.fixture
def li(hall: Hall) -> Browser:
    return signed_in(hall, "li")


@pytest.fixture
def sun(hall: Hall) -> Browser:
    return signed_in(hall, "sun")


# ── signing in ──


def test_signing_in_sets_a_cookie_no_script_can_read_and_tells_the_token(hall: Hall) -> None:
    browser = Browser(hall)
    status, body = browser.post("session", {"name": "li", "password": PASSWORD})
    assert (status, body["name"], body["role"]) == (200, "li", "agent")
    assert len(body["csrf"]) >= 32
    attributes = [part.strip().lower() for part in browser.headers["set-cookie"].split(";")]
    assert {"httponly", "samesite=strict", "path=/desk"} <= set(attributes)
    assert PASSWORD not in json.dumps(body)


def test_who_i_am_can_be_asked_again_after_a_reload(li: Browser) -> None:
    status, body = li.get("session")
    assert (status, body["name"], body["csrf"]) == (200, "li", li.csrf)


@pytest.mark.parametrize(("name", "password"), [("li", "wrong"), ("nobody", PASSWORD), ("li", "")])
def test_a_wrong_name_and_a_wrong_password_sound_the_same(hall: Hall, name: str, password: str) -> None:
    status, body = Browser(hall).sign_in(name, password)
    assert (status, body) == (401, {"error": "signed_out", "message": "name or password is wrong"})


def test_five_wrong_passwords_lock_the_door_even_for_the_right_one(hall: Hall) -> None:
    browser = Browser(hall)
    for _ in range(5):
        assert browser.sign_in("li", "wrong")[0] == 401
    status, body = browser.sign_in("li")
    assert (status, body["error"]) == (429, "locked_out")
    assert 0 < int(browser.headers["retry-after"]) <= 900
    hall.later(901)
    assert browser.sign_in("li")[0] == 200


def test_signing_out_ends_the_session(li: Browser) -> None:
    assert li.delete("session") == (204, None)
    assert li.get("session")[0] == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "session"),
        ("GET", "tasks"),
        ("GET", "board"),
        ("GET", f"tasks/{TASK}"),
        ("POST", "tasks/claim"),
        ("POST", f"tasks/{TASK}/dial"),
        ("POST", DECISION),
        ("DELETE", "session"),
    ],
)
def test_nothing_is_told_to_whoever_is_not_signed_in(hall: Hall, method: str, path: str) -> None:
    status, body = Browser(hall).ask(method, path)
    assert (status, body["error"]) == (401, "signed_out")


@pytest.mark.parametrize("path", ["tasks/claim", f"tasks/{TASK}/dial", f"tasks/{TASK}/release", DECISION])
def test_what_changes_something_needs_the_token(li: Browser, path: str) -> None:
    for token in ("", "guess", "ключ"):
        li.csrf = token
        status, body = li.post(path, {"outcome": "confirmed"})
        assert (status, body["error"]) == (403, "forbidden")


def test_another_sites_page_is_refused_even_with_the_token(li: Browser, hall: Hall) -> None:
    assert li.post("tasks/claim", sec_fetch_site="cross-site")[0] == 403
    assert li.post("tasks/claim", sec_fetch_site="same-origin")[0] == 200
    stranger = Browser(hall).post("session", {"name": "li", "password": PASSWORD}, sec_fetch_site="cross-site")
    assert stranger[0] == 403


# ── a task from the queue to the notice ──


def test_the_queue_says_who_waits_and_why_but_no_number(li: Browser) -> None:
    status, body = li.get("tasks")
    assert (status, body["due"], body["later"]) == (200, 1, 0)
    [waiting] = body["waiting"]
    assert (waiting["id"], waiting["subscriber"], waiting["total"]) == (str(TASK), "138****8000", 276_000)
    assert waiting["reasons"] == [{"code": "high_value", "saw": {"total": 276_000, "limit": 200_000}}]
    assert WANG[-11:] not in json.dumps(body)


def test_an_order_is_claimed_dialled_and_confirmed(hall: Hall, li: Browser) -> None:
    status, card = li.post("tasks/claim")
    assert (status, card["id"], card["agent"], card["lease_until"]) == (200, str(TASK), "li", NOW + LEASE)
    assert (card["order"]["number"], card["order"]["state"], card["order"]["total"]) == (NUMBER, "held", 276_000)
    assert [line["text"] for line in card["conversation"]] == ["DG F800 2"]
    assert WANG[-11:] not in json.dumps(card)

    assert li.post(f"tasks/{TASK}/dial") == (200, {"number": WANG[-11:], "by_hand": True})

    status, done = li.post(DECISION, {"outcome": "confirmed", "note": "是本人"})
    assert (status, done["order"], done["due_at"]) == (200, {"number": NUMBER, "state": "inProgress"}, None)
    [(subscriber, prompt, language)] = hall.notices
    assert (subscriber, prompt.phrase, prompt.values["number"], language) == (WANG, "notice.confirmed", NUMBER, "zh")
    assert li.post("tasks/claim") == (204, None)


def test_what_the_customer_changed_is_in_the_notice(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    status, _ = li.post(DECISION, {"outcome": "changed", "note": None, "changes": {"quantity": 1}})
    assert status == 200
    assert [(prompt.phrase, prompt.values["total"]) for _, prompt, _ in hall.notices] == [("notice.changed", 138_000)]


@pytest.mark.parametrize("at", [NOW + 3600, "2023-11-14T23:13:20+00:00", "2023-11-15T07:13:20+08:00"])
def test_he_may_say_when_he_would_like_to_be_rung(li: Browser, at: float | str) -> None:
    li.post("tasks/claim")
    status, done = li.post(DECISION, {"outcome": "call_later", "callback_at": at})
    assert (status, done["due_at"], done["order"]["state"]) == (200, NOW + 3600, "held")
    assert li.get("tasks")[1]["later"] == 1


def test_a_released_task_is_the_next_ones(li: Browser, sun: Browser) -> None:
    li.post("tasks/claim")
    assert sun.post("tasks/claim")[0] == 204
    assert li.post(f"tasks/{TASK}/release") == (204, None)
    assert sun.post("tasks/claim")[1]["agent"] == "sun"


def test_a_sign_of_life_puts_the_end_off(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    hall.later(200)
    assert li.post(f"tasks/{TASK}/extend") == (200, {"lease_until": NOW + 200 + LEASE, "now": NOW + 200})


# ── what is refused ──


@pytest.mark.parametrize("what", ["dial", "release", "extend", "decision"])
def test_a_task_claimed_by_another_is_409_and_a_lease_that_ran_out_410(
    hall: Hall, li: Browser, sun: Browser, what: str
) -> None:
    li.post("tasks/claim")
    status, body = sun.post(f"tasks/{TASK}/{what}", {"outcome": "confirmed"})
    assert (status, body["error"]) == (409, "not_yours")
    assert "li" in body["message"]
    hall.later(LEASE)
    status, body = li.post(f"tasks/{TASK}/{what}", {"outcome": "confirmed"})
    assert (status, body["error"]) == (410, "lease_over")
    assert "claim it again" in body["message"]
    assert hall.notices == []


def test_a_task_that_is_not_there_is_404(li: Browser) -> None:
    for status, body in (li.get("tasks/7"), li.post("tasks/7/dial"), li.post("tasks/7/decision", {"outcome": "busy"})):
        assert (status, body["error"]) == (404, "task_gone")


def test_a_card_is_for_its_holder_and_for_supervisors(hall: Hall, li: Browser, sun: Browser) -> None:
    assert li.get(f"tasks/{TASK}")[0] == 409
    li.post("tasks/claim")
    assert li.get(f"tasks/{TASK}")[1]["order"]["number"] == NUMBER
    assert sun.get(f"tasks/{TASK}")[0] == 409
    assert signed_in(hall, "boss").get(f"tasks/{TASK}")[1]["agent"] == "li"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"", 400, "bad_request"),
        (b"[]", 400, "bad_request"),
        (b"{}", 400, "bad_request"),
        (b'{"outcome": 1}', 400, "bad_request"),
        (b'{"outcome": "busy", "colour": "red"}', 400, "bad_request"),
        (b'{"outcome": "busy", "note": "' + b"x" * 70_000 + b'"}', 400, "bad_request"),
        (b'{"outcome": "call_later", "callback_at": "tomorrow"}', 400, "bad_request"),
        (b'{"outcome": "call_later", "callback_at": "2026-01-31T18:00:00"}', 400, "bad_request"),
        (b'{"outcome": "call_later", "callback_at": NaN}', 422, "bad_decision"),
        (b'{"outcome": "perhaps"}', 422, "bad_decision"),
        (b'{"outcome": "call_later"}', 422, "bad_decision"),
        (b'{"outcome": "changed"}', 422, "bad_decision"),
        (b'{"outcome": "changed", "changes": {"quantity": 0}}', 422, "bad_decision"),
    ],
)
def test_a_decision_that_cannot_be_used_says_why(li: Browser, body: bytes, status: int, error: str) -> None:
    li.post("tasks/claim")
    got, answer = li.ask("POST", DECISION, body)
    assert (got, answer["error"]) == (status, error)
    assert len(answer["message"]) > 10
    assert li.get(f"tasks/{TASK}")[1]["attempts"] == []


def test_what_the_customer_cancelled_meanwhile_is_not_confirmed(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    with hall.engine.begin() as connection:
        order = load_order(connection, WANG, NUMBER)
        assert order is not None
        update_orders(connection, IDS, [Change(order, *changed(order, Act.CANCEL, "subscriber", NOW + 1))])
    status, body = li.post(DECISION, {"outcome": "confirmed"})
    assert (status, body["error"]) == (409, "illegal_change")
    assert "cancelled" in body["message"]
    assert hall.notices == []


def test_a_decision_sent_twice_is_recorded_once(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    assert li.post(DECISION, {"outcome": "confirmed"})[0] == 200
    assert li.post(DECISION, {"outcome": "confirmed"})[0] == 409
    assert len(hall.notices) == 1


def test_while_the_database_is_away_the_desk_says_so(hall: Hall, li: Browser) -> None:
    hall.away = True
    status, body = li.get("tasks")
    assert (status, body["error"]) == (503, "ledger_away")


def test_an_agent_who_is_disabled_is_out_at_once(hall: Hall, li: Browser) -> None:
    with hall.engine.begin() as connection:
        connection.execute(update(agents_table).values(disabled=True))
    assert li.get("tasks")[0] == 401
    assert Browser(hall).sign_in("li")[0] == 401


# ── the board ──


def test_the_board_is_for_supervisors(hall: Hall, li: Browser) -> None:
    assert li.get("board")[0] == 403
    with hall.engine.begin() as connection:
        seed_task(connection, 9, None, ZHAO, priority=1)
    li.post("tasks/claim")
    status, board = signed_in(hall, "boss").get("board")
    assert (status, board["due"], board["held"]) == (200, 1, 1)
    assert {agent["name"]: agent["task"] for agent in board["agents"]} == {"boss": None, "li": str(TASK), "sun": None}


# ── the page ──


def test_the_page_and_all_that_it_loads_is_served_under_strict_rules(hall: Hall) -> None:
    browser = Browser(hall)
    status, page = browser.fetch("GET", "/desk/")
    assert status == 200
    wanted = [part.split(b'"')[0].decode() for part in page.split(b'"static/')[1:]]
    assert {"desk.css", "desk.js"} <= set(wanted)
    for name in wanted:
        assert browser.fetch("GET", f"/desk/static/{name}")[0] == 200
        rules = browser.headers["content-security-policy"]
        assert "script-src 'self'" in rules and "unsafe" not in rules
        assert browser.headers["x-content-type-options"] == "nosniff"
    assert b"<style" not in page and b"style=" not in page and b"onclick" not in page


def test_the_slash_that_people_forget_is_added(hall: Hall) -> None:
    browser = Browser(hall)
    assert browser.fetch("GET", "/desk")[0] == 302
    assert browser.headers["location"] == "/desk/"


def test_a_page_the_browser_has_already_is_not_sent_again(hall: Hall) -> None:
    browser = Browser(hall)
    browser.fetch("GET", "/desk/static/desk.js")
    mark = browser.headers["etag"]
    assert browser.fetch("GET", "/desk/static/desk.js", If_None_Match=mark) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/desk/static/%2e%2e/app.py", "/desk/static/nothing.js", "/desk/nothing", "/desk/api/v1/nothing"]
)
def test_what_is_not_served_is_404_in_json(hall: Hall, path: str) -> None:
    status, body = Browser(hall).fetch("GET", path)
    assert (status, json.loads(body)["error"]) == (404, "not_found")


def test_a_method_that_is_not_served(li: Browser) -> None:
    assert li.ask("PUT", "session")[0] == 405


def test_the_notices_hold_a_prompt_and_no_finished_text(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    li.post(DECISION, {"outcome": "rejected"})
    [(_, prompt, _)] = hall.notices
    values: dict[str, Any] = dict(prompt.values)
    assert prompt == Prompt("notice.rejected", values)
    assert values["name"] == "酷派F800"
