"""The GSM default alphabet (3GPP TS 23.038) with its extension table, one septet to an octet as SMPP carries it.

A character of the extension is two septets, an escape and a code. What a phone shows for an escape that leads nowhere
is specified too: for an unknown code the character of the main table, for an escape after an escape a space.
"""

ESCAPE = 0x1B

_MAIN = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
_NO_GSM = "\ufffd"

_ENCODING = {character: bytes((code,)) for code, character in enumerate(_MAIN) if code != ESCAPE}
_ENCODING |= {character: bytes((ESCAPE, code)) for code, character in _EXTENSION.items()}
_DECODING = dict(enumerate(_MAIN)) | dict.fromkeys(range(128, 256), _NO_GSM)


def fits(text: str) -> bool:
    return all(character in _ENCODING for character in text)


def septets(text: str) -> int:
    """How many it takes. KeyError for what is not in the alphabet."""
    return sum(len(_ENCODING[character]) for character in text)


def encode(text: str) -> bytes:
    """KeyError for what is not in the alphabet: ask `fits` first."""
    return b"".join([_ENCODING[character] for character in text])


def decode(octets: bytes) -> str:
    """Never fails: an octet above 127 is no septet and becomes U+FFFD."""
    if ESCAPE not in octets:
        return octets.decode("latin-1").translate(_DECODING)
    return "".join(_unescaped(octets))


def _unescaped(octets: bytes) -> list[str]:
    characters: list[str] = []
    escaped = False
    for code in octets:
        if escaped:
            characters.append(" " if code == ESCAPE else _EXTENSION.get(code, _DECODING[code]))
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            characters.append(_DECODING[code])
    return [*characters, " "] if escaped else characters
