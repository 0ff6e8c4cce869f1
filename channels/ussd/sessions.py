"""USSD sessions as values: what is heard and the time go in, what is to be done comes out. No socket, no clock.

    dialled ──► OWING ──replied──► LISTENING ──typed──► OWING …
                  │                    │
                  │ replied, the last  │ silence, abort, another dial
                  ▼                    ▼
                 over ◄──────────────  over
                  ▲
                  └── the budget is spent: a polite last word, and what was asked for goes by text

Rules that hold whatever a gateway does:

- Each input is owed one answer, and gets one: the reply of the dialog, another page of it, or, when that takes too
  long, the polite last word. What is said when nothing is owed is *late*: it is not sent into the session.
- A subscriber has one session at a place (a gateway, an account). A new dial ends the one before, whose reply is late.
- A page is turned here and now; the dialog, which asked one question, is not told.
- What is typed into a session that nobody knows (this node was started anew, another one had it) takes it up, by the
  name that the ledger has for it: the dialog stands in the database, and whoever types is waiting.
- A dial that turns out to be a repeat (the ledger knew it) gives way to the session that it had opened.
- A reply is the answer to the input that waits, or it is late. What this node had said before it was killed is said to
  nobody but who puts the same in again: anybody else would take an old question for a new one, and agree to it.

A session's id is what the ledger knows it by: place, the peer's own mark, and the number of the inbound that opened it,
because marks are used again within minutes.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from channels.ussd.layout import Layout
from channels.ussd.paging import turned
from channels.ussd.register import Register
from channels.ussd.session import Answer, Close, Event, Hear, Late, Manner, Name, Session
from dialogs.words import DIALLED_AGAIN, UssdInput
from orders.outbound import Outbound

MOST_LANGUAGES: Final = 20_000
REMEMBERED: Final = 180.0  # seconds for which it is known that an answer was promised by text


class Sessions:
    def __init__(self) -> None:
        self._here = Register()
        self._promised: dict[str, float] = {}
        self._languages: OrderedDict[str, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._here)

    @property
    def owing(self) -> int:
        return sum(session.owed for session in self._here)

    def present(self, place: str, mark: str, subscriber: str) -> Session | None:
        session = self._here.at(place, subscriber)
        return session if session is not None and session.name.mark == mark else None

    def holds(self, id: str) -> bool:
        """By what the ledger calls it."""
        return self._here.by_id(id) is not None

    # ── what the subscriber does ──

    def dialled(
        self, name: Name, subscriber: str, service: str, text: str, manner: Manner, peer: object, now: float
    ) -> list[Event]:
        session = Session(name, subscriber, service, manner, peer)
        before = self._here.at(name.place, subscriber)
        closed: list[Event] = []
        if before is not None and self._may_repeat(name, before, subscriber):
            session.before, session.answered_before = before, before.answered
        elif before is not None:
            self._here.end(before)
            closed.append(Close(before, DIALLED_AGAIN))
        self._here.keep(session)
        return [*closed, self._heard(session, UssdInput(text, opening=True), now)]

    def _may_repeat(self, name: Name, before: Session, subscriber: str) -> bool:
        if before.name.mark == name.mark:
            return bool(name.mark) or before.doubtful
        return name.mark in self._here.past(name.place, subscriber)

    def typed(
        self, name: Name, subscriber: str, service: str, text: str, manner: Manner, peer: object, now: float
    ) -> list[Event]:
        """`name` is what the session is called if it is not known here."""
        session = self.present(name.place, name.mark, subscriber)
        before = session.before if session is not None else None
        if session and before and before.answered > session.answered_before and not before.over:
            self._instead(session)  # it was answered, and goes on: the dial was its repeat
            session = before
        if session is None:
            session = Session(name, subscriber, service, manner, peer)
            if self._here.at(name.place, subscriber):  # he has dialled since: whatever types here is not he
                session.over = True
                return [Answer(session, self.too_slow(manner, subscriber), True, slow=True)]
            self._here.keep(session)
        session.peer, session.before = peer, None
        if not session.owed and session.shown and (page := turned(session.shown, text)):
            session.shown = page
            return [self._say(session, None, now)]
        return [self._heard(session, UssdInput(text), now)]

    def left(self, place: str, mark: str, subscriber: str, reason: str) -> list[Event]:
        """The other side has ended it. Of a session that is not the present one that is no news."""
        session = self.present(place, mark, subscriber)
        if session is None:
            return []
        self._here.end(session)
        return [Close(session, reason)]

    def _heard(self, session: Session, kind: UssdInput, now: float) -> Event:
        session.owed += 1
        session.shown = None
        if not kind.opening:
            session.answered_before = session.answered
        if session.owed == 1:
            session.owed_since, session.answer_by = now, now + session.manner.budget
            self._here.alarm(session, session.answer_by)
        return Hear(session, kind)

    # ── what we begin with ──

    def pushed_to(self, subscriber: str) -> Session | None:
        """His session of our making that is owed something; for that the ledger has no name."""
        return next((each for each in self._here.pushed_to(subscriber) if each.owed and not each.over), None)

    def pushed(
        self, name: Name, message: Outbound, layout: Layout, manner: Manner, peer: object, now: float
    ) -> list[Event]:
        """A session that he did not dial. None when he is in one: his phone would say that it is busy."""
        if self._here.at(name.place, message.subscriber):
            return [Late(message)]
        session = Session(name, message.subscriber, message.service, manner, peer, pushed=True)
        self._here.keep_pushed(session)
        session.shown, session.final = replace(layout, keyed=not message.ends).pages(manner.room.fits), message.ends
        return [self._say(session, message, now)]

    # ── what the ledger says of an input ──

    def taken(self, session: Session) -> list[Event]:
        """It was news: what stood there before is over."""
        before, session.before = session.before, None
        if before is None or before.over:
            return []
        self._here.end(before)
        return [Close(before, DIALLED_AGAIN)]

    def refused(self, session: Session, now: float) -> None:
        """It was not stored: the peer will offer it again, or will not."""
        if session.before is not None or not session.answered:
            self._instead(session)
        else:
            self._unowed(session, now)

    def repeated(self, session: Session, now: float) -> list[Event]:
        """The ledger knew it. Its answer is on its way; or it was given, and is said again.

        The peer may have had it, and refuses it now, which does no harm. But two inputs with the same words cannot be
        told from one that comes again after a lost connection: whoever meant it twice is asked twice, and nothing is
        agreed that he has not seen.
        """
        target = session.before
        if session.over:
            return []
        if target is not None and target.name.mark != session.name.mark:
            self._instead(session)  # of one that is over; the present one goes on
            return []
        if target is not None and (not target.over or target.answered > session.answered_before):
            target.peer = session.peer
            self._instead(session)
        elif not session.answered and session.owed == 1:
            session.before, session.former = None, True
            return []
        else:
            target = session
            self._unowed(session, now)
        if target.owed or not target.said or target.answered > session.answered_before:
            return []
        target.retried = True
        if target.over_after:
            self._here.end(target)
        return [Answer(target, target.said, target.over_after)]

    def _unowed(self, session: Session, now: float) -> None:
        session.owed = max(0, session.owed - 1)
        if not session.owed and not session.over:
            self._here.alarm(session, now + session.manner.silence)

    def _instead(self, session: Session) -> None:
        """The session before is the present one again."""
        before, session.before = session.before, None
        self._here.end(session)
        if before is not None and not before.over:
            self._here.keep(before)

    # ── what the dialog says ──

    def replied(
        self, id: str, subscriber: str, layout: Layout, ends: bool, token: object, said_at: float, now: float
    ) -> list[Event]:
        """`said_at`: when the dialog said it. What it said before the input that waits is the answer to another."""
        self._learn(subscriber, layout.language)
        session = self._here.by_id(id) if id else self.pushed_to(subscriber)
        if session is None:
            return [Late(token, self._promised.get(id, 0.0) > now)]
        if not session.owed or said_at < session.owed_since:
            return [Late(token)]
        layout = replace(layout, keyed=False) if ends else layout
        session.shown, session.final = layout.pages(session.manner.room.fits), ends
        session.owed -= 1
        return [self._say(session, token, now)]

    def _say(self, session: Session, token: object, now: float) -> Answer:
        """The page that is to be seen; the last one of a dialog that is over ends the session."""
        assert session.shown is not None
        ends = session.final and session.shown.at == len(session.shown.pages) - 1 and not session.owed
        session.said, session.over_after, session.unsure = session.shown.screen, ends, True
        session.answered += 1
        if ends:
            self._here.end(session)
        else:
            waits = session.manner.budget if session.owed else session.manner.silence
            self._here.alarm(session, now + waits)
        return Answer(session, session.said, ends, token)

    def renamed(self, session: Session, name: Name) -> None:
        """It is the session that the ledger knows by that name: it began in an earlier life."""
        self._here.forget(session)
        session.name = name
        if not session.over:
            self._here.keep(session)

    # ── what became of an answer ──

    def arrived(self, session: Session) -> None:
        """The peer has it."""
        session.unsure = session.retried = False

    def unsent(self, session: Session, now: float) -> None:
        """It surely did not arrive, and will be tried again: it is still owed."""
        if (present := self._here.at(*session.key)) is not None and present is not session:
            return
        session.over, session.owed, session.retried = False, session.owed + 1, session.unsure
        self._here.keep(session)
        self._here.alarm(session, max(now, session.answer_by))

    def lost(self, session: Session, now: float) -> None:
        """It may have arrived: it is not said again, unless the peer asks again."""
        if session.over and session.over_after and self._here.at(*session.key) is None:
            session.over = False
            self._here.keep(session)
            self._here.alarm(session, now + session.manner.budget)

    def rejected(self, session: Session, reason: str) -> list[Event]:
        """The peer does not know the session (any more)."""
        if session.over:
            return []
        self._here.end(session)
        return [Close(session, reason)]

    # ── time ──

    def next_deadline(self) -> float | None:
        return self._here.next_deadline()

    def tick(self, now: float) -> list[Event]:
        events: list[Event] = []
        while (session := self._here.take_due(now)) is not None:
            events += self._out_of_time(session, now)
        if len(self._promised) > 1_000:
            self._promised = {id: until for id, until in self._promised.items() if until > now}
        return events

    def given_up(self, session: Session, now: float) -> list[Event]:
        """Nothing will answer it any more: the polite last word."""
        return [] if session.over else list(self._out_of_time(session, now))

    def _out_of_time(self, session: Session, now: float) -> Iterator[Event]:
        owed = session.owed
        self._here.end(session)
        if not owed:
            if not session.over_after:
                yield Close(session, "silence")
            return
        self._promised[session.id] = now + REMEMBERED
        session.said, session.over_after = self.too_slow(session.manner, session.subscriber), True
        for _ in range(owed):
            yield Answer(session, session.said, True, slow=True)
        yield Close(session, "slow")

    # ── in which language ──

    def too_slow(self, manner: Manner, subscriber: str) -> str:
        """In the language of what was last said to him here; nobody else can be asked just then."""
        return manner.too_slow(self._languages.get(subscriber, ""))

    def _learn(self, subscriber: str, language: str) -> None:
        if not language:
            return
        self._languages[subscriber] = language
        self._languages.move_to_end(subscriber)
        if len(self._languages) > MOST_LANGUAGES:
            self._languages.popitem(last=False)
