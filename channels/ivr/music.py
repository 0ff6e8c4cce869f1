"""What is heard while one waits: a soft sequence of chords of our own, for an Asterisk that has no music.

Three voices, each a sine with one overtone that swells and fades, eight seconds that join at both ends. It is quiet, so
that nobody is startled by the voice that comes after it, and has no note below 250 Hz, which telephones do not carry.
An operator's own goes to `recordings/music/waiting.wav`, or is a class of Asterisk's (`music` in [ivr.waiting]).
"""

import math
import struct
import wave
from io import BytesIO
from pathlib import Path
from typing import Final

RATE: Final = 8_000
NAME: Final = "music/waiting"
CHORDS: Final = ((262, 330, 392), (294, 349, 440), (330, 392, 494), (262, 349, 440))  # Hz
SECONDS: Final = 2.0  # each
LOUD: Final = 2_600  # of 32767


def sound() -> bytes:
    """A WAV file, as telephones have it."""
    file = BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes(b"".join(_chord(notes) for notes in CHORDS))
    return file.getvalue()


def _chord(notes: tuple[int, ...]) -> bytes:
    length = int(RATE * SECONDS)
    return struct.pack(f"<{length}h", *(_sample(notes, place, length) for place in range(length)))


def _sample(notes: tuple[int, ...], place: int, length: int) -> int:
    swell = math.sin(math.pi * place / length) ** 2
    wave_ = sum(_voice(note * place / RATE) for note in notes) / len(notes)
    return int(LOUD * swell * wave_)


def _voice(turns: float) -> float:
    return 0.8 * math.sin(2 * math.pi * turns) + 0.2 * math.sin(4 * math.pi * turns)


def write(folder: Path) -> None:
    """Where prompts lie, once; whole or not at all."""
    path = folder / "speech" / f"{NAME}.wav"
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_bytes(sound())
    half.replace(path)
