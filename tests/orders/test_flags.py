from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from orders import flag_rules
from orders.flag_history import history
from orders.flags import (
    LOOKS,
    Action,
    Chosen,
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
    return Earlier("1000000016", (offer,), NOW - hours_ago * HOUR, state, 100_00, "web")


def rule(code: str, action: Action = Action.FLAG, priority: int = 10, **parameters: int) -> Rules:
    return Rules((Rule(code, action, priority, parameters),))


def of(*single: Rules, flag_at: int = 100) -> Rules:
    return Rules(tuple(rule for rules in single for rule in rules.rules), flag_at)


def weighing(weight: int, of: Rules) -> Rules:
    return Rules(tuple(replace(rule, weight=weight) for rule in of.rules))


def numbered(prepaid: int, region: str = "", address: str | None = None, wanted: int = 1) -> Draft:
    items = tuple(OrderItem("HK", 1, prepaid, f"135000000{place:02}") for place in range(wanted))
    return Draft(ME, items, address, numbers=(Chosen("AAA", prepaid, region),) * wanted)


def at(hour: int, minute: int = 0) -> float:
    return datetime(2026, 11, 22, hour, minute, tzinfo=UTC).timestamp()


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
    (rule("lucky_number", fen=500_00), numbered(500_00), KNOWN, AT_HOME, True),
    (rule("lucky_number", fen=500_00), numbered(499_99), KNOWN, AT_HOME, False),
    (rule("lucky_number", fen=1), draft(), KNOWN, AT_HOME, False),
    (rule("other_region"), numbered(0, "上海", "杭州市文三路 1 号"), KNOWN, Profile(), True),
    (rule("other_region"), numbered(0, "杭州", "杭州市文三路 1 号"), KNOWN, Profile(), False),
    (rule("other_region"), numbered(0, "", "杭州市文三路 1 号"), KNOWN, Profile(), False),
    (rule("other_region"), numbered(0, "上海"), KNOWN, Profile(), False),
    (rule("third_party"), Draft(ME, (), recipient="李四"), KNOWN, Profile(name="王五"), True),
    (rule("third_party"), Draft(ME, (), recipient="王五 "), KNOWN, Profile(name="王五"), False),
    (rule("third_party"), Draft(ME, (), recipient="李四"), KNOWN, Profile(), False),
    (rule("third_party"), Draft(ME, ()), KNOWN, Profile(name="王五"), False),
    (rule("other_hall", hours=24), draft(), past(earlier(1, "F800")), AT_HOME, True),
    (rule("other_hall", hours=24), replace(draft(), channel="web"), past(earlier(1, "F800")), AT_HOME, False),
    (rule("other_hall", hours=24), draft(), past(earlier(25, "F800")), AT_HOME, False),
    (rule("other_hall", hours=24), draft(), past(earlier(1, "TD80T")), AT_HOME, False),
    (rule("burst", orders=2, minutes=10), draft(), past(earlier(1 / 7)), AT_HOME, True),
    (rule("burst", orders=2, minutes=10), draft(), past(earlier(1 / 5)), AT_HOME, False),
    (rule("unwanted_before", times=1, days=2), draft(), past(earlier(47, state=OrderState.FAILED)), AT_HOME, True),
    (rule("unwanted_before", times=1, days=2), draft(), past(earlier(47, state=OrderState.REJECTED)), AT_HOME, True),
    (rule("unwanted_before", times=1, days=2), draft(), past(earlier(49, state=OrderState.REJECTED)), AT_HOME, False),
    (rule("unwanted_before", times=2, days=2), draft(), past(earlier(1, state=OrderState.REJECTED)), AT_HOME, False),
    (rule("unwanted_before", times=1, days=2), draft(), past(earlier(1, state=OrderState.CANCELLED)), AT_HOME, False),
    (rule("cancelled_before", times=1, days=2), draft(), past(earlier(1, state=OrderState.CANCELLED)), AT_HOME, True),
    (rule("cancelled_before", times=1, days=2), draft(), past(earlier(1)), AT_HOME, False),
    (rule("many_numbers", numbers=5), numbered(0), History(4, numbers=4), AT_HOME, True),
    (rule("many_numbers", numbers=5), numbered(0), History(3, numbers=3), AT_HOME, False),
    (rule("many_numbers", numbers=5), numbered(0, wanted=2), History(3, numbers=3), AT_HOME, True),
    (rule("many_numbers", numbers=5), draft(), History(9, numbers=9), AT_HOME, False),
    (rule("long_silent", days=365), draft(), History(1, last_at=NOW - 365 * 24 * HOUR), AT_HOME, True),
    (rule("long_silent", days=365), draft(), History(1, last_at=NOW - 364 * 24 * HOUR), AT_HOME, False),
    (rule("long_silent", days=365), draft(), History(), AT_HOME, False),
    (rule("known_customer", orders=3), draft(), History(3, completed=3), AT_HOME, True),
    (rule("known_customer", orders=3), draft(), History(9, completed=2), AT_HOME, False),
]


