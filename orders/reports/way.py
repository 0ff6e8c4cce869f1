"""The way from the first message to the delivery, and what is lost at each step.

    conversations ─► wanted to order ─► placed ─► taken ─► clear or confirmed ─► delivered
                                          ▲         │              │                 │
                             other halls ─┘      refused     customer, agent,     carrier, customer
                                                             time, unreached

The first two are what people talked about by text, screen and telephone; orders of other halls come in at the third.
What has not been lost and has not gone on is still under way at its step.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from orders.reports.counted import Counted, Steps, times
from orders.reports.placed import NEW
from orders.reports.sheets import Column, Kind, Sheet, counts, share

ORDERING = "order"  # the script in which one orders
TALKING = ("sms", "ussd", "ivr")


@dataclass(frozen=True, slots=True)
class Stage:
    """lost: by why, the greatest first. waiting: neither lost nor further. joined: who came in here by another way."""

    name: str
    count: int
    lost: tuple[tuple[str, int], ...] = ()
    waiting: int = 0
    joined: int = 0

    @property
    def all_lost(self) -> int:
        return sum(count for _, count in self.lost)


def stages(of: Counted) -> tuple[Stage, ...]:
    spoken = sum(times(steps, *NEW) for channel, steps in of.channels.items() if _spoken(of, channel))
    talked = tuple(_talked(of, spoken))
    return (*talked, *_ordered(of.steps("order"), spoken if talked else None))


def way(of: Counted) -> Sheet:
    """One row a step, and one below it for each way of being lost there."""
    columns = (Column("stage", Kind.NAME), Column("why", Kind.NAME), *counts("count"), Column("of_placed", Kind.SHARE))
    return Sheet("way", columns, tuple(_rows(stages(of), times(of.steps("order"), *NEW))))


def _rows(of: tuple[Stage, ...], placed: int) -> Iterator[tuple[str, str, int, float | None]]:
    for stage in of:
        part = share(stage.count, placed) if stage.name in ("placed", "taken", "good", "done") else None
        yield stage.name, "", stage.count, part
        if stage.joined:
            yield stage.name, "other_halls", stage.joined, None
        for why, count in stage.lost:
            yield stage.name, why, count, share(count, placed) if part is not None else None
        if stage.waiting:
            yield stage.name, "under_way", stage.waiting, share(stage.waiting, placed) if part is not None else None


def _talked(of: Counted, placed: int) -> Iterator[Stage]:
    if of.channel and of.channel not in TALKING:
        return
    talk, ordering = of.steps("talk"), of.steps("script", ORDERING)
    begun = times(talk, "begun")
    if not begun:
        return
    wanted = min(times(ordering, "begun"), begun)
    yield Stage("talked", begun, (("something_else", begun - wanted),) if begun > wanted else ())
    without = times(ordering, "gave_up") + max(0, times(ordering, "finished") - placed)  # who says no has finished too
    lost = {"gave_up": without, "no_word": max(0, wanted - placed - without)}
    yield Stage("wanted", wanted, _greatest(lost))


def _spoken(of: Counted, channel: str) -> bool:
    return channel in TALKING and of.channel in ("", channel)


def _ordered(steps: Steps, spoken: int | None) -> Iterator[Stage]:
    """spoken: how many were placed in conversations; None where none are told of."""
    placed, refused = times(steps, *NEW), _lost(steps, "new>lost:")
    taken = placed - sum(refused.values())
    good = times(steps, "new>good", "waiting>good", "new>done", "waiting>done") - times(steps, "good>waiting")
    before, after = _lost(steps, "waiting>lost:"), _lost(steps, "good>lost:")
    done = times(steps, "new>done", "waiting>done", "good>done")
    yield Stage("placed", placed, _greatest(refused), joined=0 if spoken is None else placed - spoken)
    yield Stage("taken", taken, _greatest(before), max(0, taken - good - sum(before.values())))
    yield Stage("good", good, _greatest(after), max(0, good - done - sum(after.values())))
    yield Stage("done", done)


def _lost(steps: Steps, at: str) -> dict[str, int]:
    return {step.removeprefix(at): of.times for step, of in steps.items() if step.startswith(at)}


def _greatest(lost: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((why, count) for why, count in lost.items() if count), key=lambda each: (-each[1], each[0])))
