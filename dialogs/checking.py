"""Whether scripts, phrases, commands and services fit together; every problem with its file and line.

names      states, scripts, phrases, services, functions, results and slots that are mentioned exist
states     each can be reached, and no circle leads round without the subscriber (circles.py)
menus      have keys that a telephone has
values     what a phrase needs is there wherever it is said (known_slots.py)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialogs.advice import advise, too_long_for_any_screen
from dialogs.circles import circles
from dialogs.commands import Commands, read_commands
from dialogs.filled_slots import never_filled
from dialogs.functions import FUNCTIONS
from dialogs.known_slots import check_values
from dialogs.phrases import PhraseBook, read_phrases
from dialogs.problems import Problem
from dialogs.reading import yaml_files
from dialogs.script import (
    BACK,
    END,
    MENU_KEYS,
    START,
    Answered,
    Ask,
    Branch,
    Call,
    Choose,
    Destination,
    Menu,
    Script,
    State,
    Visit,
    WorkOut,
)
from dialogs.script_reader import read_script
from dialogs.services import Service, load_services
from dialogs.visits import rings_of_visits

HERE = Path(__file__).parent
SCRIPTS, PHRASES = HERE / "scripts", HERE / "phrases"

# What the engine itself says or leads to, whatever the scripts are.
ENGINE_SCRIPTS = ("welcome", "going_on", "unsure")
ENGINE_PHRASES = (
    "engine.again", "engine.gave_up", "engine.left", "engine.not_understood", "engine.nothing_to_confirm",
    "engine.one_moment", "engine.put_through", "going_on.something", "apology.failed", "apology.busy",
    "apology.unreadable", "keypad.yes", "keypad.no", "keypad.back", "keypad.leave", "keypad.next", "keypad.previous",
    "keypad.agent", "keypad.again", "keypad.done", "notice.confirmed", "notice.changed", "notice.rejected",
    "notice.cancelled", "notice.unreachable", "notice.dispatched", "notice.dispatched_untracked", "notice.delivered",
    "notice.lost", "notice.returned", "notice.cancel_granted", "notice.cancel_refused", "notice.manager_bring",
    "notice.manager_bring_back", "notice.done", "notice.missed", "notice.missed_confirm", "calls.recorded",
)  # fmt: skip
REMEMBERED = ("language", "marketing")


@dataclass(frozen=True, slots=True)
class Read:
    """All of it as far as it could be read, and what was wrong with the reading."""

    scripts: tuple[Script, ...]
    phrases: PhraseBook
    commands: Commands
    problems: tuple[Problem, ...]
    folder: str
    unread: frozenset[str] = frozenset()  # scripts that are there, but no YAML


def read_all(scripts_folder: Path, phrases_folder: Path) -> Read:
    phrases, problems = read_phrases(phrases_folder)
    commands, more = read_commands(phrases_folder / "commands.yaml")
    scripts, unread, problems = [], set(), problems + more
    for path in yaml_files(scripts_folder):
        script, more = read_script(path)
        problems += more
        if script:
            scripts.append(script)
        else:
            unread.add(path.stem)
    return Read(tuple(scripts), phrases, commands, tuple(problems), str(scripts_folder), frozenset(unread))


def check(scripts_folder: Path = SCRIPTS, phrases_folder: Path = PHRASES) -> list[Problem]:
    return check_all(read_all(scripts_folder, phrases_folder))


def warn(read: Read, recorded: Iterable[str] | None = None) -> list[Problem]:
    """What is seldom meant; `recorded` are the recordings there are, where speech is not made of text."""
    return advise(read.scripts, read.phrases, read.commands, recorded)


def check_all(read: Read) -> list[Problem]:
    checker = _Checker(read, load_services())
    return sorted({*read.problems, *checker.problems()})


class _Checker:
    def __init__(self, read: Read, services: Mapping[str, Service]) -> None:
        self.read, self.services = read, services
        self.scripts = {script.name: script for script in read.scripts}

    def problems(self) -> Iterator[Problem]:
        yield from self._engine()
        for script in self.read.scripts:
            yield from self._script(script)
            sound = set(self._reachable(script))
            for state in script.states.values():
                yield from self._state(script, state)
                if state.name not in sound:
                    yield _at(
                        script, state.line, f"the state {state.name} is never reached", "lead to it or take it out"
                    )
            yield from check_values(script, self.read.phrases, self.services, self.scripts)
            yield from never_filled(script, self.services, self.scripts)
            yield from too_long_for_any_screen(self.read.phrases, script)
        yield from circles(self.scripts)
        yield from rings_of_visits(self.scripts)

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _engine(self) -> Iterator[Problem]:
        for name in ENGINE_SCRIPTS:
            if name not in self.scripts and name not in self.read.unread:
                yield Problem(self.read.folder, 1, f"there is no script {name}", "the engine needs it: add it")
        for phrase in ENGINE_PHRASES:
            if phrase not in self.read.phrases:
                yield Problem(self.read.folder, 1, f"there is no phrase {phrase}", "the engine says it: add it")

    def _script(self, script: Script) -> Iterator[Problem]:
        if script.start not in script.states:
            yield _at(script, script.line, f"it starts in {script.start!r}, which is no state", _one_of(script.states))
        intents = self.read.commands.intents
        if script.intent and intents and script.intent not in intents:
            yield _at(script, 1, f"unknown intent {script.intent!r}", _one_of(intents))
        if script.about:
            yield from self._phrase(script, 1, script.about)
        for other in self.read.scripts:
            if script.intent and other.intent == script.intent and other.name < script.name:
                yield _at(script, 1, f"the intent {script.intent} leads to {other.name} already", "let it lead to one")

    def _state(self, script: Script, state: State) -> Iterator[Problem]:
        if state.say:
            yield from self._phrase(script, state.say.line, state.say.phrase)
        for name in (*state.remember.slots, *state.remember.constants):
            if name not in REMEMBERED:
                yield _at(script, state.line, f"{name!r} cannot be remembered", _one_of(REMEMBERED))
        for way in state.ways:
            yield from self._destination(script, way.to, way.to.line or state.line)
        if state.errand:
            yield from self._service(script, state.errand)
            yield from self._met(script, state.errand)
        match state.exit:
            case Call() as call:
                yield from self._service(script, call)
                yield from self._results(script, call.line, call.service, self._results_of(call.service), call.on)
            case Visit() as visit:
                yield from self._visit(script, visit)
            case Branch(cases=cases):
                for case, earlier in zip(cases[1:], cases, strict=False):
                    if not earlier.test:
                        yield _at(
                            script, case.line, "this branch is never come to", "put it before the one without test"
                        )
            case WorkOut(function=name, on=on, line=line):
                if name not in FUNCTIONS:
                    yield _at(script, line, f"there is no function {name!r}", _one_of(FUNCTIONS))
                else:
                    yield from self._results(script, line, name, FUNCTIONS[name].results, on)
                    for phrase in FUNCTIONS[name].says:
                        yield from self._phrase(script, line, phrase)
            case Answered(on=on, line=line):
                for service in _met_here(script, state):
                    yield from self._results(script, line, service, self._results_of(service), on)
            case Ask() as ask:
                yield from self._ask(script, state, ask)

    def _destination(self, script: Script, to: Destination, line: int) -> Iterator[Problem]:
        state, other = to.state, to.script
        if to.returns and to.returns not in script.returns:
            text = f"the script {script.name} does not return {to.returns!r}"
            yield _at(script, line, text, f"{_one_of(script.returns)}, or write it under `returns:`")
        if other and other not in self.scripts and other not in self.read.unread:
            yield _at(script, line, f"there is no script {other!r}", _one_of(self.scripts))
        for needed in self.scripts[other].needs if other in self.scripts else ():
            yield _at(script, line, f"the script {other} needs {needed!r}", "it cannot be led to from here")
        if not other and not to.returns and state not in (END, BACK, START) and state not in script.states:
            yield _at(script, line, f"there is no state {state!r}", f"{_one_of(script.states)}, or end, back, start")

    def _phrase(self, script: Script, line: int, key: str) -> Iterator[Problem]:
        if key and key not in self.read.phrases:
            yield _at(script, line, f"there is no phrase {key!r}", "add it to the phrases of every language")

    def _service(self, script: Script, call: Call) -> Iterator[Problem]:
        service = self.services.get(call.service)
        if service is None:
            yield _at(script, call.line, f"there is no service {call.service!r}", _one_of(self.services))
            return
        for name in (*call.given.slots, *call.given.constants):
            if name not in service.takes:
                yield _at(script, call.line, f"{call.service} takes no {name!r}", _one_of(service.takes))

    def _visit(self, script: Script, visit: Visit) -> Iterator[Problem]:
        other = self.scripts.get(visit.script)
        if other is None:
            if visit.script not in self.read.unread:
                yield _at(script, visit.line, f"there is no script {visit.script!r}", _one_of(self.scripts))
            return
        given = {*visit.given.slots, *visit.given.constants}
        for name in sorted(given - {*other.takes}):
            yield _at(script, visit.line, f"the script {other.name} takes no {name!r}", _one_of(other.takes))
        for name in sorted({*other.needs} - given):
            yield _at(script, visit.line, f"the script {other.name} needs {name!r}", "give it under `with:`")
        if not other.returns:
            text = f"the script {other.name} never returns"
            yield _at(script, visit.line, text, "write `returns:` there, or lead to it with `then:`")
        yield from self._results(script, visit.line, other.name, other.returns, visit.on)

    def _met(self, script: Script, errand: Call) -> Iterator[Problem]:
        met = script.states.get(errand.met_at)
        if met is None or not isinstance(met.exit, Answered):
            text = f"the answer of the errand is met in {errand.met_at!r}, which does not expect one"
            yield _at(script, errand.line, text, "name a state with `answered:`")

    def _results_of(self, service: str) -> Mapping[str, object]:
        return self.services[service].results if service in self.services else {}

    def _results(
        self, script: Script, line: int, who: str, known: Mapping[str, object], on: Mapping[str, object]
    ) -> Iterator[Problem]:
        if not known or not on:
            return
        for result in known.keys() - on.keys():
            yield _at(script, line, f"{who} may come to {result!r}, which leads nowhere", "add it under `on:`")
        for result in on.keys() - known.keys():
            yield _at(script, line, f"{who} never comes to {result!r}", _one_of(known))

    def _ask(self, script: Script, state: State, ask: Ask) -> Iterator[Problem]:
        if state.say is None:
            yield _at(script, ask.line, f"the state {state.name} asks without a word", "write `say:` beside `ask:`")
        for phrase in ask.again.say:
            yield from self._phrase(script, ask.again.line, phrase)
        match ask.wanted:
            case Menu(options=options):
                if len(options) > len(MENU_KEYS):
                    text = f"the menu has {len(options)} entries, and a keypad {len(MENU_KEYS)} keys for them"
                    yield _at(script, ask.line, text, "divide it into two menus")
                for option in options:
                    yield from self._phrase(script, option.line, option.label)
                    if (len(option.key) != 1 or option.key not in MENU_KEYS) and len(options) <= len(MENU_KEYS):
                        yield _at(
                            script, option.line, f"{option.key!r} is no key of a menu", "use 1 to 9; 0 leads back"
                        )
            case Choose(label=label, line=line):
                yield from self._phrase(script, line, label)

    # ── the shape of it ──────────────────────────────────────────────────────────────────────────────────────────────

    def _reachable(self, script: Script) -> Iterator[str]:
        seen, waiting = set(), [script.start]
        while waiting:
            name = waiting.pop()
            if name in seen or name not in script.states:
                continue
            seen.add(name)
            yield name
            state = script.states[name]
            waiting += [way.to.state for way in state.ways if not way.to.leaves]
            if state.errand:
                waiting.append(state.errand.met_at)


def _met_here(script: Script, state: State) -> set[str]:
    return {s.errand.service for s in script.states.values() if s.errand and s.errand.met_at == state.name}


def _at(script: Script, line: int, text: str, hint: str) -> Problem:
    return Problem(script.file, line, text, hint)


def _one_of(names: object) -> str:
    listed = sorted(str(name) for name in names) if isinstance(names, Mapping | frozenset | tuple) else []
    return f"use one of: {', '.join(listed)}" if listed else "leave it out"
