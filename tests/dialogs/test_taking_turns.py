"""The engine: what counts, what is late, what is stale, and where `0` leads, whatever the script is about."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dialogs.conversation import Conversation, nobody
from dialogs.moment import MOST_TURNS
from dialogs.turn import DialogRunaway, Library, load_library, take_turn
from dialogs.walk import TRAIL
from dialogs.words import (
    AgentDecided,
    DeliveryReport,
    Dialog,
    Digits,
    EndSession,
    Expects,
    Facts,
    Inbound,
    Kind,
    LookupDone,
    MessagePart,
    MessageReceived,
    OfferFacts,
    Outcome,
    Place,
    Request,
    Say,
    SessionClosed,
    TimerFired,
    UssdInput,
)

HOUR = 3600.0
HERE = Path(__file__).parent.parent.parent / "dialogs"


def nothing_happened(conversation: Conversation, kind: Kind) -> bool:
    before, conversation.effects[:] = conversation.dialog, []
    conversation.hear(kind)
    return conversation.dialog == before and not conversation.effects


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_request_is_known_by_the_inbound_that_caused_it(impatient: Conversation) -> None:
    impatient.say("YE")
    (request,) = impatient.effects
    assert isinstance(request, Request)
    assert impatient.dialog.awaiting == request.id == 1


def test_an_answer_that_is_not_awaited_changes_nothing(impatient: Conversation) -> None:
    assert nothing_happened(impatient, LookupDone(1, "found", {"amount": 1}))
    impatient.say("YE")
    request = impatient.unanswered[0]
    assert nothing_happened(impatient, LookupDone(request.id + 1, "found", {"amount": 1}))
    impatient.answered(request, "found", {"amount": 1})
    assert nothing_happened(impatient, LookupDone(request.id, "found", {"amount": 1}))


def test_it_is_told_which_script_speaks(impatient: Conversation) -> None:
    impatient.say("DG F800")
    assert {effect.script for effect in impatient.effects if isinstance(effect, Say)} == {"order"}
    impatient.say("what?")
    assert {effect.script for effect in impatient.effects if isinstance(effect, Say)} == {"order"}


def test_a_new_command_leaves_a_request_behind(impatient: Conversation) -> None:
    impatient.say("YE")
    late = impatient.unanswered[0]
    assert "回复Y" in impatient.say("DG F800")[0]
    assert nothing_happened(impatient, LookupDone(late.id, "found", {"amount": 1888}))
    assert "数量1" in impatient.say("嗯")[0]


def test_impatience_while_awaiting_is_told_to_wait(impatient: Conversation) -> None:
    impatient.say("YE")
    request = impatient.unanswered[0]
    assert impatient.say("快点") == ["正在为您办理，请稍候。"]
    assert impatient.say("1") == ["正在为您办理，请稍候。"]
    assert impatient.answered(request, "found", {"amount": 1888}) == ["您的余额为18.88元。"]


def test_an_answer_that_never_came_does_not_hold_the_dialog_for_ever(impatient: Conversation) -> None:
    impatient.say("YE")
    impatient.wait(2 * HOUR)
    assert "没有听懂" in impatient.say("喂")[0]


@pytest.mark.parametrize(
    "values", [{}, {"total": 1, "month": "2026-11"}, {"total": 1, "month": "2026-11", "items": [{"name": "x"}]}]
)
def test_an_answer_that_lacks_what_was_agreed_on_is_a_failure(impatient: Conversation, values: dict[str, Any]) -> None:
    impatient.say("ZD")
    assert "计费系统繁忙" in impatient.answered(impatient.unanswered[0], "found", values)[0]


def test_an_errand_whose_script_is_gone_is_excused(impatient: Conversation) -> None:
    impatient.say("YE")
    impatient.answered(impatient.unanswered[0], "failed", {"reason": "timeout"})
    errand = impatient.unanswered[0]
    assert errand.resume is not None
    gone = replace(errand, resume=replace(errand.resume, script="gone"))
    assert "抱歉" in impatient.answered(gone, "found", {"amount": 1})[0]


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_expiry_he_is_asked_once_whether_to_go_on(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("DG F800")
    conversation.wait(2 * HOUR)
    (said,) = conversation.say("Y")
    assert said.splitlines() == [
        "您刚才要订购酷派F800，还没有完成。", "1 继续", "2 重新开始", "请回复数字选择，0返回。",
    ]  # fmt: skip
    assert "酷派F800" in conversation.say("1")[0]
    assert "订单号" in conversation.say("Y")[0]


def test_after_expiry_he_may_start_again(talk: Callable[..., Conversation]) -> None:
    conversation = talk("en")
    conversation.say("DG F800")
    conversation.wait(2 * HOUR)
    assert "about to order Coolpad F800" in conversation.say("Y")[0]
    assert "1 Balance" in conversation.say("2")[0]
    assert conversation.dialog.trail == ()


@pytest.mark.parametrize("text", ["YE", "00"])
def test_after_expiry_a_command_is_just_done(talk: Callable[..., Conversation], text: str) -> None:
    conversation = talk()
    conversation.say("DG F800")
    conversation.wait(2 * HOUR)
    assert "余额" in conversation.say(text)[0]


def test_going_on_is_offered_only_once(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("DG F800")
    conversation.wait(2 * HOUR)
    conversation.say("嗯")
    conversation.wait(2 * HOUR)
    assert "没有需要确认" in conversation.say("Y")[0]


def test_much_later_it_is_forgotten(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("DG F800")
    conversation.wait(48 * HOUR)
    assert "没有需要确认" in conversation.say("Y")[0]


SLEEPY = """
intent: help
states:
  asking:
    say: order.how_many
    set: {name: x, most: 2}
    ask:
      digits: {into: n, maximum: 1, at_most: 2, then: end}
      again: {times: 0, say: hint.menu, then: gave_up}
      timeout: {after: 60, then: gave_up}
  gave_up:
    say: engine.left
    then: end
