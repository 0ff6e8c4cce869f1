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
from dialogs.question_reader import QuestionReader
from dialogs.reading import Page, line_of, plain
from dialogs.script import (
    EXPIRES,
    RESERVED,
    Answered,
    Branch,
    Call,
    Case,
    Destination,
    Exit,
    Script,
    State,
    Then,
    Visit,
    WorkOut,
)
from dialogs.words import NOTHING, Proof

_name = re.compile(r"[a-z][a-z0-9_]*")
HEADER = ("intent", "about", "takes", "needs", "returns", "parks", "proof", "expires", "start", "states")
EXITS = ("ask", "request", "answered", "visit", "work_out", "branch", "then")
ACTS = ("default", "set", "remember", "hand_over", "signs_in", "say", "errand")
PROOFS = {proof.name.lower(): proof for proof in Proof}
_TESTS = ("given", "missing", "is", "at_least", "at_most")


def read_script(path: Path) -> tuple[Script | None, list[Problem]]:
    page = Page.open(path)
    if page.broken:
        return None, page.problems
    return _Reader(page).script(path.stem, version_of(path.read_bytes())), page.problems


def version_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]


class _Reader(QuestionReader):
    def script(self, name: str, version: str) -> Script:
        page = self.page
        root = page.mapping(page.tree, "the script", 1, HEADER)
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
            returns=self._returns(root.get("returns", {})),
            parks=page.truth(root.get("parks", True), "parks", line_of(page.tree, "parks")),
            proof=self._proof(str(root.get("proof", "number")), line_of(page.tree, "proof")),
            expires=self.seconds(root, "expires", EXPIRES, 1),
            file=page.file,
            line=line_of(page.tree, "start"),
        )

    def _proof(self, name: str, line: int) -> Proof:
        if name not in PROOFS:
            self.page.problem(line, f"there is no proof {name!r}", f"use one of: {', '.join(PROOFS)}")
        return PROOFS.get(name, Proof.SURE)

    def _returns(self, node: object) -> dict[str, tuple[str, ...]]:
        line = line_of(self.page.tree, "returns")
        entries = self.page.mapping(node, "returns", line)
        return {result: self.page.texts(slots, f"what {result} brings", line) for result, slots in entries.items()}

    def state(self, name: str, node: object, line: int) -> State:
        page, what = self.page, f"the state {name}"
        if name in RESERVED or not _name.fullmatch(name):
            page.problem(line, f"{name!r} cannot be the name of a state", "use small letters, and no reserved word")
        entry = page.mapping(node, what, line, ACTS + EXITS)
        return State(
            name=name,
            exit=self._exit(what, entry, node, line),
            say=self.saying(entry["say"], line_of(node, "say")) if "say" in entry else None,
            default=plain(page.mapping(entry.get("default", {}), "default", line)) or NOTHING,
            set=plain(page.mapping(entry.get("set", {}), "set", line)) or NOTHING,
            remember=self.given(entry.get("remember", {}), line_of(node, "remember")),
            hand_over=str(entry.get("hand_over", "")),
            signs_in=str(entry.get("signs_in", "")),
            errand=self._errand(entry["errand"], line_of(node, "errand")) if "errand" in entry else None,
            line=line,
        )

    # ── how a state is left ──────────────────────────────────────────────────────────────────────────────────────────

    def _exit(self, what: str, entry: Mapping[str, Any], node: object, line: int) -> Exit:
        named = [key for key in EXITS if key in entry]
        if len(named) != 1:
            told = "is left in no manner" if not named else f"is left in more than one manner: {', '.join(named)}"
            self.page.problem(line, f"{what} {told}", f"write exactly one of: {', '.join(EXITS)}")
        if not named:
            return Then(Destination("end", line=line), line)
        key = named[0]
        return self._exit_of(key, entry[key], line_of(node, key), what)

    def _exit_of(self, key: str, node: object, line: int, what: str) -> Exit:
        match key:
            case "ask":
                return self.ask(node, line)
            case "request":
                return self._request(node, line)
            case "answered":
                return Answered(self._on(node, line), line)
            case "visit":
                return self._visit(node, line)
            case "work_out":
                return self._work_out(node, line)
            case "branch":
                return self._branch(node, line, what)
        return Then(self.destination(node, line), line)

    def _request(self, node: object, line: int) -> Call:
        entry = self.page.mapping(node, "request", line, ("service", "with", "within", "on"))
        return Call(
            service=self.needed(entry, "service", "request", line),
            given=self.given(entry.get("with", {}), line),
            within=self.seconds(entry, "within", 5.0, line),
            on=self._on(entry.get("on", {}), line_of(node, "on")),
            line=line,
        )

    def _errand(self, node: object, line: int) -> Call:
        entry = self.page.mapping(node, "errand", line, ("service", "with", "within", "met_at"))
        return Call(
            service=self.needed(entry, "service", "errand", line),
            given=self.given(entry.get("with", {}), line),
            within=self.seconds(entry, "within", 3600.0, line),
            met_at=self.needed(entry, "met_at", "errand", line),
            line=line,
        )

    def _visit(self, node: object, line: int) -> Visit:
        entry = self.page.mapping(node, "visit", line, ("script", "with", "on"))
        return Visit(
            script=self.needed(entry, "script", "visit", line),
            given=self.given(entry.get("with", {}), line),
            on=self._on(entry.get("on", {}), line_of(node, "on")),
            line=line,
        )

    def _work_out(self, node: object, line: int) -> WorkOut:
        entry = self.page.mapping(node, "work_out", line, ("function", "on"))
        return WorkOut(
            self.needed(entry, "function", "work_out", line),
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
        entry = self.page.mapping(node, "a branch", line, (*_TESTS, "slot", "then"))
        then = self.destination(entry.get("then"), line)
        tests = [test for test in _TESTS if test in entry]
        if not tests:
            return Case(then, line=line)
        test = tests[0]
        if test in ("given", "missing"):
            return Case(then, str(entry[test]), test, (), line)
        slot = self.needed(entry, "slot", f"a branch with `{test}`", line)
        if test != "is":
            return Case(then, slot, test, (self.page.number(entry[test], test, line),), line)
        values = plain(entry["is"])
        return Case(then, slot, test, tuple(values) if isinstance(values, list) else (values,), line)

    def _on(self, node: object, line: int) -> dict[str, Destination]:
        entries = self.page.mapping(node, "the results", line)
        if not entries:
            self.page.problem(line, "no result leads anywhere", "write `on: {found: state, failed: state}`")
        return {result: self.destination(to, line_of(node, result)) for result, to in entries.items()}
