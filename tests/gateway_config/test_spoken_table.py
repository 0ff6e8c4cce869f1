"""The page of what is spoken is true; and what callers hear of it is long enough, loud enough, and never clipped."""

import wave
from pathlib import Path

import pytest

from channels.ivr import speech
from channels.ivr.prompts import BREATH, PAUSE, Shelf
from gateway_config.spoken_table import TABLE, document, files

PAGE = Path(__file__).parents[2] / "docs" / "spoken.md"
TENTH = speech.RATE // 10
FAINT = 330  # a hundredth of what there is

spoken_here = pytest.mark.skipif(bool(speech.missing()), reason="needs espeak-ng and sox, which `make test` installs")


def test_the_page_of_what_is_spoken_is_true() -> None:
    assert PAGE.read_text(encoding="utf-8") == document()


def test_it_has_forty_lines() -> None:
    assert sum(len(rows) for _, rows in TABLE) == 40


def samples(path: Path) -> memoryview:
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (speech.RATE, 1, 2)
        return memoryview(sound.readframes(sound.getnframes())).cast("h")


@spoken_here
def test_all_of_it_is_heard_without_gaps_and_without_clipping(tmp_path: Path) -> None:
    made = list(files(tmp_path))
    assert len(made) == 80
    for path in made:
        sound = samples(path)
        peaks = [max(map(abs, sound[at : at + TENTH])) for at in range(0, len(sound), TENTH)]
        assert 0.25 < len(sound) / speech.RATE < 12, path
        assert 9_000 < max(peaks) < 32_000, path
        assert max(peaks[:2]) > FAINT, f"{path} begins with silence"
        silent = "".join("." if peak < FAINT else "x" for peak in peaks)
        assert "...." not in silent, f"{path} has a gap: {silent}"


def test_a_breath_is_shorter_than_a_second_and_needs_no_program(tmp_path: Path) -> None:
    name = Shelf(tmp_path, speaks=False).made(PAUSE, "", "zh")
    sound = samples(tmp_path / f"{name}.wav")
    assert (name, len(sound) / speech.RATE, any(sound)) == ("speech/pause", BREATH, False)
    own = tmp_path / "recordings" / "pause.wav"
    own.parent.mkdir()
    own.touch()
    assert Shelf(tmp_path, speaks=False).made(PAUSE, "", "zh") == "recordings/pause"
