"""Sessions in which something stands that nobody has answered, and whose end nobody may have heard.

of one of a channel's lines     looked for when a line is back, and among all that stands: there is no index that
                                every turn would have to keep
of one who dials                a telephone has one session of USSD at a place. Whatever stands of another when he
                                dials is over, though nobody told: its node was killed, started anew, or is another
                                one. So it ends here, before the new one begins and asks whether to go on
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from dialogs.words import DIALLED_AGAIN, Dialog, Inbound, SessionClosed, UssdInput
from orders.ledger.tables import dialogs


@dataclass(frozen=True, slots=True)
class StandingSession:
    subscriber: str
    service: str
    session: str


def standing(connection: Connection, channel: str, line: str = "") -> list[StandingSession]:
    """line: what the names of its sessions begin with."""
    begins = f"{channel}:"
    of_channel = func.substr(dialogs.c.thread, 1, len(begins)) == begins
    query = select(dialogs.c.subscriber, dialogs.c.thread).where(of_channel, dialogs.c.place.is_not(None))
    found = []
    for subscriber, thread in connection.execute(query):
        service, _, session = thread.removeprefix(begins).partition("/")
        if session and session.startswith(line):
            found.append(StandingSession(subscriber, service, session))
    return found


def unheard_ends(
    told: Iterable[tuple[int, Inbound]], stored: Mapping[tuple[str, str], Dialog]
) -> Iterator[tuple[int, Inbound]]:
    """What is told, and before each dial the end of whatever stands of him at the same place."""
    sessions: dict[str, list[str]] | None = None
    for place, inbound in told:
        if isinstance(inbound.kind, UssdInput) and inbound.kind.opening:
            sessions = _by_subscriber(stored) if sessions is None else sessions
            for thread in sessions.get(inbound.subscriber, ()):
                service, _, session = thread.partition(":")[2].partition("/")
                if thread != inbound.thread and _place(session) == _place(inbound.session):
                    yield place, replace(inbound, service=service, session=session, kind=SessionClosed(DIALLED_AGAIN))
        yield place, inbound


def _by_subscriber(stored: Mapping[tuple[str, str], Dialog]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for (subscriber, thread), dialog in stored.items():
        if dialog.place is not None and thread.startswith("ussd:") and "/" in thread:
            found.setdefault(subscriber, []).append(thread)
    return found


def _place(session: str) -> str:
    """The gateway or account that it is at; what stands behind is the peer's own name for it, and a number."""
    return session.partition("/")[0]
