"""How prompts become text: values by format and language, choices, hints; and what a prompt must not lack."""

import shutil
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dialogs.manner import HERE
from dialogs.phrases import CannotSay, PhraseBook, load_phrases, read_phrases, render_text
from dialogs.problems import Problem
from dialogs.recordings import pieces_of
from dialogs.voice import as_text, speak
from dialogs.words import Choice, Expects, Prompt, Value
from dialogs.written import written_for_keys

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = 1_795_000_000.0  # 2026-11-18 19:06:40 in Shanghai

# The basic alphabet of GSM 03.38 and its extension, as in the specification's table.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    return load_phrases()


@pytest.fixture
def probe(tmp_path: object) -> PhraseBook:
    from pathlib import Path

    folder = Path(str(tmp_path))
    text = """
probe:
  plain: "<{x}>"
  money: "{x:money}"
  date: "{x:date}"
  time: "{x:time}"
  month: "{x:month}"
  local: "{x:local}"
  one_of: "{x:one_of probe.word}"
  each: "{x:each probe.plain}"
  phrase: "{x:phrase}"
  word: {a: first, b: second}
  braces: "{{x}}"
  plural: "{x:plural probe.piece}"
  piece: {one: "{n} piece", other: "{n} pieces"}
"""
    for language in ("zh", "en"):
        shutil.copytree(HERE / language, folder / language)
        (folder / language / "said.yaml").write_text(text)
    return load_phrases(folder)


FORMATS: list[tuple[str, Value, str, str]] = [
    ("plain", "甲", "<甲>", "<甲>"),
    ("plain", 3, "<3>", "<3>"),
    ("money", 1888, "18.88元", "18.88 yuan"),
    ("money", 0, "0.00元", "0.00 yuan"),
    ("money", 5, "0.05元", "0.05 yuan"),
    ("money", -5, "-0.05元", "-0.05 yuan"),
    ("money", -12345, "-123.45元", "-123.45 yuan"),
    ("money", 10**15, "10000000000000.00元", "10000000000000.00 yuan"),
    ("date", AT, "11月18日", "18 Nov"),
    ("time", AT, "11月18日 19:06", "18 Nov 19:06"),
    ("month", "2026-01", "2026年1月", "January 2026"),
    ("local", {"zh": "月租", "en": "Rent"}, "月租", "Rent"),
    ("local", {"de": "Miete"}, "Miete", "Miete"),
    ("local", "SMS", "SMS", "SMS"),
    ("one_of", "b", "second", "second"),
    ("each", [{"x": 1}, {"x": 2}], "<1>\n<2>", "<1>\n<2>"),
    ("each", [], "", ""),
    ("phrase", {"phrase": "probe.money", "values": {"x": 1}}, "0.01元", "0.01 yuan"),
    ("braces", None, "{x}", "{x}"),
    ("plural", 1, "1 pieces", "1 piece"),
    ("plural", 2, "2 pieces", "2 pieces"),
    ("plural", 0, "0 pieces", "0 pieces"),
]


@pytest.mark.parametrize(("name", "value", "chinese", "english"), FORMATS)
def test_a_value_is_written_as_the_language_does(
    probe: PhraseBook, name: str, value: Value, chinese: str, english: str
) -> None:
    prompt = Prompt(f"probe.{name}", {"x": value})
    assert render_text(probe, prompt, "zh", SHANGHAI) == chinese
    assert render_text(probe, prompt, "en", SHANGHAI) == english


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("money", 18.88), ("money", "18"), ("money", True), ("money", None), ("date", "today"), ("time", 1e20),
        ("month", "November"), ("month", "2026-13"), ("one_of", "c"), ("each", "ab"), ("each", [{"y": 1}]),
        ("phrase", "probe.plain"), ("phrase", {"values": {}}), ("phrase", {"phrase": "no.such"}),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_named(probe: PhraseBook, name: str, value: Value) -> None:
    with pytest.raises(CannotSay, match=r"probe|no\.such"):
        render_text(probe, Prompt(f"probe.{name}", {"x": value}), "en", SHANGHAI)


def test_a_prompt_without_its_phrase_or_value_says_what_to_do(probe: PhraseBook) -> None:
    with pytest.raises(CannotSay, match=r"no phrase 'probe.nix' in 'en': add it to phrases/en/said.yaml"):
        render_text(probe, Prompt("probe.nix"), "en", SHANGHAI)
    with pytest.raises(CannotSay, match=r"'probe.plain' needs the value 'x'"):
        render_text(probe, Prompt("probe.plain"), "en", SHANGHAI)


def test_choices_stand_one_a_line_and_the_hint_last(book: PhraseBook) -> None:
    choices = (
        Choice("1", "catalogue.entry", values={"name": "Coolpad F800", "price": 99900, "code": "F800"}),
        Choice("2", text="as it is"),
    )
    assert render_text(book, Prompt("catalogue.choose", {}, choices, Expects.MENU), "en", SHANGHAI).splitlines() == [
        "What would you like to order?",
        "1 Coolpad F800 999.00 yuan (F800)",
        "2 as it is",
        "Reply with a number, 0 to go back.",
    ]


