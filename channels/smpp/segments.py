"""A text as the segments that carry it over the air.

The text decides the alphabet: GSM if all of it is there (160 septets), else UCS2 (70 units of UTF-16); never a question
mark in place of a character. What does not fit one segment is split, each part with its place among how many (153
septets or 67 units are left beside a reference of 8 bits, 152 or 66 beside one of 16). A cut never falls within an
escape or a surrogate pair, and not within what a reader takes for one character unless that would cost a segment.

SMPP carries GSM characters one to an octet, also behind a header; the message centre packs them. To a message centre
whose data_coding 0 means Latin-1 or ASCII we send the characters that both alphabets have, still counted in septets.

A character that is not in the GSM alphabet makes the whole text UCS2: `segments_of` says what that costs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from channels.smpp import gsm
from channels.smpp.clusters import clusters
from channels.smpp.pdus import DataSm, SubmitSm
from channels.smpp.tlvs import (
    MESSAGE_PAYLOAD,
    SAR_MSG_REF_NUM,
    SAR_SEGMENT_SEQNUM,
    SAR_TOTAL_SEGMENTS,
    Tlvs,
)
from channels.smpp.wire_settings import DefaultAlphabet, LongMessages

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
    tlvs: Tlvs = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a text: its segments, the characters for whose sake it is UCS2, and how many segments it would be without."""

    segments: int
    outside: tuple[str, ...]
    otherwise: int


@dataclass(frozen=True, slots=True)
class _Alphabet:
    """`short`, `long`: what a part holds beside a reference of 8 and of 16 bits."""

    coding: int
    alone: int
    short: int
    long: int
    cost: Callable[[str], int]
    encode: Callable[[str], bytes]


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "replace")


def _latin1(text: str) -> bytes:
    return text.encode("latin-1")


_GSM = _Alphabet(DEFAULT_CODING, 160, 153, 152, gsm.septets, gsm.encode)
_LATIN1 = _Alphabet(DEFAULT_CODING, 160, 153, 152, gsm.septets, _latin1)
_UCS2 = _Alphabet(UCS2_CODING, 70, 67, 66, lambda text: len(_utf16(text)) // 2, _utf16)
_HIGHEST: Final = {"latin1": "\xff", "ascii": "\x7f"}


def split(
    text: str,
    reference: int,
    *,
    max_parts: int = 10,
    default_alphabet: DefaultAlphabet = "gsm",
    long_messages: LongMessages = "udh8",
) -> tuple[Segment, ...]:
    """`reference` should differ between long messages to one subscriber that are under way; its low octets count."""
    alphabet = _choose(text, default_alphabet)
    if alphabet.cost(text) <= alphabet.alone:
        return (Segment(alphabet.coding, 0, alphabet.encode(text)),)
    parts = _fill(text, alphabet, alphabet.long if long_messages in ("udh16", "sar") else alphabet.short)
    if len(parts) > min(max_parts, MOST_PARTS):
        raise TooManyParts(len(parts), min(max_parts, MOST_PARTS))
    if long_messages == "payload":
        return (Segment(alphabet.coding, 0, b"", ((MESSAGE_PAYLOAD, alphabet.encode(text)),)),)
    place = _PLACES[long_messages]
    return tuple(
        place(alphabet.coding, alphabet.encode(part), reference, len(parts), number)
        for number, part in enumerate(parts, 1)
    )


def count(text: str) -> int:
    """How many segments the text takes, whatever is allowed."""
    alphabet = _choose(text, "gsm")
    return 1 if alphabet.cost(text) <= alphabet.alone else len(_fill(text, alphabet, alphabet.short))


def segments_of(text: str) -> Cost:
    outside = tuple(dict.fromkeys(character for character in text if not gsm.fits(character)))
    within = "".join("x" if character in outside else character for character in text)
    return Cost(count(text), outside, count(within))


def _choose(text: str, default: DefaultAlphabet) -> _Alphabet:
    if not gsm.fits(text):
        return _UCS2
    if default == "gsm":
        return _GSM
    return _LATIN1 if all(character <= _HIGHEST[default] for character in text) else _UCS2


def _fill(text: str, alphabet: _Alphabet, room: int) -> list[str]:
    """As few parts as there can be; where that leaves a choice, clusters stay whole."""
    pieces = clusters(text)
    whole = _filled(pieces, alphabet, room)
    if whole is not None and (len(whole) == 1 or len(pieces) == len(text)):
        return whole
    cut = _filled(list(text), alphabet, room)
    assert cut is not None
    return whole if whole is not None and len(whole) <= len(cut) else cut


def _filled(pieces: list[str], alphabet: _Alphabet, room: int) -> list[str] | None:
    """None when a piece is longer than a part."""
    parts: list[str] = []
    part: list[str] = []
    used = 0
    for piece in pieces:
        cost = alphabet.cost(piece)
        if cost > room:
            return None
        if used + cost > room:
            parts.append("".join(part))
            part, used = [], 0
        part.append(piece)
        used += cost
    return [*parts, "".join(part)]


def _short_header(coding: int, octets: bytes, reference: int, total: int, number: int) -> Segment:
    return Segment(coding, UDHI, bytes((5, 0, 3, reference & 0xFF, total, number)) + octets)


def _long_header(coding: int, octets: bytes, reference: int, total: int, number: int) -> Segment:
    header = bytes((6, 8, 4, reference >> 8 & 0xFF, reference & 0xFF, total, number))
    return Segment(coding, UDHI, header + octets)


def _parameters(coding: int, octets: bytes, reference: int, total: int, number: int) -> Segment:
    tlvs = (
        (SAR_MSG_REF_NUM, (reference & 0xFFFF).to_bytes(2, "big")),
        (SAR_TOTAL_SEGMENTS, bytes((total,))),
        (SAR_SEGMENT_SEQNUM, bytes((number,))),
    )
    return Segment(coding, 0, octets, tlvs)


_PLACES: Final[dict[str, Callable[[int, bytes, int, int, int], Segment]]] = {
    "udh8": _short_header,
    "udh16": _long_header,
    "sar": _parameters,
}


def segments_in(pdu: SubmitSm | DataSm) -> int:
    """How many the message centre will make of it: more than one only if it was given a long message whole."""
    octets = len(pdu.user_data)
    if pdu.data_coding == UCS2_CODING:
        return 1 if octets <= 140 else -(-octets // 134)
    return 1 if octets <= 160 else -(-octets // 153)
