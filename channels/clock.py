"""Time as the channels are given it: a reactor in the house, a `task.Clock` in the tests.

Twisted describes the same in zope's interfaces, whose methods have no `self`, so that a type checker cannot follow a
call; here they are protocols, with the two things that are done with a clock beside asking it.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.python.failure import Failure

T = TypeVar("T")


class Delayed(Protocol):
    def active(self) -> bool: ...

    def cancel(self) -> None: ...

    def reset(self, delay: float, /) -> None: ...


class Clock(Protocol):
    def seconds(self) -> float: ...

    def callLater(self, delay: float, call: Callable[..., object], /, *args: object) -> Delayed: ...


def pause(clock: Clock, seconds: float) -> "Deferred[None]":
    return deferLater(_as_twisted(clock), seconds)


def limited(
    deferred: "Deferred[T]", seconds: float, clock: Clock, late: Callable[[T | Failure, float], T] | None = None
) -> "Deferred[T]":
    """Cancelled when the time is over: a `TimeoutError` of Twisted's, unless `late` makes something else of it."""
    return deferred.addTimeout(seconds, _as_twisted(clock), late)


def _as_twisted(clock: Clock) -> IReactorTime:
    return cast(IReactorTime, clock)
