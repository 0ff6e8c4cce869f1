"""What is said, by language: `phrases/zh/said.yaml`, `phrases/en/said.yaml`. A language is a folder.

A phrase is a text with places for values, `您的余额为{amount:money}。`; formats.py lists what may follow the colon. It
is taken apart once, when it is loaded, and knows which values it needs, so that a script can be checked against it.
Nothing in a phrase belongs to one channel: how a menu is answered is a `hint`, which each channel words for itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from string import Formatter

from dialogs.formats import FORMATS, WITH_ARGUMENT
from dialogs.manner import SAID, Manner, languages, read_manner
from dialogs.problems import Problem, ScriptsRefused
from dialogs.reading import Page, line_of
from dialogs.words import NOTHING, Choice, Expects, Prompt, Values

HERE = Path(__file__).parent


class CannotSay(Exception):
    """A prompt names no phrase, or its values do not fit: the fault of who made the prompt, not of the subscriber."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text, and the value that follows it (none after the last)."""

    text: str
    field: str = ""
    format: str = ""
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    pieces: tuple[Piece, ...]
    fields: frozenset[str]
    file: str
    line: int

    @property
    def lists(self) -> list[tuple[str, str]]:
        """Which values are lists, and the phrase that is said for each item."""
        return [(piece.field, piece.argument) for piece in self.pieces if piece.format == "each"]


class PhraseBook:
    def __init__(
        self, languages: Mapping[str, Mapping[str, Phrase]], manners: Mapping[str, Manner] | None = None
    ) -> None:
        self.languages = languages
        self.manners = manners or {}
        self._fields: dict[str, frozenset[str]] = {}
        for phrases in languages.values():
            for key, phrase in phrases.items():
                self._fields[key] = self._fields.get(key, frozenset()) | phrase.fields

    def __contains__(self, key: str) -> bool:
        return key in self._fields

    def fields(self, key: str) -> frozenset[str]:
        """The values that the phrase needs in some language."""
        return self._fields.get(key, frozenset())

    def speaker(self, language: str, zone: tzinfo) -> "BookSpeaker":
        return BookSpeaker(self, self.spoken(language), zone)

    def spoken(self, language: str) -> str:
        """The language, or another where this book does not have it: he chose it from an edition that had."""
        return language if language in self.languages else next(iter(self.languages), language)


@dataclass(frozen=True, slots=True)
class BookSpeaker:
    """The book opened at one language, in one time zone."""

    book: PhraseBook
    language: str
    zone: tzinfo

    @property
    def manner(self) -> Manner:
        return self.book.manners.get(self.language) or Manner(self.language)

    def has(self, key: str) -> bool:
        return key in self.book.languages.get(self.language, {})

    def phrase(self, key: str, values: Values = NOTHING) -> str:
        phrase = self.book.languages.get(self.language, {}).get(key)
        if phrase is None:
            raise CannotSay(f"no phrase {key!r} in {self.language!r}: add it to phrases/{self.language}/{SAID}")
        said = []
        for piece in phrase.pieces:
            if piece.text:
                said.append(piece.text)
            if piece.field:
                said.append(self._value(key, piece, values))
        return "".join(said)

    def _value(self, key: str, piece: Piece, values: Values) -> str:
        if piece.field not in values:
            raise CannotSay(f"phrase {key!r} needs the value {piece.field!r}: give it in Prompt.values")
        value = values[piece.field]
        try:
            return FORMATS[piece.format](self, value, piece.argument)
        except (TypeError, ValueError, LookupError, OverflowError) as error:
            raise CannotSay(
                f"phrase {key!r} cannot write {piece.field}={value!r} as {piece.format}: {error}"
            ) from error

    def choice(self, choice: Choice) -> str:
        return self.phrase(choice.phrase, choice.values) if choice.phrase else choice.text


