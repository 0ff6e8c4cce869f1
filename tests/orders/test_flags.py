import pytest

from orders import flag_rules
from orders.flags import (
    LOOKS,
    Action,
    Draft,
    Earlier,
    History,
    Profile,
    Rule,
    Rules,
    Verdict,
    flags_from_json,
    flags_to_json,
    judge,
    window,
)
from orders.order import OrderItem, OrderState
from orders.rows import Refused

NOW = 1_700_000_000.0
HOUR = 3600.0
ME = "8613800138000"
KNOWN = History(orders=5)
AT_HOME = Profile(address="No. 1, Chang'an Avenue")


def draft(quantity: int = 1, price: int = 100_00, offer: str = "F800") -> Draft:
    return Draft(ME, (OrderItem(offer, quantity, price),))


def earlier(hours_ago: float, offer: str = "TD80T", state: OrderState = OrderState.IN_PROGRESS) -> Earlier:
    return Earlier("1000000016", (offer,), NOW - hours_ago * HOUR, state, 100_00)


def rule(code: str, action: Action = Action.FLAG, priority: int = 10, **parameters: int) -> Rules:
    return (Rule(code, action, priority, parameters),)


def past(*orders: Earlier) -> History:
    return History(len(orders), orders)


CASES = [
    # rule, draft, history, profile, flagged
    (rule("first_order"), draft(), History(), AT_HOME, True),
    (rule("first_order"), draft(), KNOWN, AT_HOME, False),
    (rule("first_order"), draft(), History(0, (earlier(1, state=OrderState.CANCELLED),)), AT_HOME, True),
    (rule("high_value", fen=2000_00), draft(1, 2000_00), KNOWN, AT_HOME, True),
    (rule("high_value", fen=2000_00), draft(1, 1999_99), KNOWN, AT_HOME, False),
    (rule("high_value", fen=2000_00), draft(2, 1000_00), KNOWN, AT_HOME, True),
    (rule("quantity", pieces=3), draft(3), KNOWN, AT_HOME, True),
    (rule("quantity", pieces=3), draft(2), KNOWN, AT_HOME, False),
    (rule("repeated", hours=72), draft(offer="F800"), past(earlier(71, "F800")), AT_HOME, True),
    (rule("repeated", hours=72), draft(offer="F800"), past(earlier(73, "F800")), AT_HOME, False),
    (rule("repeated", hours=72), draft(offer="F800"), past(earlier(1, "TD80T")), AT_HOME, False),
    (rule("repeated", hours=72), draft(), past(earlier(1, "F800", OrderState.CANCELLED)), AT_HOME, False),
    (rule("velocity", orders=3, hours=24), draft(), past(earlier(1), earlier(2)), AT_HOME, True),
    (rule("velocity", orders=3, hours=24), draft(), past(earlier(1), earlier(25)), AT_HOME, False),
    (rule("velocity", orders=2, hours=24), draft(), past(earlier(1, state=OrderState.CANCELLED)), AT_HOME, True),
    (rule("blacklist"), draft(), KNOWN, Profile(blacklisted=True, address="x"), True),
    (rule("blacklist"), draft(), KNOWN, AT_HOME, False),
    (rule("no_address"), draft(), KNOWN, Profile(), True),
    (rule("no_address"), draft(), KNOWN, Profile(address="  "), True),
    (rule("no_address"), draft(), KNOWN, AT_HOME, False),
    (rule("no_address"), Draft(ME, (), address="Room 3"), KNOWN, Profile(), False),
]


@pytest.mark.parametrize(("rules", "wanted", "history", "profile", "flagged"), CASES)
def test_each_rule_on_both_sides_of_its_line(
    rules: Rules, wanted: Draft, history: History, profile: Profile, flagged: bool
) -> None:
    verdict = judge(rules, wanted, history, profile, NOW)
    assert [flag.code for flag in verdict.flags] == ([rules[0].code] if flagged else [])
    assert verdict.priority == (10 if flagged else 0)
    assert all(flag.saw for flag in verdict.flags)


def test_reasons_add_up_and_keep_the_order_of_the_rules() -> None:
    rules = rule("quantity", priority=20, pieces=2) + rule("first_order", priority=5) + rule("no_address", priority=1)
    verdict = judge(rules, draft(2), History(), AT_HOME, NOW)
    assert ([flag.code for flag in verdict.flags], verdict.priority) == (["quantity", "first_order"], 25)


def test_a_rule_that_rejects_ends_the_matter() -> None:
    rules = rule("first_order") + rule("blacklist", Action.REJECT)
    verdict = judge(rules, draft(), History(), Profile(blacklisted=True), NOW)
    assert verdict.rejected == "blacklist"
    assert [flag.code for flag in verdict.flags] == ["blacklist"]


def test_the_policy_to_ring_everybody_back_flags_what_no_rule_does() -> None:
    assert judge((), draft(), KNOWN, AT_HOME, NOW) == Verdict()
    assert [flag.code for flag in judge((), draft(), KNOWN, AT_HOME, NOW, confirm_all=True).flags] == ["policy"]


def test_what_a_rule_saw_survives_the_database() -> None:
    rules = rule("repeated", hours=72) + rule("high_value", fen=1)
    flags = judge(rules, draft(), past(earlier(1, "F800")), AT_HOME, NOW).flags
    assert flags_from_json(flags_to_json(flags)) == flags
    assert flags[0].saw["number"] == "1000000016"


def test_the_rules_that_come_with_hall_can_be_read() -> None:
    rules = flag_rules.standard()
    assert {rule.code for rule in rules} == set(LOOKS)
    assert next(rule.action for rule in rules if rule.code == "blacklist") is Action.REJECT
    assert window(rules) == 72 * HOUR


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- rule: frist_order\n", "rules:1: unknown rule frist_order"),
        ("- rule: first_order\n- rule: high_value\n  fen: lots\n", "rules:2: high_value: fen is a whole number"),
        ("- rule: quantity\n", "rules:1: quantity: pieces is a whole number from 1 upwards, not None"),
        ("- rule: quantity\n  pieces: true\n", "rules:1: quantity: pieces"),
        ("- rule: quantity\n  pieces: 3\n  hours: 2\n", "rules:1: quantity: unknown field hours"),
        ("- rule: blacklist\n  action: shoot\n", "rules:1: blacklist: action is flag or reject"),
        ("- rule: first_order\n- rule: first_order\n", "rules:2: rule first_order stands above already"),
        ("rule: first_order\n", "rules:1: expected a list"),
        ("- first_order\n", "rules:1: expected an entry"),
        ("- rule: [\n", "rules:2: this is not YAML"),
    ],
)
def test_a_bad_rule_is_refused_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(Refused) as refusal:
        flag_rules.parse(text, "rules")
    assert str(refusal.value).startswith(complaint)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        flag_rules.parse("- rule: a\n- rule: first_order\n- rule: b\n", "rules")
    assert [problem.line for problem in refusal.value.problems] == [1, 3]
