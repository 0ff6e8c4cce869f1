"""What is said, by language: `phrases/zh/said.yaml`, `phrases/en/said.yaml`. A language is a folder.

A phrase is a text with places for values, `您的余额为{amount:money}。`; formats.py lists what may follow the colon. It
is taken apart once, when it is loaded, and knows which values it needs, so that a script can be checked against it.

Most phrases do for every channel. Where one does not, it is written as several, and each channel takes its own:

    not_placed: {sms: 好的，没有订购。查看其他商品回复SP。, ivr: 好的，没有订购。}

`sms` is what every channel says that has none of its own. Nobody but who renders a prompt knows that there are several:
a script names the phrase, and its values are those that any of them needs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from string import Formatter

from dialogs.formats import FORMATS, WITH_ARGUMENT
from dialogs.manner import SAID, Manner, languages, read_manner
from dialogs.pages import Fits, Menu
from dialogs.problems import Problem, ScriptsRefused
from dialogs.reading import Page, line_of
from dialogs.spoken import SILENT, Spoken, read_spoken
from dialogs.words import NOTHING, Choice, Expects, Prompt, Values

HERE = Path(__file__).parent
OTHERWISE = "sms"  # whose words are said where a channel has none of its own
CHANNELS = (OTHERWISE, "ussd", "ivr")


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
    """fields: the values that it needs on any channel; variants: what other channels than `sms` say in its place."""

    pieces: tuple[Piece, ...]
    fields: frozenset[str]
    file: str
    line: int
    variants: Mapping[str, "Phrase"] = field(default_factory=dict)

    def on(self, channel: str) -> "Phrase":
        return self.variants.get(channel, self) if self.variants else self

    @property
    def every(self) -> Iterator["Phrase"]:
        """It and its variants."""
        yield self
        yield from self.variants.values()

    @property
    def valued(self) -> bool:
        return any(piece.field for piece in self.pieces)

    @property
    def lists(self) -> list[tuple[str, str]]:
        """Which values are lists, and the phrase that is said for each item."""
        return [(piece.field, piece.argument) for each in self.every for piece in each.pieces if piece.format == "each"]


class PhraseBook:
    def __init__(
        self,
        languages: Mapping[str, Mapping[str, Phrase]],
        manners: Mapping[str, Manner] | None = None,
        voices: Mapping[str, Spoken] | None = None,
    ) -> None:
        self.languages = languages
        self.manners = manners or {}
        self.voices = voices or {}
        self._fields: dict[str, frozenset[str]] = {}
        for phrases in languages.values():
            for key, phrase in phrases.items():
                self._fields[key] = self._fields.get(key, frozenset()) | phrase.fields

    def __contains__(self, key: str) -> bool:
        return key in self._fields

    def fields(self, key: str) -> frozenset[str]:
        """The values that the phrase needs in some language."""
        return self._fields.get(key, frozenset())

    def speaker(self, language: str, zone: tzinfo, channel: str = OTHERWISE) -> "BookSpeaker":
        return BookSpeaker(self, self.spoken(language), zone, channel)

    def voice(self, language: str) -> Spoken:
        return self.voices.get(language, SILENT)

    def spoken(self, language: str) -> str:
        """The language, or another where this book does not have it: he chose it from an edition that had."""
        return language if language in self.languages else next(iter(self.languages), language)


@dataclass(frozen=True, slots=True)
class BookSpeaker:
    """The book opened at one language, in one time zone, for one channel."""

    book: PhraseBook
    language: str
    zone: tzinfo
    channel: str = OTHERWISE

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
        for piece in phrase.on(self.channel).pieces:
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


def render_text(
    book: PhraseBook, prompt: Prompt, language: str, zone: tzinfo, channel: str = OTHERWISE, fits: Fits | None = None
) -> str:
    """As one text: the phrase, its choices one a line, what may be answered; of a menu that does not fit, a page."""
    speaker = book.speaker(language, zone, channel)
    said = speaker.phrase(prompt.phrase, prompt.values)
    if prompt.expects is Expects.NOTHING:
        return said
    entries = [f"{choice.key} {speaker.choice(choice)}" for choice in prompt.choices if not choice.aloud]
    key = f"hint.{prompt.expects.value}"
    hint = speaker.phrase(key) if key in book else ""
    text = "\n".join((said, *entries, hint) if hint else (said, *entries))
    if fits is None or not entries or fits(text):
        return text
    menu = Menu(said, entries, speaker.phrase("keypad.next"), speaker.phrase("keypad.previous"), hint)
    return menu.page(prompt.page, fits)


# ── Loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_phrases(folder: Path = HERE / "phrases") -> tuple[PhraseBook, list[Problem]]:
    """The book, as far as it can be read, and what is wrong with it."""
    said: dict[str, Mapping[str, Phrase]] = {}
    manners: dict[str, Manner] = {}
    voices: dict[str, Spoken] = {}
    problems: list[Problem] = []
    for language in languages(folder):
        page = Page.open(folder / language / SAID)
        said[language] = dict(_flat(page, page.tree, ""))
        manners[language], _, more = read_manner(folder / language)
        voices[language], unspoken = read_spoken(folder / language)
        problems += page.problems + more + unspoken
    if not said:
        problems.append(Problem(str(folder), 1, "there is no language here", f"a language is a folder with {SAID}"))
    return PhraseBook(said, manners, voices), problems + list(_untranslated(said)) + list(_unsayable(said))


def load_phrases(folder: Path = HERE / "phrases") -> PhraseBook:
    book, problems = read_phrases(folder)
    if problems:
        raise ScriptsRefused(problems)
    return book


def _flat(page: Page, node: object, prefix: str) -> Iterable[tuple[str, Phrase]]:
    for key, value in page.mapping(node, f"phrases {prefix}".strip(), line_of(node)).items():
        if isinstance(value, dict) and not value.keys().isdisjoint(CHANNELS):
            yield f"{prefix}{key}", _several(page, value, f"the phrase {prefix}{key}", line_of(node, key))
        elif isinstance(value, dict):
            yield from _flat(page, value, f"{prefix}{key}.")
        else:
            line = line_of(node, key)
            yield f"{prefix}{key}", _phrase(page, page.text(value, f"the phrase {prefix}{key}", line), line)


def _several(page: Page, node: object, what: str, line: int) -> Phrase:
    """One phrase for each channel that wants one of its own."""
    entry = page.mapping(node, what, line, CHANNELS)
    said = {
        channel: _phrase(page, page.text(text, f"{what} for {channel}", line_of(node, channel)), line_of(node, channel))
        for channel, text in entry.items()
    }
    if OTHERWISE not in said:
        page.problem(line, f"{what} has no {OTHERWISE}", "write it: the channels that have none of their own say it")
        return next(iter(said.values()), Phrase((), frozenset(), page.file, line))
    usual = said.pop(OTHERWISE)
    fields = usual.fields.union(*(phrase.fields for phrase in said.values()))
    return Phrase(usual.pieces, fields, page.file, line, said)


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
        for phrase in (each for told in phrases.values() for each in told.every):
            for piece in phrase.pieces:
                there = piece.argument in phrases or any(key.startswith(f"{piece.argument}.") for key in phrases)
                if piece.argument and not there:
                    text = f"there is no phrase {piece.argument!r} for {{{piece.field}}}"
                    yield Problem(phrase.file, phrase.line, text, "add it")
