"""Chinese written in Latin letters, and Chinese that sounds alike.

Who has no Chinese keyboard writes `wo yao cha yu e`, or `chayue`; who uses one picks the wrong character of the same
sound (花费 for 话费). Both are met by bringing what we know into syllables without tones: every Chinese text of ours is
one, and a word of a message is cut into syllables that we know. A word that cannot be cut whole stays as it is.
"""

from collections.abc import Iterable
from functools import lru_cache

from pypinyin import lazy_pinyin

LONGEST_SYLLABLE = 6


def syllables(text: str) -> str:
    """`查余额` and `查 余 额` as `CHA YU E`; what is not Chinese stays a word of its own."""
    spelled = " ".join(lazy_pinyin(text)).upper().replace("Ü", "V")
    return " ".join(spelled.split())


@lru_cache(maxsize=8192)
def sound(character: str) -> str:
    return syllables(character)


class Syllables:
    """The syllables that occur in what we know, and words cut into them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known = frozenset(
            syllable for text in texts for syllable in syllables(text).split() if syllable.isascii()
        )

    def spells(self, cut: str) -> bool:
        """Whether any of it may be pinyin."""
        return any(word in self._known for word in cut.split(" "))

    def cut(self, folded: str) -> str:
        """`CHAYUE F800` as `CHA YU E F800`."""
        return " ".join(" ".join(self._cut_word(word) or [word]) for word in folded.split(" "))

    def other_cut(self, folded: str) -> str:
        """With words cut in two that are one syllable, where that can be: `YUE` as `YU E`."""
        return " ".join(self._halved(word) for word in self.cut(folded).split(" "))

    def _halved(self, word: str) -> str:
        for end in range(len(word) - 1, 0, -1):
            if word[:end] in self._known and word[end:] in self._known:
                return f"{word[:end]} {word[end:]}"
        return word

    def _cut_word(self, word: str) -> list[str]:
        """The word in as few syllables as may be; none if it does not consist of syllables."""
        if not word.isalpha():
            return []
        best: list[list[str] | None] = [[], *[None] * len(word)]
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - LONGEST_SYLLABLE), end):
                before = best[start]
                if before is None or word[start:end] not in self._known:
                    continue
                here = best[end]
                if here is None or len(before) + 1 < len(here):
                    best[end] = [*before, word[start:end]]
        return best[-1] or []
