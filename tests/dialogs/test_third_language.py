"""A third language is a folder: nothing else has to know of it."""

import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from dialogs.checking import check
from dialogs.conversation import Conversation
from dialogs.library import Library, load_library
from dialogs.manner import languages
from dialogs.phrases import render_text
from dialogs.voice import as_text, speak
from dialogs.words import Facts, Prompt
from gateway_config.settings import ServiceSettings
from orders import catalogue, subscribers
from tests.dialogs.conftest import NOW, OFFERS, back_office

HERE = Path(__file__).parent.parent.parent / "dialogs"
SHANGHAI = ZoneInfo("Asia/Shanghai")

MANNER = """
locale: de
money: "{amount} Yuan"
decimal: ","
thousands: "."
date: d. MMM
time: d. MMM HH:mm
month: MMMM y
between: ", "
chosen_by: [DE, DEUTSCH]
"""
HEARD = """
balance:
  - wie viel Guthaben habe ich noch
  - mein Guthaben bitte
agent:
  - ich möchte mit einem Menschen sprechen
none:
  - guten Morgen
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As shipped, and a German folder: the English phrases, with a few of its own."""
    for name in ("scripts", "phrases"):
        shutil.copytree(HERE / name, tmp_path / name)
    german = tmp_path / "phrases" / "de"
    german.mkdir()
    said = (HERE / "phrases" / "en" / "said.yaml").read_text("utf-8")
    said = said.replace("Your balance is {amount:money}.", "Ihr Guthaben beträgt {amount:money}.")
    said = said.replace("All right, English from now on.", "Gut, ab jetzt auf Deutsch.")
    (german / "said.yaml").write_text(said, "utf-8")
    (german / "manner.yaml").write_text(MANNER, "utf-8")
    (german / "heard.yaml").write_text(HEARD, "utf-8")
    script = tmp_path / "scripts" / "language.yaml"
    script.write_text(script.read_text("utf-8").replace("is: [zh, en]", "is: [zh, en, de]"), "utf-8")
    return tmp_path


@pytest.fixture
def library(folder: Path) -> Library:
    return load_library(folder / "scripts", folder / "phrases")


def test_it_is_sound(folder: Path) -> None:
    assert check(folder / "scripts", folder / "phrases") == []


def test_it_is_chosen_by_its_word_and_spoken_from_then_on(library: Library) -> None:
    talk = Conversation(library, Facts("zh", OFFERS), back_office, zone=SHANGHAI, now=NOW)
    assert talk.say("Deutsch") == ["Gut, ab jetzt auf Deutsch."]
    assert talk.facts.language == "de"
    assert talk.say("YE") == ["Ihr Guthaben beträgt 18,88 Yuan."]
    assert talk.say("wie viel Guthaben hab ich noch?") == ["Ihr Guthaben beträgt 18,88 Yuan."]
    assert talk.say("查余额") == ["Ihr Guthaben beträgt 18,88 Yuan."]


def test_money_dates_and_months_are_written_its_way(library: Library) -> None:
    said = render_text(library.phrases, Prompt("bill.in_all", {"month": "2026-03", "total": 123456789}), "de", SHANGHAI)
    assert said == "März 2026: 1.234.567,89 Yuan in all."


def test_without_a_composer_it_is_spoken_as_it_is_written(library: Library) -> None:
    sounds = speak(library.phrases, Prompt("balance.is", {"amount": 1888}), "de", SHANGHAI)
    assert as_text(sounds, library.phrases.voice("de")) == "Ihr Guthaben beträgt, 18,88 Yuan"


def test_a_word_that_chooses_two_languages_is_refused(folder: Path) -> None:
    path = folder / "phrases" / "de" / "manner.yaml"
    path.write_text(MANNER.replace("DEUTSCH", "ENGLISH"), "utf-8")
    assert any("'ENGLISH'" in problem.text for problem in check(folder / "scripts", folder / "phrases"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("locale: xx", "the locale 'xx' is not known"),
        ("money: Yuan", "money has no {amount}"),
        ("mony: x", "the manner has an unknown key 'mony'"),
    ],
)
def test_what_is_wrong_with_a_manner_is_told(folder: Path, line: str, told: str) -> None:
    name = line.partition(":")[0]
    kept = [each for each in MANNER.strip().splitlines() if not each.startswith(f"{name}:")]
    (folder / "phrases" / "de" / "manner.yaml").write_text("\n".join([*kept, line]), "utf-8")
    problems = [each for each in check(folder / "scripts", folder / "phrases") if each.file.endswith("de/manner.yaml")]
    assert [each.text for each in problems] == [told]


def test_a_folder_without_a_manner_is_told_what_to_write(folder: Path) -> None:
    (folder / "phrases" / "de" / "manner.yaml").unlink()
    (problem,) = check(folder / "scripts", folder / "phrases")
    assert problem.text == "there is no such file"
    assert "en/manner.yaml" in problem.hint


def test_who_chose_a_language_that_is_gone_is_spoken_to_in_another() -> None:
    talk = Conversation(load_library(), Facts("de", OFFERS), back_office, zone=SHANGHAI, now=NOW)
    assert talk.say("YE") == ["Your balance is 18.88 yuan."]


GERMAN_SPEAKER = "- {msisdn: 8613800138000, language: de}"


def test_settings_subscribers_and_the_catalogue_take_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="a language is a folder"):
        ServiceSettings(language="de")
    monkeypatch.setattr("gateway_config.settings.languages", lambda: languages(folder / "phrases"))
    assert ServiceSettings(language="de").language == "de"
    assert subscribers.parse(GERMAN_SPEAKER, "x.yaml", languages(folder / "phrases"))[0].language == "de"
    offer = "- {code: F800, keypad: '1001', zh: 酷派F800, en: Coolpad F800, de: Coolpad, price: 1}"
    assert catalogue.parse(offer, "x.yaml")[0].names["de"] == "Coolpad"
