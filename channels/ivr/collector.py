"""Keys into answers: what a caller presses, while a question is played and after it, becomes what he said.

A key never waits for us and is never lost. What is pressed before its question was asked (callers who know the menu
type ahead) is kept, and taken as soon as the question is asked; the question is then not even played.

    IDLE      nothing is asked; keys are kept for the next question
    PLAYING   the question is being played
    WAITING   it was played to its end; the first key is waited for (`first` seconds)
    DIALLING  some keys are there; the next is waited for (`between` seconds, from each key anew)

    state     | asked         key that is not enough    key that is enough     played          time is up
    ----------+--------------------------------------------------------------------------------------------------
    IDLE      | PLAYING       kept                      kept                   -               -
    PLAYING   | PLAYING anew  DIALLING, stop playing    IDLE, stop, Collected  WAITING         -
    WAITING   | PLAYING       DIALLING                  IDLE, Collected        -               IDLE, Collected ""
    DIALLING  | PLAYING       DIALLING                  IDLE, Collected        -               IDLE, Collected

A question that must be heard (`barge_in` false) is played to its end; the keys pressed meanwhile count afterwards.

Enough is: a key of `at_once` as the first one; the terminator, which does not belong to the answer, also as the first
key, when the answer is empty but `terminated`; or as many keys as there may be. People press `#` behind the last of
those all the same: where the terminator was offered, one that is the next key, and comes soon, is dropped.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

KEPT: Final = 32  # keys of a caller who leans on his telephone


class State(Enum):
    IDLE = auto()
    PLAYING = auto()
    WAITING = auto()
    DIALLING = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """What is waited for.

    maximum:    keys at most; enough as soon as they are there.
    terminator: the key that ends an answer; empty: none does.
    at_once:    keys that are an answer by themselves, if they come first.
    secret:     nobody but who asks for them may know which keys they were.
    first, between: seconds for the first key, once the question was played, and from each key to the next.
    """

    maximum: int = 1
    terminator: str = ""
    at_once: str = ""
    first: float = 5.0
    between: float = 3.0
    barge_in: bool = True
    secret: bool = False


@dataclass(frozen=True, slots=True)
class StopPlaying:
    pass


@dataclass(frozen=True, slots=True)
class Collected:
    """An answer; empty and not `terminated` when the caller stayed silent."""

    keys: str = field(repr=False)
    terminated: bool = False
    secret: bool = False


Event = StopPlaying | Collected


@dataclass(slots=True)
class Collector:
    state: State = State.IDLE
    deadline: float | None = None
    _question: Question = field(default_factory=Question)
    _keys: str = ""
    _kept: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))
    _spare: str = ""
    _spare_until: float = 0.0

    @property
    def keeps(self) -> bool:
        """Whether there are keys that no question has taken yet."""
        return bool(self._kept)

    def ask(self, question: Question, now: float) -> list[Event]:
        """Whoever plays the question says `played` at its end. A Collected says that it need not be played."""
        self.state, self.deadline, self._question, self._keys = State.PLAYING, None, question, ""
        return self._take_kept(now) if question.barge_in else []

    def key(self, key: str, now: float) -> list[Event]:
        spare, self._spare = self._spare, ""
        if key == spare and now < self._spare_until:
            return []
        self._kept.append(key)
        if self.state is State.IDLE or (self.state is State.PLAYING and not self._question.barge_in):
            return []
        return self._take_kept(now)

    def played(self, now: float) -> list[Event]:
        """The question was heard to its end."""
        if self.state is not State.PLAYING:
            return []
        self.state, self.deadline = State.WAITING, now + self._question.first
        return self._take_kept(now)

    def tick(self, now: float) -> list[Event]:
        if self.deadline is None or now < self.deadline:
            return []
        return [self._answer(Collected(self._keys, secret=self._question.secret))]

    def cancel(self) -> None:
        """Nothing is asked any more. What was pressed is kept for the next question, but for the half of a secret."""
        if not self._question.secret:
            self._kept.extendleft(reversed(self._keys))
        self.state, self.deadline, self._keys = State.IDLE, None, ""

    def _take_kept(self, now: float) -> list[Event]:
        events: list[Event] = []
        while self._kept and self.state is not State.IDLE:
            if self.state is State.PLAYING:
                events.append(StopPlaying())
            collected = self._count(self._kept.popleft(), now)
            if collected is not None:
                events.append(self._answer(collected))
            else:
                self.state, self.deadline = State.DIALLING, now + self._question.between
        return events

    def _count(self, key: str, now: float) -> Collected | None:
        question = self._question
        if question.terminator and key == question.terminator:
            return Collected(self._keys, terminated=True, secret=question.secret)
        self._keys += key
        if len(self._keys) == 1 and key in question.at_once:
            return Collected(self._keys, secret=question.secret)
        if len(self._keys) >= question.maximum:
            self._spare, self._spare_until = question.terminator, now + question.between
            return Collected(self._keys, secret=question.secret)
        return None

    def _answer(self, collected: Collected) -> Collected:
        self.state, self.deadline, self._keys = State.IDLE, None, ""
        if self._spare and self._kept and self._kept[0] == self._spare:
            self._kept.popleft()
            self._spare = ""
        return collected
