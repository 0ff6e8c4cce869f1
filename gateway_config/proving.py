"""Who is who: service passwords, put together from the ledger that counts and argon2 that compares."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from channels.backends.sign_in import ServicePasswords, SignIn
from channels.confided import Confided
from channels.desk.passwords import is_right
from orders.ledger import service_passwords
from orders.ledger.writer import Writer
from orders.service_password import Try


class LedgerTries:
    def __init__(self, writer: Writer, now: Callable[[], float]) -> None:
        self._writer = writer
        self._now = now

    async def begin(self, subscriber: str, number: int) -> Try:
        now = self._now()
        return await self._writer.run(
            lambda connection: service_passwords.begin_try(connection, subscriber, number, now)
        )

    async def end(self, subscriber: str, number: int) -> None:
        await self._writer.run(lambda connection: service_passwords.end_try(connection, subscriber, number))


def make_sign_in(
    writer: Writer, confided: Confided, aside: Callable[..., "Deferred[Any]"], now: Callable[[], float], country: str
) -> SignIn:
    return SignIn(ServicePasswords(LedgerTries(writer, now), is_right, aside), confided, country)
