"""From an order that is clear to its delivery, on a ledger: which rows, which acts, which notices."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import Connection, Engine, select

from dialogs.words import Prompt
from orders.audit import verify
from orders.consignment import Consignment, ConsignmentState, IllegalStep, NoSuchConsignment, Step, Tiding
from orders.dispatching import Carrier, Dispatching, Rule
from orders.ledger import consigning, delivery, dispatch_due, parcels, schema
from orders.ledger import consignment_rows as rows
from orders.ledger.deed import Deed, act, place
from orders.ledger.engine import open_engine
from orders.ledger.order_rows import event_of, load_order
from orders.ledger.tables import consignment_events, consignments, order_events, outbound, subscribers
from orders.lookup import Answer
from orders.order import Act, Change, Flag, Order, OrderItem, OrderState, placed
from orders.order_numbers import order_number
from tests.orders.ledger.bench import ALICE, NOW, Bench

S = ConsignmentState
DEMO = Carrier(
    "demo",
    "demonstration",
    {"zh": "演示快递", "en": "Demo Express"},
    plays={
        S.WAITING: (2.0, Step.ACCEPT),
        S.ACCEPTED: (3.0, Step.PICK_UP),
        S.PICKED_UP: (4.0, Step.MOVE),
        S.IN_TRANSIT: (5.0, Step.DELIVER),
        S.RECALLING: (1.0, Step.GRANT),
        S.COMING_BACK: (1.0, Step.RETURN),
    },
)
SF = Carrier("sf", "http", {"zh": "顺丰", "en": "SF"})
EMS = Carrier("ems", "http", {"zh": "邮政", "en": "EMS"})
LI = Carrier("li", "manager", agent="li", phone="8613700137000")


class Post:
    """A ledger with one order after another, and a clock that the test moves."""

    def __init__(self, engine: Engine, *carriers: Carrier, rules: tuple[Rule, ...] = ()) -> None:
        self.bench = Bench(engine)
        known = {carrier.name: carrier for carrier in carriers}
        dispatching = Dispatching(known, rules) if rules else Dispatching(known)
        self.house = replace(self.bench.house, dispatching=dispatching)
        self.engine, self.now, self.posted = engine, NOW, list[tuple[str, str]]()
        self.numbers = count(1)

    def deed(self, connection: Connection) -> Deed:
        return Deed(connection, self.house, self.now, self._post)

    def _post(self, who: str, prompt: Prompt, language: str) -> None:
        self.posted.append((who, prompt.phrase))

    def order(self, *items: OrderItem, flags: tuple[Flag, ...] = ()) -> str:
        order, event = placed(
            number=order_number(next(self.numbers)),
            subscriber=ALICE,
            channel="sms",
            service="10086",
            language="zh",
            items=items or (OrderItem("F800", 1, 69_900),),
            now=self.now,
            flags=flags,
            salt=b"salt",
        )
        with self.engine.begin() as connection:
            place(self.deed(connection), [Change(None, order, event)])
        return order.number

    def act(self, number: str, what: Act) -> None:
        with self.engine.begin() as connection:
            order = load_order(connection, ALICE, number)
            assert order
            act(self.deed(connection), order, what, "test")

    def round(self, after: float = 0.0) -> dispatch_due.Round:
        self.now += after
        with self.engine.begin() as connection:
            return dispatch_due.due(connection, self.house, self.now)

    def tell(self, number: str, *steps: Step, **more: str) -> bool:
        heard = False
        parcel = self.parcel(number).id
        for step in steps:
            with self.engine.begin() as connection:
                heard = delivery.tell(self.deed(connection), parcel, Tiding(step, self.now, "carrier:sf", **more))
        return heard

    def parcels(self, number: str) -> list[Consignment]:
        with self.engine.begin() as connection:
            return rows.of_order(connection, ALICE, number)

    def parcel(self, number: str) -> Consignment:
        (only,) = self.parcels(number)
        return only

    def stands(self, number: str) -> Order:
        with self.engine.begin() as connection:
            order = load_order(connection, ALICE, number)
        assert order
        return order

    def texts(self) -> list[str]:
        return [row.phrase for row in self.bench.rows(outbound)]


@pytest.fixture
def sf(engine: Engine) -> Post:
    return Post(engine, SF)


def test_an_order_nothing_stands_in_the_way_of_is_delivered_by_itself(engine: Engine) -> None:
    post = Post(engine, DEMO)
    number = post.order()
    assert post.parcel(number).carrier is None
    post.round()
    assert (post.parcel(number).carrier, post.stands(number).state) == ("demo", OrderState.ACKNOWLEDGED)
    assert post.round(1.0).taken == []
    assert post.round(1.0).taken == [("demo", "accept")]
    assert post.stands(number).state is OrderState.IN_PROGRESS
    assert post.round(3.0).taken == [("demo", "pick_up")]
    assert post.round(4.0).taken == [("demo", "move")]
    assert post.round(5.0).taken == [("demo", "deliver")]
    assert post.stands(number).state is OrderState.COMPLETED
    assert (post.parcel(number).signed_by, post.parcel(number).due_at) == ("本人", None)
    assert post.texts() == ["notice.dispatched", "notice.delivered"]
    assert [row.step for row in post.bench.rows(consignment_events)] == ["accept", "pick_up", "move", "deliver"]
    assert post.round(1e6).taken == []


def test_the_chain_of_a_delivered_order_is_whole(sf: Post) -> None:
    number = sf.order()
    sf.round()
    sf.tell(number, Step.ACCEPT, Step.PICK_UP, Step.DELIVER)
    with sf.engine.begin() as connection:
        events = [event_of(row) for row in connection.execute(select(order_events).order_by(order_events.c.event))]
    assert [event.act for event in events] == ["place_clear", "start", "complete"]
    assert not verify(events, sf.stands(number))


def test_a_held_order_is_dispatched_once_it_is_confirmed(sf: Post) -> None:
    number = sf.order(flags=(Flag("first_order"),))
    assert sf.parcels(number) == []
    sf.act(number, Act.CONFIRM)
    assert len(sf.round().shipments) == 0  # the rules are asked
    (shipment,) = sf.round().shipments
    assert (shipment.consignment.order, shipment.pieces[0].offer, shipment.phone) == (number, "F800", ALICE)
    assert sf.round().shipments == []  # it is this node's
    assert len(sf.round(sf.house.lease).shipments) == 1  # and would be another's


def test_an_order_that_is_held_again_rests_and_goes_on(sf: Post) -> None:
    number = sf.order()
    sf.round()
    sf.act(number, Act.HOLD)
    assert sf.round(10.0).shipments == []
    sf.act(number, Act.CONFIRM)
    assert len(sf.round().shipments) == 1
    assert len(sf.parcels(number)) == 1


def test_an_order_cancelled_before_anybody_heard_of_it_stays_here(sf: Post) -> None:
    number = sf.order()
    sf.act(number, Act.CANCEL)
    assert sf.parcel(number).state is S.RECALLED
    assert sf.round(1.0).shipments == []


def test_an_order_cancelled_before_it_left_is_called_back(sf: Post) -> None:
    number = sf.order()
    sf.round()
    sf.tell(number, Step.OFFER, Step.ACCEPT)
    sf.act(number, Act.CANCEL)
    assert sf.parcel(number).state is S.RECALLING
    assert [each.consignment.state for each in sf.round().shipments] == [S.RECALLING]
    sf.tell(number, Step.GRANT)
    assert sf.parcel(number).state is S.RECALLED
    assert sf.stands(number).problem is None


def test_one_that_leaves_although_it_was_cancelled_is_somebodys_business(sf: Post) -> None:
    number = sf.order()
    sf.round()
    sf.tell(number, Step.ACCEPT)
    sf.act(number, Act.CANCEL)
    sf.tell(number, Step.KEEP)
    assert (sf.stands(number).state, sf.stands(number).problem) == (OrderState.CANCELLED, "sent_though_cancelled")


@pytest.mark.parametrize(
    ("answers", "state", "notices"),
    [
        ([Step.GRANT], OrderState.PENDING_CANCELLATION, ["notice.cancel_granted"]),
        ([Step.GRANT, Step.RETURN], OrderState.CANCELLED, ["notice.cancel_granted"]),
        ([Step.KEEP], OrderState.IN_PROGRESS, ["notice.cancel_refused"]),
        ([Step.DELIVER], OrderState.COMPLETED, ["notice.delivered"]),
    ],
)
def test_the_carrier_decides_whether_what_has_left_can_be_cancelled(
    sf: Post, answers: list[Step], state: OrderState, notices: list[str]
) -> None:
    number = sf.order()
    sf.round()
    sf.tell(number, Step.ACCEPT, Step.PICK_UP)
    with sf.engine.begin() as connection:
        assert consigning.left_the_house(connection, ALICE, number)
    sf.act(number, Act.ASK_CANCEL)
    assert [each.consignment.state for each in sf.round().shipments] == [S.RECALLING]
    sf.posted.clear()
    sf.tell(number, *answers)
    assert sf.stands(number).state is state
    assert [phrase for _, phrase in sf.posted] == notices


def test_cancelling_may_be_asked_although_nothing_has_left(sf: Post) -> None:
    number = sf.order(flags=(Flag("first_order"),))
    sf.act(number, Act.CONFIRM)
    sf.act(number, Act.ASK_CANCEL)
    sf.round()
    assert sf.stands(number).state is OrderState.CANCELLED


def test_who_declines_is_followed_by_another_and_then_by_nobody(engine: Engine) -> None:
    post = Post(engine, SF, EMS)
    number = post.order()
    post.round()
    first = post.parcel(number).carrier
    assert post.tell(number, Step.DECLINE)
    post.round()
    second = post.parcel(number).carrier
    assert {first, second} == {"sf", "ems"}
    post.tell(number, Step.DECLINE)
    post.round()
    assert (post.parcel(number).carrier, post.stands(number).problem) == (None, "no_carrier")
    assert post.round(10.0).shipments == []


def test_several_products_may_go_several_ways_and_the_order_is_done_with_the_last(engine: Engine) -> None:
    post = Post(engine, SF, EMS, rules=(Rule({"ems": 1}, offers=frozenset({"SJK"})), Rule({"sf": 1})))
    number = post.order(OrderItem("F800", 1, 69_900), OrderItem("SJK", 2, 19_900))
    post.round()
    phone, modem = sorted(post.parcels(number), key=lambda each: each.items)
    assert [(each.carrier, each.items) for each in (phone, modem)] == [("sf", (1,)), ("ems", (2,))]
    with engine.begin() as connection:
        delivery.tell(post.deed(connection), phone.id, Tiding(Step.PICK_UP, NOW, "carrier:sf"))
    for parcel, state in ((phone, OrderState.IN_PROGRESS), (modem, OrderState.COMPLETED)):
        with engine.begin() as connection:
            delivery.tell(post.deed(connection), parcel.id, Tiding(Step.OFFER, NOW, "house"))
            delivery.tell(post.deed(connection), parcel.id, Tiding(Step.DELIVER, NOW, "carrier"))
        assert post.stands(number).state is state


def test_the_account_manager_is_written_to_and_has_it_on_his_list(engine: Engine) -> None:
    post = Post(engine, SF, LI)
    with engine.begin() as connection:
        connection.execute(subscribers.insert().values(subscriber=ALICE, manager="li", updated_at=NOW))
    number = post.order()
    post.round()
    assert post.round().taken == [("li", "offer")]
    assert (post.parcel(number).carrier, post.parcel(number).state) == ("li", S.OFFERED)
    assert [(row.subscriber, row.phrase) for row in post.bench.rows(outbound)] == [
        ("8613700137000", "notice.manager_bring")
    ]
    assert post.round(10.0).taken == []


def test_one_that_is_not_heard_of_is_late_until_it_is(sf: Post) -> None:
    number = sf.order()
    sf.round()
    sf.tell(number, Step.ACCEPT, Step.PICK_UP)
    assert sf.round(86_399.0).late == 0
    assert sf.round(1.0).late == 1
    assert sf.stands(number).problem == "late"
    assert sf.round(1.0).late == 0
    sf.tell(number, Step.MOVE)
    assert sf.stands(number).problem is None


def test_a_lost_one_is_trouble_and_given_up_by_a_supervisor(sf: Post) -> None:
    number = sf.order()
    sf.round()
    sf.tell(number, Step.PICK_UP, Step.LOSE)
    assert (sf.stands(number).state, sf.stands(number).problem) == (OrderState.IN_PROGRESS, "lost")
    sf.tell(number, Step.WRITE_OFF)
    assert (sf.stands(number).state, sf.stands(number).problem) == (OrderState.FAILED, "lost")


def test_another_is_sent_in_place_of_a_lost_one_and_the_order_is_whole(sf: Post) -> None:
    number = sf.order()
    sf.round()
    sf.tell(number, Step.PICK_UP, Step.LOSE)
    with sf.engine.begin() as connection:
        order = load_order(connection, ALICE, number)
        assert order
        consigning.try_again(connection, sf.house, sf.now, order)
    sf.round()
    lost, another = sf.parcels(number)
    assert (lost.state, another.state, another.carrier) == (S.WRITTEN_OFF, S.WAITING, "sf")
    for step in (Step.PICK_UP, Step.DELIVER):
        with sf.engine.begin() as connection:
            delivery.tell(sf.deed(connection), another.id, Tiding(step, sf.now, "carrier:sf"))
    assert (sf.stands(number).state, sf.stands(number).problem) == (OrderState.COMPLETED, None)


def test_what_is_told_twice_is_told_once(sf: Post) -> None:
    number = sf.order()
    sf.round()
    assert sf.tell(number, Step.PICK_UP)
    assert not sf.tell(number, Step.PICK_UP)
    assert [phrase for _, phrase in sf.posted] == ["notice.dispatched_untracked"]


def test_what_cannot_be_is_refused_and_changes_nothing(sf: Post) -> None:
    number = sf.order()
    sf.round()
    with pytest.raises(IllegalStep):
        sf.tell(number, Step.RETURN)
    with sf.engine.begin() as connection, pytest.raises(NoSuchConsignment):
        delivery.tell(sf.deed(connection), 7, Tiding(Step.ACCEPT, NOW, "carrier:sf"))
    told, mine = Tiding(Step.ACCEPT, NOW, "carrier:ems"), sf.parcel(number).id
    with sf.engine.begin() as connection, pytest.raises(NoSuchConsignment, match="not with ems"):
        delivery.tell(sf.deed(connection), mine, told, "ems")


def test_a_carrier_who_cannot_be_reached_is_tried_again_later_and_later(sf: Post) -> None:
    number = sf.order()
    sf.round()
    for pause in (5.0, 30.0, 120.0, 600.0, 600.0):
        (shipment,) = sf.round().shipments
        with sf.engine.begin() as connection:
            dispatch_due.put_off(connection, sf.house, sf.now, shipment.consignment.id)
        assert sf.round(pause - 1).shipments == []
        sf.now += 1
    (shipment,) = sf.round().shipments
    with sf.engine.begin() as connection:
        steps = [Tiding(Step.OFFER, sf.now, "house")]
        dispatch_due.heard_back(connection, sf.house, sf.now, shipment.consignment.id, steps)
    assert (sf.parcel(number).state, sf.parcel(number).due_at, sf.parcel(number).attempts) == (S.OFFERED, None, 0)


def test_the_subscriber_is_told_where_his_parcel_is(sf: Post) -> None:
    number = sf.order()

    def listed() -> Answer:
        with sf.engine.begin() as connection:
            return parcels.listed(sf.deed(connection), [ALICE])[0]

    sf.round()
    assert listed().result == "none"  # a carrier has not got it yet
    sf.tell(number, Step.PICK_UP, tracking="SF1001")
    assert listed().values["parcels"] == [
        {"number": number, "by": {"zh": "顺丰SF1001", "en": "SF SF1001"}, "state": "picked_up", "at": NOW}
    ]
    sf.tell(number, Step.DELIVER)
    assert listed().result == "none"


@pytest.mark.peers
def test_two_nodes_never_have_one_consignment_in_hand(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    schema.upgrade(engine)
    post = Post(engine, SF)
    numbers = [post.order() for _ in range(40)]
    post.round()
    with ThreadPoolExecutor(2) as nodes:
        rounds = [nodes.submit(post.round) for _ in range(6)]
        had = [shipment.consignment.order for each in rounds for shipment in each.result().shipments]
    assert sorted(had) == sorted(numbers)
    engine.dispose()


def test_a_house_without_carriers_has_no_consignments(engine: Engine) -> None:
    post = Post(engine)
    number = post.order()
    post.act(number, Act.CANCEL)
    assert post.bench.rows(consignments) == []