@pytest.mark.parametrize(
    ("begins", "ends", "hour", "minute", "flagged"),
    [
        (23, 6, 22, 59, False),
        (23, 6, 23, 0, True),
        (23, 6, 0, 0, True),
        (23, 6, 5, 59, True),
        (23, 6, 6, 0, False),
        (0, 6, 0, 0, True),
        (0, 6, 6, 0, False),
        (0, 6, 23, 59, False),
    ],
)
def test_the_night_is_that_of_the_house(begins: int, ends: int, hour: int, minute: int, flagged: bool) -> None:
    rules = rule("night", begins=begins, ends=ends)
    assert bool(judge(rules, draft(), KNOWN, AT_HOME, at(hour, minute)).flags) is flagged
    there = timezone(timedelta(hours=8))
    assert bool(judge(rules, draft(), KNOWN, AT_HOME, at(hour, minute) - 8 * HOUR, zone=there).flags) is flagged


def test_what_weighs_little_is_enough_only_with_another() -> None:
    night = weighing(60, rule("night", begins=0, ends=6))
    silent = weighing(40, rule("long_silent", days=365))
    long_ago = History(1, last_at=0.0)
    verdict = judge(of(night, silent), draft(), KNOWN, AT_HOME, at(3))
    assert (verdict.flags, verdict.priority, verdict.score, verdict.saw) == ((), 0, 60, ("night",))
    verdict = judge(of(night, silent), draft(), long_ago, AT_HOME, at(3))
    assert [(flag.code, flag.weight) for flag in verdict.flags] == [("night", 60), ("long_silent", 40)]
    assert (verdict.score, verdict.priority) == (100, 20)
    assert judge(of(night, flag_at=60), draft(), KNOWN, AT_HOME, at(3)).flags
    strong = judge(of(night, rule("no_address")), draft(), KNOWN, Profile(), at(12))
    assert [(flag.code, flag.weight) for flag in strong.flags] == [("no_address", 100)]


def test_a_known_customer_passes_whatever_else_there_is_but_no_blacklist() -> None:
    known = rule("known_customer", Action.PASS, orders=1)
    rules = of(rule("no_address"), known, rule("blacklist", Action.REJECT))
    there = History(1, completed=1)
    assert judge(rules, draft(), there, Profile(), NOW).flags == ()
    assert judge(rules, draft(), there, Profile(), NOW).saw == ("no_address", "known_customer")
    assert judge(rules, draft(), there, Profile(blacklisted=True), NOW).rejected == "blacklist"
    assert judge(rules, draft(), History(), Profile(), NOW).flags
    assert [flag.code for flag in judge(rules, draft(), there, Profile(), NOW, confirm_all=True).flags] == ["policy"]


def test_what_a_rule_saw_names_no_person() -> None:
    him = Profile(address="文三路 1 号", name="王五")
    theirs = replace(numbered(500_00, "上海", "文三路 2 号"), recipient="李四")
    rules = of(rule("lucky_number", fen=1), rule("other_region"), rule("third_party"), rule("first_order"))
    told = flags_to_json(judge(rules, theirs, History(), him, NOW).flags)
    assert not [name for name in ("文三路", "王五", "李四", "135000000", ME) if name in told]


def test_the_past_is_counted_whole_and_listed_as_far_as_rules_look() -> None:
    orders = [
        earlier(900, state=OrderState.COMPLETED),
        replace(earlier(800), numbers=2),
        replace(earlier(2, state=OrderState.CANCELLED), numbers=1),
        earlier(1, state=OrderState.REJECTED),
    ]
    told = history(orders, NOW - 3 * HOUR)
    assert (told.orders, told.completed, told.numbers, told.last_at) == (2, 1, 2, NOW - 800 * HOUR)
    assert told.recent == tuple(orders[2:])
    assert history([], 0.0) == History()


