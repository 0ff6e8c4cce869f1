"""One USSD session as a value, and what may come of what happens to it (sessions.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from channels.ussd.paging import Shown
from channels.ussd.screens import Room
from dialogs.words import UssdInput


@dataclass(frozen=True, slots=True)
class Manner:
    """How a place wants its sessions.

    budget: seconds within which an input is answered, whatever happens; silence: after which nobody is there any more.
    slow:   the last word when the budget is spent; slow_in: the same in other languages.
    """

    room: Room = field(default_factory=Room)
    budget: float = 8.0
    silence: float = 180.0
    slow: str = ""
    slow_in: Mapping[str, str] = field(default_factory=dict)

    def too_slow(self, language: str) -> str:
        return self.slow_in.get(language, self.slow)


@dataclass(frozen=True, slots=True)
class Name:
    """`mark` is the peer's own; empty where a subscriber has one session."""

    place: str
    mark: str
    serial: int

    def __str__(self) -> str:
        return f"{self.place}/{self.mark}/{self.serial}"

    @classmethod
    def read(cls, text: str) -> "Name | None":
        place, _, rest = text.partition("/")
        mark, _, serial = rest.rpartition("/")
        return cls(place, mark, int(serial)) if place and serial.isdecimal() else None


@dataclass(slots=True)
class Session:
    """
    owed:     inputs without an answer yet; owed_since: when the first of them came.
    peer:     what the channel needs to answer; it is not looked at here.
    due:      when the budget or the silence ends; answer_by: when the budget of what is owed does.
    shown:    the pages of the last reply; final: the dialog is over with it.
    said:     the last answer; over_after: it was the last word; unsure: it may have arrived or not; retried: it is said
              once more, over another connection.
    answered_before: how many answers there had been when the last input came.
    former:   it repeats one of an earlier life, and is to be told what that one was told.
    before:   the session that this one takes the place of, until it is known that it is no repeat.
    pushed:   we began it; its dialog is the one that stands at the service's threshold.
    """

    name: Name
    subscriber: str
    service: str
    manner: Manner
    peer: object = None
    owed: int = 0
    due: float = 0.0
    owed_since: float = 0.0
    answer_by: float = 0.0
    shown: Shown | None = None
    final: bool = False
    said: str = ""
    over_after: bool = False
    unsure: bool = False
    retried: bool = False
    answered: int = 0
    answered_before: int = 0
    former: bool = False
    before: "Session | None" = None
    pushed: bool = False
    over: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether what opens it may come again: nothing says that the peer read what we answered."""
        return self.owed > 0 or self.unsure

    @property
    def id(self) -> str:
        """What the ledger calls it."""
        return "" if self.pushed else str(self.name)

    @property
    def key(self) -> tuple[str, str]:
        return self.name.place, self.subscriber


# ── What comes out ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Hear:
    """The dialog is to be told; the peer is told that we have it when that is committed."""

    session: Session
    kind: UssdInput


@dataclass(frozen=True, slots=True)
class Close:
    """Nobody is there any more, and why."""

    session: Session
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`token`: of the reply that this is; None for another page, and for the polite last word."""

    session: Session
    text: str
    ends: bool
    token: object = None
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """There is no session for this reply. `promised`: the subscriber was told that he would read it as a text."""

    token: object
    promised: bool = False


Event: TypeAlias = Hear | Close | Answer | Late
