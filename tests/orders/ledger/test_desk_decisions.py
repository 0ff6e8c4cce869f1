import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, update

from dialogs.words import AgentDecided, Inbound, Prompt, Value
from orders import calling_hours
from orders.desk_words import BadDecision, LeaseOver, NotYours, TaskGone
from orders.ledger import decisions, desk_claims
from orders.ledger.deed import Deed
from orders.ledger.desk_rows import asked_for
from orders.ledger.house import House
from orders.ledger.ids import Ids
from orders.ledger.offers import offers_sold
from orders.ledger.order_rows import load_order, update_orders
from orders.ledger.tables import call_attempts, call_tasks, offers, order_events, order_items, order_private, orders
from orders.ledger.verifying import bad_orders
from orders.order import Act, Change, IllegalChange, OrderItem, changed
from tests.orders.ledger.desk_seed import (
    IDS,
    LEASE,
    NOW,
    WANG,
    seed_agents,
    seed_offers,
    seed_order,
    seed_subscriber,
    seed_task,
)

NUMBER = "1000000016"


def _never(*_: Any) -> Any:
    raise AssertionError("a decision takes no turn and says nothing but its notice")


HOUSE = House(node="hall-1", ids=Ids(0), take_turn=_never, render=_never, join=_never)


class Desk:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.posted: list[tuple[str, Prompt, str]] = []
        self.house = HOUSE

    def decide(self, outcome: str, *, agent: str = "li", task: int = 1, at: float = NOW + 60, **more: Any) -> None:
        decided = AgentDecided(task, agent, outcome, **more)
        told = Inbound(9, "desk", WANG, "", at, decided)
        house = replace(self.house, offers=offers_sold(self.connection, at))
        decisions.take(Deed(self.connection, house, at, lambda *notice: self.posted.append(notice)), told)

    def row(self, table: Any) -> Any:
        return self.connection.execute(select(table)).one()

    def rows(self, table: Any) -> Any:
        return self.connection.execute(select(table)).all()

    def claim(self, at: float = NOW) -> None:
        assert desk_claims.claim_next(self.connection, "li", at, LEASE) is not None

    @property
    def written(self) -> list[Any]:
        tables = (orders, order_items, order_events, call_tasks, call_attempts)
        return [self.rows(table) for table in tables]


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    with engine.begin() as connection:
        seed_offers(connection)
        seed_agents(connection, "li", "sun")
        seed_order(connection, NUMBER, items=[OrderItem("F800", 2, 138_000)])
        seed_task(connection, 1, NUMBER)
        desk = Desk(connection)
        desk.claim()
        yield desk


VALUES: dict[str, Value] = {"number": NUMBER, "name": "酷派F800", "offer": "F800", "quantity": 2, "total": 276_000}


@pytest.mark.parametrize(
    ("outcome", "state", "act", "notice"),
    [
        ("confirmed", "inProgress", "confirm", "notice.confirmed"),
        ("rejected", "cancelled", "reject", "notice.rejected"),
        ("not_ordered", "rejected", "disown", "notice.cancelled"),
        ("wrong_number", "rejected", "disown", None),
        ("no_such_number", "cancelled", "give_up", None),
    ],
)
def test_an_answer_moves_order_task_and_notice_together(
    desk: Desk, outcome: str, state: str, act: str, notice: str | None
) -> None:
    desk.decide(outcome, note="she said so")
    assert desk.row(orders).state == state
    task = desk.row(call_tasks)
    assert (task.due_at, task.done_at, task.outcome, task.agent, task.attempts) == (None, NOW + 60, outcome, None, 1)
    attempt = desk.row(call_attempts)
    assert (attempt.agent, attempt.outcome, attempt.note, attempt.attempt) == ("li", outcome, "she said so", 1)
    last = desk.rows(order_events)[-1]
    assert (last.act, last.actor, json.loads(last.data)["outcome"]) == (act, "agent:li", outcome)
    assert "she said so" not in last.data and json.loads(desk.row(order_private).data) == {"note": "she said so"}
    assert list(bad_orders(desk.connection)) == []
    assert desk.posted == ([] if notice is None else [(WANG, Prompt(notice, VALUES), "zh")])


def test_the_notice_is_in_the_language_he_chose(desk: Desk) -> None:
    seed_subscriber(desk.connection, WANG, language="en")
    desk.decide("confirmed")
    [(_, prompt, language)] = desk.posted
    assert (language, prompt.values["name"]) == ("en", "Coolpad F800")


def test_what_he_changed_is_what_the_order_now_says(desk: Desk) -> None:
    desk.decide("changed", changes={"offer": "SJK", "quantity": 3, "address": "南京路2号"})
    order = load_order(desk.connection, WANG, NUMBER)
    assert order is not None
    assert (order.items, order.address, order.state) == ((OrderItem("SJK", 3, 29_900),), "南京路2号", "inProgress")
    assert desk.row(orders).total == order.total == 89_700
    assert list(bad_orders(desk.connection)) == []
    data = desk.rows(order_events)[-1].data
    assert json.loads(data)["items"] == [["SJK", 3, 29_900]] and "南京路" not in data
    assert json.loads(desk.row(order_private).data)["address"] == "南京路2号"
    [(_, prompt, _)] = desk.posted
    assert (prompt.phrase, prompt.values["name"], prompt.values["total"]) == ("notice.changed", "数据卡", 89_700)
    assert json.loads(desk.row(call_attempts).changes)["quantity"] == 3


