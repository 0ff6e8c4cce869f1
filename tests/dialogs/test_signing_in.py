"""What may be heard by whom: a script that needs more proof than there is has who it is asked first, and goes on."""

from dataclasses import replace

import pytest

from dialogs.conversation import Answer, Conversation
from dialogs.turn import Library
from dialogs.words import CallBegan, Digits, Facts, MessageReceived, Proof, Request, Secret, SessionClosed, SignIn
from tests.dialogs.conftest import OFFERS, back_office


def answering(request: Request) -> Answer | None:
    if request.service == "sign_in.check":
        return "right", {"subscriber": "8613800138000"}
    return back_office(request)


@pytest.fixture
def strict(library: Library) -> Library:
    """Bills are for those only who have given their password."""
    scripts = [replace(each, proof=Proof.SURE) if each.name == "bill" else each for each in library.scripts]
    return Library(scripts, library.phrases, library.commands)


def talking(library: Library, proof: Proof) -> Conversation:
    return Conversation(library, Facts("zh", OFFERS), answering, channel="ivr", now=1_000.0, proof=proof)


def test_whoever_writes_has_proved_it(strict: Library) -> None:
    assert "月租" in talking(strict, Proof.SURE).hear(MessageReceived("ZD"))[0]


def test_a_number_that_is_shown_is_not_enough_for_a_bill(strict: Library) -> None:
    call = talking(strict, Proof.NUMBER)
    call.hear(CallBegan())
    assert call.hear(MessageReceived("ZD")) == ["请输入六位服务密码。"]
    said = call.hear(Secret("kept", 6))
    assert said[0] == "验证通过。"
    assert "月租" in said[1]


def test_it_is_enough_for_the_menu(strict: Library) -> None:
    assert "余额" in talking(strict, Proof.NUMBER).hear(CallBegan())[0]


def test_who_shows_no_number_is_asked_before_anything_else(strict: Library) -> None:
    call = talking(strict, Proof.NOBODY)
    assert "手机号码" in call.hear(CallBegan())[0]
    call.hear(Digits("13800138000", terminated=True))
    assert call.hear(Secret("kept", 6)) == ["验证通过。"]
    assert SignIn("8613800138000") in call.effects
    assert call.dialog.place is None, "it goes on in the session of whose number it is"


def test_keys_pressed_in_the_open_are_no_password(strict: Library) -> None:
    call = talking(strict, Proof.NOBODY)
    call.hear(CallBegan())
    call.hear(Digits("13800138000", terminated=True))
    assert "服务密码" in call.hear(Digits("123456"))[0]
    assert all(not isinstance(effect, Request) for effect in call.effects)


def test_a_question_that_was_left_standing_is_not_taken_up_without_proof(library: Library) -> None:
    """Somebody proved who he is, was asked, and hung up; whoever calls from that number next has to prove it too."""
    scripts = [replace(each, proof=Proof.SURE) if each.name == "order" else each for each in library.scripts]
    strict = Library(scripts, library.phrases, library.commands)
    first = talking(strict, Proof.SURE)
    first.hear(CallBegan())
    first.hear(Digits("3"))
    assert "数量1" in first.hear(Digits("1001", terminated=True))[0]
    first.hear(SessionClosed("hung up"))
    second = talking(strict, Proof.NUMBER)
    second.left = first.left
    assert "继续" in second.hear(CallBegan())[0]
    assert second.hear(Digits("1")) == ["请输入六位服务密码。"]
    assert "数量1" in second.hear(Secret("kept", 6))[-1]


def test_an_edition_without_signing_in_tells_nothing(library: Library) -> None:
    older = Library([each for each in library.scripts if each.name != "sign_in"], library.phrases, library.commands)
    call = talking(older, Proof.NOBODY)
    assert "余额" not in call.hear(CallBegan())[0]
    assert call.dialog.place is None
