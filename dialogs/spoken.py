"""How a language speaks what is no text: `phrases/<language>/spoken.yaml`.

The words that numbers, money, dates and keys are spoken with, the composer that puts them together (composers.py), and
what nobody should hear in a call, because it is only done in writing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dialogs.composers import COMPOSERS, Composer
from dialogs.problems import Problem
from dialogs.reading import Page, plain

HERE = Path(__file__).parent / "phrases"
SPOKEN = "spoken.yaml"
_KEYS = ("composer", "joined_by", "pause", "not_heard", "words")


@dataclass(frozen=True, slots=True)
class Spoken:
    """words: by their names; without a composer, what is no text is spoken as it is written.

    not_heard: words of what a caller cannot do (reply, text us); `hall dialogs check` looks for them.
    """

    words: Mapping[str, str]
    composer: Composer | None = None
    joined_by: str = " "
    pause: str = ", "
    not_heard: tuple[str, ...] = ()


SILENT = Spoken({})


def read_spoken(folder: Path) -> tuple[Spoken, list[Problem]]:
    """Of the language in this folder; one that has no such file speaks as it writes."""
    path = folder / SPOKEN
    if not path.exists():
        return SILENT, []
    page = Page.open(path)
    told = plain(page.mapping(page.tree, "what is spoken", 1, _KEYS))
    composer = told.get("composer")
    if composer is not None and composer not in COMPOSERS:
        page.problem(1, f"there is no composer {composer!r}", f"use one of: {', '.join(sorted(COMPOSERS))}")
    words = told.get("words", {})
    spoken = Spoken(
        dict(_flat(words, "")) if isinstance(words, Mapping) else {},
        COMPOSERS.get(composer),
        str(told.get("joined_by", " ")),
        str(told.get("pause", ", ")),
        page.texts(told.get("not_heard", []), "not_heard", 1),
    )
    return spoken, page.problems


@lru_cache(maxsize=32)
def spoken_in(language: str, folder: Path = HERE) -> Spoken:
    return read_spoken(folder / language)[0]


def _flat(words: Mapping[str, object], prefix: str) -> Iterable[tuple[str, str]]:
    for name, word in words.items():
        if isinstance(word, Mapping):
            yield from _flat(word, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(word)
