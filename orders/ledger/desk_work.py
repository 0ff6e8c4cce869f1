"""What an agent does with the task in hand beside recording an outcome, each in a transaction of its own.

skip    it goes back to the others with his reason, and he is not offered it for a while
note    something to be remembered, whatever becomes of the call
quote   what the order would come to, changed as the customer would like it; nothing is changed
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from dialogs.words import Values
from orders.agent_states import Event, Told
from orders.changing import changes_from
from orders.desk_words import BadDecision, OnOffer, Quote, QuotedItem, must_hold
from orders.ledger import agent_states, desk_claims, desk_history
from orders.ledger.changing import wanted
from orders.ledger.desk_rows import load_task
from orders.ledger.desk_store import Run
from orders.ledger.house import House
from orders.ledger.locks import lock_subscribers
from orders.ledger.order_rows import load_order
from orders.ledger.posting import deed
from orders.order import OrderItem

T = TypeVar("T")

REASONS = ("language", "acquainted", "supervisor", "technical", "other")  # for which a task is left to others
WITH_A_NOTE = ("other",)
LONGEST_NOTE = 2_000


class DeskWork:
    def __init__(self, run: Run, house: Callable[[], House], now: Callable[[], float]) -> None:
        self._run = run
        self._house = house
        self._now = now

    async def skip(self, agent: str, task: int, reason: str, note: str) -> None:
        """Raises BadDecision for a reason that there is not."""
        if reason not in REASONS:
            raise BadDecision(f"reason is one of {', '.join(REASONS)}, not {reason!r}")
        if reason in WITH_A_NOTE and not note:
            raise BadDecision(f"{reason} says nothing by itself: say in the note why")

        def job(connection: Connection, house: House, now: float) -> None:
            left = desk_claims.release(connection, agent, task, now)
            desk_history.remark(connection, house.ids.next(now), left, agent, now, note, reason)
            agent_states.happened(connection, agent, Told(Event.DONE, now, agent, house.node))

        await self._ask(job)

    async def note(self, agent: str, task: int, note: str) -> None:
        if not note:
            raise BadDecision("there is nothing in the note")

        def job(connection: Connection, house: House, now: float) -> None:
            held = must_hold(load_task(connection, task, lock=True), agent, now)
            desk_history.remark(connection, house.ids.next(now), held, agent, now, note)

        await self._ask(job)

    async def quote(self, agent: str, task: int, asked: Values) -> Quote:
        """Raises BadChange."""

        def job(connection: Connection, house: House, now: float) -> Quote:
            held = must_hold(load_task(connection, task), agent, now)
            lock_subscribers(connection, [held.subscriber])
            order = None if held.order_number is None else load_order(connection, held.subscriber, held.order_number)
            if order is None:
                raise BadDecision("there is no order to be changed")
            after = wanted(deed(connection, house, now), order, changes_from(asked))
            return Quote(order.total, after.total, tuple(map(_quoted, after.items)))

        return await self._ask(job)

    async def on_offer(self) -> tuple[OnOffer, ...]:
        offers = self._house().offers
        return tuple(OnOffer(code, dict(offer.names), offer.price) for code, offer in offers.items())

    async def _ask(self, job: Callable[[Connection, House, float], T]) -> T:
        house, now = self._house(), self._now()  # outside the job: it may run twice, and must come out the same
        return await self._run(lambda connection: job(connection, house, now))


def _quoted(item: OrderItem) -> QuotedItem:
    return QuotedItem(item.offer, item.quantity, item.unit_price, item.resource)
