"""A key as telephones send it: as an event beside the sound, as a message of the call, or as two tones in the sound.

    RFC 4733   a packet of its own each 20 ms, the last one said three times
    SIP INFO   Content-Type: application/dtmf-relay, `Signal=5`
    in-band    a tone of a row and one of a column (ITU-T Q.23), in A-law

Each key lasts 100 ms and is followed by 80 ms of nothing, which is about as fast as people dial.
"""

import math
import struct
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from tests.peers.sound import a_law

RATE: Final = 8_000
SAMPLES: Final = 160
ALAW, EVENTS, MESSAGE = 8, 101, -1
KEYS: Final = "0123456789*#ABCD"
PRESSED, BETWEEN = 5, 4  # frames
ROWS: Final = {697: "123A", 770: "456B", 852: "789C", 941: "*0#D"}
COLUMNS: Final = (1209, 1336, 1477, 1633)
LOUDNESS: Final = 6_000  # of each tone, of 32,767


class Way(Enum):
    RFC4733 = auto()
    INFO = auto()
    INBAND = auto()


@dataclass(frozen=True, slots=True)
class Frame:
    """What goes out in 20 ms. key: the one that begins with it."""

    kind: int
    body: bytes
    key: str = ""


def frames(key: str, way: Way) -> list[Frame | None]:
    """None: nothing in particular."""
    made = {Way.RFC4733: _events, Way.INFO: _message, Way.INBAND: _tones}[way](key)
    return [*made, *[None] * BETWEEN]


def _events(key: str) -> list[Frame | None]:
    made: list[Frame | None] = []
    for place in range(PRESSED + 3):  # the end is said three times
        length = SAMPLES * min(place + 1, PRESSED)
        body = struct.pack("!BBH", KEYS.index(key), (place >= PRESSED) << 7 | 10, length)
        made.append(Frame(EVENTS, body, key if place == 0 else ""))
    return made


def _message(key: str) -> list[Frame | None]:
    return [Frame(MESSAGE, f"Signal={key}\r\nDuration={PRESSED * 20}\r\n".encode(), key), *[None] * PRESSED]


def _tones(key: str) -> list[Frame | None]:
    row = next(tone for tone, keys in ROWS.items() if key in keys)
    column = COLUMNS[ROWS[row].index(key)]
    sound = bytes(a_law(_sample(row, at) + _sample(column, at)) for at in range(SAMPLES * PRESSED))
    parts = [sound[at : at + SAMPLES] for at in range(0, len(sound), SAMPLES)]
    return [Frame(ALAW, part, key if place == 0 else "") for place, part in enumerate(parts)]


def _sample(tone: int, at: int) -> int:
    return round(LOUDNESS * math.sin(2 * math.pi * tone * at / RATE))
