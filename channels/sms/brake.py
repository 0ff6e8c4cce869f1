"""That somebody was not understood is said to people, and not for ever to machines.

A telephone that answers by itself, a bank's number, a message centre that brings receipts as if a person had written
them: each is told that it was not understood, answers that, is told so again, and there is no end to it but the bill.
So after as many of these replies as no person bears in ten minutes the rest are dead letters, and it is quiet.
"""

from typing import Final

from orders.outbound import Outbound

MOST: Final = 20
WITHIN: Final = 600.0  # seconds
KNOWN: Final = 10_000  # subscribers that are counted; of more, whoever was first is forgotten
NOT_UNDERSTOOD: Final = frozenset(
    {"engine.not_understood", "engine.nothing_to_confirm", "engine.again", "engine.gave_up", "apology.unreadable"}
)


class Brake:
    def __init__(self) -> None:
        self._told: dict[str, tuple[float, int]] = {}  # subscriber: since when, how often

    def holds(self, message: Outbound, now: float) -> bool:
        """Whether it is one too many. What is tried again was counted already."""
        if message.phrase not in NOT_UNDERSTOOD or message.attempts:
            return False
        since, often = self._told.pop(message.subscriber, (now, 0))
        if now - since >= WITHIN:
            since, often = now, 0
        self._told[message.subscriber] = since, often + 1
        if len(self._told) > KNOWN:
            del self._told[next(iter(self._told))]
        return often >= MOST
