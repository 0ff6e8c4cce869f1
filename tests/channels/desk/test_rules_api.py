"""Rules over HTTP: read, tried, published for a reason, refused by line, and rolled back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from orders import flag_rules
from orders.ledger import pauses
from orders.ledger.tables import access_log
from orders.rule_books import Book
from tests.channels.desk.desk_browser import Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import NOW, seed_offers, seed_order

FLAGS = "- rule: quantity\n  pieces: 2\n"
PAUSES = "- pause: tea\n  zh: 茶歇\n  en: tea\n  minutes: 10\n"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path) as hall:
        with hall.engine.begin() as connection:
            seed_offers(connection)
            seed_order(connection, "1000000016", at=NOW - 60)
        yield hall


@pytest.fixture
def boss(hall: Hall) -> Browser:
    return signed_in(hall, "boss")


def publish(boss: Browser, book: str, **wanted: str) -> tuple[int, Any]:
    return boss.post(f"rules/{book}", {"why": "tried it", **wanted})


def test_all_books_are_there_and_each_says_what_it_means(boss: Browser) -> None:
    status, body = boss.get("rules")
    assert (status, [each["book"] for each in body["books"]]) == (200, [book.value for book in Book])
    for each in body["books"]:
        for language in ("zh", "en"):
            status, book = boss.get(f"rules/{each['book']}?language={language}")
            assert (status, book["version"], book["published"], book["history"]) == (200, each["version"], False, [])
            assert book["content"] and book["means"][0]["rows"] and book["means"][0]["title"]
    assert boss.get("rules/flags")[1]["version"] == flag_rules.version_of(flag_rules.standard_text())


def test_flags_are_tried_on_the_past_with_what_is_new_line_by_line(boss: Browser) -> None:
    status, body = boss.post("rules/flags/try", {"content": FLAGS, "language": "en"})
    assert (status, body["version"]) == (200, flag_rules.version_of(FLAGS))
    assert "+- rule: quantity" in body["changed"] or " - rule: quantity" in body["changed"]
    trial, by_rule, rules = body["means"]
    assert trial["rows"][0] == ["Rung back", 0, 1] and trial["rows"][2] == ["no longer rung back", 1, None]
    assert by_rule["rows"] == [["Quantity", 0, 0, 0, 0, None, "what was then"]]
    assert rules["rows"] == [["Quantity", "ring back", None, 0, "pieces 2"]]


@pytest.mark.parametrize(
    ("book", "content", "line", "what"),
    [
        ("flags", FLAGS + "- rule: nigth\n", 3, "unknown rule nigth"),
        ("guide", "- line: hello\n  say:\n    zh: 好\n", 1, "say is missing in en"),
        ("retries", "- outcome: asleep\n  again: [1h]\n", 1, "not 'asleep'"),
        ("calling_hours", "- hours: 08:00-20:00\n- hours: 09:00-20:00\n", 2, "only one, has no prefixes"),
        ("pauses", "- pause: TEA\n", 1, "is no code"),
        ("review_form", "- question: a\n", 1, "weight is a whole number"),
        ("flags", "- rule: a: b\n", 1, "this is not YAML"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_changes_nothing(
    boss: Browser, book: str, content: str, line: int, what: str
) -> None:
    before = boss.get(f"rules/{book}")[1]
    for path, form in (
        (f"rules/{book}/try", {"content": content, "language": "zh"}),
        (f"rules/{book}", {"content": content, "seen": before["version"], "why": "x"}),
    ):
        status, body = boss.post(path, form)
        assert (status, body["error"]) == (422, "bad_rules")
        assert body["problems"][0]["line"] == line and what in body["problems"][0]["what"]
        assert f"line {line}: " in body["message"]
    assert boss.get(f"rules/{book}")[1] == before


def test_what_is_published_is_live_with_who_when_and_why_and_can_be_rolled_back(hall: Hall, boss: Browser) -> None:
    first = boss.get("rules/flags")[1]
    version = flag_rules.version_of(FLAGS)
    assert publish(boss, "flags", content=FLAGS.replace("\n", "\r\n"), seen=first["version"]) == (
        200,
        {"version": version},
    )
    hall.clock.advance(60)  # type: ignore[attr-defined]
    found = boss.get("rules/flags")[1]
    assert (found["version"], found["content"], found["published"]) == (version, FLAGS, True)
    assert found["history"] == [{"version": version, "at": NOW, "who": "boss", "why": "tried it"}]
    other = FLAGS + "- rule: blacklist\n  action: reject\n"
    assert publish(boss, "flags", content=other, seen=version)[0] == 200
    hall.clock.advance(60)  # type: ignore[attr-defined]
    live = boss.get("rules/flags")[1]["version"]
    assert publish(boss, "flags", version=version, seen=live, why="back") == (200, {"version": version})
    assert boss.get(f"rules/flags/versions/{live}") == (200, {"version": live, "content": other})
    hall.clock.advance(60)  # type: ignore[attr-defined]
    assert publish(boss, "flags", version="configured", seen=version) == (200, {"version": "configured"})
    assert boss.get("rules/flags")[1]["version"] == first["version"]
    assert [each["why"] for each in boss.get("rules/flags")[1]["history"]] == [
        "tried it",
        "back",
        "tried it",
        "tried it",
    ]
    with hall.engine.begin() as connection:
        noted = connection.execute(select(access_log).where(access_log.c.act == "published")).all()
    assert {(row.who, row.role) for row in noted} == {("boss", "supervisor")}


def test_who_was_slower_is_told_and_overwrites_nothing(boss: Browser) -> None:
    seen = boss.get("rules/guide")[1]["version"]
    text = boss.get("rules/guide")[1]["content"]
    assert publish(boss, "guide", content=text + "\n# mine\n", seen=seen)[0] == 200
    status, body = publish(boss, "guide", content=text + "\n# another\n", seen=seen)
    assert (status, body["error"]) == (409, "not_live") and "look again" in body["message"]
    assert boss.get("rules/guide")[1]["content"].endswith("# mine\n")


def test_reasons_to_pause_count_at_once(hall: Hall, boss: Browser) -> None:
    seen = boss.get("rules/pauses")[1]["version"]
    assert publish(boss, "pauses", content=PAUSES, seen=seen)[0] == 200
    with hall.engine.begin() as connection:
        assert [reason.code for reason in pauses.limits(connection).reasons] == ["tea"]
    assert boss.get("rules/pauses")[1]["content"] == PAUSES
    assert publish(boss, "pauses", version="configured", seen=boss.get("rules/pauses")[1]["version"])[0] == 404


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("rules/weather/try", {"content": "x", "language": "zh"}, 404),
        ("rules/flags/try", {"content": "x"}, 400),
        ("rules/flags/try", {"content": "", "language": "zh"}, 400),
        ("rules/flags", {"content": FLAGS, "seen": "x", "why": " "}, 400),
        ("rules/flags", {"content": FLAGS, "version": "x", "seen": "x", "why": "y"}, 400),
        ("rules/flags", {"version": "0000", "seen": "x", "why": "y"}, 404),
    ],
)
def test_what_is_no_publication(boss: Browser, path: str, form: dict[str, str], status: int) -> None:
    assert boss.post(path, form)[0] == status


def test_rules_are_for_supervisors(hall: Hall) -> None:
    li = signed_in(hall, "li")
    assert [li.get(path)[0] for path in ("rules", "rules/flags", "rules/flags/versions/configured")] == [403] * 3
    assert li.post("rules/flags", {"content": FLAGS, "seen": "", "why": "x"})[0] == 403
    assert li.post("rules/flags/try", {"content": FLAGS, "language": "zh"})[0] == 403
    assert Browser(hall).get("rules")[0] == 401
