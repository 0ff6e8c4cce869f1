"""Free text: the two sets of phrases, and what must hold of each way of being understood."""

import pytest

from benchmarks.understanding import BEFORE, NEVER, measure, phrases
from dialogs.folding import fold, squeeze
from dialogs.likeness import Book, features
from dialogs.pinyin import Syllables, syllables
from dialogs.understanding import default_understander, understand
from tests.dialogs.conftest import OFFERS


def test_nineteen_of_twenty_unseen_phrases_are_understood() -> None:
    report = measure(NEVER)
    assert report.count >= 150
    assert report.accuracy >= 0.95


@pytest.mark.parametrize("file", [BEFORE, NEVER])
def test_no_nonsense_is_taken_for_an_order_a_cancellation_or_an_opt_out(file: object) -> None:
    assert measure(BEFORE if file is BEFORE else NEVER).dangerous == []


def test_the_phrase_book_was_not_made_from_what_it_is_measured_on() -> None:
    book = {each.folded for each in default_understander().commands.examples}
    assert [phrase.text for phrase in phrases(NEVER) if fold(phrase.text) in book] == []


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("麻烦来两台库派F800", {"offer": "F800", "quantity": 2}),
        ("请给我订三部F80O", {"offer": "F800", "quantity": 3}),
        ("I'd like two cool pad f800", {"offer": "F800", "quantity": 2}),
        ("wo yao mai san zhang shu ju ka", {"offer": "SJK", "quantity": 3}),
        ("I want to buy an F900", {}),
    ],
)
def test_a_name_is_known_however_it_is_written_but_digits_are_never_guessed(
    text: str, slots: dict[str, object]
) -> None:
    assert dict(understand(text, OFFERS).slots) == slots


@pytest.mark.parametrize(
    "text",
    [
        "我不想取消订单", "你不要帮我取消订单", "我没有要求退订", "为什么我的订单被取消了",
        "don't you dare cancel my order", "why was my order cancelled", "do not unsubscribe me from the messages",
        "I did not ask to stop the ads",
        "我朋友订了两台酷派F800", "不用买数据卡", "bu yao qu xiao ding dan", "bie qu xiao wo de ding dan",
    ],
)  # fmt: skip
def test_what_speaks_against_a_wish_is_heard(text: str) -> None:
    assert understand(text, OFFERS).intent not in ("order", "cancel", "optout")


@pytest.mark.parametrize("text", ["buy milk", "order pizza", "order! order!", "买菜", "我要回家", "buy 2 tickets"])
def test_what_is_not_sold_is_ordered_by_its_code_only(text: str) -> None:
    assert understand(text, OFFERS).intent != "order"
    assert understand("DG X900", OFFERS).slots == {"offer": "X900"}
    assert understand("buy X900", OFFERS).slots == {"offer": "X900"}


@pytest.mark.parametrize("text", ["two F800 please", "请给我F800两台，谢谢", "F800两台", "can I have two F800"])
def test_a_name_and_a_number_is_an_order_however_politely(text: str) -> None:
    understood = understand(text, OFFERS)
    assert (understood.intent, dict(understood.slots)) == ("order", {"offer": "F800", "quantity": 2})


def test_a_close_call_names_what_it_may_be() -> None:
    understood = understand("查询", OFFERS)
    assert understood.intent == "none"
    assert understood.close
    assert {"balance", "status"} <= set(understood.near)


def test_the_hopeless_is_not_asked_back() -> None:
    understood = understand("asdf jkl", OFFERS)
    assert (understood.intent, understood.near, understood.close) == ("none", (), False)


def test_pinyin_is_cut_into_syllables_that_are_known() -> None:
    known = Syllables(["查余额", "订单"])
    assert known.cut("CHAYUE DINGDAN HELLO F800") == "CHA YU E DING DAN HELLO F800"
    assert syllables("查余额 F800") == "CHA YU E F800"


def test_a_slip_of_the_finger_is_the_nearest_known_word() -> None:
    book = Book(default_understander().commands.examples)
    assert book.corrected("CHECK MY BALLANCE") == "CHECK MY BALANCE"
    assert book.corrected("XYZZY") == "XYZZY"


def test_features_are_parts_and_their_pairs() -> None:
    assert features("查余额 F800") == {"查", "余", "额", "F800", "查 余", "余 额", "额 F800"}


def test_every_example_is_understood_as_what_it_stands_for() -> None:
    """Only those without a place, and those that are not taken lightly may be asked for by more than likeness."""
    wrong = [
        (each.folded, each.intent, understand(each.folded, OFFERS).intent)
        for each in default_understander().commands.examples
        if "ZZ" not in each.folded
        and squeeze(each.folded) not in default_understander().commands.exact
        and each.intent not in ("order", "cancel", "optout")
        and understand(each.folded, OFFERS).intent != each.intent
    ]
    assert len(wrong) <= 12, wrong
