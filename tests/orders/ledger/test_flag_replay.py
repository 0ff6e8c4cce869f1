"""Rules tried on the past: each order is judged as it would have been at its time, and held against what came of it."""

from datetime import UTC

import pytest
from sqlalchemy import Connection, Engine, insert

from orders import flag_rules
from orders.flag_trials import Trial
from orders.ledger.flag_replay import tried
from orders.ledger.ids import Ids
from orders.ledger.order_rows import insert_orders, update_orders
from orders.ledger.tables import subscribers
from orders.order import Act, Change, Flag, Order, OrderItem, changed, placed
from orders.order_numbers import order_number
from tests.orders.ledger.desk_seed import SALT, WANG, ZHAO

AT = 1_760_000_000.0  # 08:53 in the morning, UTC
HOUR = 3600.0
FLAGGED = (Flag("first_order", {"earlier_orders": 0}, 100),)


class Past:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.ids = Ids(0)
        self.count = 0

    def order(
        self,
        *acts: tuple[Act, str, float],
        who: str = WANG,
        at: float = AT,
        flags: tuple[Flag, ...] = (),
        quantity: int = 1,
        address: str | None = "文三路 1 号",
        refused: str | None = None,
        channel: str = "sms",
    ) -> Order:
        self.count += 1
        order, event = placed(
            number=order_number(self.count),
            subscriber=who,
            channel=channel,
            service="10086",
            language="zh",
            items=(OrderItem("F800", quantity, 138_000),),
            now=at,
            flags=flags,
            address=address,
            refused=refused,
            salt=SALT,
        )
        insert_orders(self.connection, self.ids, [Change(None, order, event)])
        for act, actor, later in acts:
            after, event = changed(order, act, actor, at + later)
            update_orders(self.connection, self.ids, [Change(order, after, event)])
            order = after
        return order


@pytest.fixture
def past(engine: Engine):  # type: ignore[no-untyped-def]
    with engine.begin() as connection:
        yield Past(connection)


def trial(past: Past, rules: str, since: float | None = None) -> Trial:
    return tried(past.connection, flag_rules.parse(rules, "rules"), UTC, since)


QUANTITY = "- rule: quantity\n  pieces: 3\n"


def test_what_would_have_been_flagged_is_held_against_what_was(past: Past) -> None:
    past.order((Act.REJECT, "agent:li", HOUR), flags=FLAGGED, quantity=3)
    past.order((Act.CONFIRM, "agent:li", HOUR), who=ZHAO, flags=FLAGGED, quantity=3)
    past.order(who="8613600136000", flags=FLAGGED)
    past.order(who="8613500135000", quantity=5)
    past.order(who="8613400134000")
    past.order(who="8613300133000", flags=(Flag("blacklist"),), refused="blacklist")
    told = trial(past, QUANTITY)
    assert (told.orders, told.would.orders, told.did.orders) == (6, 3, 3)
    assert (told.newly, told.no_longer, told.would_refuse, told.did_refuse) == (1, 1, 0, 1)
    assert (told.would.decided, told.would.unwanted, told.would.right) == (2, 1, 0.5)
    assert (told.of["quantity"].saw.orders, told.of["quantity"].alone) == (3, 3)
    assert (told.first_at, told.last_at) == (AT, AT)


def test_earlier_orders_count_as_they_stood_then(past: Past) -> None:
    """An order that was cancelled the day after was still meant an hour before."""
    past.order((Act.CANCEL, "subscriber", 24 * HOUR))
    past.order(at=AT + HOUR)
    repeated = "- rule: repeated\n  hours: 2\n"
    assert trial(past, repeated).would.orders == 1
    past.order((Act.CANCEL, "subscriber", 60.0), who=ZHAO)
    past.order(who=ZHAO, at=AT + HOUR)
    assert trial(past, repeated).would.orders == 1


def test_first_orders_are_first_in_their_time(past: Past) -> None:
    for hours in range(3):
        past.order(at=AT + hours * HOUR)
    told = trial(past, "- rule: first_order\n- rule: velocity\n  orders: 2\n  hours: 24\n")
    assert [told.of[code].saw.orders for code in ("first_order", "velocity")] == [1, 2]
    assert told.together == {}


def test_what_comes_before_is_only_the_past(past: Past) -> None:
    past.order()
    past.order(at=AT + HOUR)
    told = trial(past, "- rule: repeated\n  hours: 2\n", since=AT + 1)
    assert (told.orders, told.would.orders) == (1, 1)


def test_a_person_is_taken_as_he_is_known_today(past: Past) -> None:
    past.order(address=None)
    past.connection.execute(insert(subscribers), [{"subscriber": WANG, "updated_at": AT, "blacklisted": True}])
    told = trial(past, "- rule: no_address\n- rule: blacklist\n  action: reject\n")
    assert (told.would.orders, told.would_refuse) == (0, 1)
    plain = told.plain
    assert plain["together"] == [{"rules": ["blacklist", "no_address"], "orders": 1}]
    assert plain["by_rule"]["blacklist"]["replay"] == "by what is known today"  # type: ignore[index]


def test_many_subscribers_are_taken_in_ranges(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.ledger.verifying.RANGE", 2)
    for number in range(7):
        past.order(who=f"86138{number:08}", quantity=3)
        past.order(who=f"86138{number:08}", at=AT + HOUR)
    heard: list[tuple[int, int | None]] = []
    rules = flag_rules.parse(QUANTITY, "rules")
    told = tried(past.connection, rules, UTC, None, lambda done, of: heard.append((done, of)))
    assert (told.orders, told.would.orders) == (14, 7)
    assert heard[-1] == (14, 14) and len(heard) >= 7
