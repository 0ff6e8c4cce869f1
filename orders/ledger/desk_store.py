"""What the agents' console may ask of the ledger, each question in a transaction of its own.

What shows a subscriber to somebody is noted in the access log by the same transaction that reads it.

`run` does a function in the ledger's thread; `decide` hands a decision to the writer as the inbound that it is, so that
the notice goes out and the order changes in one batch with everything else that happens.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from dialogs.words import AgentDecided
from orders.access import Did
from orders.agent_states import Event, Told
from orders.dead_letters import DeadLetters
from orders.desk_lanes import DeskRules
from orders.desk_words import Board, Card, DeskSession, NotYours, Queue, Recorded, Role, TaskGone, must_hold
from orders.ledger import (
    access_log,
    agent_states,
    agents,
    dead_letters,
    desk_board,
    desk_card,
    desk_claims,
    desk_news,
    desk_opening,
    desk_queue,
    door_tries,
    misunderstood,
    vouching,
)
from orders.ledger.desk_rows import load_task
from orders.ledger.house import House
from orders.ledger.order_rows import load_order
from orders.misunderstood import Misunderstood
from orders.signing_in import Caller, DoorRules, Entry, SessionRules, Vouched

T = TypeVar("T")


class Run(Protocol):
    def __call__(self, job: Callable[[Connection], T], /) -> Awaitable[T]: ...


Decide = Callable[[str, AgentDecided], Awaitable[object]]


class DeskLedger:
    """decide(subscriber, decided): waits until the decision is committed, or raises what refused it.
    lease: seconds for which an agent holds a task without a sign of life. node: this one, for what agents are doing.
    house: who may take what, and what is said then; None: whoever comes, and nothing."""

    def __init__(
        self,
        run: Run,
        decide: Decide,
        now: Callable[[], float],
        lease: float,
        node: str = "",
        house: Callable[[], House] | None = None,
        sessions: SessionRules = agents.USUAL,
        door: DoorRules = DoorRules(),  # noqa: B008 - frozen
    ) -> None:
        self._run = run
        self._decide = decide
        self._now = now
        self._lease = lease
        self._node = node
        self._house = house
        self._sessions = sessions
        self._door = door

    # ── who is there ──

    async def try_sign_in(self, name: str, caller: Caller | None) -> str | None:
        def job(connection: Connection, now: float) -> str | None:
            if caller is not None:
                door_tries.may_try(connection, name, caller, now, self._door)
            return agents.try_sign_in(connection, name, now)

        return await self._ask(job)

    async def wrong(self, name: str, caller: Caller) -> None:
        await self._ask(lambda connection, now: door_tries.wrong(connection, name, caller, now, self._door))

    async def open_session(self, name: str, token_hash: bytes, csrf: str, entry: Entry) -> DeskSession | None:
        return await self._ask(lambda connection, now: self._entered(connection, now, name, token_hash, csrf, entry))

    async def admit(self, vouched: Vouched, token_hash: bytes, csrf: str, entry: Entry) -> DeskSession | None:
        def job(connection: Connection, now: float) -> DeskSession | None:
            name = vouching.who(connection, vouched, now)
            vouching.entered(connection, token_hash, vouched, entry, now)
            return self._entered(connection, now, name, token_hash, csrf, entry)

        return await self._ask(job)

    def _entered(
        self, connection: Connection, now: float, name: str, token_hash: bytes, csrf: str, entry: Entry
    ) -> DeskSession | None:
        opened = agents.open_session(connection, name, token_hash, csrf, now, entry, self._sessions)
        if opened is not None:
            door_tries.right(connection, name, entry.browser, now)
            agent_states.happened(connection, name, self._told(Event.SIGN_IN, now, name))
        return opened

    async def session(self, token_hash: bytes) -> DeskSession | None:
        return await self._ask(lambda connection, now: agents.session(connection, token_hash, now, self._sessions))

    async def close_session(self, token_hash: bytes) -> str:
        return await self._ask(lambda connection, now: self._left(connection, now, token_hash, ""))

    async def ended(self, issuer: str, subject: str, sid: str) -> int:
        def job(connection: Connection, now: float) -> int:
            meant = vouching.sessions_of(connection, issuer, subject, sid)
            for token_hash in meant:
                self._left(connection, now, token_hash, "ended by the identity provider")
            return len(meant)

        return await self._ask(job)

    def _left(self, connection: Connection, now: float, token_hash: bytes, why: str) -> str:
        id_token = vouching.left(connection, token_hash)
        agent = agents.close_session(connection, token_hash)
        if agent is not None:
            desk_claims.leave(connection, agent, now)
            agent_states.happened(connection, agent, self._told(Event.SIGN_OUT, now, agent))
            role = agents.role(connection, agent)
            access_log.note(connection, now, agent, role, Did.SIGNED_OUT, f"agent {agent}", why)
        return id_token

    async def why_over(self, token_hash: bytes) -> str | None:
        return await self._ask(lambda connection, now: agents.why_over(connection, token_hash))

    # ── the queue ──

    async def queue(self, agent: str) -> Queue:
        def job(connection: Connection, now: float) -> Queue:
            agent_states.here(connection, agent, now, self._node)
            return desk_queue.queue(connection, agent, now, self._rules)

        return await self._ask(job)

    async def board(self) -> Board:
        return await self._ask(lambda connection, now: desk_board.board(connection, now, self._rules.hours))

    async def dead_letters(self) -> DeadLetters:
        return await self._ask(lambda connection, now: dead_letters.listed(connection))

    async def resend(self, supervisor: str, letter: int) -> None:
        await self._ask(lambda connection, now: dead_letters.resend(connection, letter, supervisor, now))

    async def misunderstood(self) -> tuple[Misunderstood, ...]:
        return await self._ask(misunderstood.misunderstood)

    async def teach(self, supervisor: str, text: str, meaning: str) -> str:
        return await self._ask(lambda connection, now: misunderstood.teach(connection, text, meaning, supervisor, now))

    async def claim(self, agent: str) -> Card | None:
        def job(connection: Connection, now: float) -> Card | None:
            task = desk_claims.claim_next(connection, agent, now, self._lease, self._rules)
            if task is None:
                agent_states.happened(connection, agent, self._told(Event.BE_READY, now, agent))
                return None
            agent_states.happened(connection, agent, self._told(Event.CLAIM, now, agent, task.id))
            return self._opened(connection, now, agent, task.id)

        return await self._ask(job)

    # ── a task ──

    async def card(self, agent: str, role: Role, task: int) -> Card:
        def job(connection: Connection, now: float) -> Card:
            if not role.oversees:
                must_hold(load_task(connection, task), agent, now)
            return self._opened(connection, now, agent, task)

        return await self._ask(job)

    async def extend(self, agent: str, task: int) -> float:
        return await self._ask(
            lambda connection, now: desk_claims.extend(connection, agent, task, now, self._lease, self._rules)
        )

    async def release(self, agent: str, task: int) -> None:
        def job(connection: Connection, now: float) -> None:
            desk_claims.release(connection, agent, task, now)
            agent_states.happened(connection, agent, self._told(Event.DONE, now, agent))

        await self._ask(job)

    async def number_to_dial(self, agent: str, task: int) -> str:
        def job(connection: Connection, now: float) -> str:
            number = desk_claims.dialled(connection, agent, task, now, self._lease)
            _note(connection, now, agent, Did.DIALLED, f"task {task}")
            return number

        return await self._ask(job)

    async def subscriber_of(self, role: Role, agent: str, task: int) -> str:
        def job(connection: Connection, now: float) -> str:
            loaded = load_task(connection, task)
            if loaded is None:
                raise TaskGone("there is no such task; claim the next one")
            if not role.oversees and loaded.agent not in (None, agent):
                raise NotYours("another agent holds this task")
            return loaded.subscriber

        return await self._ask(job)

    async def decide(self, decided: AgentDecided) -> Recorded:
        subscriber = await self._ask(
            lambda connection, now: desk_claims.number_to_dial(connection, decided.agent, decided.task, now)
        )
        await self._decide(subscriber, decided)
        return await self._run(lambda connection: _recorded(connection, decided))

    @property
    def _rules(self) -> DeskRules:
        if self._house is None:
            return desk_claims.AS_EVER
        house = self._house()
        return replace(house.desk, hours=house.calling_hours)

    def _opened(self, connection: Connection, now: float, agent: str, task: int) -> Card:
        """A card, and the note that he has seen it, in one transaction."""
        if self._house is None:
            card = desk_card.task_card(connection, task)
        else:
            card = desk_opening.whole_card(connection, self._house(), task, agent)
        number = card.task.order_number
        _note(connection, now, agent, Did.OPENED, f"task {task}" if number is None else f"order {number}")
        return replace(card, mark=desk_news.mark(connection, task))

    def _told(self, event: Event, now: float, agent: str, task: int | None = None) -> Told:
        return Told(event, now, agent, self._node, task=task)

    async def _ask(self, job: Callable[[Connection, float], T]) -> T:
        now = self._now()  # outside the job: it may run twice, and must come out the same
        return await self._run(lambda connection: job(connection, now))


def _note(connection: Connection, now: float, agent: str, did: Did, what: str) -> None:
    access_log.note(connection, now, agent, agents.role(connection, agent), did, what)


def _recorded(connection: Connection, decided: AgentDecided) -> Recorded:
    task = load_task(connection, decided.task)
    if task is None:
        raise TaskGone("there is no such task; claim the next one")
    number = task.order_number
    order = None if number is None else load_order(connection, task.subscriber, number)
    return Recorded(decided.outcome, number, None if order is None else order.state.value, task.due_at)
