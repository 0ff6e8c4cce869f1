"""Speech made of text, once: espeak-ng says it, sox makes a telephone's sound of it.

    espeak-ng -v cmn "您的余额为" ──► 22 kHz ──► sox: 8 kHz, 16 bit, mono; silence cut off at both ends; loud

Both are programs of every Linux distribution, and neither needs a network or a model. A file appears whole or not at
all, so that Asterisk never plays half of one.
"""

import os
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Final

RATE: Final = 8_000
WITHIN: Final = 20.0
SPEED: Final = 160  # words a minute; slower than espeak-ng's own 175, for those who hear badly
VOICES: Final = {"zh": "cmn", "en": "en-gb"}
_TRIM: Final = ("silence", "1", "0.01", "0.3%")
_EFFECTS: Final = (*_TRIM, "reverse", *_TRIM, "pad", "0.02", "reverse", "pad", "0.02", "gain", "-n", "-3")


class NoSpeech(Exception):
    """It cannot be said here: a program is missing, or it failed."""


def able() -> bool:
    return not missing()


def missing() -> list[str]:
    return [program for program in ("espeak-ng", "sox") if shutil.which(program) is None]


def make(text: str, language: str, path: Path, voices: Mapping[str, str] = VOICES) -> None:
    """Write a WAV file that says it. Blocks for some 50 ms. Raises NoSpeech."""
    if absent := missing():
        raise NoSpeech(
            f"{' and '.join(absent)} is not here: on Debian, apt-get install espeak-ng sox; or record {path}"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".wav", prefix=".", dir=path.parent)
    os.close(handle)
    half = Path(name)
    try:
        _say(text, voices.get(language, language), half)
        half.chmod(0o644)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def make_silence(seconds: float, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    with wave.open(str(half), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(bytes(2 * int(RATE * seconds)))
    half.replace(path)


def _say(text: str, voice: str, path: Path) -> None:
    said = _run(["espeak-ng", "-v", voice, "-s", str(SPEED), "--stdin", "--stdout"], text.encode())
    sound = ["-r", str(RATE), "-c", "1", "-b", "16", str(path), *_EFFECTS]
    # espeak-ng cannot go back in a pipe to write how long it was: sox is told not to mind
    _run(["sox", "-q", "--ignore-length", "-t", "wav", "-", *sound], said)


def _run(command: list[str], given: bytes) -> bytes:
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=WITHIN, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NoSpeech(f"{command[0]}: {problem}") from None
    if done.returncode:
        raise NoSpeech(f"{command[0]} failed: {done.stderr.decode(errors='replace').strip()[-200:]}")
    return done.stdout
