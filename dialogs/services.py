"""What scripts may ask of others, and what comes back: `services.yaml`.

Who answers is not known here: the ledger, billing, a circuit that is open. This is the agreement between them and the
scripts, so that a script can be checked without any of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from dialogs.reading import Page, plain
from dialogs.words import Value, Values

# The values of a result by name; for one that is a list of maps, the names in each map.
Shape: TypeAlias = Mapping[str, tuple[str, ...]]

FAILED: Shape = {"reason": ()}


@dataclass(frozen=True, slots=True)
class Service:
    takes: frozenset[str]
    results: Mapping[str, Shape]


def load_services(path: Path = Path(__file__).parent / "services.yaml") -> dict[str, Service]:
    tree = plain(Page.open(path).tree)
    return {name: _service(entry) for name, entry in tree.items()}


def _service(entry: Mapping[str, Any]) -> Service:
    results = {result: shape_of(values) for result, values in entry["results"].items()}
    return Service(frozenset(entry.get("takes", ())), results | {"failed": FAILED})


def fits(shape: Shape, values: Values) -> bool:
    """Whether everything is there that was agreed on."""
    return all(name in values and _items_fit(fields, values[name]) for name, fields in shape.items())


def _items_fit(fields: tuple[str, ...], value: Value) -> bool:
    if not fields:
        return True
    items = value if isinstance(value, list) else [None]
    return all(isinstance(item, dict) and item.keys() >= set(fields) for item in items)


def shape_of(values: list[Any]) -> Shape:
    """`[number, {orders: [state, offer]}]`"""
    shape: dict[str, tuple[str, ...]] = {}
    for value in values:
        if isinstance(value, str):
            shape[value] = ()
        else:
            shape |= {name: tuple(fields) for name, fields in value.items()}
    return shape
