"""Two texts that a person would call the same become one.

Handsets write what they like: full-width letters, a space after every syllable, a full stop at the end, a zero-width
joiner from an input method. `fold` takes all of that away and leaves capital words with one space between them; between
two Chinese characters there is none, and where the two scripts meet there is always one, so that a product code is a
word of its own wherever it stands. An apostrophe within a word is left out, for half of all people do
so: "don't" is "dont". `squeeze` takes the remaining spaces too: `DG F800` and `dgf800` are one command.
"""

import re
import unicodedata

LONGEST = 200  # characters looked at; what is longer is no command, and must cost no more than one

_invisible = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]")
_apostrophes = re.compile(r"(?<=\w)['\u2019\u02bc\uff07](?=\w)")
_separators = re.compile(r"[\W_]+")
_scripts_meet = re.compile(r"(?<=[^\x00-\x7f])(?=[A-Z0-9])|(?<=[A-Z0-9])(?=[^\x00-\x7f\s])")
_between_chinese = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
_marks = frozenset("?#*")


def fold(text: str) -> str:
    text = text[:LONGEST]
    if "'" in text or "\u2019" in text or "\uff07" in text or "\u02bc" in text:
        text = _apostrophes.sub("", text)
    if text.isascii():
        return _separators.sub(" ", text.upper()).strip()
    text = unicodedata.normalize("NFKC", _invisible.sub("", text)).upper()
    text = _separators.sub(" ", text).strip()
    return _scripts_meet.sub(" ", _between_chinese.sub("", text))


def squeeze(folded: str) -> str:
    return folded.replace(" ", "")


def mark(text: str) -> str:
    """A text that is nothing but one of the marks with a meaning (`?`, `#`, `*`), else nothing."""
    text = unicodedata.normalize("NFKC", text[:8]).strip()
    return text[:1] if text and text[0] in _marks and not text.strip(text[0]) else ""
