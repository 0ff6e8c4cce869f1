"""The people at the desk, looked after: each change with its line in the access log, in one transaction.

`agents.py` has the rows; here it is decided whether whoever asks may, and written down that he did.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, update

from orders.desk_words import NoSuchAgent, Role
from orders.ledger import access_log, agent_skills, agents
from orders.ledger.phone_calls import give_telephone
from orders.ledger.statements import locking
from orders.ledger.tables import agents as people_table
from orders.ledger.tables import desk_identities, desk_sessions
from orders.people import By, Known, PersonAct, looks_after, may, must_be_a_name, must_be_a_phone


def listed(connection: Connection, by: By) -> list[Known]:
    seen = func.max(desk_sessions.c.seen_at).label("seen_at")
    open_ones = select(desk_sessions.c.agent, seen).where(desk_sessions.c.ended.is_(None))
    sessions = open_ones.group_by(desk_sessions.c.agent).subquery()
    query = (
        select(people_table, sessions.c.seen_at, desk_identities.c.issuer)
        .join(sessions, sessions.c.agent == people_table.c.name, isouter=True)
        .join(desk_identities, desk_identities.c.agent == people_table.c.name, isouter=True)
        .order_by(people_table.c.name)
    )
    found: dict[str, Known] = {}
    for row in connection.execute(query):
        known = Known(
            row.name,
            Role(row.role),
            row.disabled,
            row.locked_until,
            row.phone or "",
            row.issuer or "",
            row.seen_at,
            by.role is None or looks_after(by.role, Role(row.role)),
            tuple((row.languages or "").split()),
            tuple((row.skills or "").split()),
        )
        found.setdefault(row.name, known)
    return list(found.values())


def make(
    connection: Connection, by: By, now: float, name: str, role: Role, password_hash: str, phone: str = ""
) -> None:
    may(by, PersonAct.MAKE, must_be_a_name(name), role)
    agents.add(connection, name, role, password_hash, now)
    if phone:
        give_telephone(connection, name, must_be_a_phone(phone))
    _noted(connection, by, now, PersonAct.MAKE, name, role=role.value, phone=phone)


def disable(connection: Connection, by: By, now: float, name: str) -> None:
    may(by, PersonAct.DISABLE, name, _role(connection, name))
    agents.disable(connection, name)
    _noted(connection, by, now, PersonAct.DISABLE, name)


def enable(connection: Connection, by: By, now: float, name: str) -> None:
    may(by, PersonAct.ENABLE, name, _role(connection, name))
    _change(connection, name, disabled=False, failures=0, locked_until=None)
    _noted(connection, by, now, PersonAct.ENABLE, name)


def unlock(connection: Connection, by: By, now: float, name: str) -> None:
    """After too many wrong passwords."""
    may(by, PersonAct.UNLOCK, name, _role(connection, name))
    _change(connection, name, failures=0, locked_until=None)
    _noted(connection, by, now, PersonAct.UNLOCK, name)


def set_password(connection: Connection, by: By, now: float, name: str, password_hash: str) -> None:
    may(by, PersonAct.PASSWORD, name, _role(connection, name))
    agents.set_password(connection, name, password_hash)
    _noted(connection, by, now, PersonAct.PASSWORD, name)


def set_own_password(connection: Connection, now: float, name: str, password_hash: str) -> None:
    """After he has shown that he knows the one that he has; his sessions end."""
    by = By(name, _role(connection, name))
    agents.set_password(connection, name, password_hash)
    _noted(connection, by, now, PersonAct.PASSWORD, name)


def set_role(connection: Connection, by: By, now: float, name: str, role: Role) -> None:
    """Counts from his next request on."""
    before = _role(connection, name)
    may(by, PersonAct.ROLE, name, before, role)
    _change(connection, name, role=role.value)
    _noted(connection, by, now, PersonAct.ROLE, name, before=before.value, role=role.value)


def set_phone(connection: Connection, by: By, now: float, name: str, phone: str) -> None:
    may(by, PersonAct.PHONE, name, _role(connection, name))
    give_telephone(connection, name, must_be_a_phone(phone))
    _noted(connection, by, now, PersonAct.PHONE, name, phone=phone)


def teach(
    connection: Connection,
    by: By,
    now: float,
    name: str,
    languages: Sequence[str] | None,
    skills: Sequence[str] | None,
) -> None:
    """What he may take from now on. None leaves it as it is; nothing in it: whatever comes."""
    may(by, PersonAct.SKILLS, name, _role(connection, name))
    agent_skills.teach(connection, name, languages, skills)
    stands = agent_skills.known(connection)[name]
    told = {"languages": " ".join(sorted(stands.languages)), "skills": " ".join(sorted(stands.skills))}
    _noted(connection, by, now, PersonAct.SKILLS, name, **told)


def _role(connection: Connection, name: str) -> Role:
    """That he has, and keeps until the end of the transaction."""
    query = select(people_table.c.role).where(people_table.c.name == name)
    found = connection.scalar(query.with_for_update() if locking(connection) else query)
    if found is None:
        raise NoSuchAgent(f"there is no agent {name}; `hall agents list` shows who there is")
    return Role(found)


def _change(connection: Connection, name: str, **values: object) -> None:
    connection.execute(update(people_table).where(people_table.c.name == name).values(**values))


def _noted(connection: Connection, by: By, now: float, act: PersonAct, name: str, **data: str) -> None:
    access_log.note(connection, now, by.name, by.called, f"agent_{act}", f"agent {name}", data=data)
