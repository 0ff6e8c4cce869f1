"""What nobody understood, for those who teach the house to understand it.

A text that was taken for nothing is shown without whoever wrote it, and without what may be his own: digits are masked,
and so is what looks like an address of mail or of the web. An opt-out is understood as one and is never among them.
Texts that are alike stand together, the most frequent first. A supervisor teaches one of them to the house by saying
what it means, or that it means nothing; then it is gone from the list, and so is whatever is like it.

    inbound, intent `none` ──► group ──► the desk ──teach──► book_phrases ──► every server, in a second or two
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

MEANINGS = (
    "balance", "bill", "numbers", "order", "catalogue", "status", "cancel", "help", "optout", "agent", "none",
)  # fmt: skip
ALIKE = 72.0  # of a hundred
MOST_GROUPS = 50
OTHERS = 4
LONGEST = 200

_address = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+", re.IGNORECASE)
_digit = re.compile(r"\d")
_nothing = re.compile(r"[\W_]+")


class BadPhrase(ValueError):
    """Nothing that can be taught."""


@dataclass(frozen=True, slots=True)
class Heard:
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """text: the most frequent of those that are alike; others: some more of them, in other words."""

    text: str
    times: int
    last_at: float
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taught:
    """That a text means something. The last one for a text counts; `none` is for what means nothing."""

    id: int
    text: str
    meaning: str
    by: str
    at: float


def masked(text: str) -> str:
    return _digit.sub("#", _address.sub("…", text.strip()[:LONGEST]))


def squeezed(text: str) -> str:
    """What two texts are compared by: without case, width, spaces and punctuation."""
    return _nothing.sub("", unicodedata.normalize("NFKC", text)).upper()


def teachable(text: str, meaning: str) -> str:
    """The text as it is kept. Raises BadPhrase."""
    text = " ".join(text.split())
    if meaning not in MEANINGS:
        raise BadPhrase(f"nothing is called {meaning!r}; write one of {', '.join(MEANINGS)}")
    if not len(squeezed(text)) >= 2 or len(text) > LONGEST:
        raise BadPhrase(f"a phrase has between two letters and {LONGEST} characters")
    if len(_digit.findall(text)) > 4:
        raise BadPhrase("a phrase with a number in it would be one person's own; write {order} or {tail} in its place")
    return text


def group(heard: Iterable[Heard], taught: Iterable[Taught]) -> tuple[Misunderstood, ...]:
    """The most frequent first. What is like something that was taught is left out."""
    times, last_at, shown = Counter[str](), dict[str, float](), dict[str, str]()
    for each in heard:
        text = masked(each.text)
        if key := squeezed(text):
            times[key] += 1
            last_at[key] = max(each.at, last_at.get(key, each.at))
            shown.setdefault(key, text)
    known = {squeezed(each.text) for each in taught}
    heads: dict[str, list[str]] = {}
    for key, _ in sorted(times.items(), key=lambda item: (-item[1], item[0])):
        if not _like_one_of(key, known):
            heads.setdefault(_like_one_of(key, heads) or key, []).append(key)
    groups = [
        Misunderstood(
            text=shown[head],
            times=sum(times[key] for key in keys),
            last_at=max(last_at[key] for key in keys),
            others=tuple(shown[key] for key in keys[1 : OTHERS + 1]),
        )
        for head, keys in heads.items()
    ]
    return tuple(sorted(groups, key=lambda each: (-each.times, -each.last_at))[:MOST_GROUPS])


def _like_one_of(key: str, others: Iterable[str]) -> str | None:
    return next((other for other in others if fuzz.ratio(key, other) >= ALIKE), None)
