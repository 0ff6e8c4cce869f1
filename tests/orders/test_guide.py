from datetime import timedelta, timezone

import pytest

from orders import guide_rules
from orders.guide import Known, Subject, Terms, about, about_nothing, guided, ordered, to_ask
from orders.order import Flag, Order, OrderItem, placed
from orders.rows import Refused

NAMES = {"F800": {"zh": "酷派F800", "en": "Coolpad F800"}, "HK": {"zh": "号卡", "en": "SIM card"}}
SHANGHAI = timezone(timedelta(hours=8))
NOW = 1_700_000_000.0  # 2023-11-15 06:13 in Shanghai
ONE_LINE = "- line: a\n  say: {{zh: {zh}, en: {en}}}\n"


def order(*flags: str, address: str | None = "长安街1号", items: tuple[OrderItem, ...] | None = None) -> Order:
    made, _ = placed(
        number="1000000016",
        subscriber="8613800138000",
        channel="sms",
        service="10086",
        language="zh",
        items=items or (OrderItem("F800", 2, 138_050),),
        now=NOW,
        flags=tuple(Flag(code, {}) for code in flags),
        address=address,
        salt=b"sixteen octets..",
    )
    return made


def subject(what: Order, name: str | None = None, terms: Terms | None = None) -> Subject:
    return about(ordered(what), Known("li", name, NAMES, terms, SHANGHAI))


def read_out(what: Order, language: str, name: str | None = None, terms: Terms | None = None) -> list[str]:
    found = guided(guide_rules.standard(), subject(what, name, terms), language)
    return [line.say[language] for line in found.lines]


def asked(what: Order, terms: Terms | None = None) -> tuple[str, ...]:
    return to_ask(guide_rules.standard(), subject(what, terms=terms))


def test_the_order_speaks_for_itself_in_the_language_of_the_customer() -> None:
    assert read_out(order(), "zh")[1:4] == [
        "我们11月15日06:13收到您的订单，订购酷派F800 2件。请问是您本人下的单吗？",
        "一共2,761元，货到付款，您看可以吗？",
        "送货地址是长安街1号，对吗？",
    ]
    assert "for 2 × Coolpad F800" in read_out(order(), "en")[1]
    assert "That is 2,761 yuan in all" in read_out(order(), "en")[2]
    assert "15 November, 06:13" in read_out(order(), "en")[1]


def test_what_the_order_does_not_have_is_not_spoken_of() -> None:
    assert asked(order(address=None)) == ("ordered", "total", "where_to")
    assert asked(order()) == ("ordered", "total", "address")
    assert any("张三" in line for line in read_out(order(), "zh", name="张三"))


def test_a_flag_has_its_own_question() -> None:
    assert "several" in asked(order("quantity"))
    assert "again" in asked(order("repeated", "quantity"))
    assert "several" not in asked(order("first_order"))


def test_the_terms_of_a_number_are_told_where_one_goes_with_the_order() -> None:
    chosen = order(items=(OrderItem("HK", 1, 50_000, "13912345678"),))
    terms = Terms(prepaid=50_000, monthly=9_800, months=24)
    assert "number_terms" in asked(chosen, terms)
    assert "number_terms" not in asked(chosen), "nobody knows them any more"
    assert any(
        "13912345678，预存500元，每月最低消费98元，期限24个月" in line for line in read_out(chosen, "zh", terms=terms)
    )


def test_who_asked_to_be_rung_is_asked_what_he_wants() -> None:
    nothing = about_nothing(Known("li"), ["asked"])
    assert [line.name for line in guided(guide_rules.standard(), nothing, "zh").lines] == ["called_back"]
    assert to_ask(guide_rules.standard(), nothing) == ()


def test_cents_are_said_where_there_are_any() -> None:
    assert "一共1,380.50元" in read_out(order(items=(OrderItem("F800", 1, 138_050),)), "zh")[2]


def test_the_version_of_a_guide_is_its_text() -> None:
    one, other = (guide_rules.parse(ONE_LINE.format(zh="好", en=en), "a.yaml") for en in ("Good", "Fine"))
    assert one.version != other.version


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("- line: A b\n  say: {zh: 好, en: Good}\n", "g.yaml:1: line: 'A b' is no name"),
        ("- line: a\n", "g.yaml:1: a: say is a text for each of zh, en"),
        ("- line: a\n  say: {zh: 好}\n", "say is missing in en"),
        ("- line: a\n  say: {zh: 好, en: Good, fr: Bien}\n", "and in no fr"),
        ("- line: a\n  say: {zh: 好, en: '{price}'}\n", "unknown {price}; known are {agent}"),
        ("- line: a\n  say: {zh: 好, en: '{total:>9}'}\n", "unknown {total}"),
        ("- line: a\n  say: {zh: 好, en: 'a {'}\n", "a brace that is meant is written twice"),
        ("- line: a\n  flags: [hihg_value]\n  say: {zh: 好, en: Good}\n", "flags: unknown hihg_value"),
        ("- line: a\n  with: [money]\n  say: {zh: 好, en: Good}\n", "with: unknown money"),
        ("- line: a\n  when: never\n  say: {zh: 好, en: Good}\n", "when is order or callback"),
        (
            "- line: a\n  when: callback\n  say: {zh: '{total}', en: Good}\n",
            "unknown {total}; known are {agent}, {name}",
        ),
        ("- line: a\n  tick: yes\n  say: {zh: 好, en: Good}\n", "unknown field tick"),
        (
            "- line: a\n  say: {zh: 好, en: Good}\n- line: a\n  say: {zh: 好, en: Good}\n",
            "g.yaml:3: line a stands above",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        guide_rules.parse(text, "g.yaml")
    assert wrong in str(refused.value)


def test_braces_and_values_stay_what_they_are() -> None:
    guide = guide_rules.parse(ONE_LINE.format(zh='"{{items}} {{{{x}}}}"'.replace("{{items}}", "{items}"), en="ok"), "g")
    odd = subject(order(items=(OrderItem("{total}", 1, 1),)))
    assert guided(guide, odd, "zh").lines[0].say["zh"].startswith("{total}")