def test_nobody_there_is_another_try_and_the_order_waits(desk: Desk) -> None:
    desk.decide("busy")
    task = desk.row(call_tasks)
    assert (task.due_at, task.done_at, task.agent, task.attempts) == (NOW + 60 + 300, None, None, 1)
    assert desk.row(orders).state == "held"
    assert [prompt.phrase for _, prompt, _ in desk.posted] == ["notice.missed"]


def test_the_last_try_gives_the_order_up_and_tells_him(desk: Desk) -> None:
    due_at = NOW
    for _ in range(HOUSE.call_rules.tries):
        desk.claim(due_at)
        desk.decide("powered_off", at=due_at + 60)
        due_at = desk.row(call_tasks).due_at
    assert desk.row(call_tasks).due_at is None
    assert (desk.row(orders).state, desk.row(call_tasks).attempts) == ("cancelled", 6)
    assert [prompt.phrase for _, prompt, _ in desk.posted] == ["notice.missed", "notice.unreachable"]


def test_he_is_rung_when_he_asked_to_be(desk: Desk) -> None:
    desk.decide("call_later", callback_at=NOW + 7_200)
    assert (desk.row(call_tasks).due_at, desk.row(call_attempts).callback_at) == (NOW + 7_200, NOW + 7_200)


@pytest.mark.parametrize(
    ("decision", "refusal", "why"),
    [
        ({"outcome": "confirmed", "task": 2}, TaskGone, "no such task"),
        ({"outcome": "confirmed", "agent": "sun"}, NotYours, "with li"),
        ({"outcome": "confirmed", "at": NOW + LEASE}, LeaseOver, "ran out"),
        ({"outcome": "perhaps"}, BadDecision, "unknown outcome"),
        ({"outcome": "call_later"}, BadDecision, "callback_at"),
        ({"outcome": "changed"}, BadDecision, "needs changes"),
        ({"outcome": "changed", "changes": {"offer": "NOPE"}}, BadDecision, "no offer NOPE"),
    ],
)
def test_a_refused_decision_writes_nothing(
    desk: Desk, decision: dict[str, Any], refusal: type[Exception], why: str
) -> None:
    before = desk.written
    with pytest.raises(refusal, match=why):
        desk.decide(**decision)
    assert desk.written == before
    assert desk.posted == []


def test_an_offer_that_is_no_longer_sold_cannot_be_changed_to(desk: Desk) -> None:
    desk.connection.execute(update(offers).where(offers.c.code == "SJK").values(sold=False))
    with pytest.raises(BadDecision, match="no longer sold"):
        desk.decide("changed", changes={"offer": "SJK"})


def test_what_the_customer_cancelled_meanwhile_cannot_be_confirmed(desk: Desk) -> None:
    order = load_order(desk.connection, WANG, NUMBER)
    assert order is not None
    update_orders(desk.connection, IDS, [Change(order, *changed(order, Act.CANCEL, "subscriber", NOW + 30))])
    before = desk.written
    with pytest.raises(IllegalChange, match="is cancelled"):
        desk.decide("confirmed")
    assert desk.written == before
    desk.decide("no_answer")
    assert (desk.row(call_tasks).due_at, desk.row(orders).state, desk.posted) == (None, "cancelled", [])


def test_a_decision_is_recorded_once(desk: Desk) -> None:
    desk.decide("confirmed")
    with pytest.raises(NotYours, match="done already: confirmed"):
        desk.decide("confirmed")
    assert len(desk.rows(call_attempts)) == len(desk.posted) == 1


def test_a_task_without_an_order_is_only_talked_about(desk: Desk) -> None:
    desk.decide("confirmed")
    seed_task(desk.connection, 2, None)
    desk.claim(NOW + 120)
    desk.decide("confirmed", task=2, at=NOW + 180)
    assert [task.outcome for task in desk.rows(call_tasks)] == ["confirmed", "confirmed"]
    assert len(desk.posted) == 1


def test_a_try_that_would_fall_into_the_night_waits_for_the_morning_there(desk: Desk) -> None:
    """Seven hours of the day from NOW on (22:13 UTC) until ten in the morning."""
    hours = calling_hours.parse("- hours: 10:00-22:30", "hours.yaml", UTC)
    desk.house = replace(HOUSE, calling_hours=hours)
    desk.decide("no_answer")
    due = datetime.fromtimestamp(desk.row(call_tasks).due_at, UTC)
    assert (due.hour, due.minute, due.second) == (10, 0, 0)
    assert 0 < due.timestamp() - NOW < 12 * 3600


def test_who_says_when_is_rung_when_he_said(desk: Desk) -> None:
    desk.house = replace(HOUSE, calling_hours=calling_hours.parse("- hours: 10:00-11:00", "hours.yaml", UTC))
    desk.decide("call_later", callback_at=NOW + 7_200)
    assert desk.row(call_tasks).due_at == NOW + 7_200
    task = desk.row(call_tasks)
    assert not asked_for(desk.connection, WANG, task.id, NOW + 7_000)
    assert asked_for(desk.connection, WANG, task.id, NOW + 7_200)
