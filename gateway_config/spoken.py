"""Which languages are spoken here: those that came with this release, and those of the edition that is published."""

from sqlalchemy import Connection

from dialogs.manner import SAID, languages
from orders.ledger import publishing


def spoken(connection: Connection) -> tuple[str, ...]:
    files = publishing.content(connection, publishing.stands(connection).live) or {}
    published = {name.split("/")[1] for name in files if name.startswith("phrases/") and name.endswith(f"/{SAID}")}
    return tuple(sorted(published.union(languages())))
