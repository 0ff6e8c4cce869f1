"""What supervisors watch: the numbers of each version, and the chart of a script with the numbers in it."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from orders.ledger import publishing
from orders.publishing import first_bad
from tests.channels.desk.desk_browser import Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.channels.desk.seed_dialogs import PACKAGED, TRIED, seed_dialogs
from tests.orders.ledger.desk_seed import NOW


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path) as hall:
        with hall.engine.begin() as connection:
            seed_dialogs(connection, NOW)
            fetched = hall.shelf.fetch(connection)
        hall.shelf.follow(fetched, hall.shelf.opened(fetched))
        yield hall


@pytest.fixture
def boss(hall: Hall) -> Browser:
    return signed_in(hall, "boss")


def test_versions_stand_side_by_side(boss: Browser) -> None:
    status, told = boss.get("dialogs")
    assert status == 200
    assert (told["version"], told["live"]) == (PACKAGED.version, PACKAGED.version)
    assert told["trial"] == {"version": TRIED.version, "numbers": 1, "share": 10}
    live, trial = told["versions"]
    assert (live["begun"], live["finished"], live["ordered"], live["given_up"], live["standing"]) == (20, 12, 11, 2, 4)
    assert live["completion"] == pytest.approx(12 / 14) and trial["begun"] == 10
    assert told["nowhere"] == {"misunderstood": 7}
    (order,) = [each for each in told["scripts"] if each["script"] == "order"]
    assert order["ways"] == [{"state": "confirming", "trigger": "yes", "count": 12}]
    assert told["before"] is None


def test_each_state_has_its_numbers_in_the_order_of_the_script(boss: Browser) -> None:
    _, told = boss.get(f"dialogs?version={TRIED.version}")
    (order,) = [each for each in told["scripts"] if each["script"] == "order"]
    assert [each["state"] for each in order["states"]] == ["confirming", "placing"]
    assert order["states"][0] == {
        "state": "confirming", "standing": 1, "entered": 10, "misunderstood": 2, "gave_up": 1, "left": 6, "begun": 10,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "here", "lost"), [("zh", "现有 3", "没听懂 4"), ("en", "here now 3", "misunderstood 4")]
)
def test_the_chart_carries_them(boss: Browser, language: str, here: str, lost: str) -> None:
    status, svg = boss.fetch("GET", f"/desk/api/v1/dialogs/order/chart.svg?language={language}")
    assert status == 200 and boss.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in boss.headers["content-security-policy"]
    texts = [each.text or "" for each in ElementTree.fromstring(svg).iter() if each.tag.endswith("text")]
    assert here in texts and lost in texts and "confirming" in texts
    assert any("yes ·12" in text for text in texts), "and the arrows have numbers too"


def test_the_chart_of_another_version_has_its_own_numbers(boss: Browser) -> None:
    _, svg = boss.fetch("GET", f"/desk/api/v1/dialogs/order/chart.svg?language=en&version={TRIED.version}")
    assert "here now 1<" in svg.decode()


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("dialogs?version=nothing", 404, "no_such_chart"),
        ("dialogs/nothing/chart.svg", 404, "no_such_chart"),
        ("dialogs/order/chart.svg?version=nothing", 404, "no_such_chart"),
        ("dialogs/order/chart.svg?language=xx", 400, "bad_request"),
    ],
)
def test_what_is_not_there_is_refused(boss: Browser, path: str, status: int, error: str) -> None:
    found, told = boss.get(path)
    assert (found, told["error"]) == (status, error)


def test_agents_do_not_watch(hall: Hall) -> None:
    browser = Browser(hall)
    assert browser.get("dialogs")[0] == 401
    browser.sign_in("li")
    assert browser.get("dialogs")[0] == 403
    assert browser.fetch("GET", "/desk/api/v1/dialogs/order/chart.svg")[0] == 403


# ── What is done to a version ────────────────────────────────────────────────────────────────────────────────────────


def does(boss: Browser, act: str, version: str, **more: str) -> tuple[int, dict[str, object]]:
    return boss.post("dialogs/publications", {"act": act, "version": version, **more})


def follow(hall: Hall) -> None:
    with hall.engine.begin() as connection:
        fetched = hall.shelf.fetch(connection)
    hall.shelf.follow(fetched, hall.shelf.opened(fetched))


def listed(hall: Hall) -> list[tuple[str, str, str, str]]:
    with hall.engine.begin() as connection:
        history = publishing.history(connection)
    assert first_bad(history) is None
    return [(each.by, each.act.value, each.version, each.note) for each in history[1:]]


def test_what_is_on_trial_is_promoted_and_rolled_back(boss: Browser, hall: Hall) -> None:
    assert does(boss, "promote", TRIED.version, note="fewer give up") == (
        200,
        {"act": "promote", "live": TRIED.version},
    )
    follow(hall)
    _, told = boss.get("dialogs")
    assert (told["live"], told["trial"], told["before"]) == (TRIED.version, None, PACKAGED.version)
    assert does(boss, "rollback", TRIED.version)[1] == {"act": "rollback", "live": PACKAGED.version}
    assert listed(hall) == [("boss", "promote", TRIED.version, "fewer give up"), ("boss", "rollback", "", "")]


def test_what_is_on_trial_is_withdrawn(boss: Browser, hall: Hall) -> None:
    assert does(boss, "withdraw", TRIED.version) == (200, {"act": "withdraw", "live": PACKAGED.version})
    assert listed(hall) == [("boss", "withdraw", TRIED.version, "")]


@pytest.mark.parametrize(("act", "version"), [("promote", "0123456789ab"), ("rollback", TRIED.version)])
def test_nothing_is_done_to_what_stands_no_longer(boss: Browser, hall: Hall, act: str, version: str) -> None:
    status, told = does(boss, act, version)
    assert (status, told["error"]) == (409, "cannot_publish")
    assert listed(hall) == []


def test_what_was_done_already_is_not_done_twice(boss: Browser, hall: Hall) -> None:
    assert does(boss, "withdraw", TRIED.version)[0] == 200
    assert does(boss, "withdraw", TRIED.version)[0] == 409
    assert does(boss, "rollback", PACKAGED.version)[0] == 409  # nothing was live before


@pytest.mark.parametrize(
    "body",
    [{}, {"act": "promote"}, {"act": "publish", "version": "x"}, {"act": "promote", "version": "x", "more": 1},
     {"act": "promote", "version": "x", "note": "n" * 2001}],
)  # fmt: skip
def test_a_form_that_is_none(boss: Browser, body: dict[str, object]) -> None:
    assert boss.post("dialogs/publications", body)[0] == 400


def test_only_supervisors_publish_and_only_from_the_desk(hall: Hall, boss: Browser) -> None:
    agent = Browser(hall)
    assert does(agent, "withdraw", TRIED.version)[0] == 401
    agent.sign_in("li")
    assert does(agent, "withdraw", TRIED.version)[0] == 403
    boss.csrf = "another"
    assert does(boss, "withdraw", TRIED.version)[0] == 403
    assert listed(hall) == []
