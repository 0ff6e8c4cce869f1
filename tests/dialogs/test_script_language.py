"""What a script may say beside the ones that ship: visits that return, amounts, validated texts, bounds, rephrasing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dialogs.conversation import Conversation, nobody
from dialogs.money import fen
from dialogs.turn import load_library
from dialogs.validators import VALIDATORS
from dialogs.words import Digits, HandOver

SCRIPTS = Path(__file__).parent.parent.parent / "dialogs" / "scripts"


@pytest.fixture
def with_scripts(tmp_path: Path, talk: Callable[..., Conversation]) -> Callable[..., Conversation]:
    """The shipped scripts, with some in place of theirs or beside them."""

    def begin(**scripts: str) -> Conversation:
        for path in SCRIPTS.glob("*.yaml"):
            (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
        for name, text in scripts.items():
            (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        conversation = talk("en", nobody)
        conversation.library = load_library(tmp_path)
        return conversation

    return begin


VISITOR = """
intent: help
about: welcome.about
states:
  beginning:
    say: language.which
    ask:
      menu:
        1: {label: language.en, then: picking}
        2: {label: language.zh, then: end}
  picking:
    visit: {script: picker, with: {most: 3}, on: {picked: told, nothing: beginning}}
  told:
    set: {name: things}
    say: {phrase: cancel.entry, with: {number: number, name: name, quantity: picked}}
    then: end
"""
PICKER = """
takes: [most]
needs: [most]
returns: {picked: [picked, number], nothing: []}
states:
  asking:
    set: {name: x, number: 7}
    say: order.how_many
    ask:
      digits: {into: picked, maximum: 1, at_least: 0, then: looking}
  looking:
    branch:
      - {slot: picked, at_least: 1, then: {return: picked}}
      - {then: {return: nothing}}
"""


@pytest.fixture
def visitor(with_scripts: Callable[..., Conversation]) -> Conversation:
    return with_scripts(help=VISITOR, picker=PICKER)


def test_a_visit_returns_with_what_it_gives(visitor: Conversation) -> None:
    visitor.say("HELP")
    assert "1 to 3 of x" in visitor.say("1")[0]
    assert visitor.dialog.place
    assert visitor.dialog.place.beneath
    assert visitor.dialog.place.beneath.state == "picking"
    assert visitor.say("2") == ["7 things x2"]
    assert visitor.dialog.place is None


def test_a_visit_goes_on_by_what_it_comes_to(visitor: Conversation) -> None:
    visitor.say("HELP")
    visitor.say("1")
    assert "Which language" in visitor.say("0")[0]  # a number of its own here, and the answer to the question
    assert visitor.dialog.place
    assert visitor.dialog.place.beneath is None
    assert dict(visitor.dialog.place.slots) == {}


def test_0_leads_out_of_a_visit(visitor: Conversation) -> None:
    visitor.say("HELP")
    visitor.say("1")
    assert "Which language" in visitor.say("*")[0]
    assert "we stop here" in visitor.say("0")[0]


def test_a_visit_left_standing_is_taken_up_again(visitor: Conversation) -> None:
    visitor.say("HELP")
    visitor.say("1")
    said = visitor.say("STOP")
    assert "no more marketing" in said[0]
    assert "1 to 3 of x" in said[1]
    assert visitor.say("3") == ["7 things x3"]


def test_who_is_not_visiting_ends(with_scripts: Callable[..., Conversation]) -> None:
    conversation = with_scripts(help="returns: {done: []}\nstates: {one: {say: help.commands, then: {return: done}}}\n"
                                     "intent: help\n")  # fmt: skip
    assert "BALANCE" in conversation.say("HELP")[0]
    assert conversation.dialog.place is None


def test_a_visitor_that_is_gone_is_not_returned_to(
    visitor: Conversation, with_scripts: Callable[..., Conversation]
) -> None:
    visitor.say("HELP")
    visitor.say("1")
    kept = visitor.dialog
    visitor.library = with_scripts(help=(SCRIPTS / "help.yaml").read_text("utf-8"), picker=PICKER).library
    visitor.dialog = kept
    assert visitor.say("2") == []
    assert visitor.dialog.place is None


TOP_UP = """
intent: help
states:
  asking:
    say: language.which
    ask:
      amount: {into: total, at_least: 10, at_most: "500.00", then: sized}
      again: {times: 2, say: [hint.yes_no, going_on.something], then: handing_over}
  sized:
    branch:
      - {slot: total, at_most: 1999, then: small}
      - {slot: total, at_least: 40000, then: large}
      - {then: told}
  small: {say: going_on.go_on, then: told}
  large: {say: going_on.start_again, then: told}
  told:
    set: {month: 2026-11}
    say: bill.in_all
    then: end
  handing_over:
    hand_over: not_understood
    say: agent.will_ring
    then: end
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("10", ["Go on", "10.00"]),
        ("１９．９９元", ["Go on", "19.99"]),
        ("¥ 20", ["20.00"]),
        ("30块5", ["30.50"]),
        ("399.99 yuan", ["399.99"]),
        ("400", ["Start again", "400.00"]),
        ("500.00", ["Start again", "500.00"]),
    ],
)
def test_amounts(with_scripts: Callable[..., Conversation], text: str, told: list[str]) -> None:
    conversation = with_scripts(help=TOP_UP)
    conversation.say("HELP")
    said = conversation.say(text)
    assert len(said) == len(told)
    assert all(part in message for part, message in zip(told, said, strict=True))


