"""The people at the desk, as the desk looks after them, each change in a transaction of its own."""

from collections.abc import Callable

from sqlalchemy import Connection

from orders.desk_words import Role
from orders.ledger import people
from orders.ledger.desk_store import Run
from orders.people import By, Known, PersonAct


class LedgerPeople:
    def __init__(self, run: Run, now: Callable[[], float]) -> None:
        self._run = run
        self._now = now

    async def listed(self, by: By) -> list[Known]:
        return await self._run(lambda connection: people.listed(connection, by))

    async def make(self, by: By, name: str, role: Role, password_hash: str, phone: str) -> None:
        now = self._now()
        await self._run(lambda connection: people.make(connection, by, now, name, role, password_hash, phone))

    async def change(self, by: By, name: str, act: PersonAct, value: str) -> None:
        now = self._now()

        def job(connection: Connection) -> None:
            match act:
                case PersonAct.DISABLE:
                    people.disable(connection, by, now, name)
                case PersonAct.ENABLE:
                    people.enable(connection, by, now, name)
                case PersonAct.UNLOCK:
                    people.unlock(connection, by, now, name)
                case PersonAct.PASSWORD:
                    people.set_password(connection, by, now, name, value)
                case PersonAct.ROLE:
                    people.set_role(connection, by, now, name, Role(value))
                case PersonAct.PHONE:
                    people.set_phone(connection, by, now, name, value)

        await self._run(job)

    async def own_password(self, name: str, password_hash: str) -> None:
        now = self._now()
        await self._run(lambda connection: people.set_own_password(connection, now, name, password_hash))
