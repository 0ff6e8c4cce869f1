"""Small things that every part of a script is made of: destinations, sayings, values, seconds."""

from collections.abc import Mapping
from typing import Any

from dialogs.reading import Page, plain
from dialogs.script import Destination, Given, Saying
from dialogs.words import NOTHING


class PartsReader:
    def __init__(self, page: Page) -> None:
        self.page = page

    def destination(self, node: object, line: int) -> Destination:
        if isinstance(node, dict):
            entry = self.page.mapping(node, "a destination", line, ("script", "return"))
            if "return" in entry:
                return Destination(returns=self.needed(entry, "return", "a destination", line), line=line)
            return Destination(script=self.needed(entry, "script", "a destination", line), line=line)
        return Destination(state=self.page.text(node, "where this leads", line) or "end", line=line)

    def saying(self, node: object, line: int) -> Saying:
        if isinstance(node, str):
            return Saying(str(node), line=line)
        entry = self.page.mapping(node, "say", line, ("phrase", "with", "notice"))
        return Saying(
            phrase=self.needed(entry, "phrase", "say", line),
            given=self.given(entry.get("with", {}), line),
            notice=entry.get("notice") is True,
            line=line,
        )

    def given(self, node: object, line: int) -> Given:
        """`[offer, quantity]`, or `{offer: code, cancellable: true}`: a text names a slot, all else is itself."""
        if isinstance(node, list):
            return Given({name: name for name in self.page.texts(node, "with", line)})
        entries = self.page.mapping(node, "with", line)
        slots = {name: str(value) for name, value in entries.items() if isinstance(value, str)}
        return Given(slots, {name: plain(value) for name, value in entries.items() if name not in slots} or NOTHING)

    def needed(self, entry: Mapping[str, Any], key: str, what: str, line: int) -> str:
        if key not in entry:
            self.page.problem(line, f"{what} lacks {key!r}", f"write `{key}: …`")
            return ""
        return self.page.text(entry[key], key, line)

    def seconds(self, entry: Mapping[str, Any], key: str, otherwise: float, line: int) -> float:
        value = entry.get(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            self.page.problem(line, f"{key} is not a number of seconds", f"write `{key}: {otherwise:g}`")
            return otherwise
        return float(value)
