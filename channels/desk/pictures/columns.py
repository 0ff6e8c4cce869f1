"""Columns side by side, one for each hour or day, made of up to three parts; and a curve of shares above them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from channels.desk.pictures.sheet import FILLS, WIDTH, box, dot, legend, number, percent, sheet, words

LEFT, TOP, HEIGHT, BELOW = 48.0, 34.0, 180.0, 24.0
NAMES = 12  # as many as there is room for


class Column(NamedTuple):
    name: str
    parts: tuple[int, ...]
    share: float | None = None


def columns(title: str, told: str, parts: Sequence[str], of: Sequence[Column], share: str = "") -> str:
    """share: the name of the curve; without one there is none."""
    return sheet(TOP + HEIGHT + BELOW, title, told, _drawn(parts, of, share))


def _drawn(parts: Sequence[str], of: Sequence[Column], share: str) -> Iterator[str]:
    yield from legend(parts, 2)
    right = WIDTH - (44 if share else 4)
    most = _round(max((sum(each.parts) for each in of), default=0))
    for tenth in (0.0, 0.5, 1.0):
        y = TOP + HEIGHT * (1 - tenth)
        yield f'<path d="M{LEFT} {y:.1f}H{right}" class="line"/>'
        yield words(LEFT - 6, y + 4, number(most * tenth), "soft", "end")
        if share:
            yield words(WIDTH, y + 4, percent(tenth), "soft share", "end")
    step = (right - LEFT) / max(1, len(of))
    for place, each in enumerate(of):
        yield from _column(LEFT + step * place, step, each, parts, most)
        if place % _every(len(of)) == 0:
            yield words(min(LEFT + step * (place + 0.5), WIDTH - 18), TOP + HEIGHT + 17, each.name, "soft", "middle")
    if share:
        yield from _curve(of, step)
        yield words(right, 13, share, "soft share", "end")


def _column(x: float, step: float, of: Column, parts: Sequence[str], most: float) -> Iterator[str]:
    y = TOP + HEIGHT
    for fill, name, count in zip(FILLS, parts, of.parts, strict=False):
        height = HEIGHT * count / most
        if count:
            y -= height
            yield box(x + step * 0.15, y, step * 0.7, height, fill, f"{of.name}: {name} {count}")


def _curve(of: Sequence[Column], step: float) -> Iterator[str]:
    dots = [
        (LEFT + step * (place + 0.5), TOP + HEIGHT * (1 - each.share), each)
        for place, each in enumerate(of)
        if each.share is not None
    ]
    if dots:
        yield f'<path d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y, _ in dots)}" class="curve"/>'
    for x, y, each in dots:
        yield dot(x, y, f"{each.name}: {percent(each.share)}")


def _every(count: int) -> int:
    return -(-count // NAMES)


def _round(most: int) -> int:
    """A number not below it that is good to read at the top of a scale, and even."""
    step = 1
    while True:
        for each in (2, 4, 10):
            if most <= each * step:
                return each * step
        step *= 10
