"""A question as it is put, and an answer as it is taken.

`question` makes the Prompt of a state that asks; `take` looks whether a text answers it, and gives the trigger and what
it put into slots. Entries of a list are numbered through, however many there are; how many of them have room at a time
only the channel knows, so all of them are in the prompt, and the dialog merely counts which page he has turned to.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from dialogs.commands import Commands
from dialogs.folding import fold, squeeze
from dialogs.keypad import MOST_ENTRIES, NEXT, PREVIOUS
from dialogs.money import fen
from dialogs.phrases import CannotSay, PhraseBook
from dialogs.script import AmountWanted, Ask, Choose, DigitsWanted, Menu, Option, Saying, State, TextWanted, YesNo
from dialogs.validators import VALIDATORS
from dialogs.words import NOTHING, Choice, Expects, Prompt, Secret, Value, Values

PAGE = "_page"  # the slot that holds which page of a long menu he is shown
_TURNS = {NEXT: 1, PREVIOUS: -1}


@dataclass(frozen=True, slots=True)
class Taken:
    """The trigger that an answer fires (none: the same question, turned over) and the slots it fills."""

    trigger: str
    slots: Values = NOTHING


# ── The question ─────────────────────────────────────────────────────────────────────────────────────────────────────


def values_for(book: PhraseBook, phrase: str, values: Values) -> dict[str, Value]:
    """Only what the phrase needs goes into a prompt; that it is all there is the script's promise, and checked."""
    try:
        return {name: values[name] for name in book.fields(phrase)}
    except KeyError as missing:
        raise CannotSay(f"phrase {phrase!r} needs {missing}: fill this slot before it is said") from None


def spoken(book: PhraseBook, saying: Saying, slots: Values) -> Prompt:
    given = saying.given.of(slots)
    return Prompt(saying.phrase, values_for(book, saying.phrase, {**slots, **given} if given else slots))


def question(
    book: PhraseBook, state: State, ask: Ask, slots: Values, offered: Container[str], first: bool = False
) -> Prompt:
    said = spoken(book, state.say, slots) if state.say else Prompt("")
    match ask.wanted:
        case Menu() as menu:
            choices = tuple(
                Choice(o.key, o.label, values=values_for(book, o.label, slots), aloud=o.aloud)
                for o in _there(menu, offered)
            )
            return Prompt(said.phrase, said.values, choices, Expects.MENU, page=_page(slots), first=first)
        case Choose() as choose:
            entries = tuple(_entries(book, choose, slots))
            return Prompt(said.phrase, said.values, entries, Expects.MENU, page=_page(slots), first=first)
        case YesNo():
            return Prompt(said.phrase, said.values, expects=Expects.YES_NO, first=first)
        case DigitsWanted(minimum=minimum, maximum=maximum, terminator=terminator, secret=secret):
            wanted = Expects.DIGITS, minimum, maximum, terminator
            return Prompt(said.phrase, said.values, (), *wanted, first=first, secret=secret)
        case AmountWanted(at_most=at_most):
            return Prompt(
                said.phrase, said.values, (), Expects.DIGITS, 1, len(f"{at_most // 100}.00"), "#", first=first
            )
        case TextWanted():
            return Prompt(said.phrase, said.values, expects=Expects.TEXT, first=first)


def _there(menu: Menu, offered: Container[str]) -> list[Option]:
    return [option for option in menu.options if not option.when or option.when in offered]


def _entries(book: PhraseBook, choose: Choose, slots: Values) -> Iterator[Choice]:
    for number, item in enumerate(_items(choose, slots), 1):
        code = str(item.get(choose.code) or "") if choose.code else ""
        yield Choice(str(number), choose.label, values=values_for(book, choose.label, item), code=code)


def _items(choose: Choose, slots: Values) -> list[dict[str, Value]]:
    source = slots.get(choose.source)
    items = [item for item in source if isinstance(item, dict)] if isinstance(source, list) else []
    return items[:MOST_ENTRIES]


def _page(slots: Values) -> int:
    page = slots.get(PAGE)
    return page if isinstance(page, int) else 0


