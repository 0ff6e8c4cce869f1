"""Scripts that visit one another in a ring: each visit would lie upon the last, and none would ever return."""

from collections.abc import Iterator, Mapping

from dialogs.problems import Problem
from dialogs.script import Script, Visit


def rings_of_visits(scripts: Mapping[str, Script]) -> Iterator[Problem]:
    visits = {
        name: {state.exit.script: state.exit.line for state in script.states.values() if isinstance(state.exit, Visit)}
        for name, script in scripts.items()
    }
    for name, script in scripts.items():
        for other, line in visits[name].items():
            if name in _visited_from(other, visits):
                text = f"{name} visits {other}, which comes to visit {name}"
                yield Problem(script.file, line, text, "let one of them lead to the other with `then:`")


def _visited_from(name: str, visits: Mapping[str, Mapping[str, int]]) -> set[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        there = waiting.pop()
        if there not in seen:
            seen.add(there)
            waiting += visits.get(there, {})
    return seen
