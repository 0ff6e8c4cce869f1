"""What a subscriber wants, from what he wrote.

Four ways, the surest first; each gives an `Understanding` or leaves it to the next:

    command   the whole text is a word of the table, or a key word and what it takes:  YE   DG F800 2   XH888   QX 12…
    name      the whole text is the name or code of something that can be ordered:     F800   酷派F800   1001 2
    phrase    a free text in which a phrase of the table, or a name and a word for buying, occurs
    likeness  a free text that is like those of the phrase book (likeness.py)

A Latin text is read twice, as English and as pinyin. A text that is none of these is `none`; what it might mean is told
with it, `close` if it is worth asking back.

Orders, cancellations and opt-outs are never taken from likeness alone. The text must also hold the words that such a
wish cannot do without (`evidence` in the table), and nothing that speaks against it: "我不要酷派F800了" names an offer
and a wish, and is no order.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from dialogs.commands import Commands, Finder, read_commands
from dialogs.examples import NONE, PLACES, Example
from dialogs.folding import fold, mark, squeeze
from dialogs.likeness import Book, Likeness
from dialogs.naming import OfferNames
from dialogs.pinyin import Syllables, syllables
from dialogs.problems import ScriptsRefused
from dialogs.words import NOTHING, OfferFacts, Value, Values

BY_COMMAND, BY_KEY, BY_NAME, BY_PHRASE, BY_LIKENESS = 1.0, 0.95, 0.9, 0.7, 0.6
ALIKE, RIVAL = 0.34, 0.85  # from here on it is understood, unless the next intent is nearly as likely
ASKED, NEARLY = 0.22, 0.6  # from here on it is asked back: the likely ones, down to this share of the likeliest
CODE_FOLLOWS = "DG"  # the key word that nobody says in a sentence
LEAST_CHINESE, LEAST_LATIN = 2, 3  # letters of a free text
SURE = 0.2  # how like an order, a cancellation or an opt-out must be what holds the evidence for it
SAID, EVIDENT = 0.12, 0.2  # what a phrase of the table, or the evidence for it, adds to the likeness of an intent

_digits = re.compile(r"\d+")
_tail = re.compile(r"\d{1,11}|(?=.*([A-H]).*\1)[0-9A-H]{3,8}|ABC(?:DE?)?|(?:E?D)?CBA")  # 888, AABB, 8A8A, ABC
_number = re.compile(r"(?<!\d)(?!1[3-9]\d{9}(?!\d))\d{10,20}(?!\d)")  # of an order, and no mobile telephone's
_alone = re.compile(r"(?<!\S)\d+(?!\S)")
_PLACES = frozenset(PLACES.values())
_careful = ("order", "cancel", "optout")


@dataclass(frozen=True, slots=True)
class Understanding:
    """An intent of the contract (or `language`, `yes`, `no`), what was named with it, and how sure that is (0 to 1).

    near: for a text that was not understood, what it might mean, the likeliest first; close: worth asking which.
    """

    intent: str
    slots: Values = NOTHING
    confidence: float = 0.0
    near: tuple[str, ...] = ()
    close: bool = False


NOT_UNDERSTOOD = Understanding("none")


@dataclass(frozen=True, slots=True)
class _Read:
    """A free text in one way of writing: as it was read, without the names in it, and with places for what varies.

    evidence: as it was read, and that there is an order's number in it, if there is.
    """

    text: str
    codes: frozenset[str]
    rest: str
    placed: str
    evidence: str


class _Writing:
    """The table and the phrase book in one way of writing: as they stand, or spelled in pinyin."""

    def __init__(self, commands: Commands, examples: Iterable[Example], spelled: bool) -> None:
        def written(words: Iterable[str]) -> Finder:
            if not spelled:
                return Finder(words)
            return Finder(
                word if word in _PLACES else _spelled(word) for word in words if word in _PLACES or not word.isascii()
            )

        self.phrases = Finder(
            {_spelled(phrase): intent for phrase, intent in commands.phrases.items() if not phrase.isascii()}
            if spelled
            else commands.phrases
        )
        self.buying, self.not_meant = written(commands.buying), written(commands.not_meant)
        self.wishing = written(commands.wishing)
        self.beside = written((*commands.wishing, *commands.beside, *commands.polite))
        self.groups = {name: [written(group) for group in e.groups] for name, e in commands.evidence.items()}
        self.besides = {name: written(evidence.besides) for name, evidence in commands.evidence.items()}
        self.against = {name: written(e.against) for name, e in commands.evidence.items() if e.against}
        self.quantities = _in_pinyin(commands.quantities) if spelled else commands.quantities
        self.polite = written(commands.polite)
        self.measures = frozenset(_in_pinyin(dict.fromkeys(commands.measures, 0)) if spelled else commands.measures)
        self.begins = tuple(
            _key(key, spelled) for key, _, takes in commands.keys if takes == "offer" and key != CODE_FOLLOWS
        )
        known = [
            word
            for words in (commands.buying, commands.wishing, commands.phrases, commands.not_meant)
            for word in words
        ]
        self.book = Book(examples, known)

    def counts(self, text: str) -> bool:
        """Whether it is a quantity and nothing else, but for being polite: 两台, two please."""
        text = " ".join(_without(text, self.polite.find(text)).split())
        if text in self.quantities or text.isdecimal():
            return True
        quantity, measure = text.replace(" ", "")[:-1], text[-1:]
        return measure in self.measures and (quantity in self.quantities or quantity.isdecimal())

    def says_nothing_else(self, text: str, names: OfferNames) -> bool:
        """Beside a wish for what was named: 我要两台, could you send me a."""
        left = _without(text, self.beside.find(text)).split()
        words = [each for word in left for each in ([word] if word.isascii() else word)]
        return all(
            each in self.quantities or each in self.measures or each.isdecimal() or names.part_of_one(each)
            for each in words
        )

    def evident(self, intent: str, text: str) -> bool:
        """Whether the words are there that this wish cannot do without, and none that speaks against it."""
        groups = self.groups.get(intent)
        if not groups or not all(group.find(text) for group in groups):
            return False
        if intent in self.against:
            return not self.against[intent].find(text)
        return self.meant(_without(text, self.besides[intent].find(text)))

    def meant(self, text: str) -> bool:
        return not self.not_meant.find(" ".join(text.split()))


def _spelled(word: str) -> str:
    return syllables(word)


def _key(key: str, spelled: bool) -> str:
    return f"{syllables(key) if spelled else key}{' ' if spelled or key.isascii() else ''}"


def _in_pinyin(words: Mapping[str, int]) -> dict[str, int]:
    return {syllables(word): number for word, number in words.items() if not word.isascii()}


def _without(text: str, found: Sequence[tuple[int, str, str]]) -> str:
    text = f" {text} "
    for _, needle, _ in sorted(found, key=lambda hit: -len(hit[1])):
        text = text.replace(needle, "  ")
    return text


class Understander:
    """Knows the table of commands, the phrase book, and the names of the offers it was last asked with.

    Offers are a snapshot that many turns share, so their names are folded once for each snapshot, not for each text.
    """

    def __init__(self, commands: Commands) -> None:
        self.commands = commands
        self._taught = {each.folded: each.intent for each in commands.examples if each.taught}
        self._offers: Mapping[str, OfferFacts] = {}
        self._names = OfferNames({})
        chinese = [each for each in commands.examples if not each.folded.isascii()]
        latin = [each for each in commands.examples if each.folded.isascii()]
        self._chinese, self._latin = _Writing(commands, chinese, False), _Writing(commands, latin, False)
        spelled = [Example(syllables(each.folded), each.intent, each.slots) for each in chinese]
        self._pinyin = _Writing(commands, spelled, True)
        tables = (
            commands.phrases,
            commands.buying,
            commands.wishing,
            commands.beside,
            commands.not_meant,
            commands.measures,
            commands.quantities,
        )
        self._syllables = Syllables([*(each.folded for each in chinese), *(w for words in tables for w in words)])

    def understand(self, text: str, offers: Mapping[str, OfferFacts]) -> Understanding:
        folded = fold(text)
        squeezed = squeeze(folded) or mark(text)
        if not squeezed:
            return NOT_UNDERSTOOD
        if exact := self.commands.exact.get(squeezed):
            return Understanding(exact[0], exact[1], BY_COMMAND)
        if taught := self._taught.get(folded):
            return Understanding(taught, NOTHING, BY_NAME) if taught != NONE else NOT_UNDERSTOOD
        names = self._names_of(offers)
        return self._by_key(folded, squeezed, names) or self._by_name(folded, names) or self._free(folded, names)

    def _names_of(self, offers: Mapping[str, OfferFacts]) -> OfferNames:
        if offers is not self._offers:
            self._names, self._offers = OfferNames(offers), offers
        return self._names

    # ── key words ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _by_key(self, folded: str, squeezed: str, names: OfferNames) -> Understanding | None:
        for key, intent, takes in self.commands.keys:
            if squeezed.startswith(key):
                words = self._words_after(key, folded)
                slots = self._taken(takes, squeezed[len(key) :], words, names)
                if slots is None and takes == "offer":
                    slots = _unknown_offer(words, any_word=key == CODE_FOLLOWS)
                if slots is not None:
                    return Understanding(intent, slots, BY_KEY)
        return None

    def _words_after(self, key: str, folded: str) -> list[str]:
        """The words behind a key that stands apart; none where it runs into what follows."""
        words, seen = folded.split(" "), ""
        for position, word in enumerate(words):
            seen += word
            if seen == key:
                rest = words[position + 1 :]
                return rest[:-1] if len(rest) > 1 and rest[-1] in self.commands.measures else rest
            if len(seen) >= len(key):
                break
        return []

    def _taken(self, takes: str, rest: str, words: list[str], names: OfferNames) -> Values | None:
        if takes == "offer":
            named = (names.with_count(words) if words else None) or names.run_together(rest)
            return _order_slots(*named) if named else None
        if takes == "tail":
            return {"tail": rest} if _tail.fullmatch(rest) else None
        return {"number": rest} if _digits.fullmatch(rest) and len(rest) <= 20 else None

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _by_name(self, folded: str, names: OfferNames) -> Understanding | None:
        named = names.with_count(folded.split(" "))
        return Understanding("order", _order_slots(*named), BY_NAME) if named else None

    # ── free text ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _free(self, folded: str, names: OfferNames) -> Understanding:
        letters = sum(character.isalpha() for character in folded)
        if letters < (LEAST_LATIN if folded.isascii() else LEAST_CHINESE):
            return NOT_UNDERSTOOD
        if not folded.isascii():
            return self._weighed(self._chinese, folded, names)
        english = self._weighed(self._latin, self._latin.book.corrected(folded, names.part_of_one), names)
        cut = self._syllables.cut(folded)
        if not self._syllables.spells(cut):
            return english
        cuts = dict.fromkeys((cut, self._syllables.other_cut(folded)))
        readings = [english, *(self._weighed(self._pinyin, each, names) for each in cuts)]
        return max(readings, key=lambda each: (each.intent != NONE, each.close, each.confidence))

    def _weighed(self, writing: _Writing, folded: str, names: OfferNames) -> Understanding:
        read = _read(folded, names)
        said = writing.phrases.find(read.text)
        if careful := self._carefully(writing, read, said, names):
            return careful
        likely = _with_phrases(writing.book.like(read.placed), said)
        return self._likeliest(writing, read, likely)

    def _carefully(
        self, writing: _Writing, read: _Read, said: Sequence[tuple[int, str, str]], names: OfferNames
    ) -> Understanding | None:
        """A whole request of the table, or an offer and a word for buying, with nothing against it."""
        for _, phrase, intent in sorted(said, key=lambda hit: -len(hit[1])):
            if intent in _careful and writing.meant(_without(read.text, [(0, phrase, "")])):
                return Understanding(intent, self._named(writing, intent, read), BY_PHRASE)
        if len(read.codes) != 1 or not writing.meant(read.rest):
            return None
        rest = " ".join(read.rest.split())
        if writing.buying.find(rest) or writing.counts(rest) or self._wished(writing, read, rest, names):
            return Understanding("order", self._named(writing, "order", read), BY_PHRASE)
        return None

    def _wished(self, writing: _Writing, read: _Read, rest: str, names: OfferNames) -> bool:
        wish = writing.wishing.find(rest) or read.text.startswith(writing.begins)
        return bool(wish) and writing.says_nothing_else(rest, names)

    def _likeliest(self, writing: _Writing, read: _Read, likely: Sequence[Likeness]) -> Understanding:
        open_to = sorted(
            (_evidently(like) for like in likely if self._possible(writing, like, read)),
            key=lambda like: (-like.score, like.intent),
        )
        if not open_to or open_to[0].intent == NONE or self._unwished(writing, likely[0], read):
            return Understanding(NONE, near=_meant_by(open_to))
        first, second = open_to[0], next((like.score for like in open_to[1:]), 0.0)
        if first.score >= ALIKE and second < RIVAL * first.score:
            slots = writing.book.example(first).slots or self._named(writing, first.intent, read)
            return Understanding(first.intent, slots, round(min(BY_LIKENESS, first.score) + 0.05, 2))
        near = [like for like in open_to if like.score >= max(ASKED, NEARLY * first.score)]
        asked = [like for like in near if like.intent != NONE and like.intent not in _careful]
        if first.score >= ASKED and len(asked) > 1:
            return Understanding(NONE, near=_meant_by(asked), close=True)
        return Understanding(NONE, near=_meant_by(open_to))

    def _possible(self, writing: _Writing, like: Likeness, read: _Read) -> bool:
        return like.intent not in writing.groups or (like.score >= SURE and writing.evident(like.intent, read.evidence))

    def _unwished(self, writing: _Writing, like: Likeness, read: _Read) -> bool:
        """Like an order, a cancellation or an opt-out, and something speaks against it: 不要取消我的订单."""
        return (
            like.intent in _careful and not writing.meant(read.text) and not writing.evident(like.intent, read.evidence)
        )

    def _named(self, writing: _Writing, intent: str, read: _Read) -> Values:
        if intent in ("status", "cancel"):
            number = _number.search(read.text)
            return {"number": number[0]} if number else NOTHING
        if intent == "numbers":
            tail = _digits.search(read.text)
            return {"tail": tail[0]} if tail and len(tail[0]) <= 11 else NOTHING
        if intent == "order" and len(read.codes) == 1:
            return _order_slots(next(iter(read.codes)), _count_in(writing, read.rest))
        return NOTHING


def _read(folded: str, names: OfferNames) -> _Read:
    codes, rest = names.mentioned(folded)
    placed = re.sub(r"  +", f" {PLACES['offer']} ", rest) if codes else rest
    placed = _alone.sub(_place_for, _number.sub(PLACES["order"], placed))
    evidence = f"{folded} {PLACES['order']}" if PLACES["order"] in placed else folded
    return _Read(folded, frozenset(codes), rest, " ".join(placed.split()), evidence)


def _place_for(digits: re.Match[str]) -> str:
    return PLACES["tail"] if len(digits[0]) > 2 else PLACES["count"]


def _with_phrases(likely: Sequence[Likeness], said: Sequence[tuple[int, str, str]]) -> list[Likeness]:
    spoken = {intent for _, _, intent in said}
    scores = {like.intent: like for like in likely}
    for intent in spoken:
        like = scores.get(intent, Likeness(intent, 0.0, -1))
        scores[intent] = Likeness(intent, like.score + SAID, like.example)
    return sorted(scores.values(), key=lambda like: (-like.score, like.intent))


def _evidently(like: Likeness) -> Likeness:
    return replace(like, score=like.score + EVIDENT) if like.intent in _careful else like


def _meant_by(likely: Sequence[Likeness]) -> tuple[str, ...]:
    return tuple(like.intent for like in likely if like.intent != NONE)[:3]


def _count_in(writing: _Writing, text: str) -> int | None:
    """How many: a number by itself, or before a measure word (两台)."""
    words = text.split()
    for word in words:
        if word.isdecimal() and word.isascii() and len(word) <= 3:
            return int(word)
        if quantity := writing.quantities.get(word) or (not word.isascii() and writing.quantities.get(word[-1])):
            return quantity
    for measure in writing.measures:
        at = text.find(measure)
        if at > 0 and (count := writing.quantities.get(text[at - 1])):
            return count
    return None


def _order_slots(code: str, count: int | None) -> Values:
    slots: dict[str, Value] = {"offer": code}
    if count is not None:
        slots["quantity"] = count
    return slots


def _unknown_offer(words: list[str], any_word: bool) -> Values | None:
    """`DG X900`: someone wants what is not sold. More words than a code and a count are no code; and behind a word of
    everyday speech only what looks like one is: `buy milk` orders nothing."""
    codes = any_word or (bool(words) and any(character.isdigit() for character in words[0]))
    if codes and (len(words) == 1 or (len(words) == 2 and words[1].isdecimal())):
        return {"offer": words[0]}
    return None


HERE = Path(__file__).parent / "phrases"


@cache
def default_understander() -> Understander:
    commands, problems = read_commands(HERE / "commands.yaml")
    if problems:
        raise ScriptsRefused(problems)
    return Understander(commands)


def understand(text: str, offers: Mapping[str, OfferFacts]) -> Understanding:
    """With the table of commands and the phrase book that come with Hall."""
    return default_understander().understand(text, offers)
