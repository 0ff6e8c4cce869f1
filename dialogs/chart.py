"""A script compiled to one state machine of `transitions`, and the drawing of it.

One machine serves every dialog of a script: the dialog under way (a walk) is the model, passed when a trigger is fired,
so nothing is built for a turn. States are an Enum and callbacks are functions; what `transitions` would only find out
when it is fired, a destination that does not exist, is refused here, when the machine is built.

    walk.state = state ──fire(walk, trigger)──> transitions ──> walk.enter(state)        a way to a state of the script
                                                            └─> walk.leave(destination)  a way out of the script
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import partial
from typing import Any, Protocol

from transitions import EventData, Machine
from transitions import State as MachineState

from dialogs.script import BACK, END, START, Ask, Call, Destination, Script, State, Visit, Way


class Walker(Protocol):
    state: Any

    def enter(self, state: State) -> None: ...

    def leave(self, destination: Destination) -> None: ...


class NowhereToGo(ValueError):
    """A script has a way to a state that it does not have."""


class Chart:
    def __init__(self, script: Script) -> None:
        self.script = script
        self._members = Enum("Situation", {name: name for name in script.states})  # type: ignore[misc]
        self._ways = {name: frozenset(way.trigger for way in state.ways) for name, state in script.states.items()}
        self._machine = Machine(
            model=None,
            states=[self._machine_state(state) for state in script.states.values()],
            initial=None,
            send_event=True,
            auto_transitions=False,
        )
        for state in script.states.values():
            for way in state.ways:
                self._add(state, way)
        self._events: Mapping[str, Any] = self._machine.events

    def _machine_state(self, state: State) -> MachineState:
        return MachineState(self._members[state.name], on_enter=[partial(_enter, state)])

    def _add(self, state: State, way: Way) -> None:
        source = self._members[state.name]
        if way.to.leaves:
            self._machine.add_transition(way.trigger, source, None, after=[partial(_leave, way.to)])
        elif way.to.state not in self.script.states:
            raise NowhereToGo(f"{self.script.file}: the state {state.name} leads to {way.to.state!r}, which is none")
        else:
            self._machine.add_transition(way.trigger, source, self._members[way.to.state])

    def hears(self, state: State, trigger: str) -> bool:
        return trigger in self._ways[state.name]

    def stand(self, walk: Walker, state: State) -> None:
        """Put the walk into a state without entering it."""
        walk.state = self._members[state.name]

    def fire(self, walk: Walker, trigger: str) -> None:
        self._events[trigger].trigger(walk)


def _enter(state: State, event: EventData) -> None:
    walk: Any = event.model
    walk.enter(state)


def _leave(destination: Destination, event: EventData) -> None:
    walk: Any = event.model
    walk.leave(destination)


# ── Drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def mermaid(script: Script) -> str:
    """The script as a Mermaid state diagram, from the same table that the machine is built from."""
    return "\n".join(["stateDiagram-v2", f"    [*] --> {script.start}", *_lines(script)]) + "\n"


def _lines(script: Script) -> Iterator[str]:
    for state in script.states.values():
        if note := _note(state):
            yield f"    {state.name}: {state.name}<br/>{note}"
        if state.errand:
            yield f"    {state.name} --> {state.errand.met_at}: (errand) {state.errand.service}"
        for way in state.ways:
            yield f"    {state.name} --> {_drawn(way.to)}: {way.trigger}"


def _drawn(destination: Destination) -> str:
    if destination.script:
        return f"script_{destination.script}"
    if destination.returns:
        return f"returns_{destination.returns}"
    return {END: "[*]", BACK: "question_before", START: "script_welcome"}.get(destination.state, destination.state)


def _note(state: State) -> str:
    parts = [state.say.phrase] if state.say else []
    match state.exit:
        case Call(service=service):
            parts.append(f"asks {service}")
        case Visit(script=script):
            parts.append(f"visits {script}")
        case Ask():
            parts.append("?")
    return " ".join(parts)
