"""Roles, to the button: each path of the desk is asked by nobody, by an agent, without the token, from another site.

The paths are those that stand in the application, so a new one is asked too. What an agent may use is written down
here; whatever is not is for supervisors, and an agent is refused.
"""

import re
from collections.abc import Iterator

import pytest

from channels.desk.app import Desk
from tests.channels.desk.desk_browser import Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in

OPEN = {"page", "static", "doors", "sign_in", "begin_visit", "end_visit", "visit_ended"}
AGENTS = {
    # himself
    *("who_am_i", "sign_out", "own_password", "my_state", "change_state", "live"),
    # his work
    *("queue", "claim", "card", "extend", "release", "skip", "remark", "quote", "offers", "dial", "call", "hang_up"),
    *("decide", "report", "parcels", "step", "on_line", "decline_caller", "my_reviews"),
    *("find_numbers", "hold_number", "let_number_go"),
}


def routes() -> Iterator[tuple[str, str, str]]:
    for rule in Desk.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield str(rule.endpoint), method, re.sub(r"<int:\w+>", "1", re.sub(r"<(?!int:)[^>]*>", "x", rule.rule))


GUARDED = [pytest.param(*each, id=f"{each[1]} {each[2]}") for each in routes() if each[0] not in OPEN]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with opened_hall(tmp_path_factory.mktemp("desk")) as hall:
        yield hall


@pytest.fixture(scope="module")
def li(hall: Hall) -> Browser:
    return signed_in(hall, "li")


def test_what_is_written_down_here_stands_in_the_application() -> None:
    standing = {endpoint for endpoint, _, _ in routes()}
    assert standing >= OPEN | AGENTS


@pytest.mark.parametrize(("endpoint", "method", "path"), GUARDED)
def test_nobody_may_do_anything(hall: Hall, endpoint: str, method: str, path: str) -> None:
    assert Browser(hall).fetch(method, f"/desk{path}")[0] == 401


@pytest.mark.parametrize(("endpoint", "method", "path"), [each for each in GUARDED if each.values[0] not in AGENTS])
def test_an_agent_does_nothing_that_is_for_supervisors(li: Browser, endpoint: str, method: str, path: str) -> None:
    assert li.fetch(method, f"/desk{path}", b"{}")[0] == 403, "add it to AGENTS if it is for agents"


@pytest.mark.parametrize(("endpoint", "method", "path"), [each for each in GUARDED if each.values[1] != "GET"])
def test_nothing_is_changed_without_the_token_or_from_another_site(
    li: Browser, endpoint: str, method: str, path: str
) -> None:
    for headers in ({"X_CSRF_Token": "guessed"}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}):
        assert li.fetch(method, f"/desk{path}", b"{}", **headers)[0] == 403


def test_what_is_answered_is_nobody_elses(li: Browser) -> None:
    li.get("session")
    assert li.headers["cache-control"] == "no-store"
    assert li.headers["content-security-policy"].startswith("default-src 'none'")
    assert li.headers["x-content-type-options"] == "nosniff"
