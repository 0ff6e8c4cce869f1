"""Calls that the house makes by itself, put together: the ledger says whom, Asterisk rings, a dialog of scripts speaks.

    each second   ledger: who is due? (Errand.due) ──► Asterisk rings ──► answered: Begun ──► a turn
                  ledger ◄── ringing, talking, over: again by the rules, or another way (Errand.over)

About orders first (key_calls.py), then about deliveries (survey_calls.py); one pace and one limit hold for both.
What becomes of a call is written in the order in which it happened. Its end is written whatever it takes: while the
database is away it waits, as nobody would ring him otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry, Counter
from sqlalchemy import Connection
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
from orders.ledger import key_calls, phone_calls, survey_calls
from orders.ledger.house import House
from orders.ledger.writer import Writer
from orders.pace import Pace
from orders.telephoning import OVER, PhoneCall

EVERY: Final = 1.0  # seconds
AGAIN: Final = 2.0  # seconds until the end of a call is written once more

log = Logger()


@dataclass(frozen=True, slots=True)
class Errand:
    """What the house rings about. script: what is said, begun with the number of the order. rings: whether it does.

    due: the calls to make now, each with the order it is about; over: what follows from how one has ended.
    """

    script: str
    rings: Callable[[House], bool]
    due: Callable[[Connection, House, float, int, int], list[tuple[PhoneCall, str]]]
    over: Callable[[Connection, House, PhoneCall, str, float], None]


ERRANDS: Final = (
    Errand(
        "confirm_call",
        lambda house: house.calls_out.by_keys,
        key_calls.due,
        lambda connection, house, call, order, now: key_calls.over(connection, house, call, now),
    ),
    Errand(
        "survey",
        lambda house: house.survey is not None and house.survey.rings,
        survey_calls.due,
        survey_calls.over,
    ),
)


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
        for errand in ERRANDS:
            most = self._pace.may(now)
            if errand.rings(house) and most and self._calls.able and self._speaks(errand.script):
                found = await self._writer.run(partial(_due, errand, house, now, most, settings.at_once))
                self._pace.began(len(found))
                for call, order in found:
                    self._ring(errand, call, order)

    def _speaks(self, script: str) -> bool:
        """Editions that were published before there was such a call have nothing to say in it."""
        current = self._editions().for_prompt(Prompt(""))
        return script in {each.name for each in current.scripts}

    def _ring(self, errand: Errand, call: PhoneCall, order: str) -> None:
        following = _Following(call, errand, order)
        try:
            begun = Begun(errand.script, {"number": order})
            self._calls.reach(call.id, call.subscriber, begun, lambda news: self._told(following, news))
        except CannotCall as problem:
            log.warn("the house cannot ring: {why}", why=str(problem))
            self._told(following, Now(State.OVER, self._now(), Ending.FAILED))

    # ── what becomes of it ──

    def _told(self, following: "_Following", news: Now) -> None:
        moved = following.moved(news)
        write = partial(self._written, following, moved)
        before = self._writing.get(moved.id)
        if before is None:
            before = self._writing[moved.id] = Deferred()
            before.callback(None)
        before.addCallback(lambda _: Deferred.fromCoroutine(write()))
        before.addErrback(lambda failure: None if failure.check(CancelledError) else _not_kept(failure))
        if moved.state == OVER:
            self._made.labels(moved.ending).inc()
            before.addCallback(lambda _: self._writing.pop(moved.id, None) and None)

    async def _written(self, following: "_Following", call: PhoneCall) -> None:
        while True:
            try:
                await self._write(following, call)
            except LedgerAway:
                if call.state != OVER:
                    return  # what comes next says as much
                await pause(self._clock, AGAIN)
            else:
                return

    def _write(self, following: "_Following", call: PhoneCall) -> "Deferred[None]":
        house, now = self._writer.house, self._now()
        if call.state == OVER:
            over, order = following.errand.over, following.order
            return self._writer.run(lambda connection: over(connection, house, call, order, now))
        return self._writer.run(lambda connection: phone_calls.moved(connection, call))


def _due(
    errand: Errand, house: House, now: float, most: int, at_once: int, connection: Connection
) -> list[tuple[PhoneCall, str]]:
    return errand.due(connection, house, now, most, at_once)


class _Following:
    """One call, as the last news left it."""

    def __init__(self, call: PhoneCall, errand: Errand, order: str) -> None:
        self._call, self.errand, self.order = call, errand, order

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
