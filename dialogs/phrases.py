from datetime import tzinfo
from pathlib import Path

from dialogs.words import Prompt


class PhraseBook:
    """`library.phrases`, or `load_phrases(folder)` alone."""


def load_phrases(folder: Path) -> PhraseBook:
    raise NotImplementedError


def render_text(book: PhraseBook, prompt: Prompt, language: str, zone: tzinfo) -> str:
    raise NotImplementedError