# ── The answer ───────────────────────────────────────────────────────────────────────────────────────────────────────


def take(
    commands: Commands, ask: Ask, slots: Values, text: str, keyed: bool = False, offered: Container[str] = ()
) -> Taken | None:
    """`keyed`: given on a keypad, where yes is 1 and no is 2. Who can write must not order by sending a key twice."""
    match ask.wanted:
        case Menu() as menu:
            squeezed = squeeze(fold(text))
            return _key((option.key for option in _there(menu, offered)), squeezed) or _turned(slots, squeezed)
        case Choose() as choose:
            squeezed = squeeze(fold(text))
            return _chosen(choose, slots, squeezed) or _turned(slots, squeezed)
        case YesNo():
            return _yes_or_no(commands, squeeze(fold(text)), keyed)
        case DigitsWanted() as wanted:
            return None if wanted.secret else _digits(wanted, text)
        case AmountWanted() as wanted:
            return _amount(wanted, text, keyed)
        case TextWanted() as wanted:
            return _text(wanted, text.strip())


def _key(keys: Iterable[str], squeezed: str) -> Taken | None:
    return Taken(f"key {squeezed}") if squeezed in keys else None


def _chosen(choose: Choose, slots: Values, squeezed: str) -> Taken | None:
    """By its number in the list, or by its code."""
    if not squeezed:
        return None
    for number, item in enumerate(_items(choose, slots), 1):
        if squeezed == str(number) or (choose.code and squeezed == squeeze(fold(str(item.get(choose.code) or "")))):
            return Taken("given", {slot: item.get(field) for slot, field in choose.take.items()})
    return None


def _turned(slots: Values, squeezed: str) -> Taken | None:
    step = _TURNS.get(squeezed)
    return None if step is None else Taken("", {PAGE: _page(slots) + step})


def _yes_or_no(commands: Commands, squeezed: str, keyed: bool) -> Taken | None:
    if squeezed in commands.yes or (keyed and squeezed == "1"):
        return Taken("yes")
    if squeezed in commands.no or (keyed and squeezed == "2"):
        return Taken("no")
    return None


def _digits(wanted: DigitsWanted, text: str) -> Taken | None:
    digits = squeeze(fold(text.strip().removesuffix(wanted.terminator or "\0")))
    if not (digits.isascii() and digits.isdecimal() and wanted.minimum <= len(digits) <= wanted.maximum):
        return None
    if wanted.at_least is None and wanted.at_most is None:
        return Taken("given", {wanted.into: digits})
    number = int(digits)
    if number < (wanted.at_least or 0) or (wanted.at_most is not None and number > wanted.at_most):
        return None
    return Taken("given", {wanted.into: number})


def take_secret(ask: Ask, secret: Secret) -> Taken | None:
    """So many keys as there must be; which ones, only a service will ask."""
    wanted = ask.wanted
    if not isinstance(wanted, DigitsWanted) or not wanted.secret:
        return None
    return Taken("given", {wanted.into: secret.token}) if wanted.minimum <= secret.keys <= wanted.maximum else None


def _amount(wanted: AmountWanted, text: str, keyed: bool) -> Taken | None:
    """On a keypad, which has no point, `*` is one between digits."""
    amount = fen(text.removesuffix("#").replace("*", ".") if keyed else text)
    if amount is None or not wanted.at_least <= amount <= wanted.at_most:
        return None
    return Taken("given", {wanted.into: amount})


def _text(wanted: TextWanted, text: str) -> Taken | None:
    """A pattern or a validator decides by itself; without one, anything but the keys that lead back or to the start."""
    if not wanted.minimum <= len(text) <= wanted.maximum:
        return None
    if wanted.check:
        valid = VALIDATORS[wanted.check](text)
        return None if valid is None or not _matches(wanted, valid) else Taken("given", {wanted.into: valid})
    if not wanted.matches and text in ("0", "00", "#"):
        return None
    return Taken("given", {wanted.into: text}) if _matches(wanted, text) else None


def _matches(wanted: TextWanted, text: str) -> bool:
    return not wanted.matches or re.fullmatch(wanted.matches, text) is not None
