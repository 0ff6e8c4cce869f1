"""Commands of one call, each sent when the one before was answered: connections may overtake each other.

What is asked about a call waits in the same line, so that the answer is of what was commanded before.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.defer import Deferred

from channels.ivr.ari import Command


@dataclass(slots=True)
class InTurn:
    """send: fires when a command was answered, and never fails; neither may what is told to be done `then`."""

    send: Callable[[Command], "Deferred[bool]"]
    _waiting: "deque[Callable[[], Deferred[Any]]]" = field(default_factory=deque)
    _busy: bool = False

    def add(self, command: Command) -> None:
        self.then(lambda: self.send(command))

    def then(self, do: "Callable[[], Deferred[Any]]") -> None:
        self._waiting.append(do)
        self._next()

    def _next(self) -> None:
        if not self._busy and self._waiting:
            self._busy = True
            self._waiting.popleft()().addCallback(self._done)

    def _done(self, _: object) -> None:
        self._busy = False
        self._next()