def render_text(book: PhraseBook, prompt: Prompt, language: str, zone: tzinfo) -> str:
    """As a text message says it: the phrase, its choices one a line, and what may be answered."""
    speaker = book.speaker(language, zone)
    if prompt.expects is Expects.NOTHING:
        return speaker.phrase(prompt.phrase, prompt.values)
    lines = [speaker.phrase(prompt.phrase, prompt.values)]
    lines += [f"{choice.key} {speaker.choice(choice)}" for choice in prompt.choices]
    hint = f"hint.{prompt.expects.value}"
    if hint in book:
        lines.append(speaker.phrase(hint))
    return "\n".join(lines)


# ── Loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_phrases(folder: Path = HERE / "phrases") -> tuple[PhraseBook, list[Problem]]:
    """The book, as far as it can be read, and what is wrong with it."""
    said: dict[str, Mapping[str, Phrase]] = {}
    manners: dict[str, Manner] = {}
    problems: list[Problem] = []
    for language in languages(folder):
        page = Page.open(folder / language / SAID)
        said[language] = dict(_flat(page, page.tree, ""))
        manners[language], _, more = read_manner(folder / language)
        problems += page.problems + more
    if not said:
        problems.append(Problem(str(folder), 1, "there is no language here", f"a language is a folder with {SAID}"))
    return PhraseBook(said, manners), problems + list(_untranslated(said)) + list(_unsayable(said))


def load_phrases(folder: Path = HERE / "phrases") -> PhraseBook:
    book, problems = read_phrases(folder)
    if problems:
        raise ScriptsRefused(problems)
    return book


def _flat(page: Page, node: object, prefix: str) -> Iterable[tuple[str, Phrase]]:
    for key, value in page.mapping(node, f"phrases {prefix}".strip(), line_of(node)).items():
        if isinstance(value, dict):
            yield from _flat(page, value, f"{prefix}{key}.")
        else:
            line = line_of(node, key)
            yield f"{prefix}{key}", _phrase(page, page.text(value, f"the phrase {prefix}{key}", line), line)


def _phrase(page: Page, text: str, line: int) -> Phrase:
    pieces = []
    try:
        for literal, field, spec, conversion in Formatter().parse(text.strip("\n")):
            if field is None:
                pieces.append(Piece(literal))
                continue
            name, _, argument = (spec or "").partition(" ")
            if (
                not field.isidentifier()
                or conversion
                or name not in FORMATS
                or bool(argument) != (name in WITH_ARGUMENT)
            ):
                known = ", ".join(sorted(filter(None, FORMATS)))
                page.problem(
                    line, f"{{{field}:{spec}}} cannot be filled in", f"use {{name}} or {{name:format}}: {known}"
                )
                continue
            pieces.append(Piece(literal, field, name, argument))
    except ValueError as error:
        page.problem(line, f"the phrase has stray braces: {error}", "write {{ and }} for braces that are meant")
    return Phrase(tuple(pieces), frozenset(p.field for p in pieces if p.field), page.file, line)


def _untranslated(languages: Mapping[str, Mapping[str, Phrase]]) -> Iterable[Problem]:
    for language, phrases in languages.items():
        for other in languages:
            for key, phrase in phrases.items():
                if languages[other] and key not in languages[other]:
                    yield Problem(
                        phrase.file, phrase.line, f"the phrase {key} of {language} is missing in {other}",
                        f"add it to {other}/{SAID}, or take it out of both",
                    )  # fmt: skip


def _unsayable(languages: Mapping[str, Mapping[str, Phrase]]) -> Iterable[Problem]:
    """Phrases that say other phrases which do not exist."""
    for phrases in languages.values():
        for phrase in phrases.values():
            for piece in phrase.pieces:
                there = piece.argument in phrases or any(key.startswith(f"{piece.argument}.") for key in phrases)
                if piece.argument and not there:
                    text = f"there is no phrase {piece.argument!r} for {{{piece.field}}}"
                    yield Problem(phrase.file, phrase.line, text, "add it")