"""


@pytest.fixture
def sleepy(tmp_path: Path, talk: Callable[..., Conversation]) -> Conversation:
    """A script with a time-out and a way of its own for what it does not understand, in place of the help."""
    for path in (HERE / "scripts").glob("*.yaml"):
        (tmp_path / path.name).write_text(SLEEPY if path.name == "help.yaml" else path.read_text())
    conversation = talk("en", nobody)
    conversation.library = load_library(tmp_path)
    return conversation


def test_a_question_with_a_timeout_is_given_up_in_time(sleepy: Conversation) -> None:
    sleepy.say("HELP")
    assert sleepy.dialog.deadline == sleepy.now + 60
    assert sleepy.wait(59) == []
    assert "we stop here" in sleepy.wait(1)[0]
    assert sleepy.dialog.place is None


def test_a_timer_of_an_earlier_turn_is_stale(sleepy: Conversation, talk: Callable[..., Conversation]) -> None:
    sleepy.say("HELP")
    assert nothing_happened(sleepy, TimerFired(sleepy.dialog.turns - 1))
    asking = talk()
    asking.say("DG F800")
    assert nothing_happened(asking, TimerFired(asking.dialog.turns))
    assert nothing_happened(talk(), TimerFired(0))


def test_a_timer_that_nothing_hears_any_more_does_not_come_again(sleepy: Conversation, library: Library) -> None:
    sleepy.say("HELP")
    sleepy.library = library  # in which the help asks nothing
    assert sleepy.wait(60) == []
    assert sleepy.dialog.deadline is None


def test_what_a_script_does_with_answers_that_are_none(sleepy: Conversation) -> None:
    sleepy.say("HELP")
    assert "we stop here" in sleepy.say("3")[0]


# ── Navigation and bounds ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_answer_to_the_question_comes_before_navigation(sleepy: Conversation) -> None:
    sleepy.say("HELP")
    sleepy.effects.clear()
    sleepy.say("0")  # no way back is meant: it is the number asked for
    assert sleepy.effects == [EndSession()]


def test_the_trail_is_bounded(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    for _ in range(3 * TRAIL):
        conversation.say("SP")
        conversation.say("1")
    assert len(conversation.dialog.trail) <= TRAIL


def test_a_dialog_of_endless_turns_is_let_go(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("DG F800")
    conversation.dialog = replace(conversation.dialog, turns=MOST_TURNS)
    assert "没有需要确认" in conversation.say("Y")[0]
    assert conversation.dialog.turns == 0


def test_a_long_list_has_pages_by_what_fits(library: Library) -> None:
    offers = {f"P{n:02}": OfferFacts(f"P{n:02}", "", {"zh": f"机型{n:02}"}, 100 * n) for n in range(1, 31)}
    conversation = Conversation(library, Facts("zh", offers))
    first = conversation.say("SP")[0]
    assert first.startswith("请选择要订购的商品。\n1 机型01 1.00元 (P01)\n")
    assert first.endswith("\n9 机型09 9.00元 (P09)\n98 下页\n请回复数字选择，0返回。")
    second = conversation.say("98")[0]
    assert second.startswith("10 机型10 10.00元 (P10)\n")
    assert "\n98 下页\n99 上页\n" in second
    assert conversation.say("99")[0] == first
    assert "机型30" in conversation.say("30")[0]  # from whatever page
    assert conversation.say("0")[0] == first
    last = conversation.say("99")[0]  # before the first page comes the last
    assert "30 机型30 30.00元 (P30)\n99 上页" in last
    assert conversation.say("98")[0] == first
    assert "没有听懂" in conversation.say("31")[0]


def test_nine_entries_need_no_pages(library: Library) -> None:
    offers = {f"P{n}": OfferFacts(f"P{n}", "", {"zh": f"机型{n}"}, 100) for n in range(1, 10)}
    conversation = Conversation(library, Facts("zh", offers))
    assert "9 机型9" in conversation.say("SP")[0]
    assert "机型9，数量1" in conversation.say("9")[0]


LOOP = """
intent: help
states:
  one: {work_out: {function: list_offers, on: {some: one, none: one}}}
