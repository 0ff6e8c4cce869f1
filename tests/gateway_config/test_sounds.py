"""Which keys of a call are an answer by themselves: never one that another answer may begin with."""

from zoneinfo import ZoneInfo

import pytest

from channels.ivr.spoken import Spoken
from dialogs.editions import Editions
from dialogs.library import load_library
from dialogs.phrases import render_text
from dialogs.words import Choice, Expects, Prompt, Say
from dialogs.written import written_for_keys
from gateway_config.sounds import laid_out

EDITIONS = Editions.only(load_library())


def laid(prompt: Prompt) -> Spoken:
    return laid_out(EDITIONS, ZoneInfo("Asia/Shanghai"), [Say(prompt, "zh")])


def menu(count: int, *codes: str) -> Prompt:
    entries = zip(range(1, count + 1), codes or [""] * count, strict=False)
    choices = tuple(Choice(str(number), text=str(number), code=code) for number, code in entries)
    return Prompt("language.which", {}, choices, Expects.MENU)


@pytest.mark.parametrize(
    ("prompt", "keys", "terminator", "at_once"),
    [
        (menu(4), 1, "", ""),
        (menu(9), 1, "", ""),
        (menu(2, "1001", "2001"), 4, "#", "*0"),  # 1 and 2 begin codes
        (menu(3, "2001", "2002", "2003"), 4, "#", "*013"),
        (menu(12), 2, "#", "*02345678"),  # 1 begins 10, 9 begins the key that turns the page
        (Prompt("order.how_many", {"name": "x", "most": 9}, (), Expects.DIGITS, 1, 2, "#"), 2, "#", "*"),
    ],
)
def test_what_is_waited_for(prompt: Prompt, keys: int, terminator: str, at_once: str) -> None:
    spoken = laid(prompt)
    assert (spoken.keys, spoken.terminator, spoken.at_once) == (keys, terminator, at_once)


def test_an_entry_that_is_only_heard_is_not_written() -> None:
    shown, heard = Choice("1", text="余额"), Choice("9", text="English", aloud=True)
    prompt = Prompt("language.which", {}, (shown, heard), Expects.MENU)
    assert [words for _, words in laid(prompt).sounds if words in ("余额", "English")] == ["余额", "English"]
    book, zone = load_library().phrases, ZoneInfo("Asia/Shanghai")
    assert "English" not in render_text(book, prompt, "zh", zone)
    assert written_for_keys(book, prompt, "zh", zone).options[0] == ("1", "余额")
    assert "9" not in [key for key, _ in written_for_keys(book, prompt, "zh", zone).options]
