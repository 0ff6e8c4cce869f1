"""Who is in a session now, and which of them are to be looked at when.

A subscriber has one session at a place. One that gave way to a dial is known by its id for as long as a reply to it may
still be the answer. Alarms are never taken out: one that has been overtaken is passed by when it is due.
"""

from collections import OrderedDict
from collections.abc import Iterator
from heapq import heappop, heappush

from channels.ussd.session import Session

KNOWN_MARKS, MOST_PAST = 4, 20_000  # of a subscriber's sessions that are over; of subscribers


class Register:
    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], Session] = {}
        self._by_id: dict[str, Session] = {}
        self._pushed: dict[str, list[Session]] = {}
        self._past: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()
        self._alarms: list[tuple[float, int, Session]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Session]:
        return iter(self._by_key.values())

    # ── who is there ──

    def at(self, place: str, subscriber: str) -> Session | None:
        return self._by_key.get((place, subscriber))

    def by_id(self, id: str) -> Session | None:
        return self._by_id.get(id)

    def pushed_to(self, subscriber: str) -> list[Session]:
        """Those that we began; for them the ledger has no name."""
        return self._pushed.get(subscriber, [])

    def past(self, place: str, subscriber: str) -> tuple[str, ...]:
        """The marks of his last sessions there."""
        return self._past.get((place, subscriber), ())

    # ── coming and going ──

    def keep(self, session: Session) -> None:
        former = self._by_key.get(session.key)
        told = former is session or former is session.before  # a reply to it may still be the answer
        if former is not None and not told and self._by_id.get(former.id) is former:
            del self._by_id[former.id]
        self._by_key[session.key] = session
        if not session.pushed:
            self._by_id[session.id] = session

    def keep_pushed(self, session: Session) -> None:
        self.keep(session)
        self._pushed.setdefault(session.subscriber, []).append(session)

    def end(self, session: Session) -> None:
        if not session.over:
            self._past[session.key] = (*self._past.pop(session.key, ())[1 - KNOWN_MARKS :], session.name.mark)
            if len(self._past) > MOST_PAST:
                self._past.popitem(last=False)
        session.over = True
        self.forget(session)

    def forget(self, session: Session) -> None:
        if self._by_key.get(session.key) is session:
            del self._by_key[session.key]
        if self._by_id.get(session.id) is session:
            del self._by_id[session.id]
        if session.pushed:
            self._pushed.pop(session.subscriber, None)

    # ── when ──

    def alarm(self, session: Session, due: float) -> None:
        session.due = due
        self._count += 1
        heappush(self._alarms, (due, self._count, session))

    def next_deadline(self) -> float | None:
        while self._alarms and self._stale(*self._alarms[0]):
            heappop(self._alarms)
        return self._alarms[0][0] if self._alarms else None

    def take_due(self, now: float) -> Session | None:
        """The next one whose time has come."""
        due = self.next_deadline()
        return heappop(self._alarms)[2] if due is not None and due <= now else None

    @staticmethod
    def _stale(due: float, number: int, session: Session) -> bool:
        return session.over or due != session.due
