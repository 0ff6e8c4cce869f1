"""USSD sessions and calls: how they begin, go on, are dropped and are taken up again."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from dialogs.conversation import Conversation
from dialogs.keypad import KeysWanted, keys_wanted
from dialogs.turn import Library
from dialogs.words import (
    CallBegan,
    Choice,
    Digits,
    EndSession,
    Expects,
    Facts,
    HandOver,
    Kind,
    Leave,
    Prompt,
    Request,
    Say,
    SessionClosed,
    UssdInput,
)
from tests.dialogs.conftest import OFFERS, back_office

MENU = ["balance", "numbers", "order", "status"]


def dialled(code: str = "*100#") -> UssdInput:
    return UssdInput(code, opening=True)


@pytest.fixture
def ussd(library: Library) -> Conversation:
    return Conversation(library, Facts("zh", OFFERS), back_office, channel="ussd", service="*100#", now=1_000.0)


@pytest.fixture
def call(library: Library) -> Conversation:
    return Conversation(library, Facts("zh", OFFERS), back_office, channel="ivr", now=1_000.0)


def prompts(conversation: Conversation, kind: Kind) -> list[Prompt]:
    conversation.effects = []
    conversation.hear(kind)
    return [effect.prompt for effect in conversation.effects if isinstance(effect, Say)]


# ── It begins ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [dialled(), CallBegan()])
def test_a_session_begins_with_the_menu(ussd: Conversation, kind: Kind) -> None:
    (prompt,) = prompts(ussd, kind)
    assert [choice.phrase for choice in prompt.choices if not choice.aloud] == [f"welcome.{name}" for name in MENU]
    assert prompt.first  # 0 leads out


def test_each_session_has_a_dialog_of_its_own(ussd: Conversation) -> None:
    ussd.hear(dialled())
    first = ussd.dialog
    ussd.hear(dialled())
    assert ussd.dialog.thread != first.thread
    assert first.thread.startswith("ussd:*100#/")


@pytest.mark.parametrize(
    ("code", "phrase"),
    [
        ("*100*1#", "balance.is"),
        ("*100*3#", "catalogue.choose"),
        ("*100*3*1#", "order.confirm"),
        ("*100*3*1001#", "order.confirm"),  # by its code
        ("*100*3*1001*1#", "order.placed"),
        ("*100*1001#", "order.confirm"),
        ("*100**1#", "balance.is"),
    ],
)
def test_a_code_with_more_behind_it_leads_straight_in(ussd: Conversation, code: str, phrase: str) -> None:
    said = prompts(ussd, dialled(code))
    assert [prompt.phrase for prompt in said] == [phrase]


@pytest.mark.parametrize("code", ["*100*7#", "*100*7*7*7*7*7*7*7*7*7*7*7*7#"])
def test_it_leads_as_far_as_it_is_understood(ussd: Conversation, code: str) -> None:
    (prompt,) = prompts(ussd, dialled(code))
    assert prompt.phrase == "engine.again"
    assert ussd.dialog.repeats == 1
    assert prompt.choices


def test_a_code_that_is_not_the_services_leads_nowhere(ussd: Conversation) -> None:
    assert prompts(ussd, dialled("*1001#"))[0].phrase == "welcome.choose"
    assert prompts(ussd, dialled("*101*1#"))[0].phrase == "welcome.choose"


def test_what_is_dialled_behind_a_number_leads_straight_in(call: Conversation) -> None:
    assert [prompt.phrase for prompt in prompts(call, CallBegan("3*1001"))] == ["order.confirm"]


def test_straight_in_stops_where_somebody_has_to_be_asked(library: Library) -> None:
    ussd = Conversation(library, Facts("zh", OFFERS), channel="ussd", service="*100#")
    assert prompts(ussd, dialled("*100*1*3*1001#")) == []
    (request,) = [effect for effect in ussd.effects if isinstance(effect, Request)]
    assert request.service == "billing.balance"
    assert "18.88" in ussd.answered(request, "found", {"amount": 1888})[0]


# ── It goes on ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("nothing_stands", [False, True])
def test_a_screen_has_0_to_leave_and_to_go_back(ussd: Conversation, nothing_stands: bool) -> None:
    ussd.hear(dialled())
    assert not prompts(ussd, UssdInput("3"))[0].first
    assert prompts(ussd, UssdInput("0"))[0].phrase == "welcome.choose"
    assert prompts(ussd, UssdInput("0"))[0].phrase == "engine.left"
    assert isinstance(ussd.effects[-1], EndSession)


def test_a_telephone_has_star_to_go_back_and_hash_to_hear_it_again(call: Conversation) -> None:
    call.hear(CallBegan())
    (asked,) = prompts(call, Digits("3"))
    assert prompts(call, Digits("", terminated=True)) == [asked]
    assert call.dialog.repeats == 0
    call.hear(Digits("88"))
    assert prompts(call, Digits("", terminated=True)) == [asked]
    assert call.dialog.repeats == 1  # and hearing it again is no escape from being counted
    assert prompts(call, Digits("*"))[0].phrase == "welcome.choose"


def test_a_telephone_has_0_for_a_person(call: Conversation) -> None:
    call.hear(CallBegan())
    assert prompts(call, Digits("0"))[0].phrase == "agent.will_ring"
    assert HandOver("asked") in call.effects


def test_a_caller_orders_by_code(call: Conversation) -> None:
    call.hear(CallBegan())
    (asked,) = prompts(call, Digits("3"))
    assert keys_wanted(asked) == KeysWanted(1, 4, "#")
    assert {choice.code for choice in asked.choices} == {offer.keypad for offer in OFFERS.values()}
    (confirm,) = prompts(call, Digits("1001", terminated=True))
    assert confirm.values["total"] == OFFERS["F800"].price
    assert keys_wanted(confirm) == KeysWanted(1, 1)
    assert prompts(call, Digits("1"))[0].phrase == "order.placed"


def test_the_wrong_key_three_times_has_a_person_ring_back(call: Conversation) -> None:
    call.hear(CallBegan())
    assert [prompts(call, Digits("7"))[0].phrase for _ in range(2)] == ["engine.again"] * 2
    assert prompts(call, Digits("7"))[0].phrase == "engine.put_through"
    assert HandOver("not understood") in call.effects
    assert isinstance(call.effects[-1], EndSession)


def test_silence_three_times_ends_the_call_and_bothers_nobody(call: Conversation) -> None:
    call.hear(CallBegan())
    assert [prompts(call, Digits(""))[0].phrase for _ in range(3)] == ["engine.again"] * 2 + ["engine.gave_up"]
    assert not any(isinstance(effect, HandOver) for effect in call.effects)


@pytest.mark.parametrize("kind", [UssdInput("嗯"), UssdInput("8"), Digits(""), Digits("8"), Digits("", True)])
def test_in_a_session_where_nothing_stands_the_menu_is_said(ussd: Conversation, kind: Kind) -> None:
    assert prompts(ussd, kind)[0].phrase == "welcome.choose"


# ── It is dropped, and taken up again ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=[dialled(), CallBegan()], ids=["ussd", "call"])
def opening(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


def confirming(conversation: Conversation, opening: Kind) -> None:
    conversation.hear(opening)
    for key in ("3", "1"):
        conversation.hear(Digits(key) if isinstance(opening, CallBegan) else UssdInput(key))


def test_who_is_back_within_minutes_is_offered_what_stood(ussd: Conversation, opening: Kind) -> None:
    confirming(ussd, opening)
    assert prompts(ussd, SessionClosed("timeout")) == []
    assert ussd.dialog.place is None
    ussd.now += 300
    (offered,) = prompts(ussd, opening)
    assert offered.phrase == "going_on.ask"
    assert offered.values["doing"] == {
        "phrase": "order.about",
        "values": {"name": {"zh": "酷派F800", "en": "Coolpad F800"}},
    }
    assert ussd.left is None  # it is his again
    assert prompts(ussd, UssdInput("1"))[0].phrase == "order.confirm"
    assert prompts(ussd, UssdInput("1"))[0].phrase == "order.placed"


def test_or_starts_again(ussd: Conversation, opening: Kind) -> None:
    confirming(ussd, opening)
    ussd.hear(SessionClosed())
    ussd.hear(opening)
    assert prompts(ussd, UssdInput("2"))[0].phrase == "welcome.choose"


def test_dropped_once_more_while_he_is_asked_it_is_offered_again(ussd: Conversation, opening: Kind) -> None:
    confirming(ussd, opening)
    for _ in range(3):
        ussd.hear(SessionClosed())
        assert prompts(ussd, opening)[0].phrase == "going_on.ask"
    assert prompts(ussd, UssdInput("1"))[0].phrase == "order.confirm"


def test_where_0_led_back_to_is_remembered(ussd: Conversation) -> None:
    confirming(ussd, dialled())
    ussd.hear(SessionClosed())
    ussd.hear(dialled())
    ussd.hear(UssdInput("1"))
    assert prompts(ussd, UssdInput("0"))[0].phrase == "catalogue.choose"


def test_after_a_while_it_is_forgotten(ussd: Conversation, opening: Kind) -> None:
    confirming(ussd, opening)
    ussd.hear(SessionClosed())
    ussd.now += 601
    assert prompts(ussd, opening)[0].phrase == "welcome.choose"


@pytest.mark.parametrize("keys", [(), ("3",), ("1",)])
def test_a_menu_or_what_was_done_is_not_worth_it(ussd: Conversation, keys: tuple[str, ...]) -> None:
    ussd.hear(dialled())
    for key in keys:
        ussd.hear(UssdInput(key))
    ussd.effects = []
    ussd.hear(SessionClosed())
    assert not any(isinstance(effect, Leave) for effect in ussd.effects)
    assert prompts(ussd, dialled())[0].phrase == "welcome.choose"


def test_a_question_beneath_a_menu_is(ussd: Conversation) -> None:
    confirming(ussd, dialled())
    ussd.hear(UssdInput("SP"))
    ussd.hear(SessionClosed())
    assert prompts(ussd, dialled())[0].phrase == "going_on.ask"
    assert prompts(ussd, UssdInput("1"))[0].phrase == "order.confirm"


def test_straight_in_leaves_what_stood_where_it_is(ussd: Conversation) -> None:
    confirming(ussd, dialled())
    ussd.hear(SessionClosed())
    assert prompts(ussd, dialled("*100*1#"))[0].phrase == "balance.is"
    assert prompts(ussd, dialled())[0].phrase == "going_on.ask"


# ── It is over before the answer comes ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def slow(library: Library) -> Conversation:
    return Conversation(library, Facts("zh", OFFERS), channel="ussd", service="*100#", now=1_000.0)


def test_words_then_go_as_a_text_message(slow: Conversation) -> None:
    slow.hear(dialled("*100*1#"))
    (request,) = slow.unanswered
    slow.hear(SessionClosed())
    slow.effects = []
    slow.answered(request, "found", {"amount": 1888})
    (said,) = [effect for effect in slow.effects if isinstance(effect, Say)]
    assert said.notice
    assert slow.dialog.place is None


def test_a_question_is_left_standing(slow: Conversation) -> None:
    slow.hear(dialled())
    slow.hear(UssdInput("QX"))
    (request,) = slow.unanswered
    slow.hear(SessionClosed())
    slow.effects = []
    slow.answered(request, "found", back_office(replace(request, service="orders.list"))[1])  # type: ignore[index]
    assert not any(isinstance(effect, Say) for effect in slow.effects)
    assert prompts(slow, dialled())[0].phrase == "going_on.ask"
    assert prompts(slow, UssdInput("1"))[0].phrase == "cancel.which"


def test_a_second_look_up_is_waited_for_as_well(slow: Conversation) -> None:
    slow.hear(dialled("*100*3*1001*1#"))
    assert [request.service for request in slow.unanswered] == ["orders.place"]
    slow.hear(SessionClosed())
    assert slow.dialog.unattended
    slow.effects = []
    slow.answered(slow.unanswered[0], "placed", {"number": "1000000017", "total": 1})
    assert [effect.notice for effect in slow.effects if isinstance(effect, Say)] == [True]


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def entries(*keys: str) -> tuple[Choice, ...]:
    return tuple(Choice(key, text=key) for key in keys)


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        (Prompt("x"), KeysWanted()),
        (Prompt("x", expects=Expects.TEXT), KeysWanted()),
        (Prompt("x", expects=Expects.YES_NO), KeysWanted(1, 1)),
        (Prompt("x", choices=entries("1", "9"), expects=Expects.MENU), KeysWanted(1, 1)),
        (Prompt("x", choices=entries("1", "10"), expects=Expects.MENU), KeysWanted(1, 2, "#")),
        (Prompt("x", expects=Expects.DIGITS, minimum=2, maximum=4, terminator="#"), KeysWanted(2, 4, "#")),
    ],
)
def test_which_keys_a_question_waits_for(prompt: Prompt, wanted: KeysWanted) -> None:
    assert keys_wanted(prompt) == wanted


def test_conversations_by_text_have_no_sessions(talk: Callable[..., Conversation]) -> None:
    conversation = talk()
    conversation.say("DG F800")
    conversation.hear(SessionClosed())
    assert not any(isinstance(effect, Leave) for effect in conversation.effects)