def test_a_keypad_has_no_point(with_scripts: Callable[..., Conversation]) -> None:
    conversation = with_scripts(help=TOP_UP)
    conversation.say("HELP")
    assert "20.50" in conversation.hear(Digits("20*5", terminated=True))[0]


def test_asked_again_in_other_words_and_then_by_a_person(with_scripts: Callable[..., Conversation]) -> None:
    conversation = with_scripts(help=TOP_UP)
    conversation.say("HELP")
    assert "reply Y" in conversation.say("9.99")[0]
    assert "middle of something" in conversation.say("500.01")[0]
    assert "ring you" in conversation.say("much")[0]
    assert HandOver("not_understood") in conversation.effects


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("50", 5000), ("50.5", 5050), ("1,200.50", 120050), ("0", 0), ("5角", None), ("", None), ("1.234", None),
        ("12,00", None), ("-5", None), ("五十", None), ("50元整", 5000), ("RMB 50", 5000), ("1e3", None),
        ("50。", 5000),
    ],
)  # fmt: skip
def test_sums_of_money(text: str, amount: int | None) -> None:
    assert fen(text) == amount


NOTE = """
intent: help
states:
  asking:
    say: language.which
    ask:
      text: {into: offer, minimum: 4, maximum: 12, check: date, matches: "2026-.*", then: told}
  told:
    say: catalogue.no_such
    ask:
      yes_no: {yes: end, no: end}
"""


def test_a_text_is_put_right_and_then_matched(with_scripts: Callable[..., Conversation]) -> None:
    conversation = with_scripts(help=NOTE)
    conversation.say("HELP")
    for bad in ("no", "2026-13-01", "2025-01-01", "2026-11-21 12:00"):
        assert "did not understand" in conversation.say(bad)[0] or "could not understand" in conversation.say(bad)[0]
        conversation.say("HELP")
    assert "2026-11-02" in conversation.say("2026年11月2日")[0]


@pytest.mark.parametrize(
    ("validator", "text", "kept"),
    [
        ("date", "20261121", "2026-11-21"),
        ("date", "2026/2/29", None),
        ("date", "tomorrow", None),
        ("email", "Li.Ming@Example.com", "li.ming@example.com"),
        ("email", "li@ming", None),
        ("mobile", "+86 138-0013-8000", "13800138000"),
        ("mobile", "10086", None),
        ("name", " 李明 ", "李明"),
        ("name", "Ann O'Neil", "Ann O'Neil"),
        ("name", "李", None),
        ("name", "R2D2", None),
        ("identity_card", "11010519491231002x", "11010519491231002X"),
        ("identity_card", "110105194912310021", None),
        ("identity_card", "11010519491331002X", None),
        ("identity_card", "1101051949123100", None),
        ("address", "北京市朝阳区建国路1号", "北京市朝阳区建国路1号"),
        ("address", "12345678", None),
    ],
)
def test_validators(validator: str, text: str, kept: str | None) -> None:
    assert VALIDATORS[validator](text) == kept
