"""How much fits on a screen and into text messages (`limits.yaml`), and how long a phrase will be once it is said.

What a value will be is not known beforehand, so lengths are told twice: the words alone, which is the least there can
be, and the words with values of the usual length.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dialogs.phrases import Phrase
from dialogs.reading import Page, plain

HERE = Path(__file__).parent

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")  # two septets each


@dataclass(frozen=True, slots=True)
class Length:
    """Of a text: septets while it keeps to the GSM alphabet, else units of UCS-2."""

    count: int = 0
    gsm: bool = True

    @property
    def segments(self) -> int:
        whole, part = (160, 153) if self.gsm else (70, 67)
        return 1 if self.count <= whole else -(-self.count // part)


@dataclass(frozen=True, slots=True)
class Limits:
    septets: int
    units: int
    reserved: int
    segments: int
    seconds: float
    silence: Mapping[str, float]
    lengths: Mapping[str, int]

    def screen(self, length: Length) -> int:
        return (self.septets if length.gsm else self.units) - self.reserved

    def fits_screen(self, length: Length) -> bool:
        return length.count <= self.screen(length)

    def holds(self, text: str) -> bool:
        """Whether as many text messages hold it as may be sent at a time."""
        return 2 * len(text) <= 67 * self.segments or length_of(text).segments <= self.segments

    def usual(self, phrase: Phrase) -> str:
        """The phrase with something of the usual length for each value."""
        fillings = (
            "0" * self.lengths.get(piece.format or "value", self.lengths["value"]) if piece.field else ""
            for piece in phrase.pieces
        )
        return "".join(piece.text + filling for piece, filling in zip(phrase.pieces, fillings, strict=True))


def length_of(text: str) -> Length:
    if all(character in GSM or character in GSM_EXTENSION for character in text):
        return Length(len(text) + sum(character in GSM_EXTENSION for character in text))
    return Length(len(text.encode("utf-16-be")) // 2, gsm=False)


def words_alone(phrase: Phrase) -> str:
    return "".join(piece.text for piece in phrase.pieces)


@lru_cache
def load_limits() -> Limits:
    tree = plain(Page.open(HERE / "limits.yaml").tree)
    return Limits(
        **tree["ussd"],
        segments=tree["text"]["segments"],
        seconds=tree["request"]["seconds"],
        silence=tree["silence"],
        lengths=tree["lengths"],
    )
