"""The task in hand over HTTP: the guide and its boxes, skipping, noting, what a change would come to, promises."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dialogs.words import OfferFacts
from orders import guide_rules
from orders.desk_lanes import DIAL, DeskRules
from orders.ledger.tables import call_tasks, order_events
from orders.order import Flag, OrderItem
from tests.channels.desk.desk_browser import Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.orders.ledger.desk_seed import NOW, WANG, ZHAO, seed_offers, seed_order, seed_subscriber, seed_task

NUMBER = "1000000016"
TASK = "tasks/1"
OFFERS = {
    "F800": OfferFacts("F800", "1001", {"zh": "酷派F800", "en": "Coolpad F800"}, 138_000),
    "SJK": OfferFacts("SJK", "2002", {"zh": "数据卡", "en": "Data card"}, 29_900),
}
ASKED = ["ordered", "total", "several", "address"]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with opened_hall(tmp_path, agents=("li", "sun")) as hall:
        hall.house = replace(hall.house, guide=guide_rules.standard(), offers=OFFERS)
        with hall.engine.begin() as connection:
            seed_offers(connection)
            seed_subscriber(connection, WANG, name="王伟", language="en")
            flags = [Flag("quantity", {"pieces": 2, "limit": 2})]
            seed_order(connection, NUMBER, items=[OrderItem("F800", 2, 138_000)], flags=flags, language="en")
            seed_task(connection, 1, NUMBER, flags=flags)
        yield hall


@pytest.fixture
def li(hall: Hall) -> Browser:
    return signed_in(hall, "li")


def test_the_card_says_what_to_say_in_his_language_and_what_to_ask(li: Browser) -> None:
    _, card = li.post("tasks/claim")
    guide = card["guide"]
    assert guide["language"] == "en" and guide["version"] == guide_rules.standard().version
    said = {line["line"]: line["say"]["en"] for line in guide["lines"]}
    assert said["greeting"].startswith("Hello, this is the 10086 service hall, agent li.")
    assert said["by_name"] == "Am I speaking with 王伟?"
    assert "for 2 × Coolpad F800" in said["ordered"] and "2,760 yuan" in said["total"]
    assert [line["line"] for line in guide["lines"] if line["ask"]] == ASKED


def test_nothing_is_confirmed_before_all_was_asked(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    status, refusal = li.post(f"{TASK}/decision", {"outcome": "confirmed", "checks": ["total"]})
    assert (status, refusal["error"]) == (422, "unasked")
    assert "not asked yet: ordered, several, address" in refusal["message"]
    assert li.post(f"{TASK}/decision", {"outcome": "confirmed", "checks": ASKED})[0] == 200
    with hall.engine.begin() as connection:
        told = connection.execute(select(order_events.c.data).order_by(order_events.c.event.desc())).scalars().first()
    assert '"asked":["ordered","total","several","address"]' in str(told)
    assert f'"guide":"{guide_rules.standard().version}"' in str(told)


def test_whoever_does_not_want_it_need_not_be_asked(li: Browser) -> None:
    li.post("tasks/claim")
    assert li.post(f"{TASK}/decision", {"outcome": "rejected", "checks": []})[0] == 200


@pytest.mark.parametrize(("strict", "status"), [(False, 200), (True, 422)])
def test_a_program_that_says_nothing_of_it_confirms_only_where_that_is_allowed(
    hall: Hall, li: Browser, strict: bool, status: int
) -> None:
    hall.house = replace(hall.house, desk=DeskRules(strict=strict))
    li.post("tasks/claim")
    assert li.post(f"{TASK}/decision", {"outcome": "confirmed"})[0] == status


def test_the_number_is_seen_once_it_was_dialled_also_after_a_reload(hall: Hall, li: Browser) -> None:
    assert li.post("tasks/claim")[1]["subscriber"] == "138****8000"
    li.post(f"{TASK}/dial")
    assert li.post("tasks/claim")[1]["subscriber"] == "13800138000"
    assert li.get(TASK)[1]["subscriber"] == "13800138000"
    assert signed_in(hall, "boss").get(TASK)[1]["subscriber"] == "138****8000", "she has not dialled"


def test_a_skip_needs_a_reason_and_leaves_it_to_the_others(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    assert li.post(f"{TASK}/skip", {"reason": "bored"})[0] == 422
    assert li.post(f"{TASK}/skip", {"reason": "other"})[0] == 422, "why?"
    assert li.post(f"{TASK}/skip", {})[0] == 400
    assert li.post(f"{TASK}/skip", {"reason": "acquainted", "note": "my aunt"})[0] == 204
    assert li.post("tasks/claim")[0] == 204
    sun = signed_in(hall, "sun")
    _, card = sun.post("tasks/claim")
    (remark,) = card["remarks"]
    assert (remark["agent"], remark["reason"], remark["note"]) == ("li", "acquainted", "my aunt")
    assert li.post(f"{TASK}/skip", {"reason": "technical"})[0] == 409


def test_a_note_stands_on_the_card(li: Browser) -> None:
    li.post("tasks/claim")
    assert li.post(f"{TASK}/note", {"note": "  rings from a tunnel "})[1]["note"] == "rings from a tunnel"
    assert li.post(f"{TASK}/note", {"note": " "})[0] == 422
    assert [each["note"] for each in li.get(TASK)[1]["remarks"]] == ["rings from a tunnel"]


def test_the_price_follows_a_change_before_it_is_one(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    status, quote = li.post(f"{TASK}/quote", {"changes": {"quantity": 3}})
    assert (status, quote["before"], quote["total"]) == (200, 276_000, 414_000)
    assert li.post(f"{TASK}/quote", {"changes": {"offer": "SJK", "quantity": 1}})[1]["total"] == 29_900
    assert li.post(f"{TASK}/quote", {"changes": {"offer": "NONE"}})[0] == 422
    assert li.post(f"{TASK}/quote", {"changes": {}})[0] == 422
    assert li.get(TASK)[1]["order"]["total"] == 276_000, "nothing was changed"
    assert [each["code"] for each in li.get("offers")[1]["offers"]] == ["F800", "SJK"]


def test_what_he_promises_himself_is_kept_for_him(hall: Hall, li: Browser) -> None:
    later = {"outcome": "call_later", "callback_at": NOW + 600, "callback_for": "me"}
    li.post("tasks/claim")
    assert li.post(f"{TASK}/decision", later | {"callback_for": "boss"})[0] == 400
    assert li.post(f"{TASK}/decision", later)[0] == 200
    _, queue = li.get("tasks")
    assert [(each["id"], each["due_at"], each["promised"]) for each in queue["promised"]] == [("1", NOW + 600, True)]
    sun = signed_in(hall, "sun")
    hall.later(600)
    li.get("tasks")
    assert sun.post("tasks/claim")[0] == 204
    assert li.post("tasks/claim")[0] == 200


def test_what_anybody_may_keep_anybody_is_given(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    li.post(f"{TASK}/decision", {"outcome": "call_later", "callback_at": NOW + 600})
    with hall.engine.begin() as connection:
        seed_order(connection, "1000000024", ZHAO)
        seed_task(connection, 2, "1000000024", ZHAO, priority=99)
    hall.later(600)
    assert signed_in(hall, "sun").post("tasks/claim")[1]["id"] == "1", "promised comes before urgent"


def test_earlier_calls_about_other_things_are_on_the_card(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    li.post(f"{TASK}/decision", {"outcome": "rejected", "note": "too dear", "checks": []})
    with hall.engine.begin() as connection:
        seed_order(connection, "1000000024", WANG)
        seed_task(connection, 2, "1000000024", WANG)
    _, card = li.post("tasks/claim")
    assert [(each["order_number"], each["outcome"], each["note"]) for each in card["calls"]] == [
        (NUMBER, "rejected", "too dear")
    ]


def test_the_time_for_reading_is_told(hall: Hall, li: Browser) -> None:
    hall.house = replace(hall.house, desk=DeskRules(preview=90.0, preview_then=DIAL))
    _, card = li.post("tasks/claim")
    assert (card["read_until"], card["then"]) == (NOW + 90, "dial")
    li.post(f"{TASK}/dial")
    assert li.get(TASK)[1]["read_until"] is None


def test_a_crashed_browser_gets_its_card_back_and_a_gone_agent_loses_it(hall: Hall, li: Browser) -> None:
    claimed = li.post("tasks/claim")[1]["id"]
    again = signed_in(hall, "li")
    assert again.get("tasks")[1]["mine"] == claimed
    assert again.post("tasks/claim")[1]["id"] == claimed
    sun = signed_in(hall, "sun")
    assert sun.post("tasks/claim")[0] == 204
    hall.later(301)
    assert sun.post("tasks/claim")[1]["id"] == claimed
    assert again.post(f"{TASK}/decision", {"outcome": "confirmed", "checks": ASKED})[0] == 409


def row(hall: Hall) -> Any:
    with hall.engine.begin() as connection:
        return connection.execute(select(call_tasks)).one()


def test_who_signs_out_leaves_what_he_had_to_the_others(hall: Hall, li: Browser) -> None:
    li.post("tasks/claim")
    li.delete("session")
    assert (row(hall).agent, row(hall).lease_until) == (None, None)
    assert signed_in(hall, "sun").post("tasks/claim")[0] == 200
