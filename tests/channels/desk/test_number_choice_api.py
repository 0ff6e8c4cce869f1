"""Another number for an order in hand."""

from dataclasses import replace

import pytest

from orders.ledger.number_holding import hold
from orders.numbers import NumberState
from orders.order import OrderItem
from tests.channels.desk.desk_browser import Browser, Hall
from tests.channels.desk.opened_hall import signed_in
from tests.channels.desk.test_work_api import hall
from tests.orders.ledger.desk_seed import WANG, ZHAO, seed_order, seed_task
from tests.orders.ledger.pool import deed, fill, states

__all__ = ["hall"]

OLD, LUCKY, PLAIN, DEAR = "13912345671", "13912340888", "13912345672", "13998888888"
NUMBERS = "tasks/2/numbers"


@pytest.fixture
def li(hall: Hall) -> Browser:
    with hall.engine.begin() as connection:
        fill(connection, [OLD, LUCKY, PLAIN, DEAR])
        seed_order(connection, "1000000024", items=[OrderItem("F800", 1, 138_000, OLD)])
        seed_task(connection, 2, "1000000024", priority=99)
    li = signed_in(hall, "li")
    assert li.post("tasks/claim")[1]["order_number"] == "1000000024"
    return li


def found(li: Browser, query: str) -> list[str]:
    status, page = li.get(f"{NUMBERS}?{query}")
    assert status == 200
    return sorted(each["number"] for each in page["numbers"])


def test_numbers_are_found_by_their_end_by_a_pattern_and_by_price(li: Browser) -> None:
    assert found(li, "like=888") == [LUCKY, DEAR]
    assert found(li, "like=AAAA") == [DEAR]
    assert found(li, "like=888&most=100000") == [LUCKY]
    assert found(li, "without_4=true&like=8") == [DEAR]
    assert found(li, f"like={PLAIN}") == [PLAIN]
    assert len(found(li, "")) == 4


def test_what_is_chosen_is_kept_for_the_customer_and_the_one_before_is_let_go(hall: Hall, li: Browser) -> None:
    status, told = li.post(f"{NUMBERS}/{LUCKY}/hold", {"instead": ""})
    assert (status, told["number"]) == (200, LUCKY)
    assert told["until"] == hall.clock.seconds() + hall.house.holds.browsing
    assert li.post(f"{NUMBERS}/{PLAIN}/hold", {"instead": LUCKY})[0] == 200
    assert states(hall.engine) | {OLD: ""} == {OLD: "", LUCKY: "free", PLAIN: "held", DEAR: "free"}
    assert li.post(f"{NUMBERS}/{PLAIN}/let-go")[0] == 204
    assert states(hall.engine)[PLAIN] == "free"


def test_the_price_follows_and_the_change_takes_the_number(hall: Hall, li: Browser) -> None:
    li.post(f"{NUMBERS}/{LUCKY}/hold")
    _, quoted = li.post("tasks/2/quote", {"changes": {"number": LUCKY}})
    assert quoted["total"] > quoted["before"]
    _, card = li.get("tasks/2")
    asked = [line["line"] for line in card["guide"]["lines"] if line["ask"]]
    decided = {"outcome": "changed", "changes": {"number": LUCKY}, "checks": asked}
    status, told = li.post("tasks/2/decision", decided)
    assert status == 200, told
    assert states(hall.engine)[LUCKY] == NumberState.ORDERED


def test_what_somebody_else_has_is_refused_and_the_one_before_is_still_kept(hall: Hall, li: Browser) -> None:
    li.post(f"{NUMBERS}/{PLAIN}/hold")
    with hall.engine.begin() as connection:
        hold(deed(connection, hall.clock.seconds(), hall.house), LUCKY, ZHAO)
    status, refusal = li.post(f"{NUMBERS}/{LUCKY}/hold", {"instead": PLAIN})
    assert (status, refusal["error"]) == (409, "number_not_held")
    assert "choose another one" in refusal["message"]
    assert states(hall.engine)[PLAIN] == "held"
    assert li.post(f"{NUMBERS}/13900000000/hold")[1]["error"] == "number_not_held"


def test_who_holds_as_many_as_he_may_is_not_given_another(hall: Hall, li: Browser) -> None:
    hall.house = replace(hall.house, holds=replace(hall.house.holds, at_once=1))
    with hall.engine.begin() as connection:
        hold(deed(connection, hall.clock.seconds(), hall.house), PLAIN, WANG)
    status, refusal = li.post(f"{NUMBERS}/{LUCKY}/hold")
    assert (status, refusal["error"]) == (409, "number_not_held")
    assert "as many numbers as he may" in refusal["message"]


@pytest.mark.parametrize(
    ("query", "status", "name"),
    [("like=hello", 422, "bad_pattern"), ("most=cheap", 400, "bad_request"), ("like=8&next=nonsense", 200, None)],
)
def test_what_cannot_be_asked(li: Browser, query: str, status: int, name: str | None) -> None:
    answer = li.get(f"{NUMBERS}?{query}")
    assert (answer[0], answer[1].get("error")) == (status, name)


def test_only_who_has_the_order_in_hand_chooses(hall: Hall, li: Browser) -> None:
    sun = signed_in(hall, "sun")
    assert sun.get(f"{NUMBERS}?like=8")[1]["error"] == "not_yours"
    assert sun.post(f"{NUMBERS}/{LUCKY}/hold")[1]["error"] == "not_yours"
