"""Slots that a branch asks about and nobody ever fills: a misspelt name, which would always take the same way."""

from collections.abc import Iterator, Mapping

from dialogs.known_slots import Flow
from dialogs.problems import Problem
from dialogs.script import Branch, Script, State
from dialogs.services import Service


def never_filled(script: Script, services: Mapping[str, Service], scripts: Mapping[str, Script]) -> Iterator[Problem]:
    flow = Flow(script, services, scripts)
    filled = {*script.takes, *(slot for state in script.states.values() for slot in _filled_in(flow, state))}
    for state in script.states.values():
        match state.exit:
            case Branch(cases=cases):
                for case in cases:
                    if case.slot and case.slot not in filled:
                        text = f"in {state.name}: no state ever fills the slot {case.slot!r}"
                        yield Problem(script.file, case.line, text, f"use one of: {', '.join(sorted(filled))}")


def _filled_in(flow: Flow, state: State) -> Iterator[str]:
    yield from state.default
    yield from state.set
    for way in state.ways:
        yield from flow.gained(state, way.trigger)
