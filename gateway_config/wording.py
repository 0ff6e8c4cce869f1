"""Phrases in which one character costs a segment: no fault, but somebody pays for it with every message.

A text of the GSM alphabet holds 160 characters, any other 70. A text that is meant to be of another script is not
spoken of; one that would be of the GSM alphabet but for a curly apostrophe or a long dash is.
"""

from collections.abc import Iterator
from typing import Final

from channels.smpp.segments import segments_of
from dialogs.phrases import Phrase, PhraseBook
from dialogs.problems import Problem

FEW: Final = 2  # characters outside the alphabet that look like an oversight
VALUE: Final = "x" * 8  # what stands for a value that is not known yet


def costly(book: PhraseBook) -> Iterator[Problem]:
    for phrases in book.languages.values():
        for key, phrase in phrases.items():
            cost = segments_of(_as_said(phrase))
            if 0 < len(cost.outside) <= FEW and cost.segments > cost.otherwise:
                named = " and ".join(f"{character!r} (U+{ord(character):04X})" for character in cost.outside)
                yield Problem(
                    phrase.file,
                    phrase.line,
                    f"{key} takes {cost.segments} segments instead of {cost.otherwise} because of {named}",
                    "write it with characters of the GSM alphabet, if it can be",
                )


def _as_said(phrase: Phrase) -> str:
    return "".join(piece.text + (VALUE if piece.field else "") for piece in phrase.pieces)
