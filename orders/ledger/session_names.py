"""What a session is called here that its peer goes on with after this node has forgotten it, and what was said last."""

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from orders.ledger.rows import outbound_of
from orders.ledger.tables import inbound, outbound
from orders.outbound import Outbound

_last = (
    select(outbound)
    .where(
        outbound.c.subscriber == bindparam("of"),
        outbound.c.channel == "ussd",
        outbound.c.session > bindparam("low"),
        outbound.c.session < bindparam("high"),
        outbound.c.created_at > bindparam("since"),
    )
    .order_by(outbound.c.id.desc())
    .limit(1)
)

_last_input = select(func.max(inbound.c.id)).where(
    inbound.c.subscriber == bindparam("of"), inbound.c.thread == bindparam("in_thread"), inbound.c.kind == "ussd"
)

_said_at = select(func.max(outbound.c.created_at)).where(
    outbound.c.subscriber == bindparam("of"), outbound.c.channel == "ussd", outbound.c.session == bindparam("session")
)

RECENT = 900.0  # seconds: no session is kept up for longer


def last_called(connection: Connection, subscriber: str, prefix: str, now: float) -> tuple[str, str] | None:
    """The service and the name of his last session whose name begins so, if anything was said in it lately."""
    row = _row(connection, subscriber, prefix, now)
    return (row.service, row.session) if row is not None else None


def last_said(connection: Connection, subscriber: str, prefix: str, now: float) -> tuple[Outbound, bool] | None:
    """The last reply in that session, and whether anything has been put in since."""
    row = _row(connection, subscriber, prefix, now)
    if row is None:
        return None
    names = {"of": subscriber, "in_thread": f"ussd:{row.service}/{row.session}"}
    heard = connection.execute(_last_input, names).scalar_one_or_none() or 0
    return outbound_of(row, now), row.id > heard


def said_at(connection: Connection, subscriber: str, session: str) -> float:
    """When something was last said in it; 0 if nothing was."""
    return connection.execute(_said_at, {"of": subscriber, "session": session}).scalar_one_or_none() or 0.0


def _row(connection: Connection, subscriber: str, prefix: str, now: float) -> Any:
    names = {"of": subscriber, "low": prefix, "high": f"{prefix}\uffff", "since": now - RECENT}
    return connection.execute(_last, names).first()
