"""What the desk sees of parcels: a manager his own, a supervisor what is in trouble, and how people found it."""

import io

import pytest
from sqlalchemy import Engine

from orders.consignment import ConsignmentState, NoSuchConsignment, Step, Tiding
from orders.desk_parcels import Deliveries
from orders.desk_words import Role
from orders.ledger import desk_parcels, survey_export
from orders.ledger.tables import subscribers
from orders.order import OrderState
from tests.orders.ledger.bench import ALICE, NOW
from tests.orders.ledger.test_delivery import LI, SF, Post
from tests.orders.ledger.test_surveys import Asking


def seen(post: Post, agent: str, role: Role = Role.AGENT) -> Deliveries:
    with post.engine.begin() as connection:
        return desk_parcels.deliveries(connection, post.house, agent, role)


def tells(post: Post, agent: str, role: Role, number: int, step: Step) -> bool:
    with post.engine.begin() as connection:
        told = Tiding(step, post.now, f"agent:{agent}")
        return desk_parcels.step(connection, post.house, post.now, agent, role, number, told)


@pytest.fixture
def managed(engine: Engine) -> Post:
    post = Post(engine, SF, LI)
    with engine.begin() as connection:
        connection.execute(subscribers.insert().values(subscriber=ALICE, manager="li", updated_at=NOW))
    return post


def test_an_account_manager_brings_what_is_on_his_list_and_says_so(managed: Post) -> None:
    number = managed.order()
    managed.round()
    managed.round()
    (mine,) = seen(managed, "li").mine
    assert (mine.order, mine.state) == (number, ConsignmentState.OFFERED)
    assert Step.DELIVER in mine.steps
    assert Step.WRITE_OFF not in mine.steps
    assert seen(managed, "sun") == Deliveries()
    with pytest.raises(NoSuchConsignment, match="not yours"):
        tells(managed, "sun", Role.AGENT, mine.id, Step.DELIVER)
    assert tells(managed, "li", Role.AGENT, mine.id, Step.DELIVER)
    assert managed.stands(number).state is OrderState.COMPLETED
    assert seen(managed, "li").mine == ()


def test_a_supervisor_sees_what_is_in_trouble_and_may_give_it_up(engine: Engine) -> None:
    post = Post(engine, SF)
    late, lost, fine = post.order(), post.order(), post.order()
    for number in (late, lost, fine):
        post.round()
        post.tell(number, Step.ACCEPT, Step.PICK_UP)
    post.tell(lost, Step.LOSE)
    post.round(90_000.0)
    post.tell(fine, Step.MOVE)
    found = seen(post, "boss", Role.SUPERVISOR)
    assert {each.order: each.why for each in found.troubled} == {late: "late", lost: "lost"}
    assert found.standing == {"picked_up": 1, "in_transit": 1, "lost": 1}
    gone = next(each.id for each in found.troubled if each.order == lost)
    with pytest.raises(NoSuchConsignment):
        tells(post, "li", Role.AGENT, gone, Step.WRITE_OFF)
    assert tells(post, "boss", Role.SUPERVISOR, gone, Step.WRITE_OFF)
    assert post.stands(lost).state is OrderState.FAILED


def test_the_card_tells_the_way_of_each_parcel(engine: Engine) -> None:
    post = Post(engine, SF)
    number = post.order()
    post.round()
    post.tell(number, Step.PICK_UP, tracking="SF1")
    with engine.begin() as connection:
        (parcel,) = desk_parcels.of_order(connection, ALICE, number)
    assert (parcel.carrier, parcel.tracking, parcel.state) == ("sf", "SF1", "picked_up")
    assert parcel.events == ((NOW, "pick_up", "carrier:sf", ""),)


def test_scores_by_week_and_carrier(engine: Engine) -> None:
    asking = Asking(engine)
    for score in (5, 2):
        number = asking.delivered()
        asking.asks("opened", number)
        asking.asks("scored", number, score=score)
    asking.asks("commented", number, comment="太慢了")
    with engine.begin() as connection:
        found = desk_parcels.surveyed(connection, asking.house, asking.now)
    (week,) = found.weeks
    assert (found.asked, week.counts, week.mean, week.carrier["zh"]) == (2, (0, 1, 0, 0, 1), 3.5, "顺丰")
    assert week.week <= asking.now < week.week + 7 * 86_400
    assert [(each.order, each.score, each.comment) for each in found.remarks] == [(number, 2, "太慢了")]


def test_what_people_said_goes_out_without_their_numbers(engine: Engine) -> None:
    asking = Asking(engine)
    number = asking.delivered()
    asking.asks("opened", number)
    asking.asks("scored", number, score=1)
    asking.asks("commented", number, comment="=请打13800138000")
    for form, begins in (("csv", "order,carrier,"), ("jsonl", '{"order": ')):
        out = io.StringIO()
        with engine.begin() as connection:
            assert survey_export.write(connection, form, out) == 1
        assert out.getvalue().startswith(begins)
        assert f"{number}" in out.getvalue()
        assert "138" not in out.getvalue()
