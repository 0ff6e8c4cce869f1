"""How people name what can be ordered: by code, keypad code, name in any language, or what else it is called.

In a free text a name may also be written in pinyin (`ku pai F800`), with the wrong characters of the right sound, in
two words (`cool pad`), or with a slip of the finger (`coolpd F800`, `F80O`). Digits are never guessed: F900 is no F800.
"""

import re
from collections.abc import Mapping

from rapidfuzz.distance import OSA

from dialogs.commands import Finder
from dialogs.folding import fold, squeeze
from dialogs.pinyin import sound, syllables
from dialogs.words import OfferFacts

_count = re.compile(r"X?(\d{1,3})")
_no_digits = re.compile(r"\D+")
_chinese = re.compile(r"[\u3400-\u9fff]{2,}")
_LOOKS_LIKE_DIGIT = str.maketrans("OIL", "011")
LONGEST_NAME = 4  # words that a name may have been written in
SLIP_FROM, TWO_SLIPS_FROM = 4, 9


class OfferNames:
    def __init__(self, offers: Mapping[str, OfferFacts]) -> None:
        self._exact: dict[str, str] = {}
        spoken: dict[str, str] = {}
        for code, offer in offers.items():
            for name in (code, *offer.names.values(), *offer.aliases):
                spoken.setdefault(fold(name), code)
                self._exact.setdefault(squeeze(fold(name)), code)
        for code, offer in offers.items():
            if offer.keypad:
                self._exact.setdefault(offer.keypad, code)
        spoken.pop("", None)
        self._exact.pop("", None)
        self._longest_first = sorted(self._exact, key=len, reverse=True)
        self._finder = Finder(spoken)
        self._by_sound = {syllables(part): part for name in spoken for part in _chinese.findall(name)}
        self._latin = {squeeze(name): code for name, code in spoken.items() if name.isascii()}
        for name, code in spoken.items():
            if not name.isascii():
                self._latin.setdefault(squeeze(syllables(name)), code)
        self._letters = "\n".join((*self._exact, *self._latin))

    def part_of_one(self, word: str) -> bool:
        """Whether it is the rest of a name that was written in several words: COOL PAD."""
        return (len(word) > 1 or not word.isascii()) and word in self._letters

    def with_count(self, words: list[str]) -> tuple[str, int | None] | None:
        """`F800`, `F800 2`, `2 F800`, `1001 X2`: an offer and how many, and nothing else."""
        if code := self._exact.get("".join(words)):
            return code, None
        for rest, last in ((words[:-1], words[-1:]), (words[1:], words[:1])):
            count = _count.fullmatch("".join(last))
            if rest and count and (code := self._exact.get("".join(rest))):
                return code, int(count[1])
        return None

    def run_together(self, squeezed: str) -> tuple[str, int | None] | None:
        """`F8002` after a key word: the longest name it begins with, and the rest is how many."""
        for name in self._longest_first:
            if squeezed.startswith(name):
                rest = squeezed[len(name) :]
                if not rest:
                    return self._exact[name], None
                if count := _count.fullmatch(rest):
                    return self._exact[name], int(count[1])
        return None

    def mentioned(self, folded: str) -> tuple[set[str], str]:
        """The offers that a free text names, and the text without their names (two spaces where each stood)."""
        codes, text = set(), f" {self._as_meant(folded)} "
        for _, needle, code in sorted(self._finder.find(text.strip()), key=lambda hit: -len(hit[1])):
            if needle in text:
                codes.add(code)
                text = text.replace(needle, "  ")
        return self._slipped(codes, text)

    def _as_meant(self, folded: str) -> str:
        """With the characters of a name in place of others that sound the same."""
        if folded.isascii() or not self._by_sound:
            return folded
        sounds = [sound(character) for character in folded]
        for spelled, part in self._by_sound.items():
            wanted = spelled.split(" ")
            for at in range(len(folded) - len(part) + 1):
                if sounds[at : at + len(part)] == wanted:
                    folded = folded[:at] + part + folded[at + len(part) :]
        return folded

    def _slipped(self, codes: set[str], text: str) -> tuple[set[str], str]:
        """Names in Latin letters that are nearly one of ours, the longest first."""
        words = text.split(" ")
        for length in range(min(LONGEST_NAME, len(words)), 0, -1):
            for at in range(len(words) - length + 1):
                run = words[at : at + length]
                if all(run) and (code := self._nearly("".join(run))):
                    codes.add(code)
                    words[at : at + length] = ["", *[""] * (length - 1)]
        return codes, " ".join(words)

    def _nearly(self, word: str) -> str | None:
        if not word.isascii() or len(word) < 3:
            return None
        if any(letter.isdigit() for letter in word):
            word = word[:1] + word[1:].translate(_LOOKS_LIKE_DIGIT)
        if code := self._latin.get(word):
            return code
        digits = _no_digits.sub("", word)
        least = SLIP_FROM if digits else SLIP_FROM + 2
        for name, code in self._latin.items():
            most = 2 if min(len(name), len(word)) >= TWO_SLIPS_FROM else 1
            if (
                min(len(name), len(word)) >= least
                and _no_digits.sub("", name) == digits
                and OSA.distance(word, name, score_cutoff=most) <= most
            ):
                return code
        return None
