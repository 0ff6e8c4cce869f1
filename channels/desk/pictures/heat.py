"""A heat map: rows and columns of counts, the darker the more. The counts stand in the cells."""

from collections.abc import Iterator, Sequence

from channels.desk.pictures.sheet import WIDTH, box, fitting, sheet, words

LEFT, TOP, CELL = 38.0, 22.0, 26.0
LEVELS = (0.1, 0.2, 0.32, 0.8, 1.0)  # none in between: words on it would not be read
DARK = 0.5


def heat(title: str, told: str, rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[int]]) -> str:
    most = max((count for row in cells for count in row), default=0)
    return sheet(TOP + CELL * len(rows) + 4, title, told, _drawn(rows, columns, cells, most))


def _drawn(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[int]], most: int) -> Iterator[str]:
    step = (WIDTH - LEFT) / max(1, len(columns))
    for place, name in enumerate(columns):
        yield words(LEFT + step * (place + 0.5), TOP - 8, name, "small", "middle")
    for line, (name, counts) in enumerate(zip(rows, cells, strict=True)):
        y = TOP + CELL * line
        yield words(0, y + 18, fitting(name, LEFT - 4), "soft")
        for place, count in enumerate(counts):
            yield from _cell(LEFT + step * place, y, step, count, most, f"{name} {columns[place]}: {count}")


def _cell(x: float, y: float, width: float, count: int, most: int, told: str) -> Iterator[str]:
    level = LEVELS[min(len(LEVELS) - 1, int(count / most * len(LEVELS)))] if count else 0.0
    yield box(x, y, width, CELL, "cell a" if level else "cell c-soft", told, level or 0.25)
    if count:
        yield words(x + width / 2, y + 17, _short(count), "small on" if level > DARK else "small", "middle")


def _short(count: int) -> str:
    if count < 1000:
        return str(count)
    return f"{count / 1000:.1f}k" if count < 10_000 else f"{count // 1000}k"
