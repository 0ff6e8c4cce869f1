"""The questions of a script: what `ask` wants, and what is done with an answer that is none, or that never comes."""

import re
from collections.abc import Mapping
from typing import Any

from dialogs.money import fen
from dialogs.parts_reader import PartsReader
from dialogs.reading import line_of
from dialogs.script import (
    Again,
    AmountWanted,
    Ask,
    Choose,
    DigitsWanted,
    Menu,
    Option,
    TextWanted,
    Timeout,
    Wanted,
    YesNo,
)
from dialogs.validators import VALIDATORS
from dialogs.words import OFFERED

_WANTED = ("menu", "choose", "yes_no", "digits", "amount", "text")


class QuestionReader(PartsReader):
    def ask(self, node: object, line: int) -> Ask:
        entry = self.page.mapping(node, "ask", line, (*_WANTED, "again", "timeout"))
        named = [key for key in _WANTED if key in entry]
        if len(named) != 1:
            self.page.problem(line, "ask wants nothing, or more than one thing", f"write one of: {', '.join(_WANTED)}")
        wanted = self._wanted(named[0], entry[named[0]], line_of(node, named[0])) if named else Menu(())
        return Ask(
            wanted=wanted,
            again=self._again(entry["again"], line_of(node, "again")) if "again" in entry else Again(line=line),
            timeout=self._timeout(entry["timeout"], line_of(node, "timeout")) if "timeout" in entry else None,
            line=line,
        )

    def _wanted(self, key: str, node: object, line: int) -> Wanted:
        match key:
            case "menu":
                return self._menu(node, line)
            case "choose":
                return self._choose(node, line)
            case "digits":
                return self._digits(node, line)
            case "amount":
                return self._amount(node, line)
            case "text":
                return self._text(node, line)
        entry = self.page.mapping(node, "yes_no", line, ("yes", "no"))
        return YesNo(self.destination(entry.get("yes"), line), self.destination(entry.get("no"), line))

    def _menu(self, node: object, line: int) -> Menu:
        options = []
        for key, option in self.page.mapping(node, "menu", line).items():
            at = line_of(node, int(key) if key.isdecimal() else key)
            entry = self.page.mapping(option, f"the option {key}", at, ("label", "then", "aloud", "when"))
            label = self.needed(entry, "label", f"the option {key}", at)
            aloud = self.page.truth(entry.get("aloud", False), "aloud", at)
            when = self._offered(str(entry.get("when", "")), at)
            options.append(Option(key, label, self.destination(entry.get("then"), at), at, aloud, when))
        return Menu(tuple(options))

    def _offered(self, name: str, line: int) -> str:
        if name and name not in OFFERED:
            self.page.problem(line, f"nothing is offered as {name!r}", f"use one of: {', '.join(OFFERED)}")
        return name

    def _choose(self, node: object, line: int) -> Choose:
        entry = self.page.mapping(node, "choose", line, ("from", "label", "take", "then", "code"))
        take = self.page.mapping(entry.get("take", {}), "take", line)
        return Choose(
            source=self.needed(entry, "from", "choose", line),
            label=self.needed(entry, "label", "choose", line),
            take={slot: str(item) for slot, item in take.items()},
            then=self.destination(entry.get("then"), line),
            code=self.page.text(entry.get("code", ""), "code", line),
            line=line,
        )

    def _digits(self, node: object, line: int) -> DigitsWanted:
        keys = ("into", "then", "minimum", "maximum", "terminator", "at_least", "at_most", "secret")
        entry, page = self.page.mapping(node, "digits", line, keys), self.page
        minimum = page.number(entry.get("minimum", 1), "minimum", line, 1)
        return DigitsWanted(
            into=self.needed(entry, "into", "digits", line),
            then=self.destination(entry.get("then"), line),
            minimum=minimum,
            maximum=page.number(entry.get("maximum", 20), "maximum", line, minimum),
            terminator=page.text(entry.get("terminator", "#"), "terminator", line),
            at_least=page.number(entry["at_least"], "at_least", line) if "at_least" in entry else None,
            at_most=page.number(entry["at_most"], "at_most", line) if "at_most" in entry else None,
            secret=page.truth(entry.get("secret", False), "secret", line),
        )

    def _amount(self, node: object, line: int) -> AmountWanted:
        entry = self.page.mapping(node, "amount", line, ("into", "then", "at_least", "at_most"))
        least = self._money(entry, "at_least", 1, line)
        most = self._money(entry, "at_most", 99_999_999, line)
        if most < least:
            self.page.problem(line, "no amount lies between at_least and at_most", "let at_most be the larger")
        return AmountWanted(
            self.needed(entry, "into", "amount", line), self.destination(entry.get("then"), line), least, most
        )

    def _money(self, entry: Mapping[str, Any], key: str, otherwise: int, line: int) -> int:
        amount = fen(str(entry.get(key, "")))
        if key in entry and amount is None:
            self.page.problem(line, f"{key} is no amount of money", f"write yuan, as in `{key}: 9.50`")
        return otherwise if amount is None else amount

    def _text(self, node: object, line: int) -> TextWanted:
        page, keys = self.page, ("into", "then", "matches", "check", "minimum", "maximum")
        entry = page.mapping(node, "text", line, keys)
        check = str(entry.get("check", ""))
        if check and check not in VALIDATORS:
            page.problem(line, f"there is no validator {check!r}", f"use one of: {', '.join(sorted(VALIDATORS))}")
        minimum = page.number(entry.get("minimum", 1), "minimum", line, 1)
        maximum = page.number(entry.get("maximum", 500), "maximum", line, minimum)
        pattern = str(entry.get("matches", ""))
        try:
            re.compile(pattern)
        except re.error as error:
            page.problem(line, f"matches is no regular expression: {error}", "repair the pattern")
            pattern = ""
        into, then = self.needed(entry, "into", "text", line), self.destination(entry.get("then"), line)
        return TextWanted(into, then, pattern, check, minimum, maximum)

    def _again(self, node: object, line: int) -> Again:
        entry = self.page.mapping(node, "again", line, ("times", "say", "then"))
        return Again(
            times=self.page.number(entry.get("times", 2), "times", line),
            say=self._sayings(entry.get("say", []), line),
            then=self.destination(entry["then"], line) if "then" in entry else None,
            line=line,
        )

    def _sayings(self, node: object, line: int) -> tuple[str, ...]:
        return (str(node),) if isinstance(node, str) else self.page.texts(node, "say", line)

    def _timeout(self, node: object, line: int) -> Timeout:
        entry = self.page.mapping(node, "timeout", line, ("after", "then"))
        return Timeout(self.seconds(entry, "after", 60.0, line), self.destination(entry.get("then"), line))
