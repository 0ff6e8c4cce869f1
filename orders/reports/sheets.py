"""A report as a table: what its columns are, and rows of plain values. How it is drawn is said elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    NAME = "name"  # of something that the reader's language may call otherwise: a channel, a rule, a state
    TEXT = "text"  # as it stands
    COUNT = "count"
    MONEY = "money"  # fen
    SHARE = "share"  # 0 to 1; None where there is nothing to have a share of
    HOURS = "hours"
    POINTS = "points"  # of a hundred


Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind = Kind.COUNT


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def column(self, name: str) -> tuple[Cell, ...]:
        place = [column.name for column in self.columns].index(name)
        return tuple(row[place] for row in self.rows)


def counts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def share(part: int, of: int) -> float | None:
    return part / of if of else None


def most_first(rows: Iterable[tuple[str, int, *tuple[Cell, ...]]]) -> tuple[tuple[Cell, ...], ...]:
    """By the first count of each row, and by name where that is the same."""
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))
