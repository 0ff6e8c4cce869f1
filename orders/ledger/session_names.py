"""What a session is called here that its peer goes on with after this node has forgotten it."""

from sqlalchemy import Connection, bindparam, select

from orders.ledger.tables import outbound

_last = (
    select(outbound.c.service, outbound.c.session)
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

RECENT = 900.0  # seconds: no session is kept up for longer


def last_called(connection: Connection, subscriber: str, prefix: str, now: float) -> tuple[str, str] | None:
    """The service and the name of his last session whose name begins so, if anything was said in it lately."""
    names = {"of": subscriber, "low": prefix, "high": f"{prefix}\uffff", "since": now - RECENT}
    row = connection.execute(_last, names).first()
    return (row.service, row.session) if row is not None else None
