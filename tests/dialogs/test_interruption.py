"""A new command in the middle of a question: it is done, and then the question is come back to."""

from collections.abc import Callable

import pytest

from dialogs.conversation import Conversation
from dialogs.words import EndSession

Steps = list[tuple[str, tuple[str, ...]]]

CONFIRM = "酷派F800，数量1，共999.00元"
INTERRUPTED: dict[str, Steps] = {
    "what is done at once puts the question again": [
        ("DG F800", (CONFIRM,)),
        ("YE", ("18.88元", CONFIRM)),
        ("Y", ("订单号",)),
    ],
    "without a look-up as well": [("DG F800", (CONFIRM,)), ("TD", ("已退订", CONFIRM)), ("N", ("没有订购",))],
    "twice over": [("DG F800", (CONFIRM,)), ("YE", ("18.88元", CONFIRM)), ("BZ", ("DG", CONFIRM)), ("Y", ("订单号",))],
    "a dialog of its own, and then: go on or start again?": [
        ("DG F800", (CONFIRM,)),
        ("QX 1000000017", ("取消订单1000000017",)),
        ("Y", ("1000000017已取消", "要订购酷派F800")),
        ("1", (CONFIRM,)),
        ("Y", ("订单号",)),
        ("Y", ("没有需要确认",)),
    ],
    "starting again forgets the question": [
        ("DG F800", (CONFIRM,)),
        ("QX 1000000017", ("取消订单1000000017",)),
        ("N", ("没有取消", "要订购酷派F800")),
        ("2", ("1 余额",)),
        ("1", ("18.88元",)),
        ("Y", ("没有需要确认",)),
    ],
    "back instead of finishing": [
        ("DG F800", (CONFIRM,)),
        ("QX 1000000017", ("取消订单1000000017",)),
        ("0", (CONFIRM,)),
        ("Y", ("订单号",)),
        ("0", ("1 余额",)),
    ],
    "what is done at once, asked while asked whether to go on": [
        ("DG F800", (CONFIRM,)),
        ("QX 1000000017", ("取消订单1000000017",)),
        ("N", ("没有取消", "要订购酷派F800")),
        ("YE", ("18.88元", CONFIRM)),
        ("Y", ("订单号",)),
    ],
    "two questions left standing, one upon the other": [
        ("DG F800", (CONFIRM,)),
        ("QX 1000000017", ("取消订单1000000017",)),
        ("YE", ("18.88元", "取消订单1000000017")),
        ("Y", ("1000000017已取消", "要订购酷派F800")),
        ("1", (CONFIRM,)),
    ],
    "the same command again begins anew": [
        ("DG F800", (CONFIRM,)),
        ("DG TD80T", ("联想TD80t",)),
        ("Y", ("订单号",)),
        ("Y", ("没有需要确认",)),
    ],
    "ordering something else after all": [
        ("DG F800", (CONFIRM,)),
        ("SP", ("1 酷派F800",)),
        ("2", ("联想TD80t",)),
        ("Y", ("订单号",)),
        ("Y", ("没有需要确认",)),
    ],
    "a menu is not put again": [("#", ("1 余额",)), ("YE", ("18.88元",)), ("1", ("1 余额",))],
    "but whoever cannot read it has it in his language": [
        ("#", ("1 余额",)),
        ("EN", ("English from now on", "1 Balance")),
        ("1", ("18.88 yuan",)),
        ("1", ("1 Balance",)),
    ],
    "a list, in the other language": [
        ("SP", ("1 酷派F800",)),
        ("EN", ("English from now on", "1 Coolpad F800")),
        ("ZW", ("中文", "1 酷派F800")),
        ("2", ("联想TD80t",)),
        ("0", ("1 酷派F800",)),
    ],
    "a list, while he is asked which language": [
        ("SP", ("1 酷派F800",)),
        ("语言", ("1 中文",)),
        ("2", ("English from now on", "1 Coolpad F800")),
        ("1", ("You are ordering Coolpad F800",)),
    ],
    "a question, in the other language": [
        ("DG F800", (CONFIRM,)),
        ("EN", ("English from now on", "You are ordering Coolpad F800")),
        ("Y", ("Order",)),
        ("EN", ("English from now on",)),
        ("Y", ("nothing to confirm",)),
    ],
    "the start forgets it": [
        ("DG F800", (CONFIRM,)),
        ("00", ("1 余额",)),
        ("1", ("18.88元",)),
        ("Y", ("没有需要确认",)),
    ],
    "he that is not understood in between is let go": [
        ("DG F800", (CONFIRM,)),
        ("QX 1000000017", ("取消订单1000000017",)),
        ("啊", ("没有听懂",)),
        ("啊", ("没有听懂",)),
        ("啊", ("已结束",)),
        ("Y", ("没有需要确认",)),
    ],
}


