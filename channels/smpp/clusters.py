"""Where a text may be cut without breaking what a reader takes for one character.

An approximation of Unicode's grapheme clusters that knows what people send in messages: combining marks, variation
selectors, skin tones, families joined by zero-width joiners, flags, keycaps, CR LF. A cut that it misses shows for a
moment on a phone that displays the parts one by one; the joined text is whole either way.
"""

import unicodedata

_JOINER = "\u200d"


def clusters(text: str) -> list[str]:
    if text.isascii() and "\r" not in text:
        return list(text)
    found: list[str] = []
    for character in text:
        if found and _belongs(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _belongs(cluster: str, character: str) -> bool:
    if character == "\n":
        return cluster == "\r"
    if cluster in ("\r", "\n"):
        return False
    return (
        cluster[-1] == _JOINER
        or character == _JOINER
        or unicodedata.category(character) in ("Mn", "Mc", "Me")
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags, in the flags of regions
        or (_is_regional(character) and _is_regional(cluster))
    )


def _is_regional(text: str) -> bool:
    """One regional indicator; two of them are a flag."""
    return len(text) == 1 and "\U0001f1e6" <= text <= "\U0001f1ff"
