"""Calls that the house makes by itself, put together: the ledger says whom, Asterisk rings, a dialog of scripts speaks.

    each second   ledger: who is due? (key_calls.due) ──► Asterisk rings ──► answered: Begun ──► a turn
                  ledger ◄── ringing, talking, over: again by the rules, or the agents' turn (key_calls.over)

What becomes of a call is written in the order in which it happened. Its end is written whatever it takes: while the
database is away it waits, as nobody would ring him otherwise.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from prometheus_client import CollectorRegistry, Counter
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger

from channels.clock import Clock, pause
from channels.ivr.callers import CannotCall
from channels.ivr.ringing import Ending, Now, State
from dialogs.editions import Editions
from dialogs.words import Begun, Prompt
from gateway_config.call_settings import CallSettings
from gateway_config.calls import Calls
from gateway_config.rounds import looking
from orders.arrival import LedgerAway
from orders.ledger import key_calls, phone_calls
from orders.ledger.writer import Writer
from orders.pace import Pace
from orders.telephoning import OVER, PhoneCall

SCRIPT: Final = "confirm_call"
EVERY: Final = 1.0  # seconds
AGAIN: Final = 2.0  # seconds until the end of a call is written once more

log = Logger()


class KeyCalls:
    """settings: as they stand now. editions: whose scripts are spoken now."""

    def __init__(
        self,
        calls: Calls,
        writer: Writer,
        settings: Callable[[], CallSettings],
        editions: Callable[[], Editions],
        registry: CollectorRegistry,
        clock: Clock,
        now: Callable[[], float],
    ) -> None:
        self._calls = calls
        self._writer = writer
        self._settings = settings
        self._editions = editions
        self._clock = clock
        self._now = now
        self._pace = Pace(settings().a_minute)
        self._writing: dict[int, Deferred[None]] = {}
        self._made = Counter("hall_house_calls", "Calls the house made by itself.", ["ending"], registry=registry)

    async def run(self) -> None:
        await looking("calls of the house", self._look, EVERY, self._clock)

    async def _look(self) -> None:
        house, settings, now = self._writer.house, self._settings(), self._now()
        self._pace.a_minute = settings.a_minute
        most = self._pace.may(now)
        if not (house.calls_out.by_keys and most and self._calls.able and self._speaks()):
            return
        found = await self._writer.run(lambda connection: key_calls.due(connection, house, now, most, settings.at_once))
        self._pace.began(len(found))
        for call, order in found:
            self._ring(call, order)

    def _speaks(self) -> bool:
        """Editions that were published before there was such a call have nothing to say in it."""
        current = self._editions().for_prompt(Prompt(""))
        return SCRIPT in {each.name for each in current.scripts}

    def _ring(self, call: PhoneCall, order: str) -> None:
        following = _Following(call)
        try:
            begun = Begun(SCRIPT, {"number": order})
            self._calls.reach(call.id, call.subscriber, begun, lambda news: self._told(following, news))
        except CannotCall as problem:
            log.warn("the house cannot ring: {why}", why=str(problem))
            self._told(following, Now(State.OVER, self._now(), Ending.FAILED))

    # ── what becomes of it ──

    def _told(self, following: "_Following", news: Now) -> None:
        moved = following.moved(news)
        before = self._writing.get(moved.id)
        if before is None:
            before = self._writing[moved.id] = Deferred()
            before.callback(None)
        before.addCallback(lambda _: Deferred.fromCoroutine(self._written(moved)))
        before.addErrback(lambda failure: None if failure.check(CancelledError) else _not_kept(failure))
        if moved.state == OVER:
            self._made.labels(moved.ending).inc()
            before.addCallback(lambda _: self._writing.pop(moved.id, None) and None)

    async def _written(self, call: PhoneCall) -> None:
        while True:
            try:
                await self._write(call)
            except LedgerAway:
                if call.state != OVER:
                    return  # what comes next says as much
                await pause(self._clock, AGAIN)
            else:
                return

    def _write(self, call: PhoneCall) -> "Deferred[None]":
        house, now = self._writer.house, self._now()
        if call.state == OVER:
            return self._writer.run(lambda connection: key_calls.over(connection, house, call, now))
        return self._writer.run(lambda connection: phone_calls.moved(connection, call))


class _Following:
    """One call, as the last news left it."""

    def __init__(self, call: PhoneCall) -> None:
        self._call = call

    def moved(self, news: Now) -> PhoneCall:
        answered = news.at if news.state is State.TALKING else self._call.answered_at
        ending = news.ending.value if news.ending else ""
        self._call = replace(
            self._call,
            state=news.state.value,
            changed_at=news.at,
            answered_at=answered,
            ending=ending,
            cause=news.cause,
        )
        return self._call


def _not_kept(failure: object) -> None:
    log.error("what became of a call was not kept: {why}", why=str(failure))
