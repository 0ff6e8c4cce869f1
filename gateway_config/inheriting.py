"""Calls that outlive their node: the heir takes them over.

    node 1 ── killed        its calls stay in Asterisk, in its application, and nobody hears their keys
    node 2 ── heir of 1 ──► Asterisk: which calls has application hall-1? move each to hall-2
                            calls that node 1 was making are hung up, and told of as lost

The caller hears the question anew that he was asked last, as the dialog is where it was. That the heir knows the
application of another node is a matter of how it is called: `application = "hall-{node}"`, the same on all nodes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from orders.ledger import fallen, phone_calls
from orders.ledger.writer import Writer

EVERY: Final = 1.0  # seconds; who is on the line waits for that long
ITS_ROWS: Final = -1


class Inheriting(Protocol):
    """One Asterisk."""

    connected: bool

    async def inherit(self, application: str) -> bool:
        """Take over its calls; whether there is nothing left of it."""


@dataclass(slots=True)
class Heir:
    """lines: each Asterisk, and what its application is called on a node of that name; empty where nobody can know.

    settled: called with an Asterisk whose calls of a fallen node have all been taken over.
    """

    node: str
    lines: Sequence[tuple[Inheriting, Callable[[str], str]]]
    writer: Writer
    now: Callable[[], float]
    settled: Callable[[Any], None] = lambda line: None
    _settled: set[tuple[str, int]] = field(default_factory=set)

    async def look(self) -> None:
        names = await self.writer.run(lambda connection: fallen.inheritance(connection, self.node, self.now()))
        self._settled = {(node, line) for node, line in self._settled if node in names}
        for name in names:
            await self._inherit(name)

    async def _inherit(self, name: str) -> None:
        if (name, ITS_ROWS) not in self._settled:
            await self.writer.run(lambda connection: phone_calls.end_those_of(connection, name, self.now()))
            self._settled.add((name, ITS_ROWS))
        for place, (line, called) in enumerate(self.lines):
            application = called(name)
            if (name, place) in self._settled or not (line.connected and application):
                continue
            if await line.inherit(application):
                self._settled.add((name, place))
                self.settled(line)
