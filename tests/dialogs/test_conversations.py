"""Conversations as tables: what comes in, and what must be in the one text message that goes out."""

from collections.abc import Callable

import pytest

from dialogs.conversation import Conversation
from dialogs.words import EndSession, HandOver, Remember, Request

Steps = list[tuple[str, tuple[str, ...]]]

CHINESE: dict[str, Steps] = {
    "balance": [("YE", ("18.88元",)), ("余额", ("18.88元",)), ("cxye。", ("18.88元",)), ("ＹＥ", ("18.88元",))],
    "bill": [("ZD", ("2026年11月", "28.88元", "月租 18.88元", "SMS 10.00元"))],
    "order": [
        ("DG F800", ("酷派F800", "数量1", "999.00元", "回复Y")),
        ("Y", ("订单号1000000025", "酷派F800", "999.00元")),
        ("Y", ("没有需要确认",)),
    ],
    "order of several, run together and in full width": [
        ("ＤＧ　Ｆ８００　２", ("数量2", "1998.00元")),
        ("确认", ("订单号", "1998.00元")),
    ],
    "order declined": [("DGF800", ("回复Y",)), ("否", ("没有订购",)), ("Y", ("没有需要确认",))],
    "order by keypad code": [("1002 3", ("联想TD80t", "数量3", "3840.00元"))],
    "order in free words": [("来两台酷派F800", ("酷派F800", "数量2", "回复Y"))],
    "order without saying of what": [("DG", ("1 酷派F800 999.00元", "5 关爱通"))],
    "order of what is not sold": [
        ("DG X900", ("没有X900", "1 酷派F800")),
        ("4", ("数据卡", "199.00元", "回复Y")),
        ("Y", ("订单号",)),
    ],
    "order of too many": [
        ("DG F800 100", ("1至99",)),
        ("0", ("已退出",)),
        ("F800 100", ("1至99",)),
        ("3", ("2997.00",)),
    ],
    "an order is changed before it is confirmed": [
        ("DG F800", ("数量1",)),
        ("DG F800 2", ("数量2", "1998.00元")),
        ("是", ("订单号", "1998.00元")),
    ],
    "catalogue": [("SP", ("3 G3座机 399.00元 (G3ZJ)",)), ("3", ("G3座机", "回复Y")), ("是的", ("订单号",))],
    "status": [("DD", ("1000000017 酷派F800×2 待客服确认", "1000000009 GONE×2"))],
    "cancel from the list": [
        ("QX", ("1 1000000017 酷派F800×2", "2 1000000009")),
        ("2", ("取消订单1000000009", "回复Y")),
        ("Y", ("1000000009已取消",)),
    ],
    "cancel by number": [("QX 1000000017", ("取消订单1000000017",)), ("N", ("没有取消",))],
    "cancelling is not what 取消 means to a question": [("DG F800", ("回复Y",)), ("取消", ("没有订购",))],
    "opt out, twice": [("TD", ("已退订",)), ("退订", ("已退订",))],
    "agent": [("人工", ("致电",))],
    "help": [("BZ", ("YE", "DG")), ("？", ("YE", "DG"))],
    "language": [("EN", ("English",)), ("YE", ("18.88 yuan",)), ("中文", ("中文",)), ("YE", ("18.88元",))],
    "start": [("#", ("1 余额", "2 选号", "3 订购", "4 我的订单")), ("1", ("18.88元",))],
    "start from anywhere": [("DG F800", ("回复Y",)), ("00", ("1 余额",)), ("3", ("1 酷派F800",)), ("1", ("回复Y",))],
    "back": [
        ("#", ("1 余额",)),
        ("3", ("1 酷派F800",)),
        ("2", ("联想TD80t", "回复Y")),
        ("0", ("1 酷派F800",)),
        ("1", ("酷派F800", "回复Y")),
        ("0", ("1 酷派F800",)),
        ("0", ("1 余额",)),
        ("0", ("已退出",)),
        ("嗯嗯", ("没有听懂",)),
        ("1", ("1 余额",)),
    ],
    "a command in a question, and back to the question": [
        ("DG F800", ("酷派F800", "回复Y")),
        ("SP", ("1 酷派F800",)),
        ("0", ("酷派F800", "回复Y")),
        ("Y", ("订单号",)),
    ],
    "not understood, so often and then no more": [
        ("DG F800", ("回复Y",)),
        ("今天天气不错", ("没有听懂", "酷派F800", "回复Y")),
        ("啊", ("没有听懂", "回复Y")),
        ("啊啊", ("已结束", "BZ")),
        ("Y", ("没有需要确认",)),
    ],
    "an answer after something not understood": [("DG F800", ("回复Y",)), ("嗯？", ("没有听懂",)), ("Y", ("订单号",))],
    "nothing going on": [("Y", ("没有需要确认", "DG")), ("N", ("没有需要确认",)), ("今天天气不错", ("没有听懂", "BZ"))],
}

ENGLISH: dict[str, Steps] = {
    "balance": [("balance", ("18.88 yuan",)), ("what is my balance?", ("18.88 yuan",))],
    "bill": [("BILL", ("November 2026", "28.88 yuan", "Rent 18.88 yuan"))],
    "order": [
        ("dg f800", ("Coolpad F800", "999.00 yuan", "reply Y")),
        ("yes", ("order number 1000000025", "999.00 yuan")),
    ],
    "order in free words": [("I'd like two Coolpad F800", ("quantity 2", "1998.00 yuan", "reply Y"))],
    "order declined": [("order F800 2", ("quantity 2", "reply Y")), ("no", ("nothing was ordered",))],
    "where is my order": [("Where is my order?", ("1000000017", "waiting for our call"))],
    "cancel": [("cancel my order", ("1 1000000017",)), ("1", ("Cancel order", "reply Y")), ("y", ("is cancelled",))],
    "start": [("#", ("1 Balance", "4 My orders")), ("4", ("1000000017",))],
}


