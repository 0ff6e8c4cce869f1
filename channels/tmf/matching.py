"""Looking among a few documents, as a query wants it: where there is no table to ask."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orders.halls import Compare, Condition, Search


def page_of(documents: Sequence[Mapping[str, Any]], search: Search) -> tuple[list[Mapping[str, Any]], int]:
    found = [each for each in documents if all(meets(each, condition) for condition in search.conditions)]
    for path, descending in reversed(search.sort):
        found.sort(key=lambda each: next(_at(each, path), ""), reverse=descending)
    return found[search.offset : search.offset + search.limit], len(found)


def meets(document: Mapping[str, Any], condition: Condition) -> bool:
    there = [str(value) for value in _at(document, condition.attribute)]
    wanted = [str(value) for value in condition.values]
    if condition.compare is Compare.NE:
        return not any(value in wanted for value in there)
    if condition.compare is Compare.EQ:
        return any(value in wanted for value in there)
    return any(_compared(condition.compare, value, limit) for value in there for limit in wanted)


def _compared(compare: Compare, value: str, limit: str) -> bool:
    return {
        Compare.GT: value > limit,
        Compare.GTE: value >= limit,
        Compare.LT: value < limit,
        Compare.LTE: value <= limit,
    }[compare]


def _at(document: Any, path: str) -> Iterator[Any]:
    """What stands at `a.b`, in each of the lists on the way."""
    if isinstance(document, list):
        for each in document:
            yield from _at(each, path)
        return
    name, _, rest = path.partition(".")
    if isinstance(document, Mapping) and name in document:
        value = document[name]
        if rest:
            yield from _at(value, rest)
        elif isinstance(value, bool):
            yield str(value).lower()
        else:
            yield value
