"""The rules of dispatch as an operator writes them (see dispatching.py), read and checked once, when Hall starts."""

from collections.abc import Collection, Mapping
from functools import partial
from importlib import resources
from typing import Any

from orders.dispatching import ANY, MANAGER, Rule
from orders.rows import BadRow, Problem, Refused, Row, known_fields, made, read

FIELDS = ("to", "offers", "areas", "prefixes", "at_least")


def parse(text: str, filename: str, carriers: Collection[str]) -> tuple[Rule, ...]:
    """The rules of a file, or `Refused` with every problem by line. `carriers`: the names that the settings know."""
    rules = tuple(made(read(text, filename), filename, partial(_rule, carriers)))
    if not rules:
        raise Refused([Problem(filename, 1, "there is no rule in this file: write `- to: any` at least")])
    return rules


def standard() -> tuple[Rule, ...]:
    """The rules that come with Hall."""
    text = resources.files("orders").joinpath("dispatch_rules.yaml").read_text("utf-8")
    return parse(text, "dispatch_rules.yaml", ())


def _rule(carriers: Collection[str], row: Row) -> Rule:
    known_fields(row, FIELDS)
    to, way = _to(row.values.get("to"), carriers)
    return Rule(
        to=to,
        way=way,
        offers=frozenset(offer.upper() for offer in _words(row, "offers")),
        areas=tuple(_words(row, "areas")),
        prefixes=tuple(_words(row, "prefixes")),
        at_least=_fen(row.values.get("at_least", 0)),
    )


def _to(value: Any, carriers: Collection[str]) -> tuple[Mapping[str, int], str]:
    if value in (MANAGER, ANY):
        return {}, str(value)
    shares = value if isinstance(value, Mapping) else {value: 1}
    for name, share in shares.items():
        if name not in carriers:
            known = ", ".join((*carriers, MANAGER, ANY))
            raise BadRow(f"to: there is no carrier {name}; known are {known}")
        if isinstance(share, bool) or not isinstance(share, int) or share < 1:
            raise BadRow(f"to: the share of {name} is a whole number from 1 upwards, not {share!r}")
    return {str(name): share for name, share in shares.items()}, ""


def _words(row: Row, name: str) -> list[str]:
    value = row.values.get(name, [])
    listed = value if isinstance(value, list) else [value]
    if any(isinstance(word, list | dict | bool) or not str(word).strip() for word in listed):
        raise BadRow(f"{name}: a list of words, as [first, second]")
    return [str(word).strip() for word in listed]


def _fen(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadRow(f"at_least: an amount in whole fen, not {value!r}")
    return value
