"""Which slots surely hold something when a state is entered, so that what a phrase needs can be checked beforehand.

A forward analysis: every way into a state brings what is known along it, and what is known in the state is what all
ways agree on. A slot is known with its shape: for a list of maps, the names in each map.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dialogs.functions import FUNCTIONS
from dialogs.phrases import PhraseBook
from dialogs.problems import Problem
from dialogs.script import (
    AmountWanted,
    Answered,
    Ask,
    Branch,
    Call,
    Choose,
    Destination,
    DigitsWanted,
    Given,
    Menu,
    Script,
    State,
    TextWanted,
    Visit,
    WorkOut,
)
from dialogs.services import Service, Shape

Known = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Flow:
    script: Script
    services: Mapping[str, Service]
    scripts: Mapping[str, Script]

    def solve(self) -> dict[str, Known]:
        """What is known on entering each state that can be reached."""
        entered: dict[str, Known] = {self.script.start: dict.fromkeys(self.script.needs, ())}
        waiting = [self.script.start]
        while waiting:
            state = self.script.states.get(waiting.pop())
            if state is None:
                continue
            for target, known in self._onward(state, after_acts(state, entered[state.name])):
                merged = _both(entered[target], known) if target in entered else known
                if entered.get(target) != merged:
                    entered[target] = merged
                    waiting.append(target)
        return entered

    def _onward(self, state: State, known: Known) -> Iterator[tuple[str, Known]]:
        if state.errand:
            yield state.errand.met_at, known
        match state.exit:
            case Branch():
                yield from self._branched(state.exit, known)
            case _:
                for way in state.ways:
                    yield from _to(way.to, {**known, **self.gained(state, way.trigger)})

    def _branched(self, branch: Branch, known: Known) -> Iterator[tuple[str, Known]]:
        for case in branch.cases:
            there = {case.slot: known.get(case.slot, ())} if case.slot else {}
            yield from _to(case.then, {**known, **there} if case.test not in ("", "missing") else known)
            if case.test == "missing":
                known = {**known, **there}

    def gained(self, state: State, trigger: str) -> Known:
        """What a way out of a state brings along."""
        result = trigger.removeprefix("result ")
        match state.exit:
            case Call(service=service):
                return self._result(service, result)
            case Answered():
                return self._errands_result(state, result)
            case Visit(script=name) if name in self.scripts:
                return dict.fromkeys(self.scripts[name].returns.get(result, ()), ())
            case WorkOut(function=name) if name in FUNCTIONS:
                return FUNCTIONS[name].results.get(result, {})
            case Ask(wanted=Choose(take=take)) if trigger == "given":
                return dict.fromkeys(take, ())
            case Ask(wanted=DigitsWanted(into=into) | AmountWanted(into=into) | TextWanted(into=into)) if (
                trigger == "given"
            ):
                return {into: ()}
        return {}

    def _result(self, service: str, result: str) -> Shape:
        known = self.services.get(service)
        return known.results.get(result, {}) if known else {}

    def _errands_result(self, state: State, result: str) -> Known:
        met: Known | None = None
        for other in self.script.states.values():
            if other.errand and other.errand.met_at == state.name:
                shape = self._result(other.errand.service, result)
                met = shape if met is None else _both(met, shape)
        return met or {}


def _to(destination: Destination, known: Known) -> Iterator[tuple[str, Known]]:
    if not destination.leaves:
        yield destination.state, known


def _both(one: Known, other: Known) -> Known:
    return {slot: tuple(f for f in one[slot] if f in other[slot]) for slot in one.keys() & other.keys()}


def after_acts(state: State, known: Known) -> Known:
    return {**dict.fromkeys(state.default, ()), **known, **dict.fromkeys(state.set, ())}


# ── What needs them ──────────────────────────────────────────────────────────────────────────────────────────────────


def check_values(
    script: Script, book: PhraseBook, services: Mapping[str, Service], scripts: Mapping[str, Script]
) -> Iterator[Problem]:
    flow = Flow(script, services, scripts)
    for name, known in flow.solve().items():
        if state := script.states.get(name):
            yield from _Needs(flow, book, state, after_acts(state, known)).problems()


@dataclass(frozen=True, slots=True)
class _Needs:
    flow: Flow
    book: PhraseBook
    state: State
    known: Known

    @property
    def script(self) -> Script:
        return self.flow.script

    def problems(self) -> Iterator[Problem]:
        state = self.state
        yield from self._given(state.remember, state.line)
        if state.say:
            yield from self._given(state.say.given, state.say.line)
            given = {name: self.known.get(slot, ()) for name, slot in state.say.given.slots.items()}
            constants = dict.fromkeys(state.say.given.constants, ())
            yield from self._phrase(state.say.phrase, {**self.known, **given, **constants}, state.say.line)
        if state.errand:
            yield from self._given(state.errand.given, state.errand.line)
        match state.exit:
            case Call(given=given_to, line=line) | Visit(given=given_to, line=line):
                yield from self._given(given_to, line)
            case WorkOut(function=name, line=line) if name in FUNCTIONS:
                yield from self._slots(FUNCTIONS[name].needs, line)
            case Ask() as ask:
                yield from self._ask(ask)
        for way in state.ways:
            known = {**self.known, **self.flow.gained(state, way.trigger)}
            for slot in self.script.returns.get(way.to.returns, ()):
                if slot not in known:
                    text = f"it returns {way.to.returns!r} with {slot!r}, which may be empty here"
                    yield self._problem(way.to.line or state.line, text, "fill the slot on every way to this state")

    def _ask(self, ask: Ask) -> Iterator[Problem]:
        yield from self._phrase(self.script.about, self.known, ask.line)
        for phrase in ask.again.say:
            yield from self._phrase(phrase, self.known, ask.again.line)
        match ask.wanted:
            case Menu(options=options):
                for option in options:
                    yield from self._phrase(option.label, self.known, option.line)
            case Choose(source=source, label=label, take=take, code=code, line=line):
                yield from self._slots([source], line)
                fields = self.known.get(source, ())
                if source in self.known:
                    yield from self._phrase(label, dict.fromkeys(fields, ()), line)
                    yield from (
                        self._problem(line, f"what {source!r} lists has no {field!r}", f"it has {', '.join(fields)}")
                        for field in (*take.values(), *filter(None, (code,)))
                        if field not in fields
                    )

    def _given(self, given: Given, line: int) -> Iterator[Problem]:
        yield from self._slots(given.slots.values(), line)

    def _slots(self, slots: Iterable[str], line: int) -> Iterator[Problem]:
        for slot in slots:
            if slot not in self.known:
                yield self._problem(line, f"the slot {slot!r} may be empty here", "fill it on every way to this state")

    def _phrase(self, key: str, values: Known, line: int) -> Iterator[Problem]:
        for field in sorted(self.book.fields(key)):
            if field not in values:
                text = f"the phrase {key} needs {field!r}, which may be empty here"
                yield self._problem(line, text, "fill the slot on every way to this state, or give it under `with:`")
        for phrases in self.book.languages.values():
            for field, item in phrases[key].lists if key in phrases else ():
                for needed in sorted(self.book.fields(item) - set(values.get(field, ()))):
                    text = f"the phrase {item} needs {needed!r}, which what {field!r} lists does not have"
                    yield self._problem(line, text, "take it out of the phrase")

    def _problem(self, line: int, text: str, hint: str) -> Problem:
        return Problem(self.script.file, line, f"in {self.state.name}: {text}", hint)
