"""Rules that people write as text, whole, by kind: the one that was published last is live, for all nodes.

A version is its content, so a row's content is never changed; when it was switched on last is. Who did it, and why,
stands in the access log. Where nothing of a kind is published, what a node has configured holds, or what comes with
Hall. (The rules of flags are older than this table and have one of their own: `flag_publishing`.)
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, bindparam, select

from orders.access import Did
from orders.flag_rules import version_of
from orders.ledger import access_log
from orders.ledger.statements import statements
from orders.ledger.tables import rule_texts

CONFIGURED = ""  # published to say: as configured again


class Kind(StrEnum):
    GUIDE = "guide"  # what an agent says and asks
    RETRIES = "retries"  # when customers are rung again
    HOURS = "calling_hours"  # when they may be rung
    PAUSES = "pauses"  # why agents may pause, and for how long
    FORM = "review_form"  # by which calls are reviewed


@dataclass(frozen=True, slots=True)
class Published:
    version: str
    content: str
    at: float


_listed = select(rule_texts).where(rule_texts.c.kind == bindparam("of")).order_by(rule_texts.c.kept_at.desc())
_live = _listed.limit(1)


def publish(
    connection: Connection, kind: Kind, content: str, who: str, now: float, why: str = "", role: str = "operator"
) -> str:
    """The version. The content has been read and found good; empty, it goes back to what nodes have configured."""
    version = version_of(content) if content else CONFIGURED
    row = {"kind": kind.value, "version": version, "content": content, "kept_at": now}
    connection.execute(statements(connection).upsert(rule_texts), [row])
    what = f"{kind} {version}" if version else f"{kind} as configured"
    access_log.note(connection, now, who, role, Did.PUBLISHED, what, why)
    return version


def live(connection: Connection, kind: Kind) -> Published | None:
    """None: nothing was published, or to go back to what is configured."""
    row = connection.execute(_live, {"of": kind.value}).one_or_none()
    return None if row is None or not row.content else Published(row.version, row.content, row.kept_at)


def listed(connection: Connection, kind: Kind) -> list[Published]:
    """The one switched on last comes first."""
    return [Published(row.version, row.content, row.kept_at) for row in connection.execute(_listed, {"of": kind.value})]
