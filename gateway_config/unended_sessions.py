"""USSD sessions whose end nobody heard: the node that had them was killed, or started anew, and they did not go on.

    ready ──► as long as a session is held without a word ──► which of them stand in the ledger, that we do not hold,
                                                              and in which nothing has been said since?
          ──► they are closed as by silence: what was asked is left for his next dial, and offered by text

Whoever dials again before that is asked at once (orders.ledger.standing_sessions). What was broken off longer ago than
RECENT is let be: nobody wants to read of it any more.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy.exc import InterfaceError, OperationalError
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from channels.clock import Clock, pause
from channels.ussd.channel import Channel
from dialogs.words import Inbound, SessionClosed
from gateway_config.settings import Settings
from gateway_config.storage import reading
from orders.arrival import Arrival, LedgerAway
from orders.ledger.session_names import RECENT, said_at
from orders.ledger.standing_sessions import StandingSession, standing

MARGIN: Final = 5.0

log = Logger()


class UnendedSessions:
    def __init__(self, settings: Settings, channel: Channel, aside: Callable[..., "Deferred[Any]"]) -> None:
        self._settings = settings
        self._channel = channel
        self._aside = aside

    async def run(self, clock: Clock) -> None:
        silences = [link.silence for link in self._settings.ussd.link]
        silences += [gateway.silence for gateway in self._settings.ussd.gateway]
        if not silences:
            return
        silence = max(silences)
        await pause(clock, silence + MARGIN)
        now = self._channel.now()
        try:
            for left in await self._aside(_silent, self._settings, now - silence - RECENT, now - silence):
                await self._close(left)
        except (LedgerAway, OperationalError, InterfaceError):
            log.warn("sessions that are over are not known: the database is away")

    async def _close(self, left: StandingSession) -> None:
        channel = self._channel
        if channel.sessions.holds(left.session):
            return
        kind = SessionClosed("nobody heard it end")
        inbound = Inbound(channel.new_id(), "ussd", left.subscriber, left.service, channel.now(), kind, left.session)
        await channel.ledger.accept(Arrival(inbound), ours=True)


def _silent(settings: Settings, since: float, until: float) -> list[StandingSession]:
    """Of which the last was said between these two."""
    with reading(settings) as connection:
        found = standing(connection, "ussd")
        return [left for left in found if since < said_at(connection, left.subscriber, left.session) < until]
