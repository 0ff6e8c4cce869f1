"""Who it is that calls: the service password, compared where nobody has to wait for it.

    sign_in.check {phone, password}   right {subscriber} | wrong {left} | locked | failed {reason}

`phone` is empty for the number that is known already. `password` is what the channel keeps the keys by; they are asked
for once, and compared away from the reactor and outside any transaction. What is counted is counted by the ledger
before that, under the id of the input. A question that comes again, because a node died over it, is not compared again:
the keys have died with it.

Whoever else wants to know whether somebody is who he says (a page, another channel) asks `ServicePasswords.proves`.
"""

from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any, Final, Protocol

from twisted.internet.defer import Deferred

from channels.backends.backend import failed
from channels.confided import Confided
from channels.msisdn import normalise
from orders.arrival import LedgerAway
from orders.lookup import Answer, Lookup
from orders.service_password import Try

SERVICE: Final = "sign_in"


class Tries(Protocol):
    """The ledger's part: see orders/ledger/service_passwords.py."""

    def begin(self, subscriber: str, number: int) -> Awaitable[Try]: ...
    def end(self, subscriber: str, number: int) -> Awaitable[None]:
        """It was right."""


class Proved(Enum):
    RIGHT = auto()
    WRONG = auto()
    LOCKED = auto()
    LOST = auto()  # it was tried before, and nobody knows any more how that came out


class ServicePasswords:
    """is_right: whether a password is that of a hash, or of nobody's; slow. aside: does what is slow elsewhere."""

    def __init__(
        self, tries: Tries, is_right: Callable[[str, str | None], bool], aside: Callable[..., "Deferred[Any]"]
    ) -> None:
        self._tries = tries
        self._is_right = is_right
        self._aside = aside

    async def proves(self, subscriber: str, password: str | None, number: int) -> tuple[Proved, int]:
        """And how many tries are left. number: of the input that it came with, by which it is counted once; password:
        None if it is not known any more. Raises LedgerAway."""
        made = await self._tries.begin(subscriber, number)
        if made.known:
            return (Proved.RIGHT if made.right else Proved.LOST), 0
        if made.left is None:
            return Proved.LOCKED, 0
        if password is None:
            return Proved.LOST, made.left
        if not await self._aside(self._is_right, password, made.hash):
            return (Proved.WRONG if made.left else Proved.LOCKED), made.left
        await self._tries.end(subscriber, number)
        return Proved.RIGHT, made.left


class SignIn:
    """The service that dialogs ask."""

    def __init__(self, passwords: ServicePasswords, confided: Confided, country: str) -> None:
        self._passwords = passwords
        self._confided = confided
        self._country = country

    async def answer(self, lookup: Lookup, within: float) -> Answer:
        phone, token = (str(lookup.arguments.get(name, "")) for name in ("phone", "password"))
        subscriber = normalise(phone, self._country) if phone else lookup.subscriber
        password = self._confided.ask(token)
        if not subscriber:
            return failed("unsupported")
        try:
            proved, left = await self._passwords.proves(subscriber, password, lookup.id)
        except LedgerAway:
            return failed("unavailable")
        match proved:
            case Proved.RIGHT:
                return Answer("right", {"subscriber": subscriber})
            case Proved.WRONG:
                return Answer("wrong", {"left": left})
            case Proved.LOCKED:
                return Answer("locked")
        return failed("lost")
