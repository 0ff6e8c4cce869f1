"""A text as the segments that carry it over the air.

The text decides the alphabet: GSM if all of it is there (160 septets), else UCS2 (70 units of UTF-16); never a question
mark in place of a character. What does not fit one segment is split, each with a header that says which of how many it
is (153 septets or 67 units are left). A cut never falls within an escape or a surrogate pair, and not within what a
reader takes for one character unless that alone fills a segment.

SMPP carries GSM characters one to an octet, also behind a header; the message centre packs them. To a message centre
whose data_coding 0 means Latin-1 we send the characters that both alphabets have, still counted in septets.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from channels.sms import gsm
from channels.sms.clusters import clusters
from channels.sms.pdus import SubmitSm

DefaultAlphabet: TypeAlias = Literal["gsm", "latin1"]

DEFAULT_CODING: Final = 0x00
UCS2_CODING: Final = 0x08
UDHI: Final = 0x40
MOST_PARTS: Final = 255


class TooManyParts(ValueError):
    def __init__(self, parts: int, limit: int) -> None:
        super().__init__(f"the text takes {parts} segments, {limit} are allowed: shorten it or raise max_parts")
        self.parts = parts


@dataclass(frozen=True, slots=True)
class Segment:
    data_coding: int
    esm_class: int
    short_message: bytes


@dataclass(frozen=True, slots=True)
class _Alphabet:
    coding: int
    alone: int
    in_series: int
    cost: Callable[[str], int]
    encode: Callable[[str], bytes]


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "replace")


def _latin1(text: str) -> bytes:
    return text.encode("latin-1")


_GSM = _Alphabet(DEFAULT_CODING, 160, 153, gsm.septets, gsm.encode)
_LATIN1 = _Alphabet(DEFAULT_CODING, 160, 153, gsm.septets, _latin1)
_UCS2 = _Alphabet(UCS2_CODING, 70, 67, lambda text: len(_utf16(text)) // 2, _utf16)


def split(
    text: str, reference: int, *, max_parts: int = 10, default_alphabet: DefaultAlphabet = "gsm"
) -> tuple[Segment, ...]:
    """`reference` should differ between long messages to one subscriber that are under way; its low octet counts."""
    alphabet = _choose(text, default_alphabet)
    if alphabet.cost(text) <= alphabet.alone:
        return (Segment(alphabet.coding, 0, alphabet.encode(text)),)
    parts = _fill(text, alphabet)
    if len(parts) > min(max_parts, MOST_PARTS):
        raise TooManyParts(len(parts), min(max_parts, MOST_PARTS))
    return tuple(
        Segment(alphabet.coding, UDHI, _header(reference, len(parts), number) + alphabet.encode(part))
        for number, part in enumerate(parts, 1)
    )


def count(text: str) -> int:
    """How many segments the text takes, whatever is allowed."""
    alphabet = _choose(text, "gsm")
    return 1 if alphabet.cost(text) <= alphabet.alone else len(_fill(text, alphabet))


def _choose(text: str, default: DefaultAlphabet) -> _Alphabet:
    if not gsm.fits(text):
        return _UCS2
    if default == "gsm":
        return _GSM
    return _LATIN1 if all(character <= "\xff" for character in text) else _UCS2


def _fill(text: str, alphabet: _Alphabet) -> list[str]:
    parts: list[str] = []
    part, used = "", 0
    for piece in _pieces(text, alphabet):
        cost = alphabet.cost(piece)
        if used + cost > alphabet.in_series:
            parts.append(part)
            part, used = "", 0
        part += piece
        used += cost
    return [*parts, part]


def _pieces(text: str, alphabet: _Alphabet) -> list[str]:
    """Clusters; one that is longer than a segment comes in its characters."""
    pieces: list[str] = []
    for cluster in clusters(text):
        whole = len(cluster) == 1 or alphabet.cost(cluster) <= alphabet.in_series
        pieces.extend([cluster] if whole else cluster)
    return pieces


def _header(reference: int, total: int, number: int) -> bytes:
    return bytes((5, 0, 3, reference & 0xFF, total, number))


def segments_in(pdu: SubmitSm) -> int:
    """How many the message centre will make of it: more than one only if it was given a long message whole."""
    octets = len(pdu.user_data)
    if pdu.data_coding == UCS2_CODING:
        return 1 if octets <= 140 else -(-octets // 134)
    return 1 if octets <= 160 else -(-octets // 153)
