"""data_coding: how the octets of a message are to be read.

SMPP numbers alphabets from 0 to 15; above that, message centres pass on the data coding scheme of GSM 03.38 as the
phone gave it, with a message class (flash) or a waiting indication around the same three alphabets. Both are brought to
one `coding` here, which is what parts are kept with until they are joined:

    0 GSM, 3 Latin-1, 8 UTF-16, and SMPP's own numbers for the rest; None for what nobody typed (binary, compressed)

0 means what the link says it means, and so do the numbers nobody has assigned. 15 is GB18030, as in China's CMPP.
National language tables that a GSM text asks for stand above the low octet: the locking one, then the single one.
"""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Final

from channels.smpp import gsm, gsm_national
from channels.smpp.wire_settings import DefaultAlphabet

GSM: Final = 0
LATIN1: Final = 3
UCS2: Final = 8

_CODECS = {
    1: "latin-1",  # IA5: ASCII, and no octet lost
    LATIN1: "latin-1",
    5: "shift_jis",
    6: "iso8859-5",
    7: "iso8859-8",
    10: "iso2022_jp",
    13: "shift_jis",
    14: "euc_kr",
    15: "gb18030",
}
_BINARY = frozenset({2, 4})


_DEFAULTS: Final = {"gsm": GSM, "latin1": LATIN1, "ascii": 1}


def coding_of(data_coding: int, default_alphabet: DefaultAlphabet) -> int | None:
    default = _DEFAULTS[default_alphabet]
    if data_coding < 0x10:
        if data_coding in _BINARY:
            return None
        return data_coding if data_coding in _CODECS or data_coding == UCS2 else default
    if data_coding < 0x80:  # GSM 03.38: general, and the same marked for deletion
        compressed = data_coding & 0x20
        return None if compressed else (default, None, UCS2, default)[data_coding >> 2 & 0x03]
    if data_coding >= 0xF0:  # message class
        return None if data_coding & 0x04 else default
    if data_coding >= 0xE0:  # message waiting, in UCS2
        return UCS2
    return default


def shifted(coding: int, locking: int, single: int) -> int | None:
    """Only the GSM alphabet has national tables; None for one that we do not have."""
    if not (locking or single) or coding not in (GSM, *_DEFAULTS.values()):
        return coding
    return GSM | locking << 8 | single << 16 if gsm_national.known(locking, single) else None


def decode(octets: bytes, coding: int) -> str:
    """Never fails: what cannot be read becomes U+FFFD."""
    if coding > 0xFF:
        return gsm.decode(octets, coding >> 8 & 0xFF, coding >> 16)
    return _DECODERS[coding](octets) if coding in _DECODERS else octets.decode(_CODECS[coding], "replace")


def decode_runs(pieces: Iterable[tuple[int, bytes]]) -> str:
    """(coding, octets) in order. Neighbours of one coding are joined first: a character may be cut in two."""
    return "".join(
        decode(b"".join(octets for _, octets in run), coding) for coding, run in groupby(pieces, lambda piece: piece[0])
    )


def _utf16(octets: bytes) -> str:
    """Big-endian unless it says otherwise by a byte order mark, which is no part of the text."""
    if octets[:2] == b"\xff\xfe":
        return octets[2:].decode("utf-16-le", "replace")
    return octets.decode("utf-16-be", "replace").removeprefix("\ufeff")


_DECODERS: dict[int, Callable[[bytes], str]] = {GSM: gsm.decode, UCS2: _utf16}
