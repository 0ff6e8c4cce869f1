"""How prompts are spoken: numbers as each language counts, and the pieces of a prompt in their order."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.composers import COMPOSERS
from dialogs.phrases import CannotSay, PhraseBook, load_phrases
from dialogs.spoken import spoken_in
from dialogs.voice import PAUSE, Sound, as_text, speak
from dialogs.words import Choice, Expects, Prompt, Value

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = 1_795_000_000.0  # 2026-11-18 19:06:40 in Shanghai
CHINESE, ENGLISH = COMPOSERS["chinese"], COMPOSERS["english"]


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    return load_phrases()


def zh(names: list[str]) -> str:
    return "".join(spoken_in("zh").words[name] for name in names)


def en(names: list[str]) -> str:
    return " ".join(spoken_in("en").words[name] for name in names)


CARDINALS = [
    (0, "零", "zero"),
    (2, "二", "two"),
    (10, "十", "ten"),
    (12, "十二", "twelve"),
    (20, "二十", "twenty"),
    (22, "二十二", "twenty two"),
    (100, "一百", "one hundred"),
    (101, "一百零一", "one hundred and one"),
    (110, "一百一十", "one hundred and ten"),
    (200, "两百", "two hundred"),
    (222, "两百二十二", "two hundred and twenty two"),
    (1001, "一千零一", "one thousand and one"),
    (1010, "一千零一十", "one thousand and ten"),
    (2000, "两千", "two thousand"),
    (10000, "一万", "ten thousand"),
    (10001, "一万零一", "ten thousand and one"),
    (12000, "一万两千", "twelve thousand"),
    (20000, "两万", "twenty thousand"),
    (100000, "十万", "one hundred thousand"),
    (105000, "十万五千", "one hundred and five thousand"),
    (
        1234567,
        "一百二十三万四千五百六十七",
        "one million two hundred and thirty four thousand five hundred and sixty seven",
    ),
    (200000000, "两亿", "two hundred million"),
    (100000001, "一亿零一", "one hundred million and one"),
    (100010000, "一亿零一万", "one hundred million ten thousand"),
    (-3, "负三", "minus three"),
]

MONEY = [
    (0, "零元", "zero yuan"),
    (5, "五分", "five fen"),
    (20, "两角", "twenty fen"),
    (1808, "十八元零八分", "eighteen yuan and eight fen"),
    (1880, "十八元八角", "eighteen yuan and eighty fen"),
    (1888, "十八元八角八分", "eighteen yuan and eighty eight fen"),
    (200, "两元", "two yuan"),
    (20000, "两百元", "two hundred yuan"),
    (138000, "一千三百八十元", "one thousand three hundred and eighty yuan"),
    (-12345, "负一百二十三元四角五分", "minus one hundred and twenty three yuan and forty five fen"),
]


@pytest.mark.parametrize(("number", "chinese", "english"), CARDINALS)
def test_a_number(number: int, chinese: str, english: str) -> None:
    said = zh(CHINESE.cardinal(number)), en(ENGLISH.cardinal(number))
    assert said == (chinese, english)


@pytest.mark.parametrize(("fen", "chinese", "english"), MONEY)
def test_money(fen: int, chinese: str, english: str) -> None:
    assert (zh(CHINESE.money(fen)), en(ENGLISH.money(fen))) == (chinese, english)


def test_figures_are_read_out_one_by_one() -> None:
    assert zh(CHINESE.figures("13800138000")) == "幺三八零零幺三八零零零"
    assert en(ENGLISH.figures("1080")) == "one zero eight zero"


@pytest.mark.parametrize(
    ("at", "chinese", "english"),
    [
        (datetime(2026, 11, 18, 19, 6, tzinfo=UTC), "十一月十八日十九点零六分", "November eighteenth nineteen oh six"),
        (datetime(2026, 2, 2, 2, 0, tzinfo=UTC), "二月二日两点整", "February second two o'clock"),
        (datetime(2026, 10, 31, 0, 30, tzinfo=UTC), "十月三十一日零点三十分", "October thirty-first zero thirty"),
    ],
)
def test_an_instant(at: datetime, chinese: str, english: str) -> None:
    assert zh([*CHINESE.date(at), *CHINESE.time(at)]) == chinese
    assert en([*ENGLISH.date(at), *ENGLISH.time(at)]) == english


def test_a_month() -> None:
    assert zh(CHINESE.month(2026, 11)) == "二零二六年十一月"
    assert en(ENGLISH.month(2026, 11)) == "November twenty twenty six"
    assert en(ENGLISH.month(2005, 1)) == "January two thousand and five"


DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
SMALL = {"十": 10, "百": 100, "千": 1000}


def counted(said: str) -> int:
    """What a listener makes of it, by the rules of the language and not of our code."""
    for word, size in (("亿", 10**8), ("万", 10**4)):
        if word in said:
            before, _, after = said.partition(word) if word == "亿" else said.rpartition(word)
            return counted(before) * size + counted(after)
    total, digit = 0, None
    for word in said:
        if word in SMALL:
            total, digit = total + (1 if digit is None else digit) * SMALL[word], None
        elif DIGITS[word]:
            digit = DIGITS[word]
    return total + (digit or 0)


@given(st.integers(0, 10**12 - 1))
def test_every_number_is_heard_as_what_it_is(number: int) -> None:
    said = zh(CHINESE.cardinal(number))
    assert counted(said) == number
    assert "零零" not in said
    assert not number or not said.endswith("零")


@given(st.integers(-(10**10), 10**10))
def test_every_word_of_a_number_is_there_to_be_spoken(fen: int) -> None:
    assert zh(CHINESE.money(fen))
    assert en(ENGLISH.money(fen))


def test_a_prompt_is_named_pieces_and_what_stands_between(book: PhraseBook) -> None:
    values: dict[str, Value] = {"name": "酷派F800", "quantity": 2, "total": 199800}
    sounds = speak(book, Prompt("order.confirm", values, expects=Expects.YES_NO), "zh", SHANGHAI)
    assert sounds[:3] == (
        Sound("zh/order.confirm.1", "您要订购"),
        Sound("", "酷派F800"),
        Sound("zh/order.confirm.2", "数量"),
    )
    assert (
        as_text(sounds, spoken_in("zh"))
        == "您要订购，酷派F800，数量，二，共，一千九百九十八元，确认，请按一，取消，请按二"
    )


def test_two_numbers_that_only_a_comma_parts_are_not_run_together(book: PhraseBook) -> None:
    values: dict[str, Value] = {"name": "Coolpad F800", "quantity": 1, "total": 100}
    sounds = speak(book, Prompt("order.confirm", values), "en", SHANGHAI)
    assert PAUSE in sounds
    assert "quantity, one, one yuan" in as_text(sounds, spoken_in("en"))


def heard(book: PhraseBook, prompt: Prompt) -> str:
    return as_text(speak(book, prompt, "zh", SHANGHAI), spoken_in("zh"))


def test_a_menu_says_what_each_key_brings(book: PhraseBook) -> None:
    prompt = Prompt("language.which", {}, (Choice("1", "language.zh"), Choice("2", text="其他")), Expects.MENU)
    assert heard(book, prompt) == "请选择语言，中文，请按一，其他，请按二，返回，请按星号，重听，请按井号"
    assert heard(book, replace(prompt, first=True)).endswith("，人工服务，请按零，重听，请按井号")


def test_entries_with_codes_are_said_by_their_codes(book: PhraseBook) -> None:
    price: dict[str, Value] = {"name": "F800", "price": 100, "code": "F800"}
    choices = (Choice("1", "catalogue.entry", values=price, code="1001"), Choice("2", text="其他", code="2001"))
    said = heard(book, Prompt("catalogue.choose", {}, choices, Expects.MENU))
    assert said == (
        "请输入要订购的商品编号，F800，一元，请按幺零零幺，其他，请按二零零幺，输入完毕，请按井号，返回，请按星号"
    )


def test_more_entries_than_keys_are_said_page_by_page(book: PhraseBook) -> None:
    choices = tuple(Choice(str(n), text=f"第{n}个") for n in range(1, 13))
    first = heard(book, Prompt("language.which", {}, choices, Expects.MENU))
    assert "第8个，请按八，下页，请按九八，" in first
    assert "第9个" not in first
    second = heard(book, Prompt("language.which", {}, choices, Expects.MENU, page=1))
    assert second.startswith("请选择语言，第9个，请按九，第10个，请按幺零，")
    assert heard(book, Prompt("language.which", {}, choices, Expects.MENU, page=2)) == first


def test_how_a_number_of_any_length_is_ended_is_said(book: PhraseBook) -> None:
    prompt = Prompt("agent.will_ring", expects=Expects.DIGITS, minimum=1, maximum=4, terminator="#")
    assert heard(book, prompt).endswith("，输入完毕，请按井号")
    assert "井号" not in heard(book, replace(prompt, minimum=4))


def test_an_order_number_is_read_out_and_lists_are_said_item_by_item(book: PhraseBook) -> None:
    order: dict[str, Value] = {"number": "1000000017", "name": "数据卡", "quantity": 1, "state": "held"}
    said = as_text(speak(book, Prompt("status.are", {"orders": [order, order]}), "zh", SHANGHAI), spoken_in("zh"))
    assert said.count("幺零零零零零零零幺七") == 2
    assert said.count("待客服确认") == 2


def test_a_prompt_without_its_phrase_or_value_says_so(book: PhraseBook) -> None:
    with pytest.raises(CannotSay, match=r"no\.such"):
        speak(book, Prompt("no.such"), "zh", SHANGHAI)
    with pytest.raises(CannotSay, match="needs the value 'amount'"):
        speak(book, Prompt("balance.is"), "zh", SHANGHAI)
    with pytest.raises(CannotSay, match="amount"):
        speak(book, Prompt("balance.is", {"amount": "much"}), "zh", SHANGHAI)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_that_a_composer_may_name_has_its_text(language: str) -> None:
    spoken = spoken_in(language)
    assert spoken.composer
    for number in (*range(2000), 10**4, 10**6, 10**9):
        assert all(spoken.words[name] for name in spoken.composer.cardinal(number))
    for day in range(1, 32):
        assert all(spoken.words[name] for name in spoken.composer.date(datetime(2026, 1, day, tzinfo=UTC)))