@pytest.mark.parametrize("key", ["confirmed", "changed", "rejected", "cancelled", "unreachable"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_notices_about_orders(book: PhraseBook, key: str, language: str) -> None:
    values: dict[str, Value] = {"number": "1000000017", "offer": "F800", "name": "F800", "quantity": 2, "total": 199800}
    said = render_text(book, Prompt(f"notice.{key}", values), language, SHANGHAI)
    assert "1000000017" in said
    assert book.fields(f"notice.{key}") <= values.keys()


def test_every_state_of_an_order_has_a_name(book: PhraseBook) -> None:
    for state in (
        "acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "completed", "failed", "partial",
        "assessingCancellation", "pendingCancellation",
    ):  # fmt: skip
        assert f"order_state.{state}" in book


def test_english_keeps_to_the_alphabet_of_gsm(book: PhraseBook) -> None:
    """One other character, and a text message holds 70 instead of 160."""
    strange = {
        (key, character)
        for key, phrase in book.languages["en"].items()
        for piece in phrase.pieces
        for character in piece.text
        if character not in GSM
    }
    assert strange == set()


def test_messages_are_short(book: PhraseBook) -> None:
    """Two segments at most before values are filled in: 67 characters of Chinese each, 153 of English."""
    for language, segment in (("zh", 67), ("en", 153)):
        lengths = {key: sum(len(p.text) for p in phrase.pieces) for key, phrase in book.languages[language].items()}
        assert {key: length for key, length in lengths.items() if length > 2 * segment} == {}


# ── Words of a channel's own ─────────────────────────────────────────────────────────────────────────────────────────

SEVERAL = """
probe:
  done: {sms: "Done, reply {a}.", ivr: "Done."}
  told:
    sms: |
      Told: {x:phrase}
    ussd: "{x:phrase}"
  listed: {sms: "{xs:each probe.done}", ussd: "{n}"}
"""


@pytest.fixture
def several(tmp_path: Path) -> Callable[[str], tuple[PhraseBook, list[Problem]]]:
    def read(text: str) -> tuple[PhraseBook, list[Problem]]:
        for language in ("zh", "en"):
            shutil.copytree(HERE / language, tmp_path / language)
            (tmp_path / language / "said.yaml").write_text(text)
        return read_phrases(tmp_path)

    return read


def test_each_channel_says_its_own_words_also_within_others(
    several: Callable[[str], tuple[PhraseBook, list[Problem]]],
) -> None:
    book, problems = several(SEVERAL)
    assert problems == []
    prompt = Prompt("probe.told", {"x": {"phrase": "probe.done", "values": {"a": "Y"}}})
    said = {channel: render_text(book, prompt, "en", SHANGHAI, channel) for channel in ("sms", "ussd", "ivr")}
    assert said == {"sms": "Told: Done, reply Y.", "ussd": "Done, reply Y.", "ivr": "Told: Done."}
    assert as_text(speak(book, prompt, "en", SHANGHAI), book.voice("en")) == "Told, Done"
    assert written_for_keys(book, prompt, "en", SHANGHAI).head == "Done, reply Y."


def test_a_phrase_needs_what_any_of_its_channels_needs(
    several: Callable[[str], tuple[PhraseBook, list[Problem]]],
) -> None:
    book, _ = several(SEVERAL)
    assert book.fields("probe.listed") == {"xs", "n"}
    assert book.languages["en"]["probe.listed"].lists == [("xs", "probe.done")]
    assert list(pieces_of("probe.done", book.languages["en"]["probe.done"])) == ["probe.done"]  # as callers hear it


def test_a_phrase_that_lacks_the_usual_words_or_names_another_channel(
    several: Callable[[str], tuple[PhraseBook, list[Problem]]],
) -> None:
    _, problems = several("probe: {a: {ivr: Done.}}\nother:\n  b: {sms: Done., wap: Done.}\n")
    told = sorted((problem.line, problem.text) for problem in problems if "/en/" in problem.file)
    assert told == [(1, "the phrase probe.a has no sms"), (3, "the phrase other.b has an unknown key 'wap'")]


def test_what_cannot_be_filled_in_is_told_by_the_line_of_the_channel(
    several: Callable[[str], tuple[PhraseBook, list[Problem]]],
) -> None:
    _, problems = several("probe:\n  a:\n    sms: Done.\n    ivr: '{x:moony}'\n")
    assert [problem.line for problem in problems if "/en/" in problem.file] == [4]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_words_of_a_screen_and_of_a_call_are_shorter_or_other(book: PhraseBook, language: str) -> None:
    for key, phrase in book.languages[language].items():
        for channel, own in phrase.variants.items():
            assert own.pieces != phrase.pieces, (key, channel)
            assert own.fields <= phrase.fields
