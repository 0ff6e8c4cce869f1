"""What people write, and what it is taken for."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.folding import LONGEST, fold
from dialogs.understanding import default_understander, understand
from tests.dialogs.conftest import OFFERS

F800: dict[str, Any] = {"offer": "F800"}
TWO_F800 = F800 | {"quantity": 2}

MEANT: dict[str, list[str]] = {
    "balance": [
        "YE",
        "ye",
        "CXYE",
        "ＹＥ",
        "ｙｅ。",
        " Y E ",
        "余额",
        "餘額",
        "余 额！",
        "BALANCE",
        "Balance?",
        "my balance",
        "余额多少",
        "查一下我的余额",
        "还有多少话费",
        "What is my balance please",
        "how much money do I have",
    ],
    "bill": ["ZD", "CXZD", "账单", "bill", "这个月花了多少钱", "show me my bill"],
    "numbers": ["XH", "选号", "NUMBERS", "我想选号", "I want a new number"],
    "catalogue": [
        "SP",
        "商品",
        "LIST",
        "有什么商品",
        "what can I order",
        "F800多少钱",
        "what is the price of F800",
        "F800有货吗",
    ],
    "status": ["DD", "订单", "STATUS", "where is my order", "我的订单到哪了", "has my order been shipped?"],
    "cancel": ["QX", "取消", "取消订单", "CANCEL", "cancel my order", "请取消我的订单"],
    "help": ["BZ", "帮助", "HELP", "?", "？", "??", "怎么用", "how does this work"],
    "optout": ["TD", "退订", "STOP", "stop.", "别再发广告了", "please stop sending me ads", "我要退订"],
    "agent": ["RG", "人工", "AGENT", "转人工服务", "I want to speak to someone", "给我回个电话"],
    "yes": ["Y", "y", "Ｙ", "yes!", "是", "是的", "确认", "好的", "OK", "Y👍", "Y\u200b"],
    "no": ["N", "no", "否", "不要", "算了"],
}

NAMED: list[tuple[str, str, dict[str, Any]]] = [
    ("DG F800", "order", F800),
    ("DGF800", "order", F800),
    ("dg-f800", "order", F800),
    ("ＤＧ　Ｆ８００", "order", F800),
    ("DG 1001", "order", F800),
    ("DG1001", "order", F800),
    ("F800", "order", F800),
    ("f 800", "order", F800),
    ("1001", "order", F800),
    ("酷派F800", "order", F800),
    ("酷派 f800", "order", F800),
    ("Coolpad F800", "order", F800),
    ("酷派", "order", F800),
    ("我要酷派F800", "order", F800),
    ("ORDER F800", "order", F800),
    ("订购酷派F800", "order", F800),
    ("DG F800 2", "order", TWO_F800),
    ("DG F800,2", "order", TWO_F800),
    ("DGF8002", "order", TWO_F800),
    ("DG F800*2", "order", TWO_F800),
    ("DG F800x2", "order", TWO_F800),
    ("DG 2 F800", "order", TWO_F800),
    ("DG F800 2台", "order", TWO_F800),
    ("1001 2", "order", TWO_F800),
    ("order 2 F800", "order", TWO_F800),
    ("来两台酷派F800", "order", TWO_F800),
    ("我要买2台酷派F800", "order", TWO_F800),
    ("买酷派F800 2台", "order", TWO_F800),
    ("I'd like two Coolpad F800, please", "order", TWO_F800),
    ("I want to buy 2 F800", "order", TWO_F800),
    ("buy a data card", "order", {"offer": "SJK", "quantity": 1}),
    ("给我妈要一台F800", "order", F800 | {"quantity": 1}),
    ("要俩F800", "order", TWO_F800),
    ("Id love a coolpad f800 please", "order", F800 | {"quantity": 1}),
    ("could u send me 2 F800 for my mother", "order", TWO_F800),
    ("来三个数据卡", "order", {"offer": "SJK", "quantity": 3}),
    ("TD80T", "order", {"offer": "TD80T"}),
    ("DGTD80T 10", "order", {"offer": "TD80T", "quantity": 10}),
    ("DG F800 0", "order", F800 | {"quantity": 0}),
    ("DG X900", "order", {"offer": "X900"}),
    ("DG", "order", {}),
    ("QX 1000000017", "cancel", {"number": "1000000017"}),
    ("qx1000000017", "cancel", {"number": "1000000017"}),
    ("帮我把1000000017取消掉", "cancel", {"number": "1000000017"}),
    ("qu xiao 1000000017", "cancel", {"number": "1000000017"}),
    ("刚才那个订单我不要了", "cancel", {}),
    ("取消订单1000000017", "cancel", {"number": "1000000017"}),
    ("please cancel order 1000000017", "cancel", {"number": "1000000017"}),
    ("XH888", "numbers", {"tail": "888"}),
    ("XH 888", "numbers", {"tail": "888"}),
    ("选号尾号888", "numbers", {"tail": "888"}),
    ("EN", "language", {"language": "en"}),
    ("english", "language", {"language": "en"}),
    ("ZW", "language", {"language": "zh"}),
    ("中文", "language", {"language": "zh"}),
]

NOT_MEANT = [
    "asdf",
    "今天天气不错",
    "你吃了吗",
    "12345",
    "13800138000",
    "DGXYZ",
    "DG what is this about",
    "stop it",
    "TD-LTE好用吗",
    "我不要酷派F800了",
    "我没买酷派F800",
    "我要退掉酷派F800",
    "酷派F800坏了",
    "I did not buy the F800",
    "my F800 is broken",
    "the F800 I want to return",
    "F800 or TD80T",
    "我想买F800或者数据卡",
    "don't stop sending",
    "不要退订短信",
    "",
    " ",
    "。。。",
    "***",
    "if I cancel my flight",
    "取消航班",
    "QXGPRS",
    "don’t unsubscribe me",
    "dont unsubscribe me",
    "what does unsubscribe mean",
    "退订是什么意思",
    "退订流量包",
    "谁要买F800",
    "他想要一台F800",
    "我想要F800的说明书",
    "要一个F800的充电器",
    "want F800 manual",
    "send me the F800 brochure",
    "give me info on the F800",
    "买F800送什么",
    "F800的订单是谁取消的",
    "我的订单取消了吗",
    "ta qu xiao le ding dan",
    "你把我的订单取消了",
    "was my order cancelled",
    "取消和13800138000的约会",
    "老婆我下单了",
    "你想要F800吗",
    "F800订单是你们取消的吗",
    "关闭短信提醒",
    "我要取消短信验证",
    "remove my name from the guest list",
    "take my coat off the list",
    "i want to sell my F800",
    "order",
    "XH 123456789012",
]


@pytest.mark.parametrize(("intent", "text"), [(intent, text) for intent, texts in MEANT.items() for text in texts])
def test_meant(intent: str, text: str) -> None:
    understood = understand(text, OFFERS)
    assert (understood.intent, dict(understood.slots)) == (intent, {})
    assert 0.5 < understood.confidence <= 1


@pytest.mark.parametrize(("text", "intent", "slots"), NAMED)
def test_named(text: str, intent: str, slots: dict[str, Any]) -> None:
    understood = understand(text, OFFERS)
    assert (understood.intent, dict(understood.slots)) == (intent, slots)


@pytest.mark.parametrize("text", NOT_MEANT)
def test_neither_ordered_nor_cancelled_nor_opted_out(text: str) -> None:
    understood = understand(text, OFFERS)
    assert understood.intent not in ("cancel", "optout")
    assert understood.intent != "order" or not understood.slots


def test_not_understood_is_nothing_at_all() -> None:
    assert understand("今天天气不错", OFFERS).intent == "none"
    assert understand("今天天气不错", OFFERS).confidence == 0


def test_surer_of_a_command_than_of_a_sentence() -> None:
    sureness = [understand(text, OFFERS).confidence for text in ("YE", "DG F800", "F800", "来两台酷派F800", "hm")]
    assert sureness == sorted(set(sureness), reverse=True)


def test_offers_are_those_of_the_facts_at_hand() -> None:
    assert understand("F800", OFFERS).intent == "order"
    assert understand("F800", {}).intent == "none"
    assert understand("F800", {"F800": OFFERS["F800"]}).intent == "order"


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert len(fold("余 " * 10_000)) <= LONGEST
    assert understand("啊" * 10_000 + "余额", OFFERS).intent == "none"


letters = st.text(st.characters(categories=("L", "N", "P", "Z", "S"), max_codepoint=0x9FFF), max_size=40)


@settings(max_examples=500, deadline=None)
@given(letters)
def test_no_random_text_orders_cancels_or_opts_out(text: str) -> None:
    commands = default_understander().commands
    intent = understand(text, OFFERS).intent
    assert intent in commands.intents | {"none"}
    if intent in ("order", "cancel", "optout"):
        squeezed = fold(text).replace(" ", "")
        known = [
            *commands.exact,
            *(key for key, _, _ in commands.keys),
            *(code for code in OFFERS),
            "100",
            "200",
            "酷派",
        ]
        assert any(word in squeezed for word in known)


@given(letters)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
