"""What was heard on a telephone, held against the files that should have been played.

A-law (ITU-T G.711) keeps the sign and twelve bits of a sample; over loopback nothing is lost between Asterisk's encoder
and us, so a prompt is found again octet by octet. Only its loud middle is looked for: silence is everywhere.
"""

import struct
import wave
from pathlib import Path

CHUNK = 800  # samples: a tenth of a second, long enough for no other word to sound so


def samples(path: Path) -> tuple[int, ...]:
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2), path
        return struct.unpack(f"<{sound.getnframes()}h", sound.readframes(sound.getnframes()))


def a_law(sample: int) -> int:
    magnitude, sign = (sample >> 3, 0xD5) if sample >= 0 else (-(sample >> 3) - 1, 0x55)
    if magnitude < 32:
        return (magnitude >> 1) ^ sign
    segment = min(magnitude.bit_length() - 5, 7)
    return (segment << 4 | (magnitude >> segment & 0x0F)) ^ sign


def loudest(sound: tuple[int, ...]) -> int:
    """Where the loudest chunk begins."""
    steps = range(0, max(1, len(sound) - CHUNK), CHUNK // 8)
    return max(steps, key=lambda at: sum(map(abs, sound[at : at + CHUNK])))


def found(heard: bytes, path: Path, after: int = 0) -> int | None:
    """From which sample on a prompt is heard, after another; None if it is not."""
    sound = samples(path)
    at = loudest(sound)
    place = heard.find(bytes(map(a_law, sound[at : at + CHUNK])), after)
    return None if place < 0 else max(0, place - at)


def in_order(heard: bytes, prompts: list[Path]) -> list[Path]:
    """Those of the prompts that were not heard where they should have been: each after the one before."""
    after, missing = 0, []
    for path in prompts:
        place = found(heard, path, after)
        if place is None:
            missing.append(path)
        else:
            after = place + len(samples(path)) // 2
    return missing
