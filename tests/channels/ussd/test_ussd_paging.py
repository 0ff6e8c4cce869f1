"""Screens: what fits on them, where they may end, and how they are turned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.ussd.paging import BACK, NEXT, Shown, Turning, show, turned
from gateway_config.rendering import fits_screen

TURNING = Turning("下页", "上页")
ENGLISH = Turning("More", "Back")
MENU = tuple((str(key), f"第{key}个很长很长很长的商品名称 1000.00元") for key in range(1, 10))


def all_screens(shown: Shown) -> list[str]:
    seen = [shown.screen]
    while further := turned(shown, NEXT):
        shown = further
        seen.append(shown.screen)
    return seen


def test_what_fits_is_one_screen_without_keys_to_turn() -> None:
    assert show("您好", [("1", "余额"), ("0", "返回")], TURNING, fits_screen).pages == ("您好\n1 余额\n0 返回",)


def test_182_characters_of_gsm_or_80_of_any_other() -> None:
    assert len(show("a" * 182, [], ENGLISH, fits_screen).pages) == 1
    assert len(show("a " * 91 + "a", [], ENGLISH, fits_screen).pages) == 2
    assert len(show("字" * 80, [], TURNING, fits_screen).pages) == 1
    assert len(show("字" * 81, [], TURNING, fits_screen).pages) == 2
    assert len(show("€" * 91, [], ENGLISH, fits_screen).pages) == 1  # each of them two septets
    assert len(show("€ " * 62, [], ENGLISH, fits_screen).pages) == 2


def test_options_keep_their_keys_and_are_never_cut() -> None:
    lines = [line for page in show("请选择", MENU, TURNING, fits_screen).pages for line in page.split("\n")]
    assert [line for line in lines if line[:1] in "123456789" and line[:2] not in (NEXT, BACK)] == [
        f"{key} {label}" for key, label in MENU
    ]


def test_pages_are_turned_on_and_back() -> None:
    shown = show("请选择", MENU, TURNING, fits_screen)
    second = turned(shown, NEXT)
    assert second
    assert second.at == 1
    assert turned(second, f" {BACK} ") == shown
    assert turned(shown, BACK) is None  # the first page has none before it: that is an answer, and a wrong one
    assert turned(second, "7") is None  # an option of any page


def test_the_first_page_has_no_back_and_the_last_no_next() -> None:
    pages = show("请选择", MENU, TURNING, fits_screen).pages
    assert f"{BACK} 上页" not in pages[0]
    assert f"{NEXT} 下页" not in pages[-1]
    assert all(f"{NEXT} 下页" in page for page in pages[:-1])
    assert all(f"{BACK} 上页" in page for page in pages[1:])


def test_a_question_for_digits_is_answered_on_its_last_page_only() -> None:
    shown = show("请回复数量。" * 20, [], TURNING, fits_screen, keyed=False)
    assert turned(shown, "12") == shown
    last = turned(shown, NEXT)
    assert last
    assert len(last.pages) == 2
    assert turned(last, NEXT) is None  # 98 pieces
    assert turned(last, BACK) is None
    assert BACK not in last.screen


def test_a_label_that_no_screen_holds_is_shortened() -> None:
    (page,) = show("", [("1", "字" * 100)], TURNING, fits_screen).pages
    assert fits_screen(page)
    assert page.startswith("1 字")
    assert ".." in page


def test_a_character_is_not_cut_from_what_joins_it() -> None:
    family = "👨\u200d👩\u200d👧"
    for page in show(family * 30, [], TURNING, fits_screen).pages:
        text = page.split("\n")[0]
        assert text == family * text.count("👨")


def test_nothing_to_show_is_an_empty_screen() -> None:
    assert show("", [], TURNING, fits_screen).pages == ("",)


labels = st.text(st.characters(categories=("L", "N", "P", "S"), max_codepoint=0x9FFF), min_size=1, max_size=30)


@given(st.text(max_size=300), st.lists(labels, max_size=9), st.booleans())
def test_any_text_and_menu_fit_their_screens_and_nothing_is_lost(head: str, options: list[str], keyed: bool) -> None:
    keys = [(str(number), label) for number, label in enumerate(options, 1)]
    shown = show(head, keys, TURNING, fits_screen, keyed=keyed)
    assert all(fits_screen(page) for page in shown.pages)
    assert all_screens(shown) == list(shown.pages)
    whole = "\n".join(shown.pages)
    assert all(f"{key} {label}" in whole for key, label in keys)


@pytest.mark.parametrize("text", ["one two three " * 40, "甲乙丙丁" * 60])
def test_every_page_but_the_last_is_full(text: str) -> None:
    pages = show(text, [], TURNING, fits_screen).pages
    assert "".join(page.split("\n")[0].replace(" ", "") for page in pages) == text.replace(" ", "").strip()
    assert all(len(page.encode("utf-16-be")) // 2 >= 60 for page in pages[:-1])
