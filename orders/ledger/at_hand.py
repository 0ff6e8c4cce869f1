"""What a transaction has at hand when an order is changed in it: for those who do it, and for what follows from it."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from dialogs.words import Prompt
from orders.ledger.house import House


class Post(Protocol):
    """Puts a notice to a subscriber among the outbound rows of this transaction. not_before: 0 is at once."""

    def __call__(self, subscriber: str, prompt: Prompt, language: str, /, not_before: float = 0.0) -> None: ...


@dataclass(frozen=True, slots=True)
class Deed:
    """What a transaction has at hand."""

    connection: Connection
    house: House
    now: float
    post: Post
