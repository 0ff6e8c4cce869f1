"""The way through several steps: a bar for each, how many go on, and beside it what was lost there and why."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from channels.desk.pictures.sheet import WIDTH, box, fitting, number, percent, sheet, wide, words

ROW, BAR = 66.0, 30.0
LEFT, RIGHT = 142.0, 204.0  # the names, and what is said of losses
ROOM = WIDTH - LEFT - RIGHT


class Step(NamedTuple):
    """lost: what to say of each way of being lost, with how many. going: those who are still at it."""

    name: str
    amount: int
    lost: tuple[tuple[str, int], ...] = ()
    going: tuple[str, int] = ("", 0)
    joined: tuple[str, int] = ("", 0)


def funnel(title: str, told: str, steps: Sequence[Step]) -> str:
    return sheet(ROW * len(steps) + 4, title, told, _drawn(steps))


def _drawn(steps: Sequence[Step]) -> Iterator[str]:
    most = max((step.amount for step in steps), default=0) or 1
    for place, step in enumerate(steps):
        y = ROW * place + 4
        width = ROOM * step.amount / most
        middle = LEFT + ROOM / 2
        yield words(0, y + 20, fitting(step.name, LEFT - 8), "strong")
        yield box(middle - width / 2, y, max(width, 1.0), BAR, "a", f"{step.name}: {step.amount}")
        yield from _count(middle, y, width, step.amount)
        if place + 1 < len(steps):
            yield from _further(middle, y, width, step, steps[place + 1], most)
        yield from _beside(y, step)


def _count(middle: float, y: float, width: float, count: int) -> Iterator[str]:
    text = number(count)
    if wide(text) + 12 < width:
        yield words(middle, y + 20, text, "strong on", "middle")
    else:
        yield words(middle + width / 2 + 6, y + 20, text, "strong")


def _further(middle: float, y: float, width: float, step: Step, then: Step, most: int) -> Iterator[str]:
    """How many of these went on, where those that came in by another way do not count."""
    below, top, bottom = ROOM * then.amount / most, y + BAR, y + ROW
    yield (
        f'<path d="M{middle - width / 2:.1f} {top:.1f}H{middle + width / 2:.1f}L{middle + below / 2:.1f} {bottom:.1f}'
        f'H{middle - below / 2:.1f}Z" class="flow"/>'
    )
    if step.amount:
        yield words(
            middle, y + BAR + 23, f"↓ {percent((then.amount - then.joined[1]) / step.amount)}", "soft ink", "middle"
        )


def _beside(y: float, step: Step) -> Iterator[str]:
    x = WIDTH - RIGHT + 16
    joined = [f"+ {number(step.joined[1])} {step.joined[0]}"] if step.joined[1] else []
    lost = [f"− {number(count)} {why}" for why, count in step.lost]
    going = [f"… {number(step.going[1])} {step.going[0]}"] if step.going[1] else []
    lines = [*joined, *lost, *going]
    shown = lines if len(lines) <= 4 else [*lines[:3], "…"]
    if lost:
        yield box(x - 10, y, 4, 15.0 * len(shown), "b")
    for place, line in enumerate(shown):
        yield words(x, y + 12 + 15 * place, fitting(line, RIGHT - 18), "soft ink")
