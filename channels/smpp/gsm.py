"""The GSM default alphabet (3GPP TS 23.038) with its extension table, one septet to an octet as SMPP carries it.

A character of the extension is two septets, an escape and a code. What a phone shows for an escape that leads nowhere
is specified too: for an unknown code the character of the main table, for an escape after an escape a space.
"""

from functools import cache

from channels.smpp.gsm_national import LOCKING, SINGLE
from channels.smpp.gsm_tables import ESCAPE, EXTENSION, MAIN

_NO_GSM = "\ufffd"

_ENCODING = {character: bytes((code,)) for code, character in enumerate(MAIN) if code != ESCAPE}
_ENCODING |= {character: bytes((ESCAPE, code)) for code, character in EXTENSION.items()}


def fits(text: str) -> bool:
    return all(character in _ENCODING for character in text)


def septets(text: str) -> int:
    """How many it takes. KeyError for what is not in the alphabet."""
    return sum(len(_ENCODING[character]) for character in text)


def encode(text: str) -> bytes:
    """KeyError for what is not in the alphabet: ask `fits` first."""
    return b"".join([_ENCODING[character] for character in text])


def decode(octets: bytes, locking: int = 0, single: int = 0) -> str:
    """Never fails: an octet above 127 is no septet and becomes U+FFFD. The shifts are those of gsm_national."""
    main = _main(locking)
    if ESCAPE not in octets:
        return octets.decode("latin-1").translate(main)
    return "".join(_unescaped(octets, main, SINGLE[single]))


@cache
def _main(locking: int) -> dict[int, str]:
    return LOCKING[locking] | dict.fromkeys(range(128, 256), _NO_GSM)


def _unescaped(octets: bytes, main: dict[int, str], extension: dict[int, str]) -> list[str]:
    characters: list[str] = []
    escaped = False
    for code in octets:
        if escaped:
            characters.append(" " if code == ESCAPE else extension.get(code, main[code]))
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            characters.append(main[code])
    return [*characters, " "] if escaped else characters
