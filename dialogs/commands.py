"""The table of what people write (`phrases/commands.yaml`), folded once for quick matching."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from dialogs.examples import PLACES, Example, read_examples
from dialogs.folding import fold, mark, squeeze
from dialogs.manner import languages, read_manner
from dialogs.problems import Problem
from dialogs.reading import Page, line_of
from dialogs.words import Values

TAKES = ("", "offer", "number", "tail")


_CHANGING = ("换", "换成", "切换")  # said when a language is asked for; of an offer it would be no order


class Finder:
    """All the phrases that occur in a folded text: Chinese anywhere, others as whole words."""

    def __init__(self, phrases: Mapping[str, str] | Iterable[str]) -> None:
        meanings = phrases if isinstance(phrases, Mapping) else dict.fromkeys(phrases, "")
        self._by_start: dict[str, list[tuple[str, str]]] = {}
        self._single: list[tuple[str, str]] = []  # one Chinese character has no second one to be found by
        for phrase, meaning in meanings.items():
            needle = f" {phrase} " if phrase.isascii() else phrase
            if len(needle) == 1:
                self._single.append((needle, meaning))
            elif needle:
                self._by_start.setdefault(needle[:2], []).append((needle, meaning))

    def find(self, folded: str) -> list[tuple[int, str, str]]:
        """(where, phrase as it stands in ` text `, meaning) of every occurrence."""
        text = f" {folded} "
        by_start, found = self._by_start, []
        for at in range(len(text) - 1):
            for needle, meaning in by_start.get(text[at : at + 2], ()):
                if text.startswith(needle, at):
                    found.append((at, needle, meaning))
        for needle, meaning in self._single:
            if needle in text:
                found.append((text.index(needle), needle, meaning))
        return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a free text must hold, one word of each group, to be taken for an intent that is not taken lightly.

    besides: what would speak against it but does not, since it belongs to the wish; against: what speaks against it.
    """

    groups: tuple[tuple[str, ...], ...]
    besides: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commands:
    exact: Mapping[str, tuple[str, Values]]
    keys: tuple[tuple[str, str, str], ...]  # (squeezed key, intent, what it takes), the longest first
    phrases: Mapping[str, str]
    buying: tuple[str, ...]
    wishing: tuple[str, ...]
    beside: tuple[str, ...]
    not_meant: tuple[str, ...]
    evidence: Mapping[str, Evidence]
    yes: frozenset[str]
    no: frozenset[str]
    polite: tuple[str, ...]
    measures: frozenset[str]
    quantities: Mapping[str, int]
    intents: frozenset[str]
    examples: tuple[Example, ...] = ()


