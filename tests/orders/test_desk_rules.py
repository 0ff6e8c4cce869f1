import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.changing import changes_from, with_changes
from orders.desk import (
    DAY,
    ENDINGS,
    CallRules,
    Decision,
    Outcome,
    Tried,
    decide,
    outcome_named,
)
from orders.desk_words import BadDecision
from orders.order import Act, Order, OrderItem, OrderState, may, placed

NOW = 1_700_000_000.0
RULES = CallRules()
HELD = OrderState.HELD


def missed(*hours_ago: float, outcome: str = "no_answer") -> list[Tried]:
    return [Tried(outcome, NOW - hours * 3600) for hours in hours_ago]


@pytest.mark.parametrize(
    ("outcome", "act", "notice"),
    [
        ("confirmed", "confirm", "notice.confirmed"),
        ("changed", "change", "notice.changed"),
        ("rejected", "reject", "notice.rejected"),
        ("not_ordered", "disown", "notice.cancelled"),
        ("wrong_number", "disown", None),
        ("no_such_number", "give_up", None),
    ],
)
def test_what_the_customer_said_ends_the_task(outcome: str, act: str, notice: str | None) -> None:
    decision = decide(Outcome(outcome), HELD, [], NOW, RULES)
    assert decision == Decision(Outcome(outcome), None, Act(act), notice)
    assert may(Act(act), HELD)


def test_every_outcome_either_ends_or_has_a_delay_or_asks_when() -> None:
    assert set(Outcome) == set(ENDINGS) | set(RULES.delays) | {Outcome.CALL_LATER}


@pytest.mark.parametrize(
    ("outcome", "tried", "hours"),
    [
        ("no_answer", [], 0.5),
        ("no_answer", missed(1), 3),
        ("busy", [], 5 / 60),
        ("busy", missed(0.1, outcome="busy"), 0.25),
        ("powered_off", [], 2),
        ("no_answer", missed(0.1, outcome="busy"), 0.5),  # each outcome counts its own delays
        ("no_answer", missed(3, 1), 21),  # the third in a day: 24 hours after the first
        ("no_answer", missed(30, 29, 28), 18),  # yesterday's do not count today
        ("no_answer", missed(1, 1, outcome="call_later"), 0.5),  # he was reached, and put us off
    ],
)
def test_when_nobody_was_reached_he_is_rung_again(outcome: str, tried: list[Tried], hours: float) -> None:
    decision = decide(Outcome(outcome), HELD, tried, NOW, RULES)
    assert decision.act is decision.notice is None
    assert decision.due_at == pytest.approx(NOW + hours * 3600)


def test_after_the_last_try_the_order_is_given_up_and_he_is_told() -> None:
    decision = decide(Outcome.BUSY, HELD, missed(90, 80, 60, 50, 20), NOW, RULES)
    assert decision == Decision(Outcome.BUSY, None, Act.GIVE_UP, "notice.unreachable")


def test_a_request_for_an_agent_has_no_order_to_give_up() -> None:
    assert decide(Outcome.CONFIRMED, None, [], NOW, RULES) == Decision(Outcome.CONFIRMED)
    assert decide(Outcome.BUSY, None, missed(90, 80, 60, 50, 20), NOW, RULES) == Decision(Outcome.BUSY)


@pytest.mark.parametrize("state", ["cancelled", "inProgress"])
def test_nobody_is_rung_again_about_an_order_that_was_settled_meanwhile(state: str) -> None:
    decision = decide(Outcome.NO_ANSWER, OrderState(state), [], NOW, RULES)
    assert (decision.final, decision.act, decision.notice) == (True, None, None)


def test_he_says_when_he_would_like_to_be_rung() -> None:
    assert decide(Outcome.CALL_LATER, HELD, [], NOW, RULES, NOW + 60).due_at == NOW + 60


@pytest.mark.parametrize(
    ("callback_at", "tried", "complaint"),
    [
        (None, [], "needs callback_at"),
        (NOW, [], "must lie ahead"),
        (NOW + 8 * DAY, [], "within 7 days"),
        (NOW + 60, missed(3, 2, 1, outcome="call_later"), "put us off 3 times"),
    ],
)
def test_but_not_for_ever(callback_at: float | None, tried: list[Tried], complaint: str) -> None:
    with pytest.raises(BadDecision, match=complaint):
        decide(Outcome.CALL_LATER, HELD, tried, NOW, RULES, callback_at)


@given(st.lists(st.sampled_from([Outcome.NO_ANSWER, Outcome.BUSY, Outcome.POWERED_OFF]), min_size=20, max_size=20))
def test_however_the_calls_go_they_end_and_no_day_sees_more_than_its_share(outcomes: list[Outcome]) -> None:
    now = NOW
    tried: list[Tried] = []
    for outcome in outcomes:
        decision = decide(outcome, HELD, tried, now, RULES)
        tried.append(Tried(outcome, now))
        assert sum(attempt.at > now - DAY for attempt in tried) <= RULES.tries_a_day
        if decision.due_at is None:
            break
        assert decision.due_at > now
        now = decision.due_at
    assert len(tried) == RULES.tries


def test_an_unknown_outcome_is_told_what_is_known() -> None:
    with pytest.raises(BadDecision, match=r"'maybe'.*confirmed.*call_later"):
        outcome_named("maybe")


def order(*items: OrderItem) -> Order:
    return placed(
        number="1",
        subscriber="86138",
        channel="sms",
        service="10086",
        language="zh",
        items=items,
        now=NOW,
        address="A",
        salt=b"salt",
    )[0]


@pytest.mark.parametrize(
    ("changes", "price", "item", "address"),
    [
        ({"quantity": 3}, None, OrderItem("F800", 3, 100), "A"),
        ({"address": " B "}, None, OrderItem("F800", 1, 100), "B"),
        ({"offer": "SJK"}, 50, OrderItem("SJK", 1, 50), "A"),
        ({"offer": "SJK", "quantity": 2, "address": "C"}, 50, OrderItem("SJK", 2, 50), "C"),
        ({"offer": "F800", "quantity": 2}, 120, OrderItem("F800", 2, 100), "A"),  # the price he was told stays
    ],
)
def test_what_he_changes_on_the_telephone(
    changes: dict[str, str | int], price: int | None, item: OrderItem, address: str
) -> None:
    after = with_changes(order(OrderItem("F800", 1, 100)), changes_from(changes), price)
    assert (after.items, after.address, after.total) == ((item,), address, item.price)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({}, "needs changes"),
        ({"quantity": 0}, "from 1 upwards"),
        ({"quantity": True}, "whole number"),
        ({"quantity": "2"}, "whole number"),
        ({"quantity": 100}, "99 at most"),
        ({"address": " "}, "address must be a text"),
        ({"offer": 5}, "offer must be a text"),
        ({"price": 5}, "unknown change price"),
        ({"offer": "NOPE"}, "no offer NOPE"),
    ],
)
def test_a_change_that_cannot_be_used_is_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(BadDecision, match=complaint):
        with_changes(order(OrderItem("F800", 1, 100)), changes_from(changes), None)  # type: ignore[arg-type]


def test_an_order_of_several_items_is_not_changed_by_telephone() -> None:
    with pytest.raises(BadDecision, match="one item"):
        with_changes(order(OrderItem("A", 1, 1), OrderItem("B", 1, 1)), changes_from({"quantity": 2}), None)
