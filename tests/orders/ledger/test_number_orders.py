"""A number goes with its order: ordered with it, free or cooling without it, and never with two."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from dialogs.words import Inbound, MessageReceived, OfferFacts, Request, Values
from orders.ledger import services
from orders.ledger.deed import Deed, act, alter
from orders.ledger.number_following import NumberGone
from orders.ledger.number_holding import Held, hold, number_named, sweep
from orders.ledger.number_reserving import ReservationState, reservation, reserve
from orders.ledger.order_rows import load_order
from orders.ledger.placing import submit
from orders.ledger.tables import numbers
from orders.lookup import Answer
from orders.numbers import DAY, HoldRules
from orders.order import Act, Change, Order, OrderItem, changed
from orders.wish import Submitted, Wish, WishedItem
from tests.orders.ledger.bench import ALICE, BOB, NOW
from tests.orders.ledger.pool import deed, fill, house

ONE, TWO, PLAIN = "13912308888", "13912308866", "13912345679"
PREPAID = {ONE: 500_000, TWO: 50_000, PLAIN: 0}
CARD = 1_000
HOUSE = replace(house(), offers={"HM": OfferFacts("HM", "3001", {"zh": "号卡", "en": "SIM card"}, CARD)})
RUNG = replace(HOUSE, confirm_all=True)


@pytest.fixture
def pool(engine: Engine) -> Engine:
    with engine.begin() as connection:
        fill(connection, PREPAID)
    return engine


def wish(number: str | None = ONE, who: str = ALICE, **more: object) -> Wish:
    return Wish(who, "sms", "10086", (WishedItem("HM", 1, number),), **more)  # type: ignore[arg-type]


def order(at: Deed, *wishes: Wish) -> list[Submitted]:
    return submit(at, wishes)


def placed(at: Deed, wanted: Wish) -> Order:
    (told,) = order(at, wanted)
    assert told.order is not None and told.refused is None, told
    return told.order


def state(at: Deed, number: str = ONE) -> tuple[str, str | None, str | None]:
    found = number_named(at.connection, number)
    assert found is not None
    return found.state.value, found.holder, found.order


def again(at: Deed, of: Order) -> Order:
    found = load_order(at.connection, of.subscriber, of.number)
    assert found is not None
    return found


def in_progress(at: Deed, of: Order) -> Order:
    before = again(at, of)
    return act(at, before, Act.CONFIRM if before.flags else Act.START, "agent:ann")


def test_an_order_has_its_number_and_costs_what_the_number_costs(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=HOUSE)
        hold(at, ONE, ALICE)
        stands = placed(at, wish())
        assert stands.items[0].resource == ONE and stands.total == CARD + PREPAID[ONE]
        assert state(at) == ("ordered", ALICE, stands.number)
        assert hold(at, ONE, BOB).result is Held.TAKEN and hold(at, ONE, ALICE).result is Held.TAKEN
        assert sweep(connection, NOW + 1000 * DAY) == 0, "an order keeps it for as long as it stands"


def test_nobody_orders_what_another_holds_or_has_ordered(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=HOUSE)
        hold(at, ONE, BOB)
        assert order(at, wish()) == [Submitted(None, "number_taken")]
        placed(at, wish(who=BOB))
        assert order(at, wish()) == [Submitted(None, "number_taken")]
        assert order(at, wish(who=BOB)) == [Submitted(None, "number_taken")]
        assert order(at, wish("13999999999")) == [Submitted(None, "number_unknown")]


def test_of_two_wishes_at_once_the_first_is_granted(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=HOUSE)
        first, second = order(at, wish(who=BOB), wish())
        assert first.order is not None and second == Submitted(None, "number_taken")
        assert state(at)[1] == BOB


def test_a_hold_that_is_over_is_still_good_if_nobody_was_quicker(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=HOUSE)
        hold(at, ONE, ALICE)
        hold(at, TWO, ALICE)
        late = deed(connection, NOW + HoldRules().browsing, HOUSE)
        hold(late, TWO, BOB)
        placed(late, wish())
        assert order(late, wish(TWO)) == [Submitted(None, "number_taken")]


@pytest.mark.parametrize("what", [Act.CANCEL, Act.REJECT, Act.DISOWN, Act.GIVE_UP])
def test_an_order_that_comes_to_nothing_gives_its_number_back(pool: Engine, what: Act) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=RUNG)
        stands = placed(at, wish())
        act(at, again(at, stands), what, "agent:ann")
        assert state(at) == ("free", None, None)
        assert hold(at, ONE, BOB).result is Held.HELD


def test_what_was_completed_is_sold_and_what_comes_back_cools_off(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=HOUSE)
        stands = in_progress(at, placed(at, wish()))
        done = act(at, again(at, stands), Act.COMPLETE, "carrier")
        assert state(at) == ("sold", ALICE, stands.number)
        after, event = changed(replace(done, state=stands.state), Act.CANCEL, "agent:ann", NOW)
        alter(at, [Change(done, after, event)])
        assert state(at) == ("cooling", None, None)
        assert hold(at, ONE, BOB).result is Held.TAKEN
        assert sweep(connection, NOW + 89 * DAY) == 0
        assert hold(deed(connection, NOW + 90 * DAY, HOUSE), ONE, BOB).result is Held.HELD


def test_orders_that_end_together_give_their_numbers_back_together(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=HOUSE)
        both = [again(at, placed(at, wish(number))) for number in (ONE, TWO)]
        alter(at, [Change(one, *changed(one, Act.CANCEL, "subscriber", NOW)) for one in both])
        assert state(at, ONE) == state(at, TWO) == ("free", None, None)


def test_a_failed_order_gives_its_number_back(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=HOUSE)
        stands = in_progress(at, placed(at, wish()))
        act(at, again(at, stands), Act.FAIL, "house")
        assert state(at) == ("free", None, None)


def test_another_number_in_the_same_order(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=RUNG)
        before = again(at, placed(at, wish()))
        item = OrderItem("HM", 1, CARD + PREPAID[TWO], TWO)
        act(at, before, Act.CHANGE, "agent:ann", wanted=replace(before, items=(item,)))
        assert state(at, ONE) == ("free", None, None) and state(at, TWO) == ("ordered", ALICE, before.number)


def test_a_change_to_a_number_that_is_gone_is_undone_whole(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=RUNG)
        stands = placed(at, wish())
        hold(at, TWO, BOB)
    with pytest.raises(NumberGone, match=TWO), pool.begin() as connection:
        at = deed(connection, of=RUNG)
        before = again(at, stands)
        wanted = replace(before, items=(OrderItem("HM", 1, 0, TWO),))
        act(at, before, Act.CHANGE, "agent:ann", wanted=wanted)
    with pool.begin() as connection:
        assert state(deed(connection), ONE) == ("ordered", ALICE, stands.number)


def test_one_person_has_so_many_numbers_and_no_more(engine: Engine) -> None:
    few = replace(HOUSE, holds=HoldRules(per_person=2))
    listed = [f"1391230000{last}" for last in range(5)]
    with engine.begin() as connection:
        fill(connection, listed)
        at = deed(connection, of=few)
        told = order(at, *(wish(number, identity="token:person-1") for number in listed[:3]))
        assert [each.refused for each in told] == [None, None, "number_limit"]
        assert order(at, wish(listed[3], BOB, identity="token:person-1")) == [Submitted(None, "number_limit")]
        assert told[0].order is not None
        act(at, again(at, told[0].order), Act.CANCEL, "subscriber")
        placed(at, wish(listed[3], BOB, identity="token:person-1"))


def test_a_blacklisted_subscriber_takes_no_number(pool: Engine) -> None:
    from orders.flag_rules import standard
    from orders.ledger.tables import subscribers

    with pool.begin() as connection:
        connection.execute(subscribers.insert().values(subscriber=ALICE, blacklisted=True, updated_at=NOW))
        at = deed(connection, of=replace(HOUSE, flag_rules=standard()))
        (told,) = order(at, wish())
        assert told.refused == "blacklist" and state(at) == ("free", None, None)


def test_a_hall_orders_what_it_reserved_and_no_other_hall_does(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=HOUSE)
        made = reserve(at, "web", NOW + 3600, numbers=[ONE])
        assert order(at, wish(hall="wap")) == [Submitted(None, "number_taken")]
        placed(at, wish(hall="web"))
        after = reservation(at, made.id)
        assert after is not None and after.state is ReservationState.ORDERED
        assert state(at)[:2] == ("ordered", ALICE)


@pytest.mark.parametrize(("price", "refused"), [(CARD + PREPAID[ONE], None), (CARD, "price")])
def test_the_price_that_was_told_has_the_prepayment_in_it(pool: Engine, price: int, refused: str | None) -> None:
    with pool.begin() as connection:
        told = order(deed(connection, of=HOUSE), Wish(ALICE, "sms", "10086", (WishedItem("HM", 1, ONE, price),)))
        assert told[0].refused == refused


def test_two_cards_do_not_have_one_number(pool: Engine) -> None:
    with pool.begin() as connection:
        told = order(deed(connection, of=HOUSE), Wish(ALICE, "sms", "10086", (WishedItem("HM", 2, ONE),)))
        assert told == [Submitted(None, "quantity")]


# ── What scripts ask ─────────────────────────────────────────────────────────────────────────────────────────────────


def ask(at: Deed, service: str, who: str = ALICE, **arguments: object) -> Answer:
    told = Inbound(at.house.ids.next(NOW), "sms", who, "10086", NOW, MessageReceived("XH"))
    given: Values = arguments  # type: ignore[assignment]
    (answered,) = services.answer(at, [services.Ask(told, Request(told.id, service, given))])
    return answered


def test_searching_holding_and_ordering_as_a_script_does(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=HOUSE)
        found = ask(at, "numbers.search", tail="8888")
        assert found == Answer(
            "found", {"numbers": [{"chosen": ONE, "prepaid": PREPAID[ONE], "grade": "A4"}], "next": ""}
        )
        held = ask(at, "numbers.hold", chosen=ONE)
        terms = {"prepaid": 500_000, "monthly": 59_800, "months": 180, "penalty": 30}
        assert held == Answer("held", {"chosen": ONE, **terms, "offer": "HM", "total": 501_000, "minutes": 15})
        assert ask(at, "numbers.hold", BOB, chosen=ONE) == Answer("taken", {"chosen": ONE})
        bought = ask(at, "orders.place", offer="HM", quantity=1, chosen=ONE, price=501_000)
        assert bought.result == "placed" and bought.values["total"] == 501_000
        late = ask(at, "orders.place", BOB, offer="HM", quantity=1, chosen=ONE, price=501_000)
        assert late == Answer("refused", {"reason": "number_taken"})


def test_pages_of_a_script(engine: Engine) -> None:
    listed = [f"139123456{last:02d}" for last in range(20)]
    with engine.begin() as connection:
        fill(connection, listed)
        at = deed(connection, of=HOUSE)
        seen: list[object] = []
        following: object = ""
        for _ in range(3):
            page = ask(at, "numbers.search", tail="", next=following)
            shown = page.values["numbers"]
            assert isinstance(shown, list)
            seen += [each["chosen"] for each in shown if isinstance(each, dict)]
            following = page.values["next"]
        assert following == "" and sorted(map(str, seen)) == listed


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        ({"tail": "777777"}, "none"),
        ({"tail": "AABB"}, "found"),
        ({"tail": "XYZ"}, "bad"),
        ({"tail": "8", "without_4": True, "least": 100_000}, "found"),
        ({"tail": "9", "least": 100_000}, "none"),
        ({"next": "nonsense"}, "found"),
    ],
)
def test_what_a_search_comes_to(pool: Engine, arguments: dict[str, object], result: str) -> None:
    with pool.begin() as connection:
        assert ask(deed(connection, of=HOUSE), "numbers.search", **arguments).result == result


def test_letting_go_and_holding_too_many(pool: Engine) -> None:
    one = replace(HOUSE, holds=HoldRules(at_once=1))
    with pool.begin() as connection:
        at = deed(connection, of=one)
        assert ask(at, "numbers.hold", chosen=ONE).result == "held"
        assert ask(at, "numbers.hold", chosen=TWO) == Answer("too_many", {"chosen": TWO, "most": 1})
        assert ask(at, "numbers.release", chosen=ONE) == Answer("released", {"chosen": ONE})
        assert ask(at, "numbers.hold", chosen=TWO).result == "held"
        assert ask(at, "numbers.hold", BOB, chosen="1") == Answer("unknown", {"chosen": "1"})


def test_without_a_card_in_the_catalogue_nothing_is_held(pool: Engine) -> None:
    with pool.begin() as connection:
        at = deed(connection, of=replace(HOUSE, offers={}))
        assert ask(at, "numbers.hold", chosen=ONE) == Answer("failed", {"reason": "not_sold"})
        assert list(connection.scalars(select(numbers.c.state).where(numbers.c.number == ONE))) == ["free"]
