"""Callers who wait on the line, as the desk asks after them, each in a transaction of its own."""

from collections.abc import Callable

from sqlalchemy import Connection

from channels.desk.callers import OnLine
from orders.ledger import desk_card, waiting_calls
from orders.ledger.desk_store import Run
from orders.waiting import Wish, in_turn


class LedgerCallers:
    """moved: told when something is to become of a caller."""

    def __init__(self, run: Run, moved: Callable[[], None] = lambda: None) -> None:
        self._run = run
        self._moved = moved

    async def on_line(self, agent: str) -> OnLine:
        return await self._run(lambda connection: on_line(connection, agent))

    async def decline(self, agent: str, caller: int) -> None:
        await self._run(lambda connection: waiting_calls.wish(connection, agent, caller, Wish.DECLINE))
        self._moved()


def on_line(connection: Connection, agent: str) -> OnLine:
    waiting = in_turn(waiting_calls.waiting(connection))
    mine = waiting_calls.of_agent(connection, agent)
    said = () if mine is None else desk_card.conversation(connection, mine.subscriber, mine.session)
    return OnLine(len(waiting), waiting[0].since if waiting else None, mine, said)
