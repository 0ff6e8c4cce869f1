"""What the console may ask and tell of what agents are doing, each in a transaction of its own."""

from collections.abc import Callable

from sqlalchemy import Connection

from orders.agent_states import Event, Limits, Presence, State, Told
from orders.ledger import agent_states, pauses
from orders.ledger.desk_store import Run


class LedgerPresences:
    """node: this one."""

    def __init__(self, run: Run, now: Callable[[], float], node: str = "") -> None:
        self._run = run
        self._now = now
        self._node = node

    async def mine(self, agent: str) -> tuple[Presence, Limits]:
        now = self._now()

        def job(connection: Connection) -> tuple[Presence, Limits]:
            return agent_states.here(connection, agent, now, self._node), pauses.limits(connection)

        return await self._run(job)

    async def change(self, agent: str, state: State, reason: str) -> tuple[Presence, Limits]:
        now = self._now()

        def job(connection: Connection) -> tuple[Presence, Limits]:
            limits = pauses.limits(connection)
            told = Told(Event.LONGER if state is State.WRAP_UP else Event.BE_READY, now, agent, self._node)
            if state is State.PAUSED:
                told = Told(Event.PAUSE, now, agent, self._node, limits.reason(reason))
            agent_states.here(connection, agent, now, self._node)
            return agent_states.happened(connection, agent, told), limits

        return await self._run(job)

    async def talks_by_hand(self, agent: str, task: int) -> None:
        told = Told(Event.ANSWER, self._now(), agent, self._node, task=task)
        await self._run(lambda connection: agent_states.happened(connection, agent, told))
