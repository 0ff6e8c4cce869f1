"""Which recordings a caller hears, and which of them are not there.

A phrase without values is one recording, named as the phrase: `zh/order.not_placed.wav`. One with values is recorded in
pieces, the words between the values, numbered from 1: `zh/balance.is.1.wav`; what the values themselves are spoken with
is the same for all phrases. Where speech can be made of text, none of them is needed.
"""

from collections.abc import Iterable, Iterator

from dialogs.phrases import Phrase, PhraseBook
from dialogs.problems import Problem

SOUNDS = (".wav", ".sln", ".sln16", ".ulaw", ".alaw", ".gsm", ".g722", ".opus", ".mp3")
SILENT = " \n\t.,;:!?。，；：！？、“”()（）"


def pieces_of(key: str, phrase: Phrase) -> Iterator[str]:
    """The names of its recordings, without language and ending."""
    phrase = phrase.on("ivr")
    if not phrase.valued:
        yield key
        return
    spoken = (piece for piece in phrase.pieces if piece.text.strip(SILENT))
    yield from (f"{key}.{number}" for number, _ in enumerate(spoken, 1))


def unrecorded(book: PhraseBook, said: Iterable[str], recorded: Iterable[str]) -> Iterator[Problem]:
    """`recorded`: the files there are, relative to their folder."""
    there = names_of(recorded)
    for key in said:
        for language, phrases in book.languages.items():
            phrase = phrases.get(key)
            for name in pieces_of(key, phrase) if phrase else ():
                if f"{language}/{name}" not in there:
                    assert phrase
                    text = f"the phrase {key} of {language} is not recorded as {language}/{name}"
                    yield Problem(phrase.file, phrase.line, text, "record it, or let speech be made of text")


def names_of(files: Iterable[str]) -> set[str]:
    return {_name(file) for file in files}


def _name(file: str) -> str:
    return next((file.removesuffix(ending) for ending in SOUNDS if file.endswith(ending)), file)
