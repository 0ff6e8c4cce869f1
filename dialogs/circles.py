"""Ways that lead back to where they began without the subscriber having said anything: whoever enters one never rests.

What counts as going by itself: `then`, `branch`, `work_out`, the answers of services (a request that is made again
whenever it fails), errands, time-outs (a question that repeats itself all night), and the step into another script, on
a visit as well, and back from there.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from dialogs.problems import Problem
from dialogs.script import START, Script, State, Visit

Node: TypeAlias = tuple[str, str]  # script and state


def circles(scripts: Mapping[str, Script]) -> Iterator[Problem]:
    onward = {
        (script.name, state.name): set(_silently(scripts, script, state))
        for script in scripts.values()
        for state in script.states.values()
    }
    told: set[Node] = set()
    for node in onward:
        circle = _reached_from(node, onward)
        if node in circle and node not in told:
            told |= {other for other in circle if node in _reached_from(other, onward)}
            script = scripts[node[0]]
            text = f"from {node[1]} the dialog goes round in a circle by itself"
            yield Problem(script.file, script.states[node[1]].line, text, "let it ask the subscriber, or end")


def _silently(scripts: Mapping[str, Script], script: Script, state: State) -> Iterator[Node]:
    if isinstance(state.exit, Visit):
        if state.exit.script in scripts:
            yield state.exit.script, scripts[state.exit.script].start
        return  # how it goes on is told by the ways of that script
    for way in state.ways:
        other = way.to.script or ("welcome" if way.to.state == START else "")
        if not way.heard and other in scripts:
            yield other, scripts[other].start
        elif not way.heard and not way.to.leaves:
            yield script.name, way.to.state
        elif not way.heard and way.to.returns:
            yield from _back_from(scripts, script.name, way.to.returns)
    if state.errand:
        yield script.name, state.errand.met_at


def _back_from(scripts: Mapping[str, Script], visited: str, result: str) -> Iterator[Node]:
    for script in scripts.values():
        for state in script.states.values():
            match state.exit:
                case Visit(script=name, on=on) if name == visited and result in on and not on[result].leaves:
                    yield script.name, on[result].state


def _reached_from(node: Node, onward: Mapping[Node, set[Node]]) -> set[Node]:
    reached: set[Node] = set()
    waiting = list(onward.get(node, ()))
    while waiting:
        other = waiting.pop()
        if other not in reached:
            reached.add(other)
            waiting += onward.get(other, ())
    return reached
