"""Changes of an order in the ledger: price, store and number follow, and nothing is written of what is refused."""

from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from orders.changing import BadChange
from orders.ledger.changing import call_off, change_order
from orders.ledger.order_rows import load_order
from orders.ledger.posting import deed
from orders.ledger.tables import order_events
from orders.order import Act, IllegalChange, Order
from orders.stock import CENTRAL, Stock
from tests.orders.ledger.bench import ALICE, Bench
from tests.orders.ledger.test_stores import CARD, does, kept, stocked, wish, wishes


@pytest.fixture
def number(bench: Bench) -> str:
    stocked(bench, Stock("F800", CENTRAL, 4), Stock("F800", "杭州", 9), Stock("SJK", CENTRAL, 1))
    (told,) = wishes(bench, wish(ALICE, 2))
    assert told.order is not None
    return told.order.number


def change(bench: Bench, number: str, actor: str = "agent:li", **asked: Any) -> Order:
    def job(connection: Connection) -> Order:
        order = load_order(connection, ALICE, number)
        assert order is not None
        return change_order(deed(connection, bench.writer.house, bench.now), order, asked, actor)

    return bench.run(job)


def test_more_of_it_comes_from_the_same_store_if_it_has_them(bench: Bench, number: str, engine: Engine) -> None:
    assert change(bench, number, quantity=4).total == 4 * 69_900
    assert kept(engine)["F800", CENTRAL] == (4, 4), "his own two are free for what he changes them into"
    assert change(bench, number, quantity=6).items[0].place == "杭州"
    assert kept(engine)["F800", CENTRAL] == (4, 0) and kept(engine)["F800", "杭州"] == (9, 6)
    assert change(bench, number, quantity=1).items[0].place == "杭州"
    with pytest.raises(BadChange, match="only 9 are left"):
        change(bench, number, quantity=10)
    assert kept(engine)["F800", "杭州"] == (9, 1)


def test_something_else_costs_what_it_costs_now(bench: Bench, number: str, engine: Engine) -> None:
    after = change(bench, number, offer="SJK", quantity=1)
    assert (after.total, after.items[0].place) == (CARD.price, CENTRAL)
    assert kept(engine)["F800", CENTRAL] == (4, 0) and kept(engine)["SJK", CENTRAL] == (1, 1)
    with pytest.raises(BadChange, match="no offer NOPE"):
        change(bench, number, offer="NOPE")


def test_who_changed_it_is_an_event_and_what_is_personal_is_veiled(bench: Bench, number: str) -> None:
    change(bench, number, "hall:mall", address="文三路 2 号", recipient="王女士", identity="330***********1234")
    event = bench.rows(order_events)[-1]
    assert (event.actor, event.act, event.state) == ("hall:mall", "amend", "held")
    assert "文三路" not in event.data and "王女士" not in event.data
    order = bench.run(lambda connection: load_order(connection, ALICE, number))
    assert order is not None and (order.address, order.recipient) == ("文三路 2 号", "王女士")


def test_what_changes_nothing_is_no_event(bench: Bench, number: str) -> None:
    before = len(bench.rows(order_events))
    change(bench, number, quantity=2)
    assert len(bench.rows(order_events)) == before


def test_an_order_at_its_end_is_not_changed(bench: Bench, number: str, engine: Engine) -> None:
    does(bench, number, Act.CONFIRM, Act.COMPLETE)
    with pytest.raises(IllegalChange):
        change(bench, number, quantity=1)
    assert kept(engine)["F800", CENTRAL] == (2, 0)


def test_an_order_is_called_off_by_anybody(bench: Bench, number: str, engine: Engine) -> None:
    def job(connection: Connection) -> Order:
        order = load_order(connection, ALICE, number)
        assert order is not None
        return call_off(deed(connection, bench.writer.house, bench.now), order, "agent:li")

    assert bench.run(job).state == "cancelled"
    assert kept(engine)["F800", CENTRAL] == (4, 0)
    with pytest.raises(IllegalChange):
        bench.run(job)