def test_the_version_is_the_content() -> None:
    text = "- rule: first_order\n"
    assert flag_rules.parse(text, "a").version == flag_rules.parse(text, "b").version
    assert flag_rules.parse(text, "a").version != flag_rules.parse(text + "# more\n", "a").version


def test_rules_may_come_from_a_table() -> None:
    rules = flag_rules.parse("rule,action,priority,pieces\nquantity,flag,5,3\n", "rules.csv")
    assert rules.rules == (Rule("quantity", Action.FLAG, 5, {"pieces": 3}),)


@pytest.mark.parametrize(("rules", "wanted", "history", "profile", "flagged"), CASES)
def test_each_rule_on_both_sides_of_its_line(
    rules: Rules, wanted: Draft, history: History, profile: Profile, flagged: bool
) -> None:
    verdict = judge(rules, wanted, history, profile, NOW)
    assert [flag.code for flag in verdict.flags] == ([rules.rules[0].code] if flagged else [])
    assert verdict.priority == (10 if flagged else 0)
    assert all(flag.saw for flag in verdict.flags)


def test_reasons_add_up_and_keep_the_order_of_the_rules() -> None:
    rules = of(rule("quantity", priority=20, pieces=2), rule("first_order", priority=5), rule("no_address", priority=1))
    verdict = judge(rules, draft(2), History(), AT_HOME, NOW)
    assert ([flag.code for flag in verdict.flags], verdict.priority) == (["quantity", "first_order"], 25)


def test_a_rule_that_rejects_ends_the_matter() -> None:
    rules = of(rule("first_order"), rule("blacklist", Action.REJECT))
    verdict = judge(rules, draft(), History(), Profile(blacklisted=True), NOW)
    assert verdict.rejected == "blacklist"
    assert [flag.code for flag in verdict.flags] == ["blacklist"]


def test_the_policy_to_ring_everybody_back_flags_what_no_rule_does() -> None:
    assert judge(Rules(), draft(), KNOWN, AT_HOME, NOW) == Verdict()
    assert [flag.code for flag in judge(Rules(), draft(), KNOWN, AT_HOME, NOW, confirm_all=True).flags] == ["policy"]


def test_what_a_rule_saw_survives_the_database() -> None:
    rules = of(rule("repeated", hours=72), rule("high_value", fen=1))
    flags = judge(rules, draft(), past(earlier(1, "F800")), AT_HOME, NOW).flags
    assert flags_from_json(flags_to_json(flags)) == flags
    assert flags[0].saw["number"] == "1000000016"


def test_the_rules_that_come_with_hall_can_be_read() -> None:
    rules = flag_rules.standard()
    told = {rule.code: rule for rule in rules.rules}
    assert set(LOOKS) - set(told) == {"cancelled_before", "known_customer"}  # for those who want them
    assert told["blacklist"].action is Action.REJECT
    assert rules.window == 365 * 24 * HOUR
    assert (rules.flag_at, rules.version) == (100, flag_rules.version_of(flag_rules.standard_text()))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- rule: frist_order\n", "rules:1: unknown rule frist_order"),
        ("- rule: first_order\n- rule: high_value\n  fen: lots\n", "rules:2: high_value: fen is a whole number"),
        ("- rule: quantity\n", "rules:1: quantity: pieces is a whole number from 1 upwards, not None"),
        ("- rule: quantity\n  pieces: true\n", "rules:1: quantity: pieces"),
        ("- rule: quantity\n  pieces: 3\n  hours: 2\n", "rules:1: quantity: unknown field hours"),
        ("- rule: blacklist\n  action: shoot\n", "rules:1: blacklist: action is pass, flag, reject, not 'shoot'"),
        ("- rule: first_order\n- rule: first_order\n", "rules:2: rule first_order stands above already"),
        ("- rule: blacklist\n  action: reject\n  weight: 5\n", "rules:1: blacklist: only what flags has a weight"),
        ("- rule: first_order\n  weight: 0\n", "rules:1: first_order: weight is a whole number from 1 upwards"),
        ("- rule: night\n  begins: 24\n  ends: 6\n", "rules:1: night: begins is an hour of the day"),
        ("- rule: first_order\n- flag_at: none\n", "rules:2: flag_at is a whole number from 1 upwards"),
        ("- flag_at: 5\n- flag_at: 6\n", "rules:2: flag_at stands above already"),
        ("- flag_at: 5\n  rule: night\n", "rules:1: unknown field rule"),
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