class _Reader:
    def __init__(self, page: Page, chosen_by: Mapping[str, Iterable[str]]) -> None:
        self.page = page
        self.chosen_by = chosen_by
        self.exact: dict[str, tuple[str, Values]] = {}
        self.keys: dict[str, tuple[str, str]] = {}
        self.phrases: dict[str, str] = {}
        self.quantities: dict[str, int] = {}

    def commands(self) -> Commands:
        page = self.page
        root = page.mapping(page.tree, "the table of commands", 1, _SECTIONS)
        intents = page.mapping(root.get("intents", {}), "intents", 1)
        for name, node in intents.items():
            self._intent(name, node)
        for language, words in self.chosen_by.items():
            for word in words:
                self._word(word, "language", {"language": language}, 1)
        answers = page.mapping(root.get("answers", {}), "answers", 1, ("yes", "no"))
        yes, no = (self._answers(answer, answers.get(answer, [])) for answer in ("yes", "no"))
        for number, words in page.mapping(root.get("quantities", {}), "quantities", 1).items():
            if not number.isdecimal():
                page.problem(line_of(root["quantities"]), f"{number!r} is not a quantity", "write a whole number")
                continue
            self.quantities |= {fold(word): int(number) for word in page.texts(words, "quantities", 1)}
        return Commands(
            exact=self.exact,
            keys=tuple(sorted(((k, *v) for k, v in self.keys.items()), key=lambda key: (-len(key[0]), key[0]))),
            phrases=self.phrases,
            buying=tuple(self._folded(root, "buying")),
            wishing=tuple(self._folded(root, "wishing")),
            beside=tuple(self._folded(root, "beside")),
            not_meant=tuple(self._folded(root, "not_meant")),
            evidence={name: self._evidence(name, node) for name, node in self._evidences(root)}
            | {
                "language": Evidence(
                    (tuple(fold(word) for words in self.chosen_by.values() for word in words),), _CHANGING
                )
            },
            yes=yes,
            no=no,
            polite=tuple(self._folded(root, "polite")),
            measures=frozenset(self._folded(root, "measures")),
            quantities=self.quantities,
            intents=frozenset((*intents, "language", "yes", "no")) if intents else frozenset(),
        )

    def _intent(self, name: str, node: object) -> None:
        what, line = f"the intent {name}", line_of(node)
        entry = self.page.mapping(node, what, line, ("words", "keys", "takes", "phrases"))
        takes = str(entry.get("takes", ""))
        if takes not in TAKES:
            self.page.problem(
                node, f"{what} takes the unknown {takes!r}", f"use one of: {', '.join(TAKES[1:])}", "takes"
            )
        for word in self.page.texts(entry.get("words", []), f"the words of {name}", line):
            self._word(word, name, {}, node)
        for key in self.page.texts(entry.get("keys", []), f"the keys of {name}", line):
            self.keys[squeeze(fold(key))] = (name, takes)
        for phrase in self.page.texts(entry.get("phrases", []), f"the phrases of {name}", line):
            self.phrases[fold(phrase)] = name

    def _word(self, word: str, intent: str, slots: Values, node: object) -> None:
        key = squeeze(fold(word)) or mark(word)
        other = self.exact.get(key)
        if not key or (other and other != (intent, slots)):
            told = f"means {other[0]} already" if other else "folds to nothing"
            self.page.problem(line_of(node), f"the word {word!r} of {intent} {told}", "take it out of one of the two")
        self.exact.setdefault(key, (intent, slots))

    def _answers(self, answer: str, node: object) -> frozenset[str]:
        words = frozenset(squeeze(fold(word)) for word in self.page.texts(node, f"the answers {answer}", 1))
        for word in words:
            self.exact.setdefault(word, (answer, {}))
        return words

    def _evidences(self, root: dict[str, object]) -> list[tuple[str, object]]:
        return list(self.page.mapping(root.get("evidence", {}), "evidence", 1).items())

    def _evidence(self, name: str, node: object) -> Evidence:
        what, line = f"the evidence for {name}", line_of(node)
        entry = self.page.mapping(node, what, line, ("groups", "besides", "against"))
        groups = entry.get("groups")
        if not isinstance(groups, list) or not groups:
            self.page.problem(line, f"{what} has no groups of words", "write groups: [[取消, cancel], [订单, order]]")
            return Evidence(((),))
        read = [
            tuple(PLACES.get(word[1:-1]) or fold(word) for word in self.page.texts(group, what, line))
            for group in groups
        ]
        return Evidence(tuple(read), tuple(self._folded(entry, "besides")), tuple(self._folded(entry, "against")))

    def _folded(self, root: dict[str, object], key: str) -> list[str]:
        return [fold(word) for word in self.page.texts(root.get(key, []), key, 1)]


_SECTIONS = (
    "intents",
    "answers",
    "buying",
    "wishing",
    "beside",
    "not_meant",
    "polite",
    "measures",
    "quantities",
    "evidence",
)


def read_commands(path: Path) -> tuple[Commands, list[Problem]]:
    """The table, and from the folder of each language the words it is chosen by and its part of the phrase book."""
    page = Page.open(path)
    chosen_by = {language: read_manner(path.parent / language)[1] for language in languages(path.parent)}
    commands = _Reader(page, chosen_by).commands()
    examples, problems = read_examples(path.parent, commands.intents)
    return replace(commands, examples=tuple(examples)), page.problems + problems
