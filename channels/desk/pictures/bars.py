"""Bars that lie: one for each name, made of up to three parts, with the sum behind it and what is to be said of it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from channels.desk.pictures.sheet import FILLS, WIDTH, box, fitting, legend, number, sheet, wide, words

ROW, BAR, TOP = 30.0, 18.0, 26.0
WIDEST_NAME, BESIDE = 140.0, 110.0


class Bar(NamedTuple):
    """note: a share, say; stands behind the sum."""

    name: str
    parts: tuple[int, ...]
    note: str = ""


def bars(title: str, told: str, parts: Sequence[str], rows: Sequence[Bar]) -> str:
    return sheet(TOP + ROW * len(rows) + 6, title, told, _drawn(parts, rows))


def _drawn(parts: Sequence[str], rows: Sequence[Bar]) -> Iterator[str]:
    yield from legend(parts, 4)
    left = min(WIDEST_NAME, max((wide(row.name) for row in rows), default=0.0)) + 10
    room = WIDTH - left - BESIDE
    most = max((sum(row.parts) for row in rows), default=0) or 1
    for line, row in enumerate(rows):
        y = TOP + ROW * line
        yield words(0, y + 15, fitting(row.name, WIDEST_NAME))
        x = left
        for fill, name, count in zip(FILLS, parts, row.parts, strict=False):
            width = room * count / most
            if count:
                yield box(x, y + 1, max(width, 1.0), BAR, fill, f"{row.name}: {name} {count}")
            x += width
        yield words(x + 8, y + 15, number(sum(row.parts)), "strong")
        if row.note:
            yield words(x + 18 + 1.1 * wide(number(sum(row.parts))), y + 15, row.note, "soft")
