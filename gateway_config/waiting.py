"""Callers who wait for an agent, put together: the queue in the ledger, and the room of this node's calls."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, TypeVar

from sqlalchemy import Connection
from twisted.internet.defer import Deferred

from channels.ivr.ari import Arrived
from channels.ivr.callers import Dialling
from channels.ivr.client import AsteriskClient
from channels.ivr.exchange import Exchange, Guest, Held, Line
from channels.ivr.meters import IvrMeters
from channels.ivr.settings import IvrSettings
from channels.ivr.spoken import Spoken, read
from channels.ivr.waiting_room import WaitingRoom
from dialogs.editions import Editions
from dialogs.words import Expects, Prompt, Say, Values
from gateway_config.sounds import laid_out
from orders.ledger import waiting_calls
from orders.ledger.writer import Writer
from orders.outbound import Outbound
from orders.waiting import Ending, Stand

T = TypeVar("T")


class LedgerKeeper:
    """moved: told when something has become of a caller."""

    def __init__(self, writer: Writer, now: Callable[[], float], moved: Callable[[], None] = lambda: None) -> None:
        self._writer = writer
        self._now = now
        self.moved = moved

    def look(self, mine: frozenset[int]) -> "Deferred[list[Stand]]":
        house = self._writer.house
        return self._do(
            lambda connection, now: waiting_calls.look(connection, house.node, mine, now, house.call_rules.lease)
        ).addCallback(self._looked)

    def missed(self, number: int, declined: bool) -> "Deferred[None]":
        return self._told(lambda connection, now: waiting_calls.missed(connection, number, now, declined))

    def talking(self, number: int) -> "Deferred[None]":
        return self._told(lambda connection, now: waiting_calls.talking(connection, number, now))

    def passed_back(self, number: int) -> "Deferred[None]":
        return self._told(lambda connection, now: waiting_calls.passed_back(connection, number, now))

    def over(self, number: int, ending: Ending) -> "Deferred[None]":
        return self._told(lambda connection, now: waiting_calls.over(connection, number, ending, now))

    def _looked(self, stands: list[Stand]) -> list[Stand]:
        if any(stand.phone for stand in stands):
            self.moved()
        return stands

    def _told(self, job: Callable[[Connection, float], None]) -> "Deferred[None]":
        return self._do(job).addCallback(lambda _: self.moved())

    def _do(self, job: Callable[[Connection, float], T]) -> "Deferred[Any]":
        now = self._now()
        return self._writer.run(lambda connection: job(connection, now))


def make_room(
    settings: IvrSettings,
    exchange: Exchange,
    keeper: LedgerKeeper,
    reactor: Any,
    now: Callable[[], float],
    meters: IvrMeters,
    editions: Callable[[], Editions],
    zone: tzinfo,
    tune: str,
) -> WaitingRoom:
    def says(phrase: str, values: Values, language: str, asks: bool) -> Spoken:
        wanted = {"expects": Expects.DIGITS, "minimum": 1, "maximum": 1} if asks else {}
        return laid_out(editions(), zone, [Say(Prompt(phrase, values, **wanted), language)])  # type: ignore[arg-type]

    waiting = settings.waiting
    room = WaitingRoom(exchange, keeper, reactor, now, says, meters, waiting.rules, waiting.music, tune)

    def waits(held: Held, message: Outbound) -> Guest | None:
        """A line that is no Asterisk puts nobody through: his callback is due when nobody keeps it back any more."""
        if not isinstance(held.line, AsteriskClient):
            return None
        line: Dialling = held.line
        return room.welcome(held, line, message, read(message.layout, message.text, exchange.language).language)

    def returned(line: Line, channels: Mapping[str, Arrived]) -> None:
        if isinstance(line, AsteriskClient):
            room.returned(line, channels)

    exchange.waits = waits
    exchange.returned = returned
    return room
