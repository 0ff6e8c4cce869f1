"""Everything that anybody may do to orders, and what must be true whatever was done: for test_whole_life.

Subscribers, agents, other halls, carriers, supervisors, storekeepers and the clock each have their doings. A doing is
one transaction; what is refused is thrown away whole. What must hold is then read from the database's rows, and not
asked of the code that wrote them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, select

from dialogs.words import Prompt, Values
from orders.abnormal import NotAbnormal
from orders.catalogue import Offer
from orders.changing import BadChange
from orders.consignment import IllegalStep, NoSuchConsignment, Step, Tiding
from orders.dispatching import Carrier, Dispatching
from orders.flag_rules import standard
from orders.flags import Rules
from orders.ledger import (
    abnormal,
    changing,
    confirming,
    delivery,
    dispatch_due,
    number_holding,
    numbering,
    returning,
    stores,
)
from orders.ledger.deed import Deed, act
from orders.ledger.house import selling
from orders.ledger.imports import import_offers
from orders.ledger.number_following import NumberGone
from orders.ledger.offers import offers_sold
from orders.ledger.order_rows import load_order
from orders.ledger.placing import submit
from orders.ledger.tables import call_tasks, consignments, numbers, order_events, order_items, orders, returns, stock
from orders.ledger.verifying import bad_orders
from orders.order import FINAL, LIFE, STUCK, Act, IllegalChange, Order, OrderState
from orders.returning import CannotReturn
from orders.stock import CENTRAL, Stock
from orders.wish import Wish, WishedItem
from tests.orders.ledger.bench import NOW, Bench
from tests.orders.ledger.pool import fill

REFUSALS = (
    BadChange,
    CannotReturn,
    IllegalChange,
    IllegalStep,
    NoSuchConsignment,
    NotAbnormal,
    NumberGone,
    stores.TooFew,
)
CHOSEN = ("13800138888", "13900139999", "13700137000")
PEOPLE = ("8613800138000", "8613900139000")
GIVEN_BACK = {"rejected", "cancelled", "failed"}

PHONE = Offer("F800", "1001", {"zh": "酷派F800", "en": "Coolpad F800"}, (), 69_900, 0)
CARD = Offer("HM", "2005", {"zh": "号卡", "en": "SIM card"}, (), 5_000, 1, no_return=True)
TARIFF = Offer("TC", "3001", {"zh": "套餐", "en": "Tariff"}, (), 1_000, 2, confirm=True)
DATA = Offer("LLB", "3002", {"zh": "流量包", "en": "Data pack"}, (), 3_000, 3, ship=False)


class Life:
    def __init__(self, engine: Engine) -> None:
        self.engine, self.now, self.supplied = engine, NOW, Counter[tuple[str, str]]()
        bench = Bench(engine)
        demo = Carrier("demo", "http", {"zh": "演示快递", "en": "Demo Express"})
        self.house = replace(bench.house, second_yes=frozenset({"web"}), dispatching=Dispatching({"demo": demo}))
        with engine.begin() as connection:
            import_offers(connection, [PHONE, CARD, TARIFF, DATA])
            fill(connection, CHOSEN)
        self.supply("F800", CENTRAL, 4)
        self.supply("F800", "杭州", 3)
        self.refresh()

    # ── doing ──

    def does(self, doing: Callable[[Deed], object]) -> bool:
        """One transaction; whether it was not refused."""
        self.house.numbers.add(self._block())
        try:
            with self.engine.begin() as connection:
                doing(Deed(connection, self.house, self.now, _post))
        except REFUSALS:
            return False
        return True

    def _block(self) -> Any:
        with self.engine.begin() as connection:
            return numbering.take_block(connection)

    def refresh(self) -> None:
        with self.engine.begin() as connection:
            sold, left = offers_sold(connection, self.now), stores.left(connection)
        self.house = selling(self.house, sold, left)

    def orders(self) -> list[tuple[str, str]]:
        with self.engine.begin() as connection:
            return [
                (row.subscriber, row.number) for row in connection.execute(select(orders).order_by(orders.c.number))
            ]

    def living(self) -> list[tuple[str, str]]:
        with self.engine.begin() as connection:
            query = select(orders).where(orders.c.state.not_in(sorted(FINAL))).order_by(orders.c.number)
            return [(row.subscriber, row.number) for row in connection.execute(query)]

    def flagged(self, on: bool) -> None:
        self.house = replace(self.house, flag_rules=standard() if on else Rules())

    def places(self, who: str, channel: str, offer: str, quantity: int, chosen: str | None) -> None:
        hall = "mall" if channel == "web" else None
        wish = Wish(who, channel, "10086", (WishedItem(offer, quantity, chosen),), hall=hall, agreed=True)
        self.does(lambda deed: submit(deed, [wish]))

    def to_order(self, key: tuple[str, str], doing: Callable[[Deed, Order], object]) -> bool:
        def found(deed: Deed) -> object:
            order = load_order(deed.connection, *key)
            assert order is not None
            return doing(deed, order)

        return self.does(found)

    def acts(self, key: tuple[str, str], what: Act) -> bool:
        return self.to_order(key, lambda deed, order: act(deed, order, what, "agent:li"))

    def changes(self, key: tuple[str, str], asked: Values) -> bool:
        return self.to_order(key, lambda deed, order: changing.change_order(deed, order, asked, "hall:mall"))

    def calls_off(self, key: tuple[str, str]) -> bool:
        return self.to_order(key, lambda deed, order: changing.call_off(deed, order, "subscriber"))

    def answers(self, key: tuple[str, str], yes: bool) -> bool:
        return self.does(lambda deed: confirming.settle(deed, *key, yes))

    def returns(self, key: tuple[str, str]) -> bool:
        return self.to_order(key, lambda deed, order: returning.ask_return(deed, order, "subscriber"))

    def reports(self, key: tuple[str, str], problem: str) -> bool:
        return self.to_order(key, lambda deed, order: abnormal.report(deed, order, problem, "agent:li"))

    def looks_after(self, key: tuple[str, str], action: str) -> bool:
        return self.does(lambda deed: abnormal.do(deed, key[1], action, "agent:lead"))

    def carrier_tells(self, step: Step, which: int) -> bool:
        with self.engine.begin() as connection:
            known = list(connection.scalars(select(consignments.c.id).order_by(consignments.c.id)))
        if not known:
            return False
        told = Tiding(step, self.now, "carrier:demo")
        return self.does(lambda deed: delivery.tell(deed, known[which % len(known)], told))

    def sets_out(self, key: tuple[str, str]) -> None:
        """As far as a carrier, if nothing stands in its way."""
        self.acts(key, Act.CONFIRM)
        self.acts(key, Act.START)

    def is_sent(self, key: tuple[str, str]) -> None:
        self.sets_out(key)
        self.its_carrier_tells(key, Step.OFFER, Step.ACCEPT, Step.PICK_UP)

    def is_brought(self, key: tuple[str, str]) -> None:
        self.is_sent(key)
        self.its_carrier_tells(key, Step.DELIVER)

    def its_carrier_tells(self, key: tuple[str, str], *steps: Step) -> None:
        with self.engine.begin() as connection:
            query = select(consignments.c.id).where(consignments.c.order_number == key[1])
            parcels = list(connection.scalars(query))
        for parcel in parcels:
            for step in steps:
                told = Tiding(step, self.now, "house" if step is Step.OFFER else "carrier:demo")
                self.does(lambda deed, parcel=parcel, told=told: delivery.tell(deed, parcel, told))  # type: ignore[misc]

    def supply(self, offer: str, place: str, pieces: int) -> None:
        if self.does(lambda deed: stores.add_stock(deed.connection, offer, place, pieces, self.now)):
            self.supplied[offer, place] += pieces

    def passes(self, seconds: float) -> None:
        """Time, and with it the housekeeper on his round."""
        self.now += seconds
        self.refresh()
        with self.engine.begin() as connection:
            confirming.due(connection, self.house, self.now)
            abnormal.due(connection, self.house, self.now)
            dispatch_due.due(connection, self.house, self.now)
            number_holding.sweep(connection, self.now)

    # ── what must be true ──

    def check(self) -> None:
        with self.engine.begin() as connection:
            told = {row.number: row for row in connection.execute(select(orders))}
            items = defaultdict(list)
            for row in connection.execute(select(order_items)):
                items[row.number].append(row)
            events = _events(connection)
            _check_lives(told, events)
            _check_stores(connection, told, items, events, self.supplied)
            _check_numbers(connection, told, items)
            _check_money(connection, told, items, events)
            _check_calls(connection, told)
            _check_uncarried(told, items)
            assert list(bad_orders(connection)) == []


def _post(subscriber: str, prompt: Prompt, language: str, /, not_before: float = 0.0) -> None:
    return None


def _events(connection: Connection) -> Mapping[str, list[Any]]:
    events = defaultdict(list)
    for row in connection.execute(select(order_events).order_by(order_events.c.number, order_events.c.event)):
        events[row.number].append(row)
    return events


def _check_lives(told: Mapping[str, Any], events: Mapping[str, list[Any]]) -> None:
    for number, order in told.items():
        state: OrderState | None = None
        for event in events[number]:
            assert LIFE[Act(event.act), state] == event.state, (number, event.act, state)
            state = OrderState(event.state)
        assert order.state == state, number
        assert order.problem != STUCK or order.state not in FINAL, number


def _check_stores(
    connection: Connection,
    told: Mapping[str, Any],
    items: Mapping[str, list[Any]],
    events: Mapping[str, list[Any]],
    supplied: Counter[tuple[str, str]],
) -> None:
    reserved: Counter[tuple[str, str]] = Counter()
    gone: Counter[tuple[str, str]] = Counter()
    for number, order in told.items():
        lost = order.state == "failed" and _was_lost(events[number])
        for item in items[number]:
            if item.place is None:
                continue
            if order.state == "completed" or lost:
                gone[item.offer, item.place] += item.quantity
            elif order.state not in GIVEN_BACK:
                reserved[item.offer, item.place] += item.quantity
    kept = {(row.offer, row.place): row for row in connection.execute(select(stock))}
    for key, row in kept.items():
        assert (row.reserved, row.on_hand) == (reserved[key], supplied[key] - gone[key]), key
        assert 0 <= row.reserved <= row.on_hand
    assert reserved.keys() | gone.keys() <= kept.keys()


def _was_lost(events: list[Any]) -> bool:
    """Whether it failed while nobody could find it."""
    import json

    problem = None
    for event in events:
        if event.act == "fail":
            return problem == "lost"
        if event.act == "trouble":
            problem = json.loads(event.data)["problem"]
        elif event.act == "settle":
            problem = None
    return False


def _check_numbers(connection: Connection, told: Mapping[str, Any], items: Mapping[str, list[Any]]) -> None:
    wanted: dict[str, str] = {}
    for number, order in told.items():
        for item in items[number]:
            if item.resource and order.state not in GIVEN_BACK:
                assert item.resource not in wanted, f"{item.resource} is promised to two orders"
                wanted[item.resource] = number
    for row in connection.execute(select(numbers)):
        owner = wanted.get(row.number)
        if owner is None:
            assert row.state in ("free", "held", "cooling") and row.order_number is None, (row.number, row.state)
        else:
            sold = told[owner].state == "completed"
            assert (row.state, row.order_number) == ("sold" if sold else "ordered", owner), (row.number, row.state)


def _check_money(
    connection: Connection, told: Mapping[str, Any], items: Mapping[str, list[Any]], events: Mapping[str, list[Any]]
) -> None:
    owed = {row.number: row for row in connection.execute(select(returns))}
    for number, order in told.items():
        assert order.total == sum(item.quantity * item.unit_price for item in items[number]), number
        steps = [event.act for event in events[number] if event.act in ("take_back", "owe", "refund")]
        assert steps in ([], ["take_back"], ["owe"], ["take_back", "refund"], ["owe", "refund"]), (number, steps)
        row = owed.get(number)
        if steps:
            assert row is not None and row.state == ("refunded" if "refund" in steps else "due")
            assert 0 < row.amount <= order.total
        else:
            assert row is None or row.state in ("asked", "refused")


def _check_calls(connection: Connection, told: Mapping[str, Any]) -> None:
    ringing = Counter(
        connection.scalars(
            select(call_tasks.c.order_number).where(
                call_tasks.c.due_at.is_not(None), call_tasks.c.order_number.is_not(None)
            )
        )
    )
    for number, order in told.items():
        if order.state == "held":
            assert ringing[number] == 1, f"nobody rings about {number}"
        elif order.state != "pending":
            assert ringing[number] == 0, f"{number} is {order.state}, and is rung about"


def _check_uncarried(told: Mapping[str, Any], items: Mapping[str, list[Any]]) -> None:
    for number, order in told.items():
        if {item.offer for item in items[number]} == {DATA.code}:
            assert order.state not in ("acknowledged", "inProgress"), f"{number} waits for a carrier whom nobody sends"


__all__ = ["CENTRAL", "CHOSEN", "PEOPLE", "Life", "Stock"]
