"""How people name what can be ordered: by code, keypad code, name in any language, or what else it is called."""

import re
from collections.abc import Mapping

from dialogs.commands import Finder
from dialogs.folding import fold, squeeze
from dialogs.words import OfferFacts

_count = re.compile(r"X?(\d{1,3})")


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

    def exactly(self, squeezed: str) -> str | None:
        return self._exact.get(squeezed)

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
        """The offers that a free text names, and the text without their names."""
        codes, text = set(), f" {folded} "
        for _, needle, code in sorted(self._finder.find(folded), key=lambda hit: -len(hit[1])):
            if needle in text:
                codes.add(code)
                text = text.replace(needle, "  ")
        return codes, text
