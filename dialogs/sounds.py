"""Every sound that is known before anybody calls: what a studio records, or what speech is made of beforehand.

The words between values, and the words that numbers, money and dates are spoken with. What only a system outside knows,
such as the name of a product, is not among them. Notices and hints are for reading, and nobody speaks them.
"""

from collections.abc import Iterator

from dialogs.phrases import PhraseBook
from dialogs.recordings import SILENT, pieces_of
from dialogs.spoken import spoken_in
from dialogs.voice import Sound

READ_ONLY = ("notice.", "hint.")


def known(book: PhraseBook, language: str) -> Iterator[Sound]:
    for key, phrase in sorted(book.languages.get(language, {}).items()):
        if key.startswith(READ_ONLY):
            continue
        texts = (piece.text.strip(SILENT) for piece in phrase.on("ivr").pieces)
        for name, text in zip(pieces_of(key, phrase), (text for text in texts if text), strict=False):
            yield Sound(f"{language}/{name}", text)
    for word, text in spoken_in(language).words.items():
        yield Sound(f"{language}/spoken/{word}", text)
