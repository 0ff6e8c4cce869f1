"""What an order holds of the stores at each step of its life; a store follows by the difference."""

import pytest

from orders.order import Act, Change, Order, OrderItem, OrderState, changed, placed
from orders.rows import Refused
from orders.stock import CENTRAL, Kept, Moved, Stock, choose, left_of, moves, parse

NOW = 1_800_000_000.0
HERE = Kept("F800", CENTRAL)


def ordered(quantity: int = 2, place: str | None = CENTRAL, flagged: bool = False) -> Change:
    from orders.order import Flag

    order, event = placed(
        number="1000000016",
        subscriber="8613800138000",
        channel="sms",
        service="10086",
        language="zh",
        items=(OrderItem("F800", quantity, 69_900, place=place),),
        now=NOW,
        flags=(Flag("first_order"),) if flagged else (),
        salt=b"0" * 16,
    )
    return Change(None, order, event)


def then(order: Order, act: Act, **also: object) -> Change:
    from dataclasses import replace

    after, event = changed(replace(order, **also), act, "hall", NOW + 1)  # type: ignore[arg-type]
    return Change(order, after, event)


@pytest.mark.parametrize(
    ("stores", "quantity", "place"),
    [
        ([], 1, None),
        ([Stock("F800", CENTRAL, 1)], 1, CENTRAL),
        ([Stock("F800", CENTRAL, 5, 4)], 2, None),
        ([Stock("F800", "hangzhou", 9), Stock("F800", CENTRAL, 2)], 2, CENTRAL),
        ([Stock("F800", "ningbo", 4), Stock("F800", "hangzhou", 9), Stock("F800", CENTRAL, 2)], 3, "hangzhou"),
        ([Stock("F800", "ningbo", 4), Stock("F800", "hangzhou", 4)], 3, "hangzhou"),
    ],
)
def test_the_central_store_goes_first_then_the_branch_that_has_most(
    stores: list[Stock], quantity: int, place: str | None
) -> None:
    assert choose(stores, quantity) == place


def test_what_is_left_is_what_one_place_has() -> None:
    stores = [Stock("F800", CENTRAL, 5, 4), Stock("F800", "hangzhou", 3), Stock("SJK", CENTRAL, 2, 2)]
    assert left_of(stores) == {"F800": 3, "SJK": 0}


def test_an_order_reserves_and_what_ends_it_gives_back_or_takes_away() -> None:
    change = ordered(flagged=True)
    assert moves([change]) == {HERE: Moved(0, 2)}
    for act in (Act.REJECT, Act.DISOWN, Act.GIVE_UP, Act.CANCEL):
        assert moves([then(change.after, act)]) == {HERE: Moved(0, -2)}
    confirmed = then(change.after, Act.CONFIRM)
    assert moves([confirmed]) == {}
    assert moves([then(confirmed.after, Act.COMPLETE)]) == {HERE: Moved(-2, -2)}
    assert moves([then(confirmed.after, Act.FAIL)]) == {HERE: Moved(0, -2)}


def test_what_was_lost_is_gone_once() -> None:
    started = then(ordered().after, Act.START)
    wrong = then(started.after, Act.TROUBLE, problem="lost")
    failed = then(wrong.after, Act.FAIL)
    assert moves([wrong]) == {} and moves([failed]) == {HERE: Moved(-2, -2)}
    assert failed.after.state is OrderState.FAILED
    assert moves([then(failed.after, Act.SETTLE, problem=None)]) == {}
    assert moves([then(failed.after, Act.OWE)]) == {}


def test_a_changed_quantity_moves_the_difference() -> None:
    order = ordered().after
    more = then(order, Act.AMEND, items=(OrderItem("F800", 5, 69_900, place=CENTRAL),))
    other = then(order, Act.AMEND, items=(OrderItem("SJK", 1, 9_900, place="hangzhou"),))
    assert moves([more]) == {HERE: Moved(0, 3)}
    assert moves([other]) == {HERE: Moved(0, -2), Kept("SJK", "hangzhou"): Moved(0, 1)}


def test_what_no_store_is_kept_of_moves_nothing() -> None:
    assert moves([ordered(place=None)]) == {}


def test_orders_of_one_batch_move_a_store_once() -> None:
    assert moves([ordered(2), ordered(3)]) == {HERE: Moved(0, 5)}


OFFERS = {"F800": None, "SJK": None}


def test_a_file_of_stores() -> None:
    text = "offer,place,on_hand\nf800,,12\nF800,杭州,3\nSJK,central,0\n"
    assert parse(text, "stock.csv", OFFERS) == [
        Stock("F800", CENTRAL, 12),
        Stock("F800", "杭州", 3),
        Stock("SJK", CENTRAL, 0),
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("- {offer: X1, on_hand: 1}\n", 1, "there is no X1"),
        ("- {offer: F800, on_hand: -1}\n", 1, "whole number"),
        ("- {offer: F800, on_hand: true}\n", 1, "whole number"),
        ("- {offer: F800}\n", 1, "whole number"),
        ("- {offer: F800, on_hand: 1, shelf: 2}\n", 1, "unknown field shelf"),
        ("- {offer: F800, on_hand: 1}\n- {offer: f800, place: central, on_hand: 2}\n", 2, "on line 1 already"),
        ("", 1, "no store"),
    ],
)
def test_a_bad_file_of_stores_is_refused_by_line(text: str, line: int, what: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(text, "stock.yaml", OFFERS)
    (problem,) = refusal.value.problems
    assert problem.line == line and what in problem.what
