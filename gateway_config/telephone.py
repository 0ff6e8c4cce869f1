"""Calls to customers put together: the desk asks, Asterisk rings, the ledger keeps, and the line decides what it can.

    desk ── dial ──► row ──► Asterisk: agent, customer
                      ▲          │
                      └── moved ◄┘  calling_agent … talking … over
                                      └─ busy, no answer, no such number: recorded as the agent's decision

What is told of a call is written in the order in which it happened, each in its turn. An agent whose lease ran out in
the meantime has nothing recorded for him: whoever has the task now will see the call on the card.

An agent who is signed out in a call, at whichever node, is found by the node that makes it: his telephone is hung up,
and the customer is told that somebody will ring him again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy import Connection
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from channels.clock import Clock
from channels.ivr.callers import CannotCall
from channels.ivr.ringing import Now, State
from dialogs.phrases import CannotSay
from dialogs.words import AgentDecided
from gateway_config.calls import NOTICE, PARTING, Calls
from gateway_config.rounds import looking
from orders.agent_states import Event, Told
from orders.arrival import LedgerAway, Taken
from orders.ledger import agent_states, phone_calls, waiting_calls
from orders.ledger.decisions import REFUSALS
from orders.ledger.desk_rows import asked_for
from orders.ledger.notices import chosen_language
from orders.ledger.writer import Writer
from orders.telephoning import OVER, PhoneCall

EVERY = 1.0
BY_THE_LINE = "as the line answered"
EVENTS = {State.TALKING.value: Event.ANSWER, OVER: Event.OVER}

log = Logger()

Decide = Callable[[str, AgentDecided], Awaitable[Taken]]


class DeskTelephone:
    """moved: told when something has become of a call. records: whether calls are recorded now."""

    def __init__(
        self,
        calls: Calls,
        writer: Writer,
        decide: Decide,
        now: Callable[[], float],
        moved: Callable[[], None] = lambda: None,
        records: Callable[[], bool] = lambda: False,
    ) -> None:
        self._calls = calls
        self._writer = writer
        self._decide = decide
        self._now = now
        self._moved = moved
        self._records = records
        self._writing: Deferred[None] = Deferred()
        self._writing.callback(None)

    def opens_at(self, subscriber: str) -> float | None:
        return self._writer.house.calling_hours.opens_at(subscriber, self._now())

    async def ring(self, agent: str, subscriber: str, task: int, anyway: bool = False) -> PhoneCall | None:
        house, now = self._writer.house, self._now()
        phone = await self._writer.run(lambda connection: phone_calls.telephone_of(connection, agent))
        if not phone or not self._calls.able:
            return None
        if not anyway and not await self._writer.run(lambda connection: asked_for(connection, subscriber, task, now)):
            house.calling_hours.require(subscriber, now)
        notice = await self._words(NOTICE, subscriber) if self._records() else ()
        call = PhoneCall(house.ids.next(now), subscriber, task, agent, State.CALLING_AGENT, now, now)
        await self._writer.run(lambda connection: _begun(connection, house.node, call))
        try:
            self._calls.ring(call.id, phone, subscriber, lambda news: self._told(call, news), notice)
        except CannotCall as problem:
            log.warn("{agent} has to dial by hand: {why}", agent=agent, why=str(problem))
            await self._keep(replace(call, state=OVER, ending="failed"))
            return None
        return call

    async def _words(self, phrase: str, subscriber: str) -> tuple[str, ...]:
        """In his language; none where it cannot be said: then nothing is recorded."""
        language = await self._writer.run(lambda connection: chosen_language(connection, subscriber))
        try:
            said = await self._calls.words(phrase, language or self._writer.house.language)
        except CannotSay as problem:
            log.warn("{phrase} is not said in a call: {why}", phrase=phrase, why=str(problem))
            return ()
        if not said:
            log.warn("{phrase} is not said in a call: there is neither a recording nor speech", phrase=phrase)
        return said

    async def run(self, clock: Clock) -> None:
        """Until cancelled."""
        await looking("calls whose agents are gone", self.look, EVERY, clock)

    async def look(self) -> None:
        """After calls whose agents are not there any more."""
        if not self._calls.making:
            return
        node = self._writer.house.node
        for call in await self._writer.run(lambda connection: phone_calls.forsaken(connection, node)):
            self._calls.dismiss(call.id, await self._words(PARTING, call.subscriber))

    async def hang_up(self, agent: str, subscriber: str, task: int) -> None:
        call = await self._writer.run(lambda connection: phone_calls.under_way(connection, subscriber))
        if call is not None and call.task == task:
            self._calls.hang_up(call.id)
            await self._writer.run(lambda connection: waiting_calls.hang_up(connection, agent, call.id))

    async def last_call(self, subscriber: str, task: int) -> PhoneCall | None:
        return await self._writer.run(lambda connection: phone_calls.last_of(connection, subscriber, task))

    # ── what becomes of it ──

    def _told(self, call: PhoneCall, news: Now) -> None:
        """On the reactor, as it happens; written one after the other."""
        self._writing.addCallback(lambda _: Deferred.fromCoroutine(self._written(call, news)))
        self._writing.addErrback(lambda failure: log.failure("what became of a call was not kept", failure))
        self._writing.addCallback(lambda _: self._moved())

    async def _written(self, call: PhoneCall, news: Now) -> None:
        if news.state is State.CALLING_AGENT:
            return  # as it was begun
        ending = news.ending.value if news.ending else ""
        answered = await self._answered_at(call, news)
        moved = replace(
            call, state=news.state.value, changed_at=news.at, answered_at=answered, ending=ending, cause=news.cause
        )
        await self._keep(moved)
        if moved.outcome is not None:
            await self._record(moved)

    async def _answered_at(self, call: PhoneCall, news: Now) -> float | None:
        if news.state is State.TALKING:
            return news.at
        before = await self.last_call(call.subscriber, call.task)
        return before.answered_at if before is not None else None

    async def _keep(self, call: PhoneCall) -> None:
        node = self._writer.house.node
        await self._writer.run(lambda connection: _moved(connection, node, call))

    async def _record(self, call: PhoneCall) -> None:
        assert call.outcome is not None
        decided = AgentDecided(call.task, call.agent, call.outcome.value, BY_THE_LINE)
        try:
            await self._decide(call.subscriber, decided)
        except (*REFUSALS, LedgerAway) as refused:
            log.info("the line's answer was not recorded: {why}", why=str(refused))


def _begun(connection: Connection, node: str, call: PhoneCall) -> None:
    phone_calls.begin(connection, node, call)
    told = Told(Event.RING, call.began_at, call.agent, node, task=call.task, line=call.id)
    agent_states.happened(connection, call.agent, told)


def _moved(connection: Connection, node: str, call: PhoneCall) -> None:
    phone_calls.moved(connection, call)
    event = EVENTS.get(call.state)
    if event is not None:
        agent_states.happened(connection, call.agent, Told(event, call.changed_at, "hall", node, line=call.id))
