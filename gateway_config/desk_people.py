"""The people at the desk, as the desk looks after them, each change in a transaction of its own."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from dialogs.manner import languages as spoken
from orders.desk_lanes import Skill
from orders.desk_words import Role
from orders.ledger import people
from orders.ledger.desk_store import Run
from orders.people import By, Known, Lore, PersonAct, must_be_known

NOBODY_NEEDS = "general"  # the skill of those who take only what needs none


class LedgerPeople:
    """skills: those that orders may need, as they are now."""

    def __init__(self, run: Run, now: Callable[[], float], skills: Callable[[], Sequence[Skill]] = tuple) -> None:
        self._run = run
        self._now = now
        self._skills = skills

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

    def lore(self) -> Lore:
        return Lore(spoken(), (*(skill.name for skill in self._skills()), NOBODY_NEEDS))

    async def teach(self, by: By, name: str, languages: Sequence[str], skills: Sequence[str]) -> None:
        now, lore = self._now(), self.lore()
        must_be_known(languages, lore.languages, "language")
        must_be_known(skills, lore.skills, "skill")
        await self._run(lambda connection: people.teach(connection, by, now, name, languages, skills))

    async def own_password(self, name: str, password_hash: str) -> None:
        now = self._now()
        await self._run(lambda connection: people.set_own_password(connection, now, name, password_hash))
