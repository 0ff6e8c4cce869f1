"""Taking over rules that are published as text, wherever that was done: looked for every second, kind by kind.

What this version of Hall cannot read is said once, and what stood goes on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from twisted.logger import Logger

from channels.clock import Clock
from gateway_config.rounds import looking
from orders.ledger import rule_texts
from orders.ledger.house import House
from orders.ledger.rule_texts import CONFIGURED, Kind, Published
from orders.ledger.writer import Writer
from orders.rows import Refused

EVERY = 1.0

log = Logger()


@dataclass(frozen=True, slots=True)
class Reading:
    """How rules of one kind are read, and how a house goes by them. configured: where none are published."""

    parse: Callable[[str, str], Any]
    configured: Callable[[], Any]
    put: Callable[[House, Any], House]


class RuleTexts:
    def __init__(self, writer: Writer, kinds: Mapping[Kind, Reading], clock: Clock) -> None:
        self._writer = writer
        self._kinds = kinds
        self._clock = clock
        self._known = dict.fromkeys(kinds, CONFIGURED)
        self._published: dict[Kind, Any] = {}

    async def run(self) -> None:
        """Until cancelled."""
        await looking("what is published as text", self.look, EVERY, self._clock)

    async def look(self) -> None:
        for kind, found in await self._writer.run(self._news):
            self._take(kind, found)

    def applied(self, house: House) -> House:
        """A house that was configured anew, going by what is published."""
        for kind, rules in self._published.items():
            house = self._kinds[kind].put(house, rules)
        return house

    def _take(self, kind: Kind, found: Published) -> None:
        reading = self._kinds[kind]
        self._known[kind] = found.version
        try:
            rules = reading.parse(found.content, f"{kind} {found.version}") if found.content else None
        except Refused as problem:
            log.error("{kind} stays as it was: {problem}", kind=kind.value, problem=str(problem))  # noqa: TRY400
            return
        self._published.pop(kind, None)
        if rules is not None:
            self._published[kind] = rules
        self._writer.house = reading.put(self._writer.house, reading.configured() if rules is None else rules)
        log.info("{kind} {version} is live", kind=kind.value, version=found.version or "as configured")

    def _news(self, connection: Connection) -> list[tuple[Kind, Published]]:
        found = ((kind, rule_texts.live(connection, kind) or Published(CONFIGURED, "", 0.0)) for kind in self._kinds)
        return [(kind, each) for kind, each in found if each.version != self._known[kind]]
