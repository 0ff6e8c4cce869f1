"""One bad client behind an address, and the others behind it."""

from orders.ledger import access_log
from orders.signing_in import DoorRules
from tests.channels.desk.desk_browser import PASSWORD, Browser, Hall
from tests.channels.desk.opened_hall import signed_in
from tests.channels.desk.test_desk_api import hall

__all__ = ["hall"]


def spray(hall: Hall, times: int) -> tuple[int, dict[str, str]]:
    """One password on many names; the last answer."""
    answers = [Browser(hall).sign_in(f"agent{each}", "Winter-2026") for each in range(times)]
    return answers[-1]


def test_who_tries_one_password_on_many_names_waits_and_who_was_here_before_comes_in(hall: Hall) -> None:
    li = signed_in(hall, "li")
    assert spray(hall, DoorRules().tries)[0] == 401
    status, body = spray(hall, 1)
    assert (status, body["error"]) == (429, "slowed")

    stranger = Browser(hall)
    assert stranger.sign_in("sun")[0] == 429
    assert 0 < int(stranger.headers["retry-after"]) <= 900
    assert li.sign_in("li")[0] == 200
    assert li.sign_in("sun")[0] == 429  # it is li's browser

    hall.later(901)
    assert stranger.sign_in("sun")[0] == 200


def test_a_supervisor_finds_in_the_access_log_which_address_it_was(hall: Hall) -> None:
    spray(hall, DoorRules().tries)
    with hall.engine.begin() as connection:
        [noted] = [each for each in access_log.listed(connection) if each.act == "slowed"]
    assert noted.what.startswith("address ") and noted.data["wrong"] == DoorRules().tries


def test_the_cookie_by_which_a_browser_is_known_opens_nothing(hall: Hall) -> None:
    li = signed_in(hall, "li")
    attributes = {part.strip().lower() for part in li.cookies[1].split(";")}
    assert {"httponly", "samesite=strict", "path=/desk"} <= attributes
    li.cookie = ""
    assert li.get("session")[0] == 401
    assert li.sign_in("li", PASSWORD + "x")[0] == 401
