"""What nobody has to carry is started and completed by itself; what goes with something else is not sent with it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select

from dialogs.words import OfferFacts
from orders.audit import verify
from orders.catalogue import Offer
from orders.consignment import ConsignmentState, Step
from orders.flags import Rules
from orders.ledger import changing
from orders.ledger import surveys as asking
from orders.ledger.imports import import_offers
from orders.ledger.offers import offers_sold
from orders.ledger.order_rows import event_of, load_order
from orders.ledger.placing import submit
from orders.ledger.tables import order_events, surveys
from orders.order import Act, Flag, OrderItem, OrderState
from orders.surveying import SurveyRules
from orders.wish import Wish, WishedItem
from tests.orders.ledger.bench import ALICE
from tests.orders.ledger.test_delivery import DEMO, SF, Post

PHONE = Offer("F800", "1001", {"zh": "酷派F800", "en": "Coolpad F800"}, (), 69_900, 0)
DATA = Offer("LLB", "3001", {"zh": "流量包", "en": "Data pack"}, (), 3_000, 1, ship=False)
A_PHONE, A_PACK = OrderItem("F800", 1, 69_900), OrderItem("LLB", 1, 3_000)


@pytest.fixture
def opened(engine: Engine) -> Callable[..., Post]:
    def opened(*carriers: Any) -> Post:
        post = Post(engine, *carriers)
        with engine.begin() as connection:
            import_offers(connection, [PHONE, DATA])
            post.house = replace(post.house, offers=offers_sold(connection, post.now), survey=SurveyRules())
        return post

    return opened


def acts(post: Post, number: str) -> list[str]:
    query = select(order_events).where(order_events.c.number == number).order_by(order_events.c.event)
    with post.engine.begin() as connection:
        events = [event_of(row) for row in connection.execute(query)]
    assert not verify(events, post.stands(number))
    return [event.act for event in events]


@pytest.mark.parametrize("carriers", [(SF,), (DEMO,), ()])
def test_what_nobody_carries_is_done_at_once(opened: Callable[..., Post], carriers: tuple[Any, ...]) -> None:
    post = opened(*carriers)
    number = post.order(A_PACK)
    assert acts(post, number) == ["place_clear", "start", "complete"]
    assert (post.parcels(number), post.posted) == ([], [(ALICE, "notice.done")])
    (asked,) = post.bench.rows(surveys)
    assert (asked.order_number, asked.carrier) == (number, None)
    with post.engine.begin() as connection:
        assert asking.due(connection, post.house, asked.due_at, 10)
    assert post.round(1e6).shipments == []


def test_who_placed_it_is_told_how_it_stands(opened: Callable[..., Post]) -> None:
    post = opened(SF)
    post.house.numbers.add(7)
    post.house = replace(post.house, flag_rules=Rules())
    wish = Wish(ALICE, "sms", "10086", (WishedItem("LLB", 1),))
    with post.engine.begin() as connection:
        (told,) = submit(post.deed(connection), [wish])
    assert told.order is not None and told.order == post.stands(told.order.number)
    assert told.order.state is OrderState.COMPLETED


def test_a_held_one_is_done_once_it_is_confirmed_also_when_it_is_no_longer_sold(opened: Callable[..., Post]) -> None:
    post = opened(SF)
    number = post.order(A_PACK, flags=(Flag("first_order"),))
    assert acts(post, number) == ["place_flagged"]
    post.house = replace(post.house, offers={})
    post.act(number, Act.CONFIRM)
    assert acts(post, number) == ["place_flagged", "confirm", "complete"]
    assert (post.parcels(number), post.posted) == ([], [(ALICE, "notice.done")])


def test_of_both_kinds_only_what_is_to_be_carried_is_shipped(opened: Callable[..., Post]) -> None:
    post = opened(SF)
    number = post.order(A_PACK, A_PHONE)
    post.round()
    (shipment,) = post.round().shipments
    assert [piece.offer for piece in shipment.pieces] == ["F800"]
    post.tell(number, Step.ACCEPT, Step.PICK_UP, Step.DELIVER)
    assert acts(post, number) == ["place_clear", "start", "complete"]
    assert "notice.done" not in [phrase for _, phrase in post.posted]


def test_one_that_is_changed_to_what_nobody_carries_is_called_back_and_done(opened: Callable[..., Post]) -> None:
    post = opened(SF)
    number = post.order(A_PHONE)
    with post.engine.begin() as connection:
        order = load_order(connection, ALICE, number)
        assert order
        after = changing.change_order(post.deed(connection), order, {"offer": "LLB"}, "agent:li")
    assert after == post.stands(number)
    assert acts(post, number) == ["place_clear", "amend", "start", "complete"]
    assert post.parcel(number).state is ConsignmentState.RECALLED


def test_a_consignment_from_before_goes_on_as_it_was(opened: Callable[..., Post]) -> None:
    post = opened(SF)
    number = post.order(A_PHONE)
    uncarried = OfferFacts("F800", "1001", PHONE.names, 69_900, ship=False)
    post.house = replace(post.house, offers={"F800": uncarried})
    post.round()
    assert [piece.offer for piece in post.round().shipments[0].pieces] == ["F800"]
    post.tell(number, Step.ACCEPT, Step.PICK_UP, Step.DELIVER)
    assert acts(post, number) == ["place_clear", "start", "complete"]
