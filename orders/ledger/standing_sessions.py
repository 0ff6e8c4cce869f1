"""Sessions in which something stands that nobody has answered, of one of a channel's lines.

Looked for when a line is back, and among all that stands: there is no index that every turn would have to keep.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from orders.ledger.tables import dialogs


@dataclass(frozen=True, slots=True)
class StandingSession:
    subscriber: str
    service: str
    session: str


def standing(connection: Connection, channel: str, line: str) -> list[StandingSession]:
    """line: what the names of its sessions begin with."""
    begins = f"{channel}:"
    of_channel = func.substr(dialogs.c.thread, 1, len(begins)) == begins
    query = select(dialogs.c.subscriber, dialogs.c.thread).where(of_channel, dialogs.c.place.is_not(None))
    found = []
    for subscriber, thread in connection.execute(query):
        service, _, session = thread.removeprefix(begins).partition("/")
        if session.startswith(line):
            found.append(StandingSession(subscriber, service, session))
    return found
