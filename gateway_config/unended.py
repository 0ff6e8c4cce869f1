"""Calls whose end nobody heard: the caller hung up while Hall was dead, or while Asterisk was.

    Asterisk is heard ──► which sessions of its calls stand in the ledger, that we do not hold?
                      ──► is there such a channel, on any node? ── no: the session is closed as by hanging up

So what he was asked is left for his next call, and offered by text, as with any other call that was broken off.
"""

from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from channels.ivr.exchange import Exchange
from channels.ivr.settings import AsteriskSettings
from dialogs.words import Inbound, SessionClosed
from gateway_config.settings import Settings
from gateway_config.storage import reading
from orders.arrival import Arrival, LedgerAway
from orders.ledger.standing_sessions import StandingSession, standing

log = Logger()


class Answering(Protocol):
    """One Asterisk."""

    settings: AsteriskSettings

    async def state_of(self, channel: str) -> str | None: ...


class Unended:
    def __init__(self, settings: Settings, exchange: Exchange, aside: Callable[..., "Deferred[Any]"]) -> None:
        self._settings = settings
        self._exchange = exchange
        self._aside = aside

    def look(self, line: Answering) -> None:
        looked = Deferred.fromCoroutine(self._look(line))
        looked.addErrback(lambda failure: log.failure("calls that are over are not known", failure))

    async def _look(self, line: Answering) -> None:
        begins = f"{line.settings.name}."
        for left in await self._aside(_standing, self._settings, begins):
            gone = await line.state_of(left.session.removeprefix(begins)) == ""
            if gone and left.session not in self._exchange.calls:
                await self._close(left)

    async def _close(self, left: StandingSession) -> None:
        exchange, now = self._exchange, self._exchange.now()
        kind = SessionClosed("nobody heard it end")
        inbound = Inbound(exchange.new_id(), "ivr", left.subscriber, left.service, now, kind, left.session)
        try:
            await exchange.ledger.accept(Arrival(inbound), ours=True)
        except LedgerAway:
            log.warn("the end of a call could not be told: the database is away")


def _standing(settings: Settings, begins: str) -> list[StandingSession]:
    with reading(settings) as connection:
        return standing(connection, "ivr", begins)
