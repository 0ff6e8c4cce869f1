"""What no dialog can read is answered, and disturbs nothing."""

from dialogs.library import load_library
from dialogs.turn import take_turn
from dialogs.words import Dialog, Facts, Inbound, MessageReceived, Outcome, Place, Prompt, Say, Unreadable

LIBRARY = load_library()


def told(dialog: Dialog, kind: MessageReceived | Unreadable) -> Outcome:
    inbound = Inbound(1, "sms", "8613800138000", "10086", 1_800_000_000.0, kind)
    return take_turn(LIBRARY, dialog, inbound, Facts("en"), 1_800_000_000.0)


def test_whoever_sends_a_card_is_told_that_we_read_text_and_the_question_stands() -> None:
    asked = told(Dialog("8613800138000", "sms:10086"), MessageReceived("#")).dialog
    assert isinstance(asked.place, Place)
    answered = told(asked, Unreadable("card"))
    assert answered.dialog == asked
    assert answered.effects == (Say(Prompt("apology.unreadable"), "en"),)
