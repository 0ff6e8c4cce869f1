"""A query, from its parameters to what is looked for: TM Forum's REST guidelines (TMF630), as far as they are of use.

    state=held,pending                      one of them
    orderDate.gte=2026-01-01T00:00:00Z      also .gt .lt .lte .ne
    relatedParty.id=8613800138000           into what is nested
    sort=-orderDate,id                      the greatest first
    fields=state,orderDate                  only these; id, href and @type are always there
    offset=100&limit=50

What nothing can be looked for by is refused with what can: a filter that is ignored gives away too much.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.tmf import instants
from channels.tmf.errors import Refusal
from channels.tmf.operations import Parameter
from orders.halls import Compare, Condition, Search

MOST, USUAL = 500, 50
FARTHEST = 10_000_000
VALUES = 50
ALWAYS = frozenset({"id", "href", "@type"})
_OPERATORS = {f".{compare.value}": compare for compare in Compare}

_COUNT = {"type": "integer", "minimum": 0, "maximum": FARTHEST}
PAGING = (
    Parameter("fields", "query", "Only these first-level attributes, separated by commas"),
    Parameter("offset", "query", "How many to pass over", _COUNT),
    Parameter("limit", "query", f"How many; {MOST} are answered at most", _COUNT),
)
SORT = Parameter("sort", "query", "Attributes to sort by, separated by commas; -name for the greatest first")
FIELDS = PAGING[:1]


@dataclass(frozen=True, slots=True)
class Attribute:
    """to: the ledger's name; reads: a value, or ValueError with what to write instead; sorts: whether one may by it."""

    to: str
    reads: Callable[[str], str | float] = str
    sorts: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """fields: None for all."""

    search: Search
    fields: frozenset[str] | None = None


def instant(text: str) -> float:
    return instants.read(text.replace(" ", "+"))  # a + that was not written as %2B


def parameters(attributes: Mapping[str, Attribute]) -> tuple[Parameter, ...]:
    """For the description: the attributes as such; each may be followed by an operator."""
    told = [
        Parameter(name, "query", "Equal to one of these, separated by commas; also .ne .gt .gte .lt .lte")
        for name in attributes
    ]
    return (*PAGING, SORT, *told)


def wanted(query: Iterable[tuple[str, str]], attributes: Mapping[str, Attribute]) -> Wanted:
    given: dict[str, str] = {}
    conditions: list[Condition] = []
    for name, value in query:
        if name in ("fields", "offset", "limit", "sort"):
            if name in given:
                raise Refusal("badQuery", f"{name}: is there twice")
            given[name] = value
        else:
            conditions.append(_condition(name, value, attributes))
    search = Search(
        tuple(conditions),
        _sort(given.get("sort", ""), attributes),
        number("offset", given.get("offset", "0"), FARTHEST),
        min(number("limit", given.get("limit", str(USUAL)), FARTHEST), MOST),
    )
    return Wanted(search, fields(given.get("fields")))


def only_fields(query: Sequence[tuple[str, str]]) -> frozenset[str] | None:
    """Where one thing is asked for."""
    return wanted(query, {}).fields


def fields(text: str | None) -> frozenset[str] | None:
    names = {name.strip() for name in (text or "").split(",")} - {""}
    return frozenset(names) | ALWAYS if names else None


def chosen(document: Mapping[str, Any], names: frozenset[str] | None) -> dict[str, Any]:
    return {name: value for name, value in document.items() if names is None or name in names}


def number(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Refusal("badQuery", f"{name}: a whole number, not {text[:40]!r}")
    if len(text) > 12 or int(text) > most:
        raise Refusal("badQuery", f"{name}: at most {most}")
    return int(text)


def _condition(name: str, value: str, attributes: Mapping[str, Attribute]) -> Condition:
    base, dot, operator = name.rpartition(".")
    compare = _OPERATORS.get(dot + operator, Compare.EQ)
    attribute = attributes.get(name) or (attributes.get(base) if dot + operator in _OPERATORS else None)
    if attribute is None:
        known = ", ".join(attributes) or "nothing but fields"
        raise Refusal("badQuery", f"{name[:80]!r}: nothing can be looked for by it; what can: {known}")
    if name in attributes:
        compare = Compare.EQ
    values = value.split(",")
    if len(values) > VALUES:
        raise Refusal("badQuery", f"{name}: {VALUES} values at most")
    return Condition(attribute.to, compare, tuple(_read(name, attribute, text) for text in values))


def _read(name: str, attribute: Attribute, text: str) -> str | float:
    if any(character < " " for character in text):
        raise Refusal("badQuery", f"{name}: has a character that is none")
    try:
        return attribute.reads(text)
    except ValueError as problem:
        raise Refusal("badQuery", f"{name}: {problem}") from None


def _sort(text: str, attributes: Mapping[str, Attribute]) -> tuple[tuple[str, bool], ...]:
    sorts = []
    for name in filter(None, text.split(",")):
        attribute = attributes.get(name.lstrip("+- "))
        if attribute is None or not attribute.sorts:
            known = ", ".join(name for name, each in attributes.items() if each.sorts) or "nothing"
            raise Refusal("badQuery", f"sort: not by {name[:80]!r}; by {known}")
        sorts.append((attribute.to, name.startswith("-")))
    return tuple(sorts)
