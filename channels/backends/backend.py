"""A system of the operator's, as the rest of the house sees it."""

from typing import Protocol

from dialogs.words import Value
from orders.lookup import Answer, Lookup


class Backend(Protocol):
    async def answer(self, lookup: Lookup, within: float) -> Answer:
        """Answers within so many seconds, also when that answer is `failed`. Does not raise."""


def failed(reason: str) -> Answer:
    """`unavailable` (down, or not in its right mind), `timeout`, `unsupported` (never will)."""
    values: dict[str, Value] = {"reason": reason}
    return Answer("failed", values)
