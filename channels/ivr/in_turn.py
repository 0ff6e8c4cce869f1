"""Commands of one call, each sent when the one before was answered: connections may overtake each other."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from twisted.internet.defer import Deferred

from channels.ivr.ari import Command


@dataclass(slots=True)
class InTurn:
    """send: fires when a command was answered, and never fails."""

    send: Callable[[Command], "Deferred[bool]"]
    _waiting: deque[Command] = field(default_factory=deque)
    _sending: bool = False

    def add(self, command: Command) -> None:
        self._waiting.append(command)
        self._next()

    def _next(self) -> None:
        if not self._sending and self._waiting:
            self._sending = True
            self.send(self._waiting.popleft()).addCallback(self._sent)

    def _sent(self, done: bool) -> None:
        self._sending = False
        self._next()
