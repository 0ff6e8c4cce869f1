"""From a YAML file to a `Script`, with every unknown key and wrong value named by its line.

What is read here is the shape of a script; whether the names in it lead anywhere is a matter for checking.py. A script
with problems is still given back as far as it goes, so that both kinds are told at once; only one that is not YAML is
not given back at all.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialogs.problems import Problem
from dialogs.reading import Page, line_of, plain
from dialogs.script import (
    EXPIRES,
    RESERVED,
    Again,
    Answered,
    Ask,
    Branch,
    Call,
    Case,
    Choose,
    Destination,
    DigitsWanted,
    Exit,
    Given,
    Menu,
    Option,
    Saying,
    Script,
    State,
    TextWanted,
    Then,
    Timeout,
    Wanted,
    WorkOut,
    YesNo,
)
from dialogs.words import NOTHING

_name = re.compile(r"[a-z][a-z0-9_]*")
_EXITS = ("ask", "request", "answered", "work_out", "branch", "then")
_ACTS = ("default", "set", "remember", "hand_over", "say", "errand")
_WANTED = ("menu", "choose", "yes_no", "digits", "text")
_TESTS = ("given", "missing", "is")


def read_script(path: Path) -> tuple[Script | None, list[Problem]]:
    page = Page.open(path)
    if page.broken:
        return None, page.problems
    return _Reader(page).script(path.stem, version_of(path.read_bytes())), page.problems


def version_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]


class _Reader:
    def __init__(self, page: Page) -> None:
        self.page = page

    def script(self, name: str, version: str) -> Script:
        page = self.page
        root = page.mapping(
            page.tree, "the script", 1, ("intent", "about", "takes", "needs", "expires", "start", "states")
        )
        nodes = page.mapping(root.get("states", {}), "states", line_of(page.tree, "states"))
        states = {state: self.state(state, node, line_of(root["states"], state)) for state, node in nodes.items()}
        if not states:
            page.problem(1, f"the script {name} has no states", "write them under `states:`")
        takes, needs = (page.texts(root.get(k, []), k, line_of(page.tree, k)) for k in ("takes", "needs"))
        start = str(root.get("start", next(iter(states), "")))
        return Script(
            name=name,
            version=version,
            start=start,
            states=states,
            intent=str(root.get("intent", "")),
            about=str(root.get("about", "")),
            takes=takes + needs,
            needs=needs,
            expires=self._seconds(root, "expires", EXPIRES, 1),
            file=page.file,
            line=line_of(page.tree, "start"),
        )

    def state(self, name: str, node: object, line: int) -> State:
        page, what = self.page, f"the state {name}"
        if name in RESERVED or not _name.fullmatch(name):
            page.problem(line, f"{name!r} cannot be the name of a state", "use small letters, and no reserved word")
        entry = page.mapping(node, what, line, _ACTS + _EXITS)
        return State(
            name=name,
            exit=self._exit(what, entry, node, line),
            say=self._saying(entry["say"], line_of(node, "say")) if "say" in entry else None,
            default=plain(page.mapping(entry.get("default", {}), "default", line)) or NOTHING,
            set=plain(page.mapping(entry.get("set", {}), "set", line)) or NOTHING,
            remember=self._given(entry.get("remember", {}), line_of(node, "remember")),
            hand_over=str(entry.get("hand_over", "")),
            errand=self._errand(entry["errand"], line_of(node, "errand")) if "errand" in entry else None,
            line=line,
        )

    # ── how a state is left ──────────────────────────────────────────────────────────────────────────────────────────

    def _exit(self, what: str, entry: Mapping[str, Any], node: object, line: int) -> Exit:
        named = [key for key in _EXITS if key in entry]
        if len(named) != 1:
            told = "is left in no manner" if not named else f"is left in more than one manner: {', '.join(named)}"
            self.page.problem(line, f"{what} {told}", f"write exactly one of: {', '.join(_EXITS)}")
        if not named:
            return Then(Destination("end", line=line), line)
        key = named[0]
        return self._exit_of(key, entry[key], line_of(node, key), what)

    def _exit_of(self, key: str, node: object, line: int, what: str) -> Exit:
        match key:
            case "ask":
                return self._ask(node, line)
            case "request":
                return self._request(node, line)
            case "answered":
                return Answered(self._on(node, line), line)
            case "work_out":
                return self._work_out(node, line)
            case "branch":
                return self._branch(node, line, what)
        return Then(self._destination(node, line), line)

    def _request(self, node: object, line: int) -> Call:
        entry = self.page.mapping(node, "request", line, ("service", "with", "within", "on"))
        return Call(
            service=self._needed(entry, "service", "request", line),
            given=self._given(entry.get("with", {}), line),
            within=self._seconds(entry, "within", 5.0, line),
            on=self._on(entry.get("on", {}), line_of(node, "on")),
            line=line,
        )

    def _errand(self, node: object, line: int) -> Call:
        entry = self.page.mapping(node, "errand", line, ("service", "with", "within", "met_at"))
        return Call(
            service=self._needed(entry, "service", "errand", line),
            given=self._given(entry.get("with", {}), line),
            within=self._seconds(entry, "within", 3600.0, line),
            met_at=self._needed(entry, "met_at", "errand", line),
            line=line,
        )

    def _work_out(self, node: object, line: int) -> WorkOut:
        entry = self.page.mapping(node, "work_out", line, ("function", "on"))
        return WorkOut(
            self._needed(entry, "function", "work_out", line),
            self._on(entry.get("on", {}), line_of(node, "on")),
            line,
        )

    def _branch(self, node: object, line: int, what: str) -> Branch:
        if not isinstance(node, list) or not node:
            self.page.problem(line, "branch is not a list", "write `- {given: slot, then: state}` lines")
            return Branch((), line)
        cases = tuple(self._case(item, line_of(item)) for item in node)
        if cases[-1].test:
            self.page.problem(line, f"{what} may find no branch", "let the last one be `- {then: state}`")
        return Branch(cases, line)

    def _case(self, node: object, line: int) -> Case:
        entry = self.page.mapping(node, "a branch", line, ("given", "missing", "slot", "is", "then"))
        then = self._destination(entry.get("then"), line)
        tests = [test for test in _TESTS if test in entry]
        if not tests:
            return Case(then, line=line)
        test = tests[0]
        slot = self._needed(entry, "slot", "a branch with `is`", line) if test == "is" else str(entry[test])
        values = plain(entry["is"]) if test == "is" else []
        return Case(then, slot, test, tuple(values) if isinstance(values, list) else (values,), line)

    def _on(self, node: object, line: int) -> dict[str, Destination]:
        entries = self.page.mapping(node, "the results", line)
        if not entries:
            self.page.problem(line, "no result leads anywhere", "write `on: {found: state, failed: state}`")
        return {result: self._destination(to, line_of(node, result)) for result, to in entries.items()}

    def _destination(self, node: object, line: int) -> Destination:
        if isinstance(node, dict):
            entry = self.page.mapping(node, "a destination", line, ("script",))
            return Destination(script=self._needed(entry, "script", "a destination", line), line=line)
        return Destination(state=self.page.text(node, "where this leads", line) or "end", line=line)

    # ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, node: object, line: int) -> Ask:
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
        return YesNo(self._destination(entry.get("yes"), line), self._destination(entry.get("no"), line))

    def _menu(self, node: object, line: int) -> Menu:
        options = []
        for key, option in self.page.mapping(node, "menu", line).items():
            at = line_of(node, int(key) if key.isdecimal() else key)
            entry = self.page.mapping(option, f"the option {key}", at, ("label", "then"))
            label = self._needed(entry, "label", f"the option {key}", at)
            options.append(Option(key, label, self._destination(entry.get("then"), at), at))
        return Menu(tuple(options))

    def _choose(self, node: object, line: int) -> Choose:
        entry = self.page.mapping(node, "choose", line, ("from", "label", "take", "then"))
        take = self.page.mapping(entry.get("take", {}), "take", line)
        return Choose(
            source=self._needed(entry, "from", "choose", line),
            label=self._needed(entry, "label", "choose", line),
            take={slot: str(item) for slot, item in take.items()},
            then=self._destination(entry.get("then"), line),
            line=line,
        )

    def _digits(self, node: object, line: int) -> DigitsWanted:
        keys = ("into", "then", "minimum", "maximum", "terminator", "at_least", "at_most")
        entry, page = self.page.mapping(node, "digits", line, keys), self.page
        minimum = page.number(entry.get("minimum", 1), "minimum", line, 1)
        return DigitsWanted(
            into=self._needed(entry, "into", "digits", line),
            then=self._destination(entry.get("then"), line),
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
        return TextWanted(
            self._needed(entry, "into", "text", line), self._destination(entry.get("then"), line), pattern
        )

    def _again(self, node: object, line: int) -> Again:
        entry = self.page.mapping(node, "again", line, ("times", "say", "then"))
        return Again(
            times=self.page.number(entry.get("times", 2), "times", line),
            say=str(entry.get("say", "")),
            then=self._destination(entry["then"], line) if "then" in entry else None,
            line=line,
        )

    def _timeout(self, node: object, line: int) -> Timeout:
        entry = self.page.mapping(node, "timeout", line, ("after", "then"))
        return Timeout(self._seconds(entry, "after", 60.0, line), self._destination(entry.get("then"), line))

    # ── small things ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _saying(self, node: object, line: int) -> Saying:
        if isinstance(node, str):
            return Saying(str(node), line=line)
        entry = self.page.mapping(node, "say", line, ("phrase", "with", "notice"))
        return Saying(
            phrase=self._needed(entry, "phrase", "say", line),
            given=self._given(entry.get("with", {}), line),
            notice=entry.get("notice") is True,
            line=line,
        )

    def _given(self, node: object, line: int) -> Given:
        """`[offer, quantity]`, or `{offer: code, cancellable: true}`: a text names a slot, all else is itself."""
        if isinstance(node, list):
            return Given({name: name for name in self.page.texts(node, "with", line)})
        entries = self.page.mapping(node, "with", line)
        slots = {name: str(value) for name, value in entries.items() if isinstance(value, str)}
        return Given(slots, {name: plain(value) for name, value in entries.items() if name not in slots} or NOTHING)

    def _needed(self, entry: Mapping[str, Any], key: str, what: str, line: int) -> str:
        if key not in entry:
            self.page.problem(line, f"{what} lacks {key!r}", f"write `{key}: …`")
            return ""
        return self.page.text(entry[key], key, line)

    def _seconds(self, entry: Mapping[str, Any], key: str, otherwise: float, line: int) -> float:
        value = entry.get(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            self.page.problem(line, f"{key} is not a number of seconds", f"write `{key}: {otherwise:g}`")
            return otherwise
        return float(value)
