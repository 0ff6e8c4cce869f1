"""Whom an identity provider vouches for, as rows: who that is here, and which sessions are the provider's to end.

The first time he is taken for the agent of his name, or made one; from then on (issuer, subject) is he, whatever he is
called there. A name that is somebody else's already, or a local administrator's whom nobody matched, is never taken
over by whoever the provider lets choose his own name: where agents are made, a name that stands here is refused.
"""

from sqlalchemy import Connection, delete, insert, select, update

from orders.desk_words import Role
from orders.ledger import access_log, agents
from orders.ledger.tables import agents as people
from orders.ledger.tables import desk_entries, desk_identities, desk_sessions
from orders.people import PersonAct
from orders.signing_in import Entry, NotKnown, Vouched

UNUSABLE = ""  # where a password's hash would be: nobody's


def who(connection: Connection, vouched: Vouched, now: float) -> str:
    """The agent's name, with the role that the provider gives him; raises NotKnown."""
    known = connection.scalar(
        select(desk_identities.c.agent).where(
            desk_identities.c.issuer == vouched.issuer, desk_identities.c.subject == vouched.subject
        )
    )
    name = known if known is not None else _first_time(connection, vouched, now)
    _given(connection, vouched, name, now)
    return name


def _first_time(connection: Connection, vouched: Vouched, now: float) -> str:
    name = vouched.name
    there = bool(agents.role(connection, name))
    if there and (vouched.make or _vouched_for(connection, name, vouched.issuer)):
        raise NotKnown(f"there is an agent {name} already, who is somebody else: one of them needs another name")
    if not there and not vouched.make:
        raise NotKnown(f'there is no agent {name}: add him at the desk, or set [desk.oidc] agents = "made"')
    if not there:
        agents.add(connection, name, vouched.role or Role.AGENT, UNUSABLE, now)
    row = {"issuer": vouched.issuer, "subject": vouched.subject, "agent": name, "since": now}
    connection.execute(insert(desk_identities), [row])
    act = "matched" if there else PersonAct.MAKE
    access_log.note(connection, now, vouched.issuer, "provider", f"agent_{act}", f"agent {name}", data=_data(vouched))
    return name


def _given(connection: Connection, vouched: Vouched, name: str, now: float) -> None:
    """His role, where the provider has it."""
    before = agents.role(connection, name)
    if vouched.role is None or before == vouched.role.value:
        return
    connection.execute(update(people).where(people.c.name == name).values(role=vouched.role.value))
    data = {"before": before, "role": vouched.role.value}
    access_log.note(connection, now, vouched.issuer, "provider", f"agent_{PersonAct.ROLE}", f"agent {name}", data=data)


def _data(vouched: Vouched) -> dict[str, str]:
    return {"subject": vouched.subject, "role": vouched.role.value if vouched.role else ""}


def _vouched_for(connection: Connection, name: str, issuer: str) -> bool:
    query = select(desk_identities.c.agent).where(desk_identities.c.agent == name, desk_identities.c.issuer == issuer)
    return connection.execute(query.limit(1)).first() is not None


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def entered(connection: Connection, token_hash: bytes, vouched: Vouched, entry: Entry, now: float) -> None:
    connection.execute(delete(desk_entries).where(desk_entries.c.token_hash.not_in(select(desk_sessions.c.token_hash))))
    row = {
        "token_hash": token_hash,
        "issuer": vouched.issuer,
        "subject": vouched.subject,
        "sid": entry.sid,
        "id_token": entry.id_token,
        "at": now,
    }
    connection.execute(insert(desk_entries), [row])


def left(connection: Connection, token_hash: bytes) -> str:
    """By which token he came; empty for a password."""
    mine = desk_entries.c.token_hash == token_hash
    token = connection.scalar(select(desk_entries.c.id_token).where(mine))
    connection.execute(delete(desk_entries).where(mine))
    return token or ""


def sessions_of(connection: Connection, issuer: str, subject: str, sid: str) -> list[bytes]:
    """Those that the provider means: of its session, or of all of the subject's."""
    query = select(desk_entries.c.token_hash).where(desk_entries.c.issuer == issuer)
    query = query.where(desk_entries.c.sid == sid) if sid else query.where(desk_entries.c.subject == subject)
    return [bytes(each) for each in connection.scalars(query)]
