"""Whoever writes a phrase is told what one character costs."""

from dialogs.phrases import Phrase, PhraseBook, Piece
from gateway_config.wording import costly


def book(*texts: str) -> PhraseBook:
    phrases = {
        f"help.{number}": Phrase((Piece(text),), frozenset(), "en/said.yaml", number)
        for number, text in enumerate(texts, 1)
    }
    return PhraseBook({"en": phrases})


LONG = "Reply with a number to go on, or text us again whenever you like to. We are here"  # more than 70 characters


def test_one_character_that_doubles_the_segments_is_named_with_its_place() -> None:
    (warning,) = costly(book(LONG, f"{LONG}…", "short…", f"{LONG}: {{€}}"))
    assert (warning.file, warning.line) == ("en/said.yaml", 2)
    assert "help.2 takes 2 segments instead of 1 because of '…' (U+2026)" in warning.text


def test_a_text_of_another_script_is_as_it_is_meant() -> None:
    assert list(costly(book("请回复数字继续，或随时给我们发短信。" * 6))) == []