@pytest.mark.parametrize(
    ("language", "steps"),
    [pytest.param("zh", steps, id=name) for name, steps in CHINESE.items()]
    + [pytest.param("en", steps, id=f"English: {name}") for name, steps in ENGLISH.items()],
)
def test_conversation(talk: Callable[..., Conversation], language: str, steps: Steps) -> None:
    conversation = talk(language)
    for text, expected in steps:
        said = conversation.say(text)
        assert len(said) == 1, f"{text!r} was answered with {said}"
        for fragment in expected:
            assert fragment in said[0], f"{text!r} was answered with {said[0]!r}"


def test_a_flagged_order_says_that_an_agent_will_ring(impatient: Conversation) -> None:
    impatient.say("DG F800")
    assert impatient.say("Y") == []
    (request,) = impatient.unanswered
    assert request == Request(
        request.id, "orders.place", {"offer": "F800", "quantity": 1, "price": 99900, "agreed": False}
    )
    (said,) = impatient.answered(request, "flagged", {"number": "1000000025", "total": 99900})
    assert "订单号1000000025" in said
    assert "致电" in said


@pytest.mark.parametrize(
    ("result", "values", "expected"),
    [
        ("refused", {"reason": "blacklist"}, "暂时无法受理"),
        ("failed", {"reason": "unavailable"}, "稍后再试"),
        ("something_new", {}, "稍后再试"),
    ],
)
def test_an_order_that_is_not_placed(
    impatient: Conversation, result: str, values: dict[str, str], expected: str
) -> None:
    impatient.say("DG F800")
    impatient.say("Y")
    (said,) = impatient.answered(impatient.unanswered[0], result, values)
    assert expected in said
    assert "订单号" not in said


@pytest.mark.parametrize(
    ("result", "values", "expected"),
    [
        ("refused", {"number": "1000000017", "state": "completed"}, "已完成"),
        ("unknown", {"number": "1000000017"}, "没有查到订单1000000017"),
        ("failed", {"reason": "timeout"}, "稍后再试"),
    ],
)
def test_an_order_that_is_not_cancelled(
    impatient: Conversation, result: str, values: dict[str, str], expected: str
) -> None:
    impatient.say("QX 1000000017")
    impatient.say("Y")
    (said,) = impatient.answered(impatient.unanswered[0], result, values)
    assert expected in said


def test_nothing_to_cancel_and_no_orders(impatient: Conversation) -> None:
    impatient.say("QX")
    request = impatient.unanswered[0]
    assert request.arguments == {"cancellable": True}
    assert impatient.answered(request, "none") == ["您没有可以取消的订单。"]
    impatient.say("DD")
    assert "还没有订单" in impatient.answered(impatient.unanswered[0], "none")[0]


def test_what_is_remembered_and_handed_over(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    for text in ("TD", "EN", "RG"):
        conversation.say(text)
    kept = [effect for effect in conversation.effects if isinstance(effect, Remember | HandOver)]
    assert kept == [Remember("marketing", False), Remember("language", "en"), HandOver("asked")]


def test_the_session_ends_when_nothing_is_expected_and_only_then(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("DG F800")
    assert EndSession() not in conversation.effects
    conversation.say("Y")
    assert conversation.effects[-1] == EndSession()
    assert conversation.dialog.place is None


# ── Billing that takes its time ──────────────────────────────────────────────────────────────────────────────────────


def test_slow_billing_answers_by_message_later(impatient: Conversation) -> None:
    impatient.say("YE")
    assert impatient.answered(impatient.unanswered[0], "failed", {"reason": "timeout"}) == [
        "计费系统繁忙，查到后将以短信告诉您，请稍候。"
    ]
    (errand,) = impatient.unanswered
    assert errand.within == 3600
    assert errand.resume is not None
    impatient.say("EN")  # he asked in Chinese, and the answer to that comes in Chinese
    before = impatient.dialog
    impatient.effects.clear()
    assert impatient.answered(errand, "found", {"amount": 1888}) == ["您刚才查询的余额为18.88元。"]
    (said,) = impatient.effects
    assert said.notice  # type: ignore[union-attr]
    assert impatient.dialog == before


@pytest.mark.parametrize("command", ["YE", "ZD"])
def test_billing_that_never_answers_is_excused_once(impatient: Conversation, command: str) -> None:
    impatient.say(command)
    impatient.answered(impatient.unanswered[0], "failed", {"reason": "unavailable"})
    (said,) = impatient.answered(impatient.unanswered[0], "failed", {"reason": "timeout"})
    assert "抱歉" in said
    assert impatient.unanswered == []


@pytest.mark.parametrize("command", ["YE", "ZD"])
@pytest.mark.parametrize("answer", [("unknown_account", {}), ("failed", {"reason": "unknown_account"})])
def test_no_account(impatient: Conversation, command: str, answer: tuple[str, dict[str, str]]) -> None:
    impatient.say(command)
    assert "没有查到您号码的账户" in impatient.answered(impatient.unanswered[0], *answer)[0]
    assert impatient.unanswered == []


def test_a_bill_without_items_is_its_sum(impatient: Conversation) -> None:
    impatient.say("ZD")
    bill = {"total": 0, "month": "2026-11", "items": []}
    assert impatient.answered(impatient.unanswered[0], "found", bill) == ["2026年11月账单合计0.00元。"]


def test_a_bill_that_billing_cannot_give_is_not_waited_for(impatient: Conversation) -> None:
    impatient.say("ZD")
    impatient.answered(impatient.unanswered[0], "failed", {"reason": "unsupported"})
    assert impatient.unanswered == []
