"""A prompt as it is spoken: a list of named pieces.

    您的余额为{amount:money}。   ->   zh/balance.is.1 "您的余额为", zh/spoken/digit.8 "八", zh/spoken/money.yuan "元" …

A piece is the name of a recording and the text of it, so that speech can be made where there is no recording. Words
between values are named after their phrase and numbered (recordings.py lists them all); numbers, money and dates are
composed of the words in `phrases/<language>/spoken.yaml`; what only a system outside knows, the name of a product, has
no name and is always made.

A menu says what each key brings, and a question that wants a yes says both keys: whoever listens has a keypad only.
Where entries have codes, as what can be ordered has, it is the codes that are said: callers have them in print.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from dialogs.formats import FORMATS
from dialogs.keypad import NEXT
from dialogs.phrases import CannotSay, PhraseBook, Piece
from dialogs.recordings import SILENT
from dialogs.script import MENU_KEYS
from dialogs.spoken import Spoken
from dialogs.words import NOTHING, Choice, Expects, Prompt, Value, Values

READ_OUT_FROM = 5  # digits: a text of so many is a number that is read out one by one
AT_A_TIME = 8  # entries of a menu, where it has more than there are keys


@dataclass(frozen=True, slots=True)
class Sound:
    """name: of the recording, without its ending; empty for what is never recorded."""

    name: str
    text: str


PAUSE = Sound("pause", "")  # a breath: between two values that only a comma parts, and before each entry of a menu


def speak(book: PhraseBook, prompt: Prompt, language: str, zone: tzinfo) -> tuple[Sound, ...]:
    language = book.spoken(language)
    return tuple(_Voice(book, language, zone, book.voice(language)).prompt(prompt))


def as_text(sounds: Iterable[Sound], spoken: Spoken) -> str:
    """What is heard, written down, with a pause wherever not one word of a number follows another.

    For trying, and for speech that is made of a whole prompt.
    """
    said, before = "", False
    for sound in sounds:
        if sound == PAUSE:
            before = False
            continue
        word = "/spoken/" in sound.name
        between = spoken.joined_by if word and before else spoken.pause
        said, before = f"{said}{between if said else ''}{sound.text}", word
    return said


def _breath(before: Sequence[Sound]) -> list[Sound]:
    return [PAUSE] if before else []


@dataclass(frozen=True, slots=True)
class _Voice:
    book: PhraseBook
    language: str
    zone: tzinfo
    spoken: Spoken

    def prompt(self, prompt: Prompt) -> list[Sound]:
        sounds = self._phrase(prompt.phrase, prompt.values) if prompt.phrase else []
        for choice in _at_a_time(prompt):
            sounds += [*_breath(sounds), *self._choice(choice)]
            if sounds and "/spoken/" in sounds[-1].name:
                sounds.append(PAUSE)  # a price, and then the key: not in one breath
            sounds += self._key(choice.code or choice.key)
        for key, phrase in _further_keys(prompt):
            sounds += [*_breath(sounds), *self._phrase(phrase, NOTHING), *self._key(key)]
        return sounds

    def _choice(self, choice: Choice) -> list[Sound]:
        return self._phrase(choice.phrase, choice.values) if choice.phrase else [Sound("", choice.text)]

    def _key(self, key: str) -> list[Sound]:
        return [self._word("press"), *(self._words(self._keys(key)) or [Sound("", key)])]

    def _keys(self, key: str) -> list[str]:
        composer, named = self.spoken.composer, {"*": "star", "#": "hash"}
        if key in named:
            return [named[key]]
        if composer is None:
            return []
        return composer.cardinal(int(key)) if len(key) == 1 else composer.figures(key)

    def _phrase(self, key: str, values: Values) -> list[Sound]:
        phrase = self.book.languages.get(self.language, {}).get(key)
        if phrase is None:
            raise CannotSay(f"no phrase {key!r} in {self.language!r}: add it to the phrases of that language")
        phrase = phrase.on("ivr")
        sounds: list[Sound] = []
        number = 0
        for piece in phrase.pieces:
            if text := piece.text.strip(SILENT):
                number += 1
                name = f"{key}.{number}" if phrase.valued else key
                sounds.append(Sound(f"{self.language}/{name}", text))
            elif piece.text.strip():
                sounds.append(PAUSE)
            if piece.field:
                if piece.field not in values:
                    raise CannotSay(f"phrase {key!r} needs the value {piece.field!r}: give it in Prompt.values")
                sounds += self._value(key, piece, values)
        return sounds

    def _value(self, key: str, piece: Piece, values: Values) -> list[Sound]:
        value = values[piece.field]
        match piece.format:
            case "each":
                items = value if isinstance(value, list) else []
                return [s for item in items if isinstance(item, Mapping) for s in self._phrase(piece.argument, item)]
            case "one_of":
                return self._phrase(f"{piece.argument}.{value}", NOTHING)
            case "phrase":
                if isinstance(value, Mapping):
                    inner = value.get("values")
                    return self._phrase(str(value["phrase"]), inner if isinstance(inner, Mapping) else NOTHING)
        return self._words(self._composed(piece.format, value)) or [self._written(key, piece, value)]

    def _composed(self, form: str, value: Value) -> list[str]:
        """The words it is spoken with; none if it is spoken as it is written."""
        composer = self.spoken.composer
        if composer is None:
            return []
        match form, value:
            case "", str() if len(value) >= READ_OUT_FROM and value.isascii() and value.isdecimal():
                return composer.figures(value)
            case "", int() if not isinstance(value, bool):
                return composer.cardinal(value)
            case "money", int() if not isinstance(value, bool):
                return composer.money(value)
            case "date", int() | float():
                return composer.date(datetime.fromtimestamp(value, self.zone))
            case "time", int() | float():
                at = datetime.fromtimestamp(value, self.zone)
                return [*composer.date(at), *composer.time(at)]
            case "month", str():
                year, month = (int(part) for part in value.split("-")[:2])
                return composer.month(year, month)
        return []

    def _written(self, key: str, piece: Piece, value: Value) -> Sound:
        speaker = self.book.speaker(self.language, self.zone, "ivr")
        try:
            return Sound("", FORMATS[piece.format](speaker, value, piece.argument))
        except (TypeError, ValueError, LookupError, OverflowError) as error:
            raise CannotSay(f"phrase {key!r} cannot say {piece.field}={value!r}: {error}") from error

    def _words(self, names: Iterable[str]) -> list[Sound]:
        return [self._word(name) for name in names]

    def _word(self, name: str) -> Sound:
        return Sound(f"{self.language}/spoken/{name}", self.spoken.words.get(name, ""))


def _at_a_time(prompt: Prompt) -> tuple[Choice, ...]:
    """Of entries that have no codes, no more than there are keys: of a longer menu the page that is wanted."""
    if not _turns(prompt):
        return prompt.choices
    pages = -(-len(prompt.choices) // AT_A_TIME)
    first = prompt.page % pages * AT_A_TIME
    return prompt.choices[first : first + AT_A_TIME]


def _turns(prompt: Prompt) -> bool:
    return len(prompt.choices) > len(MENU_KEYS) and not any(choice.code for choice in prompt.choices)


def _further_keys(prompt: Prompt) -> Iterator[tuple[str, str]]:
    """Keys beside those of the entries, and the phrase for what each brings."""
    if prompt.expects is Expects.YES_NO:
        yield "1", "keypad.yes"
        yield "2", "keypad.no"
    if prompt.expects is Expects.DIGITS and prompt.terminator and prompt.minimum != prompt.maximum:
        yield prompt.terminator, "keypad.done"
    if prompt.expects is Expects.MENU:
        if any(choice.code for choice in prompt.choices):
            yield "#", "keypad.done"
        if _turns(prompt):
            yield NEXT, "keypad.next"
        yield ("0", "keypad.agent") if prompt.first else ("*", "keypad.back")
        if not any(choice.code for choice in prompt.choices):
            yield "#", "keypad.again"
