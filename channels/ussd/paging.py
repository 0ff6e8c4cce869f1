"""A text and its options as screens.

A USSD screen is 160 octets: 182 characters of the GSM alphabet, or 80 as soon as one is not of it. What does not fit is
shown page by page, and turning pages is the channel's own affair: the dialog asked one question and waits for one
answer, whichever page that is given on. So options keep their keys on every page, and `98` and `99`, which no menu has,
lead on and back.

    您要订购哪个商品？          5 关爱通 299.00元
    1 酷派F800 999.00元        99 上页
    2 联想TD80t 1280.00元
    98 下页

A page never ends within an option, nor within a character. A label that no screen holds is shortened. Where the answer
is not a key but digits or a text of the subscriber's own, a key for turning would be mistaken for it: the question is
turned forward only, and on its last page everything typed is the answer.

Which texts fit is told by a function, for the alphabet is the carrier's. `Shown` is what is kept of it between two
inputs, and is plain data.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

Fits: TypeAlias = Callable[[str], bool]
NEXT, BACK = "98", "99"
SHORTENED = ".."


@dataclass(frozen=True, slots=True)
class Turning:
    """What stands beside the keys that turn pages."""

    next: str
    back: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The screens of one prompt and which of them is seen."""

    pages: tuple[str, ...]
    at: int = 0
    keyed: bool = True

    @property
    def screen(self) -> str:
        return self.pages[self.at]


def turned(shown: Shown, text: str) -> Shown | None:
    """Another page; or None if what was typed is an answer for the dialog."""
    last = shown.at == len(shown.pages) - 1
    key = text.strip()
    if key == NEXT and not last:
        return replace(shown, at=shown.at + 1)
    if not shown.keyed:
        return None if last else shown
    if key == BACK and shown.at > 0:
        return replace(shown, at=shown.at - 1)
    return None


def show(head: str, options: Sequence[tuple[str, str]], turning: Turning, fits: Fits, *, keyed: bool = True) -> Shown:
    pieces = [*_pieces(head), *(("\n", f"{key} {label}") for key, label in options)]
    back = f"\n{BACK} {turning.back}" if keyed else ""
    pages: list[str] = []
    while pieces:
        tail = back if pages else ""
        if fits(_joined(pieces) + tail):
            pages.append(_joined(pieces) + tail)
            break
        tail = f"\n{NEXT} {turning.next}{tail}"
        count = _most(pieces, tail, fits)
        if not count:
            pieces[0] = _shortened(pieces[0], tail, fits)
            count = 1
        pages.append(_joined(pieces[:count]) + tail)
        pieces = pieces[count:]
    return Shown(tuple(pages) or ("",), 0, keyed)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """What may not be cut, each with what parts it from what stands before: characters of Chinese, words of others."""
    between = ""
    for number, line in enumerate(text.split("\n")):
        between = "\n" if number else ""
        for word in line.split(" "):
            for part in _parts(word):
                yield between, part
                between = ""
            between = between + " " if between != "\n" else between


def _parts(word: str) -> list[str]:
    parts: list[str] = []
    for character in word:
        narrow = character.isascii()
        joins = unicodedata.combining(character) or character in "\u200d\ufe0e\ufe0f"
        after_joiner = bool(parts) and parts[-1].endswith("\u200d")
        if parts and (joins or after_joiner or (narrow and parts[-1][-1].isascii())):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def _joined(pieces: Sequence[tuple[str, str]]) -> str:
    return "".join(between + part for between, part in pieces).lstrip("\n ")


def _most(pieces: Sequence[tuple[str, str]], tail: str, fits: Fits) -> int:
    """How many of them fit. Less never fits worse: fewer characters, and no other alphabet."""
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(_joined(pieces[:middle]) + tail):
            low = middle
        else:
            high = middle - 1
    return low


def _shortened(piece: tuple[str, str], tail: str, fits: Fits) -> tuple[str, str]:
    between, text = piece
    while text and not fits(f"{text}{SHORTENED}{tail}"):
        text = text[:-1]
    return between, text.rstrip("\u200d") + SHORTENED
