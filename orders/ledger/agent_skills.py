"""Which languages an agent speaks and what he knows: what he may take (`orders/desk_lanes.py`)."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select, update

from orders.desk_lanes import Hand
from orders.ledger.agents import must_exist
from orders.ledger.tables import agents


def teach(connection: Connection, name: str, languages: Iterable[str] | None, skills: Iterable[str] | None) -> None:
    """None leaves it as it is; nothing in it is "whatever comes". Raises NoSuchAgent."""
    must_exist(connection, name)
    told = {"languages": languages, "skills": skills}
    values = {column: " ".join(sorted(set(words))) or None for column, words in told.items() if words is not None}
    if values:
        connection.execute(update(agents).where(agents.c.name == name).values(**values))


def known(connection: Connection) -> Mapping[str, Hand]:
    rows = connection.execute(select(agents.c.name, agents.c.languages, agents.c.skills).order_by(agents.c.name))
    return {row.name: Hand(row.name, _words(row.languages), _words(row.skills)) for row in rows}


def _words(text: str | None) -> frozenset[str]:
    return frozenset((text or "").split())
