"""The questions of a script: what `ask` wants, and what is done with an answer that is none, or that never comes."""

import re

from dialogs.parts_reader import PartsReader
from dialogs.reading import line_of
from dialogs.script import Again, Ask, Choose, DigitsWanted, Menu, Option, TextWanted, Timeout, Wanted, YesNo

_WANTED = ("menu", "choose", "yes_no", "digits", "text")


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
            case "text":
                return self._text(node, line)
        entry = self.page.mapping(node, "yes_no", line, ("yes", "no"))
        return YesNo(self.destination(entry.get("yes"), line), self.destination(entry.get("no"), line))

    def _menu(self, node: object, line: int) -> Menu:
        options = []
        for key, option in self.page.mapping(node, "menu", line).items():
            at = line_of(node, int(key) if key.isdecimal() else key)
            entry = self.page.mapping(option, f"the option {key}", at, ("label", "then"))
            label = self.needed(entry, "label", f"the option {key}", at)
            options.append(Option(key, label, self.destination(entry.get("then"), at), at))
        return Menu(tuple(options))

    def _choose(self, node: object, line: int) -> Choose:
        entry = self.page.mapping(node, "choose", line, ("from", "label", "take", "then"))
        take = self.page.mapping(entry.get("take", {}), "take", line)
        return Choose(
            source=self.needed(entry, "from", "choose", line),
            label=self.needed(entry, "label", "choose", line),
            take={slot: str(item) for slot, item in take.items()},
            then=self.destination(entry.get("then"), line),
            line=line,
        )

    def _digits(self, node: object, line: int) -> DigitsWanted:
        keys = ("into", "then", "minimum", "maximum", "terminator", "at_least", "at_most")
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
        )

    def _text(self, node: object, line: int) -> TextWanted:
        entry = self.page.mapping(node, "text", line, ("into", "then", "matches"))
        pattern = str(entry.get("matches", ""))
        try:
            re.compile(pattern)
        except re.error as error:
            self.page.problem(line, f"matches is no regular expression: {error}", "repair the pattern")
            pattern = ""
        return TextWanted(self.needed(entry, "into", "text", line), self.destination(entry.get("then"), line), pattern)

    def _again(self, node: object, line: int) -> Again:
        entry = self.page.mapping(node, "again", line, ("times", "say", "then"))
        return Again(
            times=self.page.number(entry.get("times", 2), "times", line),
            say=str(entry.get("say", "")),
            then=self.destination(entry["then"], line) if "then" in entry else None,
            line=line,
        )

    def _timeout(self, node: object, line: int) -> Timeout:
        entry = self.page.mapping(node, "timeout", line, ("after", "then"))
        return Timeout(self.seconds(entry, "after", 60.0, line), self.destination(entry.get("then"), line))
