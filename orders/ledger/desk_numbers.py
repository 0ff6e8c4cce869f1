"""Another number for the customer on the line: the agent looks for it, and it is kept for him while he decides.

search   a page of numbers that are to be had, as he would like them
hold     this one is the customer's for a while, by the same rules as one that he chose by himself; the one before goes
let_go   none of them

What is held is held for the subscriber, so recording the change takes it, as an order of his own would. If the agent
puts the order back, or the customer thinks better of it, the hold ends by itself.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection

from orders.desk_words import CallTask, must_hold
from orders.ledger.at_hand import Deed
from orders.ledger.desk_rows import load_task
from orders.ledger.desk_store import Run
from orders.ledger.house import House
from orders.ledger.locks import lock_subscribers
from orders.ledger.number_finding import find
from orders.ledger.number_holding import Held, hold, let_go
from orders.ledger.posting import deed
from orders.number_search import Page, begin, mark_of, wanted
from orders.numbers import NumberNotHeld, PoolNumber

T = TypeVar("T")

PAGE = 8
WHY = {
    Held.TAKEN: "{number} is somebody else's by now: choose another one",
    Held.TOO_MANY: "{number} cannot be held: the customer holds as many numbers as he may, until he orders or lets go",
    Held.UNKNOWN: "there is no {number} in the pool: choose another one",
}


class DeskNumbers:
    def __init__(self, run: Run, house: Callable[[], House], now: Callable[[], float]) -> None:
        self._run = run
        self._house = house
        self._now = now

    async def search(self, agent: str, task: int, like: str, most: int | None, without_4: bool, mark: str) -> Page:
        """Raises BadPattern."""
        criteria = replace(wanted(like), most=most, without_4=without_4)

        def job(at_hand: Deed, held: CallTask) -> Page:
            start = mark_of(mark) or begin(at_hand.house.ids.next(at_hand.now))
            return find(at_hand.connection, criteria, at_hand.now, PAGE, start)

        return await self._ask(agent, task, job)

    async def hold(self, agent: str, task: int, number: str, instead: str) -> PoolNumber:
        """instead: which he held until now; empty for none. Raises NumberNotHeld, and then he holds that one still."""

        def job(at_hand: Deed, held: CallTask) -> PoolNumber:
            if instead and instead != number:
                let_go(at_hand, instead, held.subscriber)
            tried = hold(at_hand, number, held.subscriber)
            if tried.result is not Held.HELD or tried.number is None:
                raise NumberNotHeld(WHY[tried.result].format(number=number))
            return tried.number

        return await self._ask(agent, task, job)

    async def let_go(self, agent: str, task: int, number: str) -> None:
        await self._ask(agent, task, lambda at_hand, held: let_go(at_hand, number, held.subscriber))

    async def _ask(self, agent: str, task: int, job: Callable[[Deed, CallTask], T]) -> T:
        house, now = self._house(), self._now()  # outside the job: it may run twice, and must come out the same

        def with_task(connection: Connection) -> T:
            held = must_hold(load_task(connection, task), agent, now)
            lock_subscribers(connection, [held.subscriber])
            return job(deed(connection, house, now), held)

        return await self._run(with_task)
