"""What a subscriber wants, from what he wrote.

Three ways, the surest first; each gives an `Understanding` or leaves it to the next:

    command   the whole text is a word of the table, or a key word and what it takes:  YE   DG F800 2   XH888   QX 12…
    name      the whole text is the name or code of something that can be ordered:     F800   酷派F800   1001 2
    phrase    a free text in which a phrase of the table, or a name and a word for buying, occurs

A text that is none of these is `none`. Orders, cancellations and opt-outs are taken from a free text only if nothing in
it speaks against them: "我不要酷派F800了" names an offer and a wish, and is no order.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dialogs.commands import Commands, read_commands
from dialogs.folding import fold, mark, squeeze
from dialogs.naming import OfferNames
from dialogs.problems import ScriptsRefused
from dialogs.words import NOTHING, OfferFacts, Value, Values

BY_COMMAND, BY_KEY, BY_NAME, BY_PHRASE = 1.0, 0.95, 0.9, 0.7

_digits = re.compile(r"\d+")
_tail = re.compile(r"\d{1,11}")
_number = re.compile(r"(?<!\d)\d{10,20}(?!\d)")
_careful = frozenset(("order", "cancel", "optout"))


@dataclass(frozen=True, slots=True)
class Understanding:
    """An intent of the contract (or `language`, `yes`, `no`), what was named with it, and how sure that is (0 to 1)."""

    intent: str
    slots: Values = NOTHING
    confidence: float = 0.0


NOT_UNDERSTOOD = Understanding("none")


class Understander:
    """Knows the table of commands, and the names of the offers it was last asked with.

    Offers are a snapshot that many turns share, so their names are folded once for each snapshot, not for each text.
    """

    def __init__(self, commands: Commands) -> None:
        self.commands = commands
        self._offers: Mapping[str, OfferFacts] = {}
        self._names = OfferNames({})

    def understand(self, text: str, offers: Mapping[str, OfferFacts]) -> Understanding:
        folded = fold(text)
        squeezed = squeeze(folded) or mark(text)
        if not squeezed:
            return NOT_UNDERSTOOD
        if exact := self.commands.exact.get(squeezed):
            return Understanding(exact[0], exact[1], BY_COMMAND)
        names = self._names_of(offers)
        return (
            self._by_key(folded, squeezed, names)
            or self._by_name(folded, names)
            or self._by_phrase(folded, names)
            or NOT_UNDERSTOOD
        )

    def _names_of(self, offers: Mapping[str, OfferFacts]) -> OfferNames:
        if offers is not self._offers:
            self._names, self._offers = OfferNames(offers), offers
        return self._names

    # ── key words ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _by_key(self, folded: str, squeezed: str, names: OfferNames) -> Understanding | None:
        for key, intent, takes in self.commands.keys:
            if squeezed.startswith(key):
                slots = self._taken(takes, squeezed[len(key) :], self._words_after(key, folded), names)
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
            return _order_slots(*named) if named else _unknown_offer(words)
        if takes == "tail":
            return {"tail": rest} if _tail.fullmatch(rest) else None
        return {"number": rest} if _digits.fullmatch(rest) and len(rest) <= 20 else None

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _by_name(self, folded: str, names: OfferNames) -> Understanding | None:
        named = names.with_count(folded.split(" "))
        return Understanding("order", _order_slots(*named), BY_NAME) if named else None

    # ── free text ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _by_phrase(self, folded: str, names: OfferNames) -> Understanding | None:
        found = sorted(self.commands.phrases.find(folded), key=lambda hit: -len(hit[1]))
        for _, phrase, intent in found:
            if intent not in _careful or self._meant(f" {folded} ".replace(phrase, "  ")):
                return Understanding(intent, self._named(intent, folded, names), BY_PHRASE)
        codes, rest = names.mentioned(folded)
        if len(codes) == 1 and self._meant(rest) and self.commands.buying.find(rest.strip()):
            return Understanding("order", _order_slots(codes.pop(), self._count_in(rest)), BY_PHRASE)
        return None

    def _meant(self, text: str) -> bool:
        return not self.commands.not_meant.find(text.strip())

    def _named(self, intent: str, folded: str, names: OfferNames) -> Values:
        if intent in ("status", "cancel"):
            number = _number.search(folded)
            return {"number": number[0]} if number else NOTHING
        if intent == "numbers":
            tail = _digits.search(folded)
            return {"tail": tail[0]} if tail and len(tail[0]) <= 11 else NOTHING
        if intent == "order":
            codes, rest = names.mentioned(folded)
            return _order_slots(codes.pop(), self._count_in(rest)) if len(codes) == 1 else NOTHING
        return NOTHING

    def _count_in(self, text: str) -> int | None:
        """How many: a number by itself, or before a measure word (两台)."""
        words = text.split()
        for word in words:
            if word.isdecimal() and word.isascii() and len(word) <= 3:
                return int(word)
            if word in self.commands.quantities:
                return self.commands.quantities[word]
        for measure in self.commands.measures:
            at = text.find(measure)
            if at > 0 and (count := self.commands.quantities.get(text[at - 1])):
                return count
        return None


def _order_slots(code: str, count: int | None) -> Values:
    slots: dict[str, Value] = {"offer": code}
    if count is not None:
        slots["quantity"] = count
    return slots


def _unknown_offer(words: list[str]) -> Values | None:
    """`DG X900`: someone wants what is not sold. More words than a code and a count are no code."""
    if len(words) == 1 or (len(words) == 2 and words[1].isdecimal()):
        return {"offer": words[0]}
    return None


@cache
def default_understander() -> Understander:
    commands, problems = read_commands(Path(__file__).parent / "phrases" / "commands.yaml")
    if problems:
        raise ScriptsRefused(problems)
    return Understander(commands)


def understand(text: str, offers: Mapping[str, OfferFacts]) -> Understanding:
    """With the table of commands that comes with Hall."""
    return default_understander().understand(text, offers)
