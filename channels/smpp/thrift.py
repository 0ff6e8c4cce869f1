"""The same text in fewer segments, where one character is to blame.

A text message holds 160 characters of the GSM alphabet, and 70 as soon as one is not of it. A curly quotation mark, a
dash, a no-break space or a full-width digit, put there by whoever wrote the phrase or by a name in the catalogue, would
more than double what the message costs. If the ordinary character in its place makes the whole text one of the GSM
alphabet, it is written; if it would not save a segment, nothing is changed.
"""

import unicodedata
from typing import Final

from channels.smpp import gsm
from channels.smpp.segments import count

ORDINARY: Final = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2010": "-",
        "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2026": "...", "\u00a0": " ",
        "\u2007": " ", "\u2009": " ", "\u202f": " ", "\u00d7": "x", "\u2022": "-", "\t": " ", "\u3000": " ",
        "\u200b": None, "\ufeff": None,
    }
)  # fmt: skip


def thrifty(text: str) -> str:
    if gsm.fits(text):
        return text
    plain = "".join(_narrow(character) for character in text.translate(ORDINARY))
    return plain if gsm.fits(plain) and count(plain) < count(text) else text


def _narrow(character: str) -> str:
    return unicodedata.normalize("NFKC", character) if "\uff01" <= character <= "\uff5e" else character