@pytest.mark.parametrize("name", INTERRUPTED)
def test_interrupted(talk: Callable[..., Conversation], name: str) -> None:
    conversation = talk()
    for text, expected in INTERRUPTED[name]:
        said = conversation.say(text)
        assert len(said) == len(expected), f"{text!r} was answered with {said}"
        for message, fragment in zip(said, expected, strict=True):
            assert fragment in message, f"{text!r} was answered with {said}"


def test_the_session_stays_open_while_a_question_stands(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("DG F800")
    conversation.say("YE")
    assert EndSession() not in conversation.effects
    conversation.say("N")
    assert conversation.effects[-1] == EndSession()


def test_where_0_led_from_the_question_it_leads_when_it_is_put_again(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("SP")
    conversation.say("1")
    trail = conversation.dialog.trail
    conversation.say("YE")
    assert conversation.dialog.trail == trail
    assert "1 酷派F800" in conversation.say("0")[0]


def test_a_slow_answer_comes_before_the_question(impatient: Conversation) -> None:
    impatient.say("DG F800")
    assert impatient.say("YE") == []
    assert impatient.say("喂") == ["正在为您办理，请稍候。"]
    said = impatient.answered(impatient.unanswered[0], "found", {"amount": 1888})
    assert [CONFIRM in message for message in said] == [False, True]


def test_what_is_looked_up_is_told_in_the_language_chosen_meanwhile(impatient: Conversation) -> None:
    assert impatient.say("YE") == []
    (said,) = impatient.say("EN")
    assert "English from now on" in said and EndSession() not in impatient.effects
    assert impatient.answered(impatient.unanswered[0], "found", {"amount": 1888}) == ["Your balance is 18.88 yuan."]
    assert impatient.say("YE") == []
    assert "1 Chinese" in impatient.say("LANGUAGE")[0], "which one is a question, and that leaves the request behind"
    assert impatient.answered(impatient.unanswered[-1], "found", {"amount": 1888}) == []


def test_a_request_left_behind_does_not_lose_the_question(impatient: Conversation) -> None:
    impatient.say("DG F800")
    impatient.say("YE")
    said = impatient.say("TD")
    assert "已退订" in said[0]
    assert CONFIRM in said[1]


def test_after_a_long_time_a_command_is_all_there_is(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("DG F800")
    conversation.wait(7200)
    assert len(conversation.say("YE")) == 1
    assert conversation.dialog.place is None


def test_an_order_that_is_being_placed_is_not_placed_again_by_going_back(impatient: Conversation) -> None:
    impatient.say("DG F800")
    impatient.say("Y")
    impatient.say("SP")
    assert impatient.dialog.trail == ()


def test_what_lies_beneath_is_bounded(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    for _ in range(6):
        conversation.say("DG F800")
        conversation.say("QX 1000000017")
    depth, place = 0, conversation.dialog.place
    while place:
        depth, place = depth + 1, place.beneath
    assert depth <= 5


def test_a_question_is_put_again_in_the_language_that_was_chosen_in_the_middle_of_it(
    talk: Callable[..., Conversation],
) -> None:
    conversation = talk()
    assert "酷派F800" in conversation.say("DG F800")[0]
    changed, asked = conversation.say("EN")
    assert changed == "All right, English from now on."
    assert asked.startswith("You are ordering Coolpad F800, quantity 1")
    assert "Coolpad F800" in conversation.say("Y")[0]


def test_so_is_a_list_and_what_he_comes_back_to(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("QX")
    assert "Coolpad F800" in conversation.say("EN")[-1]
    conversation.say("DG G3ZJ")
    conversation.say("ZW")
    conversation.now += 7200
    assert conversation.say("嗯")[0].startswith("您刚才要订购G3座机")
