"""One call, without a network: events of Asterisk and words of the ledger in; commands, and what the caller did, out.

    Asterisk               Call                         ledger
    StasisStart ─────────► answer; Tell(CallBegan) ───► a turn
                           play ◄───────────────────── say(…)
    ChannelDtmfReceived ─► collector
                           stop; Tell(Digits) ────────► a turn
    PlaybackFinished ────► the wait for keys begins, or the call is hung up if that was all
    StasisEnd ───────────► Tell(SessionClosed)

Nothing is played that the ledger has not committed. While a turn is taken nothing is played and no key is lost: the
collector keeps it. What is said when nothing was asked (one moment, please; an answer) is heard before the next, also
by whoever typed ahead; but a key that is pressed while it is played stops it, if a question waits behind it that a key
may stop. A question that is overtaken by something new is broken off.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from channels.ivr import ari
from channels.ivr.ari import Command
from channels.ivr.collector import Collected, Collector, Question, State, StopPlaying
from channels.ivr.collector import Event as Heard
from dialogs.words import CallBegan, Digits, Kind, SessionClosed

MOST_WAITING: Final = 10
PLAYBACKS: Final = 8


@dataclass(frozen=True, slots=True)
class Do:
    command: Command


@dataclass(frozen=True, slots=True)
class Tell:
    """The ledger is to be told; to a question, its answer comes back as something to say."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Confide:
    """What was pressed is nobody's business; the ledger is told that something was."""

    keys: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing more will come of this call."""


Step = Do | Tell | Confide | Over
IN_THE_OPEN: Final = ("", "0", "*")  # where a secret is asked for: silence, and keys that mean the same everywhere


@dataclass(frozen=True, slots=True)
class Speech:
    """To be played, then: asked (`question`), hung up (`ends`), or neither."""

    media: tuple[str, ...]
    question: Question | None = None
    ends: bool = False


def playbacks(channel: str) -> tuple[str, ...]:
    """The names of all that may be playing in a call."""
    return tuple(f"{channel}.{number}" for number in range(PLAYBACKS))


@dataclass(slots=True)
class Call:
    """Asterisk plays what it is given one after the other, and will not say what it is playing. So playbacks have few
    names, which come round again, and a node that finds a call of an earlier life can stop whatever plays there.
    """

    channel: str
    over: bool = False
    _collector: Collector = field(default_factory=Collector)
    _playing: str = ""
    _speech: Speech | None = None
    _waiting: deque[Speech] = field(default_factory=deque)
    _numbers: "count[int]" = field(default_factory=count)

    @property
    def music(self) -> str:
        """What is heard while he waits for an agent."""
        return f"{self.channel}.music"

    # ── the line ──

    def began(self, dialled: str = "") -> list[Step]:
        return [Do(ari.answer(self.channel)), Tell(CallBegan(dialled))]

    def adopted(self) -> list[Step]:
        """It outlived its node: whatever was asked is asked again."""
        return [*self.silenced(), Tell(Digits("", terminated=True))]

    def silenced(self) -> list[Step]:
        """Whatever an earlier life was playing."""
        stops: list[Step] = [Do(ari.stop(playback)) for playback in playbacks(self.channel)]
        return [*stops, Do(ari.stop(self.music)), Do(ari.no_music(self.channel))]

    def pressed(self, key: str, now: float) -> list[Step]:
        return self._heard(self._collector.key(key, now)) + self._cut_short(now)

    def played(self, playback: str, now: float) -> list[Step]:
        """Of a playback that was stopped for another one, nobody wants to know."""
        if playback != self._playing:
            return []
        self._playing = ""
        if self._speech is not None and self._speech.ends:
            return [Do(ari.hang_up(self.channel))]
        steps = self._heard(self._collector.played(now))
        return steps + self._next(now)

    def left(self, reason: str = "") -> list[Step]:
        if self.over:
            return []
        self.over = True
        return [Tell(SessionClosed(reason)), Over()]

    def again(self, now: float) -> list[Step]:
        """What happened while Asterisk could not be heard is not known: the last thing said is said again."""
        if self._speech is None:
            return []
        speech, self._speech = self._speech, None
        self._collector.cancel()
        self._waiting.appendleft(speech)
        return self._stopped() + self._next(now)

    # ── the ledger ──

    def say(self, speech: Speech, now: float) -> list[Step]:
        if self.over or len(self._waiting) >= MOST_WAITING:
            return []
        self._waiting.append(speech)
        if self._collector.state is not State.IDLE:
            self._collector.cancel()
            return self._stopped() + self._next(now)
        return [] if self._playing else self._next(now)

    def hush(self) -> list[Step]:
        """Nothing is said or asked any more, until something is said again."""
        self._waiting.clear()
        self._collector.cancel()
        self._speech = None
        return self._stopped()

    @property
    def quiet(self) -> bool:
        return not (self._playing or self._waiting) and self._collector.state is State.IDLE

    # ── the clock ──

    @property
    def deadline(self) -> float | None:
        return self._collector.deadline

    def tick(self, now: float) -> list[Step]:
        return self._heard(self._collector.tick(now))

    # ── within ──

    def _next(self, now: float) -> list[Step]:
        if self._playing or not self._waiting or self._collector.state is not State.IDLE:
            return []
        speech = self._speech = self._waiting.popleft()
        if speech.question is not None:
            answered = self._collector.ask(speech.question, now)
            if any(isinstance(event, Collected) for event in answered):
                return self._heard(answered)  # he knew what would be asked
            if answered:
                return []  # he has begun to answer: it need not be played
        if not speech.media:
            return self._played_nothing(now)
        self._playing = playbacks(self.channel)[next(self._numbers) % PLAYBACKS]
        return [Do(ari.play(self.channel, self._playing, speech.media))]

    def _cut_short(self, now: float) -> list[Step]:
        """He has heard enough of what is said before the next question."""
        if not (self._playing and self._waiting and self._collector.keeps) or self._collector.state is not State.IDLE:
            return []
        question = self._waiting[0].question
        return self._stopped() + self._next(now) if question is not None and question.barge_in else []

    def _played_nothing(self, now: float) -> list[Step]:
        assert self._speech is not None
        if self._speech.ends:
            return [Do(ari.hang_up(self.channel))]
        return self._heard(self._collector.played(now)) + self._next(now)

    def _heard(self, events: Sequence[Heard]) -> list[Step]:
        steps: list[Step] = []
        for event in events:
            match event:
                case StopPlaying():
                    steps += self._stopped()
                case Collected(keys, terminated, secret):
                    hidden = secret and keys not in IN_THE_OPEN
                    steps.append(Confide(keys) if hidden else Tell(Digits(keys, terminated)))
        return steps

    def _stopped(self) -> list[Step]:
        if not self._playing:
            return []
        playback, self._playing = self._playing, ""
        return [Do(ari.stop(playback))]
