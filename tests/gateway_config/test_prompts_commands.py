"""`hall prompts`: what is recorded, what is made, what is missing."""

import shutil
import wave
from pathlib import Path

import pytest
from click.testing import CliRunner

from channels.ivr import speech
from gateway_config.command import main

CONFIGURATION = """
[node]
data = "{folder}"
[database]
url = "sqlite:///{folder}/hall.db"
[ivr]
speech = {speech}
"""

spoken_here = pytest.mark.skipif(bool(speech.missing()), reason="needs espeak-ng and sox, which `make test` installs")


def hall(folder: Path, *words: str, speech: bool = True) -> tuple[int, str]:
    file = folder / "hall.toml"
    file.write_text(CONFIGURATION.format(folder=folder, speech=str(speech).lower()))
    done = CliRunner().invoke(main, [*words, "--config", str(file)], catch_exceptions=False)
    return done.exit_code, done.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert hall(tmp_path, "db", "upgrade")[0] == 0
    return tmp_path


def states(listed: str) -> dict[str, str]:
    return {name: state for name, state, *_ in (line.split("\t") for line in listed.splitlines() if "\t" in line)}


def test_every_prompt_of_both_languages_is_listed_with_its_words(folder: Path) -> None:
    code, listed = hall(folder, "prompts", "list")
    assert code == 0
    told = states(listed)
    assert told["zh/spoken/unit.10000"] == told["en/spoken/press"] == told["zh/balance.is.1"] == "missing"
    assert "zh/spoken/yao\tmissing\t幺" in listed
    assert not any(name.startswith(("zh/notice.", "zh/hint.")) for name in told), "those are for reading"


def test_a_recording_counts_at_once_and_comes_first(folder: Path) -> None:
    recording = folder / "prompts" / "recordings" / "zh" / "spoken" / "yao.wav"
    recording.parent.mkdir(parents=True)
    recording.touch()
    assert states(hall(folder, "prompts", "list")[1])["zh/spoken/yao"] == "recorded"
    assert "zh/spoken/yao" not in states(hall(folder, "prompts", "missing")[1])


def test_without_speech_what_nobody_recorded_is_an_error(folder: Path) -> None:
    code, told = hall(folder, "prompts", "missing", speech=False)
    assert code == 1
    assert "would not be heard" in told


@spoken_here
def test_speech_is_made_of_all_that_is_not_recorded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def say(text: str, language: str, path: Path, voices: object) -> None:
        made.append(text)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    monkeypatch.setattr(speech, "make", say)
    code, told = hall(folder, "prompts", "make")
    assert (code, f"made {len(made)} prompts" in told) == (0, True)
    assert {"幺", "您的余额为"} <= set(made)
    assert set(states(hall(folder, "prompts", "list")[1]).values()) == {"made"}
    assert "made 0 prompts" in hall(folder, "prompts", "make")[1]


@spoken_here
def test_speech_is_a_telephones_sound_without_silence_at_its_ends(tmp_path: Path) -> None:
    path = tmp_path / "balance.wav"
    speech.make("您的余额为", "zh", path)
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        frames = sound.readframes(sound.getnframes())
    samples = memoryview(frames).cast("h")
    assert 0.4 < len(samples) / 8000 < 3
    assert 15_000 < max(map(abs, samples)) < 32_767, "neither faint nor clipped"
    assert max(map(abs, samples[800:1600])) > 300, "it begins to speak within a tenth of a second"
    assert list(tmp_path.iterdir()) == [path], "no half a file stays behind"


def test_where_nothing_speaks_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(speech.NoSpeech, match="apt-get install espeak-ng sox"):
        speech.make("您", "zh", tmp_path / "x.wav")
