"""The people at the desk: their rows, their sign-in, their sessions. No password is ever seen here, only its hash.

Hashing is slow on purpose and belongs in no transaction, so signing in takes two:

    try_sign_in   counts the try as a failure, before anybody knows whether it is one ──► the stored hash
    (the password is compared elsewhere)
    open_session  takes the failure back and opens the session

Counting first means that a hundred tries at the same moment are a hundred tries. After `TRIES` in a row the name is
locked for a while; the right password that made the last of them still gets in.

Of a session's token only the SHA-256 is stored: who reads the table cannot sign in with it.

Somebody is at one browser at a time: who signs in at a second takes over, with the task that he has in hand, and the
first is told so. The row of a session that somebody ended stays until it would have been over anyway, to say why.
"""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from orders.access import Did
from orders.desk_words import AgentExists, DeskSession, LockedOut, NoSuchAgent, Person, Role
from orders.ledger import access_log
from orders.ledger.statements import locking
from orders.ledger.tables import agents, desk_sessions
from orders.signing_in import Entry, SessionRules

TRIES = 5
LOCKED = 900.0
USUAL = SessionRules()
BY_PASSWORD = Entry()
NOTICED = 60.0  # a session's `seen_at` is no more exact than this
TAKEN_OVER, FORCED_OUT = "taken_over", "forced_out"


# ── By the command ───────────────────────────────────────────────────────────────────────────────────────────────────


def add(connection: Connection, name: str, role: Role, password_hash: str, now: float) -> None:
    if _row(connection, name) is not None:
        raise AgentExists(f"there is an agent {name} already; `hall agents passwd {name}` sets a new password")
    row = {"name": name, "role": role.value, "password": password_hash, "disabled": False}
    connection.execute(insert(agents), [row | {"created_at": now, "failures": 0, "locked_until": None}])


def listed(connection: Connection) -> list[Person]:
    rows = connection.execute(select(agents).order_by(agents.c.name))
    return [Person(row.name, Role(row.role), row.disabled, row.locked_until) for row in rows]


def role(connection: Connection, name: str) -> str:
    """As a word; empty for somebody who is not there."""
    return connection.scalar(select(agents.c.role).where(agents.c.name == name)) or ""


def set_password(connection: Connection, name: str, password_hash: str) -> None:
    """A new password also unlocks, enables, and ends every session of the old one."""
    must_exist(connection, name)
    values = {"password": password_hash, "failures": 0, "locked_until": None, "disabled": False}
    connection.execute(update(agents).where(agents.c.name == name).values(**values))
    connection.execute(delete(desk_sessions).where(desk_sessions.c.agent == name))


def disable(connection: Connection, name: str) -> None:
    """He is out at once: his sessions end. What he recorded stays under his name."""
    must_exist(connection, name)
    connection.execute(update(agents).where(agents.c.name == name).values(disabled=True))
    connection.execute(delete(desk_sessions).where(desk_sessions.c.agent == name))


# ── At the desk ──────────────────────────────────────────────────────────────────────────────────────────────────────


def try_sign_in(connection: Connection, name: str, now: float) -> str | None:
    """The hash to compare the password with; None for somebody who may not sign in, whatever he types."""
    row = _row(connection, name, lock=True)
    if row is None or row.disabled or not row.password:  # without one: an identity provider vouches for him
        return None
    if row.locked_until is not None and row.locked_until > now:
        raise LockedOut(row.locked_until - now)
    failures = row.failures + 1
    locked = failures >= TRIES
    values = {"failures": 0 if locked else failures, "locked_until": now + LOCKED if locked else None}
    connection.execute(update(agents).where(agents.c.name == name).values(**values))
    if locked:
        access_log.note(connection, now, name, row.role, Did.LOCKED_OUT, f"agent {name}")
    return str(row.password)


def open_session(
    connection: Connection,
    name: str,
    token_hash: bytes,
    csrf: str,
    now: float,
    entry: Entry = BY_PASSWORD,
    rules: SessionRules = USUAL,
) -> DeskSession | None:
    """After the password was right, or somebody vouched for him. None if he was disabled meanwhile."""
    row = _row(connection, name, lock=True)
    if row is None or row.disabled:
        return None
    connection.execute(update(agents).where(agents.c.name == name).values(failures=0, locked_until=None))
    connection.execute(
        delete(desk_sessions).where(
            (desk_sessions.c.created_at <= now - rules.shift) | (desk_sessions.c.seen_at <= now - rules.idle)
        )
    )
    end_sessions(connection, name, TAKEN_OVER)
    session = {"token_hash": token_hash, "agent": name, "csrf": csrf, "created_at": now, "seen_at": now}
    connection.execute(insert(desk_sessions), [session])
    said = {"by": entry.by.value, "address": entry.address, "wrong_before": max(0, row.failures - 1)}
    access_log.note(connection, now, name, row.role, Did.SIGNED_IN, f"agent {name}", data=said)
    return DeskSession(name, Role(row.role), csrf, now, bool(row.password))


def session(connection: Connection, token_hash: bytes, now: float, rules: SessionRules = USUAL) -> DeskSession | None:
    """Whose session this is; None when there is none, or its shift is over, or nobody used it for long."""
    query = (
        select(desk_sessions, agents.c.role, agents.c.password)
        .join(agents, agents.c.name == desk_sessions.c.agent)
        .where(desk_sessions.c.token_hash == token_hash, agents.c.disabled.is_(False))
    )
    row = connection.execute(query).one_or_none()
    if row is None or row.ended or row.created_at <= now - rules.shift or row.seen_at <= now - rules.idle:
        return None
    if row.seen_at <= now - NOTICED:
        mine = desk_sessions.c.token_hash == token_hash
        connection.execute(update(desk_sessions).where(mine).values(seen_at=now))
    return DeskSession(row.agent, Role(row.role), row.csrf, row.created_at, bool(row.password))


def close_session(connection: Connection, token_hash: bytes) -> str | None:
    """Whose it was; None when it was over already."""
    mine = desk_sessions.c.token_hash == token_hash
    agent = connection.scalar(select(desk_sessions.c.agent).where(mine, desk_sessions.c.ended.is_(None)))
    connection.execute(delete(desk_sessions).where(mine))
    return agent


def end_sessions(connection: Connection, name: str, why: str) -> None:
    """All that he has."""
    open_ones = (desk_sessions.c.agent == name, desk_sessions.c.ended.is_(None))
    connection.execute(update(desk_sessions).where(*open_ones).values(ended=why))


def why_over(connection: Connection, token_hash: bytes) -> str | None:
    """TAKEN_OVER or FORCED_OUT, where somebody ended this session."""
    return connection.scalar(select(desk_sessions.c.ended).where(desk_sessions.c.token_hash == token_hash))


def _row(connection: Connection, name: str, *, lock: bool = False) -> Row[Any] | None:
    query = select(agents).where(agents.c.name == name)
    return connection.execute(query.with_for_update() if lock and locking(connection) else query).one_or_none()


def must_exist(connection: Connection, name: str) -> None:
    if _row(connection, name) is None:
        raise NoSuchAgent(f"there is no agent {name}; `hall agents list` shows who there is")
