"""Which carrier gets what, by rules that are data."""

from collections import Counter

import pytest

from orders import dispatch_rules
from orders.consignment import ConsignmentState, Step
from orders.dispatching import Carrier, Dispatching, Rule, Sent, routes
from orders.order import OrderItem
from orders.rows import Refused

NOW = 1_800_000_000.0
CARRIERS = {
    "sf": Carrier("sf", "http"),
    "ems": Carrier("ems", "files", every=600.0),
    "li": Carrier("li", "manager", agent="li"),
}
PHONE, MODEM = (1, OrderItem("F800", 1, 69_900)), (2, OrderItem("SJK", 1, 19_900))


def house(*rules: Rule) -> Dispatching:
    return Dispatching(CARRIERS, rules) if rules else Dispatching(CARRIERS)


def sent(number: str = "1000000016", **more: str) -> Sent:
    return Sent(number, "8613800138000", **more)


def test_important_customers_have_their_manager() -> None:
    assert routes(house(), sent(manager="li"), [PHONE]) == {"li": (1,)}
    assert routes(house(), sent(manager="gone"), [PHONE]).keys() <= {"sf", "ems"}


def test_product_area_number_and_amount_decide() -> None:
    rules = (
        Rule({"ems": 1}, offers=frozenset({"SJK"})),
        Rule({"li": 1}, areas=("西湖区",), at_least=50_000),
        Rule({"ems": 1}, prefixes=("86139",)),
        Rule({"sf": 1}),
    )
    assert routes(house(*rules), sent(), [PHONE, MODEM]) == {"sf": (1,), "ems": (2,)}
    assert routes(house(*rules), sent(address="杭州市西湖区文三路"), [PHONE]) == {"li": (1,)}
    assert routes(house(*rules), Sent("1", "8613900139000"), [PHONE]) == {"ems": (1,)}


def test_shares_are_kept_and_the_same_order_always_goes_the_same_way() -> None:
    rules = house(Rule({"sf": 70, "ems": 30}))
    drawn = Counter(next(iter(routes(rules, sent(str(number)), [PHONE]))) for number in range(2_000))
    assert 1_300 < drawn["sf"] < 1_500
    assert routes(rules, sent(), [PHONE]) == routes(rules, sent(), [PHONE])


def test_who_declined_is_passed_over_until_nobody_is_left() -> None:
    rules = house(Rule({"sf": 70, "ems": 30}))
    assert routes(rules, sent(), [PHONE], ["sf"]) == {"ems": (1,)}
    assert routes(rules, sent(), [PHONE], ["sf", "ems"]) == {None: (1,)}


def test_when_something_is_due() -> None:
    assert CARRIERS["sf"].due_at(ConsignmentState.WAITING, NOW) == NOW
    assert CARRIERS["sf"].due_at(ConsignmentState.ACCEPTED, NOW) is None
    assert CARRIERS["ems"].due_at(ConsignmentState.WAITING, NOW + 1) == NOW + 600
    playing = Carrier("demo", "demonstration", plays={ConsignmentState.ACCEPTED: (5.0, Step.PICK_UP)})
    assert playing.due_at(ConsignmentState.ACCEPTED, NOW) == NOW + 5
    assert (
        Dispatching({"x": Carrier("x", "http", late={ConsignmentState.OFFERED: 60})}).late_at(
            "x", ConsignmentState.OFFERED, NOW
        )
        == NOW + 60
    )


def test_rules_are_read_from_a_file() -> None:
    text = """
- to: manager
- offers: [sjk, G3ZJ]
  areas: 西藏
  to: ems
- to: {sf: 70, ems: 30}
  at_least: 500000
"""
    rules = dispatch_rules.parse(text, "rules.yaml", CARRIERS)
    assert [rule.way for rule in rules] == ["manager", "", ""]
    assert rules[1] == Rule({"ems": 1}, offers=frozenset({"SJK", "G3ZJ"}), areas=("西藏",))
    assert rules[2].to == {"sf": 70, "ems": 30}
    assert dispatch_rules.standard() == Dispatching().rules


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("- to: dhl", "rules.yaml:1: to: there is no carrier dhl; known are sf, ems, li, manager, any"),
        ("- to: {sf: 0}", "rules.yaml:1: to: the share of sf is a whole number from 1 upwards, not 0"),
        ("- to: any\n- to: any\n  area: x", "rules.yaml:2: .*area"),
        ("- to: any\n  at_least: much", "at_least: an amount in whole fen, not 'much'"),
        ("[]", "there is no rule in this file"),
    ],
)
def test_what_is_wrong_with_rules_is_told_by_line(text: str, what: str) -> None:
    with pytest.raises(Refused, match=what):
        dispatch_rules.parse(text, "rules.yaml", CARRIERS)