"""
TWICE = """
intent: help
states:
  one:
    errand: {service: billing.balance, met_at: met}
    then: two
  two:
    request:
      service: billing.balance
      on: {found: end, unknown_account: end, failed: end}
  met:
    answered: {found: end, unknown_account: end, failed: end}
"""


@pytest.mark.parametrize("text", [LOOP, TWICE])
def test_a_script_that_never_rests_is_stopped(text: str, tmp_path: Path, library: Library) -> None:
    """The checks refuse such scripts; what slips through them must still not take the turn with it."""
    from dialogs.script_reader import read_script

    (tmp_path / "help.yaml").write_text(text)
    script, problems = read_script(tmp_path / "help.yaml")
    assert script
    assert not problems
    bad = Library([*(s for s in library.scripts if s.name != "help"), script], library.phrases, library.commands)
    with pytest.raises(DialogRunaway):
        Conversation(bad, Facts("zh")).say("BZ")


# ── Versions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_its_version_and_its_state_nothing_is_going_on(
    talk: Callable[..., Conversation], library: Library
) -> None:
    conversation = talk()
    conversation.say("DG F800")
    order = library.current("order").script
    renamed = replace(order, version="newer", states={n: s for n, s in order.states.items() if n != "confirming"})
    renamed = replace(renamed, start="not_placed", states={"not_placed": order.states["not_placed"]})
    newer = Library([*(s for s in library.scripts if s.name != "order"), renamed], library.phrases, library.commands)
    conversation.library = newer
    assert "没有需要确认" in conversation.say("Y")[0]


def test_a_lost_version_goes_on_at_the_same_state(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("DG F800")
    place = conversation.dialog.place
    assert place is not None
    conversation.dialog = replace(conversation.dialog, place=replace(place, version="long ago"))
    assert "订单号" in conversation.say("Y")[0]


@pytest.mark.parametrize(
    "place", [Place("gone", "1", "x"), Place("balance", "1", "gone"), Place("balance", "1", "busy")]
)
def test_a_place_that_is_none_is_nothing_going_on(talk: Callable[..., Conversation], place: Place) -> None:
    conversation = talk()
    conversation.dialog = replace(conversation.dialog, place=place)
    assert "18.88元" in conversation.say("YE")[0]


# ── Other kinds of inbound ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_script_cannot_tell_the_channels_apart(talk: Callable[..., Conversation]) -> None:
    heard: list[Callable[[str], Kind]] = [MessageReceived, UssdInput, Digits]
    transcripts = []
    for kind in heard:
        conversation = talk()
        transcripts.append([conversation.hear(kind(text)) for text in ("00", "3", "1", "*", "9")])
    assert transcripts[0] == transcripts[1] == transcripts[2]


@pytest.mark.parametrize("kind", [UssdInput, Digits])
def test_on_a_keypad_yes_is_1_and_no_is_2(talk: Callable[..., Conversation], kind: Callable[[str], Kind]) -> None:
    for key, expected in (("1", "订单号"), ("2", "没有订购")):
        conversation = talk()
        conversation.say("DG F800")
        assert expected in conversation.hear(kind(key))[0]


def test_a_menu_key_sent_twice_does_not_order(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("SP")
    conversation.say("1")
    assert "没有听懂" in conversation.say("1")[0]


def test_dialling_the_code_begins_at_the_start(talk: Callable[..., Conversation]) -> None:
    assert "1 余额" in talk().hear(UssdInput("*100#", opening=True))[0]


def test_silence_is_asked_again(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("#")
    assert "没有听懂" in conversation.hear(Digits(""))[0]


def test_a_closed_session_ends_its_question_but_not_what_is_awaited(impatient: Conversation) -> None:
    impatient.say("DG F800")
    impatient.effects.clear()
    impatient.hear(SessionClosed("released"))
    assert impatient.dialog == Dialog(impatient.subscriber, impatient.dialog.thread)
    assert impatient.effects == []
    impatient.say("YE")
    impatient.hear(SessionClosed("released"))
    assert impatient.dialog.awaiting is not None
    assert impatient.effects == impatient.unanswered


@pytest.mark.parametrize(
    "kind",
    [
        MessagePart("7", 2, 1, 0, b"x"),
        AgentDecided(1, "li", "confirmed"),
        DeliveryReport("smsc-a", "1", "delivered"),
    ],
)
def test_what_is_not_for_dialogs_changes_nothing(talk: Callable[..., Conversation], kind: Kind) -> None:
    conversation = talk()
    conversation.say("DG F800")
    assert nothing_happened(conversation, kind)


def test_a_turn_taken_twice_comes_to_the_same(library: Library, talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("SP")
    inbound = Inbound(7, "sms", conversation.subscriber, "10086", 0.0, MessageReceived("1"))

    def take() -> Outcome:
        return take_turn(library, conversation.dialog, inbound, conversation.facts, conversation.now)

    assert take() == take()


def test_the_intent_is_told_when_words_were_understood(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    told = []
    for text in ("DG F800", "Y", "今天天气不错", "DG F800", "SP", "1", "啊"):
        conversation.say(text)
        told.append((text, conversation.intent))
    assert told == [
        ("DG F800", "order"), ("Y", ""), ("今天天气不错", "none"), ("DG F800", "order"), ("SP", "catalogue"),
        ("1", ""), ("啊", "none"),
    ]  # fmt: skip


def test_prompts_say_what_they_expect(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    for text in ("DG F800", "SP", "DG F800 100", "YE"):
        conversation.say(text)
    prompts = [effect.prompt for effect in conversation.effects if isinstance(effect, Say)]
    assert [prompt.expects for prompt in prompts] == [
        Expects.YES_NO, Expects.MENU, Expects.DIGITS, Expects.NOTHING, Expects.DIGITS,
    ]  # fmt: skip
    digits = prompts[2]
    assert (digits.minimum, digits.maximum, digits.terminator) == (1, 2, "#")
