"""What a text is most like, of all that we have seen.

Every example is a handful of features: for Chinese its characters and pairs of them, else words and pairs of words. A
feature is worth the more the fewer examples have it, and speaks for an intent by the share it has in that intent's
examples against all others (`none` is an intent too). A text is as much like an intent as its features speak for it on
the average, a feature that nobody has seen speaking for nothing; so one unknown word in a short text weighs a lot, and
`我要一杯咖啡` is not taken for an order because it begins like one. Half of the likeness is that vote of all examples,
half the closest single example.

A Latin word that nobody has seen may be a slip of the finger: it counts as the known word that it is nearest to.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogs.examples import Example

SLIPS_FROM = 4  # letters: a shorter word is too near to others
PAIR = 0.5  # a pair is worth half of what its parts are: it only says again that they stand together
OFTEN = 2  # what is said more often says nothing
SEEN_ONCE = 0.35  # by how much a feature is doubted that a single example has


@dataclass(frozen=True, slots=True)
class Likeness:
    intent: str
    score: float
    example: int


class Book:
    """Examples in one way of writing, so laid out that a text is weighed in a few hundred steps."""

    def __init__(self, examples: Iterable[Example], also: Iterable[str] = ()) -> None:
        """also: texts whose words are no slips either."""
        self._examples = tuple(examples)
        self._intents = [example.intent for example in self._examples]
        self._votes: dict[str, tuple[tuple[str, float], ...]] = {}
        self._worth: dict[str, float] = {}
        self._where: dict[str, list[int]] = defaultdict(list)
        featured = [features(example.folded) for example in self._examples]
        for place, found in enumerate(featured):
            for feature in found:
                self._where[feature].append(place)
        self._weigh()
        self._sizes = [sum(self._worth[feature] for feature in found) for found in featured]
        self._spelled = {word for example in self._examples for word in example.folded.split(" ")}
        self._spelled |= {word for folded in also for word in folded.split(" ")}
        self._words = sorted(word for word in self._spelled if word.isascii() and len(word) >= SLIPS_FROM)
        self._unseen = log(1 + max(1, len(self._examples)))

    def _weigh(self) -> None:
        of_intent = Counter(self._intents)
        for feature, places in self._where.items():
            shares = Counter[str]()
            for place in places:
                shares[self._intents[place]] += 1 / of_intent[self._intents[place]]  # type: ignore[assignment]
            doubt = len(places) / (len(places) + SEEN_ONCE)
            total = sum(shares.values())
            self._votes[feature] = tuple((intent, doubt * share / total) for intent, share in shares.items())
            self._worth[feature] = _kind(feature) * log(1 + len(self._examples) / len(places))

    def corrected(self, folded: str, rightly: Callable[[str], bool] = lambda word: False) -> str:
        """With slips of the finger put right. rightly: words that are none, though nobody has seen them."""
        return " ".join(word if rightly(word) else self._known_word(word) for word in folded.split(" "))

    def _known_word(self, word: str) -> str:
        if word in self._spelled or len(word) < SLIPS_FROM or not (word.isascii() and word.isalpha()):
            return word
        most = 1 if len(word) < 8 else 2
        found = process.extractOne(word, self._words, scorer=OSA.distance, score_cutoff=most)
        return str(found[0]) if found else word

    def like(self, folded: str) -> list[Likeness]:
        """What it is like, the most likely first."""
        found = features(folded)
        votes: dict[str, float] = defaultdict(float)
        shared: dict[int, float] = defaultdict(float)
        whole = self._unseen * _said_again(folded)
        for feature in found:
            worth = self._worth.get(feature)
            if worth is None:
                whole += _kind(feature) * self._unseen
                continue
            whole += worth
            for intent, vote in self._votes[feature]:
                votes[intent] += worth * vote
            for place in self._where[feature]:
                shared[place] += worth
        if not votes:
            return []
        closest = self._closest(shared, whole)
        likely = [
            Likeness(intent, (votes[intent] / whole + near) / 2, place) for intent, (near, place) in closest.items()
        ]
        return sorted(likely, key=lambda like: (-like.score, like.intent))

    def _closest(self, shared: Mapping[int, float], whole: float) -> dict[str, tuple[float, int]]:
        closest: dict[str, tuple[float, int]] = {}
        for place, both in shared.items():
            near = 2 * both / (whole + self._sizes[place])
            intent = self._intents[place]
            if intent not in closest or near > closest[intent][0]:
                closest[intent] = (near, place)
        return closest

    def example(self, like: Likeness) -> Example:
        return self._examples[like.example]


def features(folded: str) -> set[str]:
    """Words and characters, and pairs of neighbours."""
    parts = _parts(folded)
    return {*parts, *(f"{one} {other}" for one, other in pairwise(parts))} - {""}


def _parts(folded: str) -> list[str]:
    parts: list[str] = []
    for word in folded.split(" "):
        parts.extend([_stem(word)] if word.isascii() else word)
    return parts


def _said_again(folded: str) -> int:
    """How often something is said a third time and more: 啊啊啊啊."""
    return sum(times - OFTEN for times in Counter(_parts(folded)).values() if times > OFTEN)


def _stem(word: str) -> str:
    """Without the endings that say nothing about what is wanted."""
    for ending, least in (("ING", 6), ("ED", 5), ("ES", 6), ("S", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("SS"):
            return word[: -len(ending)]
    return word


def _kind(feature: str) -> float:
    return PAIR if " " in feature else 1.0
