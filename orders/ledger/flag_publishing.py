"""Which rules judge: those that were published last, for all nodes; where none are, those of a node's configuration.

A version is its content, so a row's content is never changed; when it was switched on last is. Who did it, and why,
stands in the access log.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from orders.access import Did
from orders.flag_rules import version_of
from orders.ledger import access_log
from orders.ledger.statements import statements
from orders.ledger.tables import flag_rules

CONFIGURED = ""  # published to say: as configured again


@dataclass(frozen=True, slots=True)
class Published:
    version: str
    content: str
    at: float


def publish(connection: Connection, content: str, who: str, now: float, why: str = "", role: str = "operator") -> str:
    """The version. The content has been read and found good; CONFIGURED goes back to what nodes have configured."""
    version = version_of(content) if content else CONFIGURED
    row = {"version": version, "content": content, "kept_at": now}
    connection.execute(statements(connection).upsert(flag_rules), [row])
    what = f"flag rules {version}" if version else "flag rules as configured"
    access_log.note(connection, now, who, role, Did.PUBLISHED, what, why)
    return version


def live(connection: Connection) -> Published | None:
    """None: nothing was published, or to go back to what is configured."""
    row = connection.execute(select(flag_rules).order_by(flag_rules.c.kept_at.desc()).limit(1)).one_or_none()
    return None if row is None or not row.content else Published(row.version, row.content, row.kept_at)


def live_version(connection: Connection) -> str:
    found = connection.scalar(select(flag_rules.c.version).order_by(flag_rules.c.kept_at.desc()).limit(1))
    return found or CONFIGURED


def listed(connection: Connection) -> list[Published]:
    """The one switched on last comes first."""
    rows = connection.execute(select(flag_rules).order_by(flag_rules.c.kept_at.desc()))
    return [Published(row.version, row.content, row.kept_at) for row in rows]
