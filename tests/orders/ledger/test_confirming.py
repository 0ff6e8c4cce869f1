"""The second yes: asked for by text, given, refused, too late, or never."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

from dialogs.words import Inbound, MessageReceived, Request, Values
from orders.flags import Rules
from orders.ledger import confirming, numbering, stores
from orders.ledger import offers as catalogue
from orders.ledger.deed import act
from orders.ledger.house import selling
from orders.ledger.imports import import_offers
from orders.ledger.order_rows import load_order
from orders.ledger.placing import submit
from orders.ledger.posting import deed
from orders.ledger.services import Ask
from orders.ledger.tables import call_tasks, orders, stock
from orders.lookup import Answer
from orders.order import Act, Order
from orders.stock import CENTRAL, Stock
from orders.wish import Wish, WishedItem
from tests.orders.ledger.bench import ALICE, BOB, NOW, Bench
from tests.orders.ledger.test_stores import PHONE

DAY = 86_400.0


class Hall:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        sim = replace(PHONE, code="HK", keypad="2005", no_return=True)
        fine = replace(PHONE, code="FINE", keypad="2006", confirm=True)

        def stocked(connection: Connection) -> None:
            import_offers(connection, [PHONE, sim, fine])
            stores.count_stock(connection, [Stock("F800", CENTRAL, 5)], NOW)

        bench.run(stocked)
        bench.writer.house = replace(bench.writer.house, flag_rules=Rules(), second_yes=frozenset({"web"}))
        sold, left = bench.run(lambda c: (catalogue.offers_sold(c, NOW), stores.left(c)))
        bench.writer.house = selling(bench.writer.house, sold, left)

    def places(self, who: str = ALICE, offer: str = "F800", channel: str = "web") -> Order:
        house = self.bench.writer.house
        house.numbers.add(self.bench.run(numbering.take_block))
        wish = Wish(who, channel, "", (WishedItem(offer),), hall="mall" if channel == "web" else None)
        (told,) = self.bench.run(lambda c: submit(deed(c, house, self.bench.now), [wish]))
        assert told.order is not None and told.refused is None
        return told.order

    def answers(self, yes: bool = True, number: str = "", who: str = ALICE) -> Answer:
        arguments: Values = {"yes": yes, "number": number}
        told = Inbound(1, "sms", who, "10086", NOW, MessageReceived("Y"))
        ask = Ask(told, Request(1, "orders.answer", arguments))
        (answer,) = self.bench.run(
            lambda c: confirming.answered(deed(c, self.bench.writer.house, self.bench.now), [ask])
        )
        return answer

    def round(self) -> int:
        return self.bench.run(lambda c: confirming.due(c, self.bench.writer.house, self.bench.now))

    def order(self, number: str, who: str = ALICE) -> Order:
        order = self.bench.run(lambda c: load_order(c, who, number))
        assert order is not None
        return order

    def does(self, number: str, what: Act, **also: Any) -> None:
        def job(connection: Connection) -> None:
            order = load_order(connection, ALICE, number)
            assert order is not None
            act(deed(connection, self.bench.writer.house, self.bench.now), order, what, "hall")

        self.bench.run(job)

    @property
    def reserved(self) -> int:
        return int(self.bench.run(lambda c: c.scalar(select(stock.c.reserved))))


@pytest.fixture
def hall(bench: Bench) -> Hall:
    return Hall(bench)


def test_who_orders_on_the_web_is_asked_by_text(hall: Hall) -> None:
    order = hall.places()
    assert (order.state, order.confirm_by) == ("pending", NOW + DAY)
    assert hall.bench.said() == ["zh: notice.confirm"] and hall.reserved == 1


def test_who_texts_is_not_asked_twice_unless_the_offer_wants_it(hall: Hall) -> None:
    assert hall.places(channel="sms").state == "acknowledged"
    assert hall.places(channel="sms", offer="FINE").state == "pending"


def test_a_flagged_order_is_rung_back_in_place_of_it(hall: Hall) -> None:
    from orders.flag_rules import standard

    hall.bench.writer.house = replace(hall.bench.writer.house, flag_rules=standard())
    order = hall.places()
    assert (order.state, order.confirm_by) == ("held", None) and hall.bench.said() == []


def test_a_bare_yes_confirms_the_one_that_waits(hall: Hall) -> None:
    number = hall.places().number
    assert hall.answers() == Answer("confirmed", {"number": number})
    order = hall.order(number)
    assert (order.state, order.confirm_by, hall.reserved) == ("inProgress", None, 1)
    assert hall.answers() == Answer("none"), "one yes is one"
    assert hall.answers(number=number) == Answer("refused", {"number": number, "state": "inProgress"})


def test_no_cancels_and_gives_back(hall: Hall) -> None:
    number = hall.places().number
    assert hall.answers(yes=False) == Answer("declined", {"number": number})
    assert (hall.order(number).state, hall.reserved) == ("cancelled", 0)
    assert hall.answers() == Answer("none"), "what he declined is not too late, it is over"


def test_of_several_he_is_asked_which(hall: Hall) -> None:
    first, second = hall.places(), hall.places(offer="HK")
    answer = hall.answers()
    assert answer.result == "several"
    assert {order["number"] for order in answer.values["orders"]} == {first.number, second.number}  # type: ignore
    assert hall.answers(number=second.number).result == "confirmed"
    assert hall.answers() == Answer("confirmed", {"number": first.number})


def test_the_order_of_somebody_else_is_nobodys(hall: Hall) -> None:
    number = hall.places().number
    assert hall.answers(number=number, who=BOB) == Answer("unknown", {"number": number})
    assert hall.answers(who=BOB) == Answer("none")


def test_time_runs_out_everything_goes_back_and_he_is_told(hall: Hall) -> None:
    number = hall.places().number
    hall.bench.clock.advance(DAY - 1)
    assert hall.round() == 0
    hall.bench.clock.advance(1)
    assert (hall.round(), hall.round()) == (1, 0)
    assert (hall.order(number).state, hall.reserved) == ("cancelled", 0)
    assert hall.bench.said() == ["zh: notice.confirm", "zh: notice.expired"]
    assert hall.answers() == hall.answers(number=number) == Answer("expired", {"number": number})
    hall.bench.clock.advance(8 * DAY)
    assert hall.answers() == Answer("none"), "nobody remembers"


def test_a_late_yes_is_late_before_the_housekeeper_has_been_round(hall: Hall) -> None:
    number = hall.places().number
    hall.bench.clock.advance(DAY)
    assert hall.answers() == Answer("expired", {"number": number})
    assert (hall.order(number).state, hall.reserved, hall.round()) == ("cancelled", 0, 0)


def test_what_cannot_be_given_back_is_agreed_to_with_the_yes(hall: Hall) -> None:
    number = hall.places(offer="HK").number
    assert hall.bench.said() == ["zh: notice.confirm_for_good"] and hall.order(number).waived_at is None
    hall.bench.clock.advance(60)
    hall.answers()
    assert hall.order(number).waived_at == NOW + 60


def test_an_order_that_waits_may_still_be_rung_back(hall: Hall, engine: Engine) -> None:
    number = hall.places().number
    hall.does(number, Act.HOLD)
    assert hall.order(number).confirm_by is None
    with engine.begin() as connection:
        assert [row.order_number for row in connection.execute(select(call_tasks))] == [number]
    hall.does(number, Act.ASK_CUSTOMER)
    hall.does(number, Act.HOLD)
    with engine.begin() as connection:
        assert len(connection.execute(select(call_tasks)).all()) == 1, "it kept its task"
        assert connection.scalar(select(orders.c.state)) == "held"
