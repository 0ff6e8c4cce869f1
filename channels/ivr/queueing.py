"""One caller who waits for an agent, without a network: what he hears meanwhile, and how he is put through.

    WAITING    music; now and then how many are before him, and after a while whether he would be rung back
    RINGING    music; the telephone of an agent is rung, from the Asterisk that has the caller
    TALKING    both are in one room
    OVER       nothing more will come of it

    state    | offered   picks up  agent is gone  passed back  caller is gone  key 1            key *       time is up
    ---------+--------------------------------------------------------------------------------------------------------
    WAITING  | RINGING   -         -              -            OVER            OVER, rung back  OVER, menu  -
    RINGING  | missed    TALKING   WAITING        WAITING      OVER            OVER, rung back  OVER, menu  WAITING
    TALKING  | missed    -         OVER           WAITING      OVER            -                -           -

He is passed back when his agent is signed out, by a supervisor or by himself: he is told that he is put through anew,
and is the first in the queue.

What is said to him is named here and spoken by whoever has his call; `quiet` is told when it has been said, and the
music begins again. Keys count only after they were asked for, and `1` is told to the ledger before it is said that he
will be rung.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from channels.ivr import ari
from channels.ivr.ari import Command
from dialogs.words import NOTHING, Value, Values
from orders.waiting import Ending, Wish

ANNOUNCED_EVERY: Final = 45.0
ALONE_ASKS: Final = 3  # questions without an answer, with nobody at the desk, until he is rung back all the same


class State(Enum):
    WAITING = auto()
    RINGING = auto()
    TALKING = auto()
    OVER = auto()


@dataclass(frozen=True, slots=True)
class Rules:
    """Seconds. agent_rings: how long an agent's telephone rings; offer_after: until a callback is offered, and from one
    offer to the next; longest: until he is rung back without being asked."""

    agent_rings: float = 20.0
    offer_after: float = 60.0
    longest: float = 900.0


@dataclass(frozen=True, slots=True)
class Say:
    """A phrase is to be spoken, in place of the music. asks: one key is waited for; ends: and then the call is over."""

    phrase: str
    values: Values = NOTHING
    asks: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Music:
    """And nothing is spoken either, when it is off."""

    on: bool


class News(Enum):
    """What the ledger is to be told."""

    MISSED = auto()
    DECLINED = auto()
    TALKING = auto()
    PASSED_BACK = auto()


@dataclass(frozen=True, slots=True)
class Ended:
    """The last that is heard of it. back: the question that stood is to be asked again."""

    ending: Ending
    back: bool = False


Step = Command | Say | Music | News | Ended

OFFER: Final[Mapping[bool, str]] = {True: "queue.offer", False: "queue.nobody"}  # by whether anybody is at the desk


@dataclass(slots=True)
class Queued:
    """channel: the caller's; name: how the channels and the room of it are called; shown: what the agent's telephone
    shows; known: whether there is a number to ring him back at; longest: seconds for which they may talk.
    record: the name of the recording, and notice: what both hear before it begins; without it there is none."""

    channel: str
    name: str
    application: str
    shown: str = ""
    known: bool = True
    rules: Rules = field(default_factory=Rules)
    longest: float = 7_200.0
    record: str = ""
    notice: tuple[str, ...] = ()
    state: State = State.WAITING
    deadline: float | None = None  # of an agent's telephone
    since: float = 0.0
    staffed: bool = True
    _speaking: bool = True  # "one moment, please" is being said when it begins
    _asking: bool = False
    _asked: int = 0
    _told: int | None = None
    _told_at: float = 0.0
    _offered_at: float = 0.0

    @property
    def agent_channel(self) -> str:
        return f"{self.name}-agent"

    @property
    def room(self) -> str:
        return f"{self.name}-room"

    @property
    def told(self) -> str:
        return f"{self.name}-notice"

    def begin(self, now: float) -> list[Step]:
        self.since = self._told_at = self._offered_at = now
        return []

    def again(self, since: float, now: float, talking: bool) -> list[Step]:
        """In the life of another Hall: he has waited since then, or talks with somebody, and it is not known whether
        both had come into their room. Whoever was rung for him just then is not any more; he is told that he is put
        through, as before."""
        self.since, self._told_at, self._offered_at = since, now, now
        if talking:
            self.state, self._speaking = State.TALKING, False
            return [*self._both_in_room()]
        return [ari.hang_up(self.agent_channel), Say("queue.begins")]

    # ── his call ──

    def quiet(self) -> list[Step]:
        """What was said has been heard."""
        if not self._speaking:
            return []
        self._speaking = False
        return [Music(on=True)] if self.state in (State.WAITING, State.RINGING) else []

    def answered(self, key: str, now: float) -> list[Step]:
        """A key, or none, to the question whether he would be rung back."""
        if not self._asking:
            return []
        self._asking = False
        if self.state not in (State.WAITING, State.RINGING):
            return []
        if key == "1":
            return self._rung_back()
        if key == "*":
            return [*self._leg_gone(), *self._over(Ended(Ending.BACK, back=True))]
        if not key and not self.staffed and self._asked >= ALONE_ASKS:
            return self._rung_back()
        return []

    def left(self, ending: Ending = Ending.LEFT) -> list[Step]:
        """The caller is gone."""
        if self.state is State.OVER:
            return []
        leg = self._leg_gone()
        ending = Ending.TALKED if self.state is State.TALKING else ending
        self.state, self.deadline = State.OVER, None
        return [*leg, Ended(ending)]

    # ── the queue ──

    def stands(self, ahead: int, staffed: bool, now: float) -> list[Step]:
        """How many are before him, as often as it is looked at."""
        self.staffed = staffed
        if self.state is not State.WAITING or self._speaking:
            return []
        if now - self.since >= self.rules.longest or not (staffed or self.known):
            return self._rung_back()
        if not staffed and not self._asked:
            return self._offer(now)
        if self.known and now - self._offered_at >= self.rules.offer_after:
            return self._offer(now)
        if self._told is None or (ahead != self._told and now - self._told_at >= ANNOUNCED_EVERY / 3):
            return self._announce(ahead, now)
        return self._announce(ahead, now) if now - self._told_at >= ANNOUNCED_EVERY else []

    def offered(self, phone: str, now: float) -> list[Step]:
        """An agent is ready: his telephone is rung."""
        if self.state is not State.WAITING:
            return [News.MISSED]
        self.state, self.deadline = State.RINGING, now + self.rules.agent_rings
        within = self.rules.agent_rings
        told = phone, self.agent_channel, self.application, "agent", self.shown, within, self.longest
        return [ari.ring_up(*told)]

    def wished(self, wish: Wish, now: float) -> list[Step]:
        """By the agent at the desk, or by whoever took him away from there."""
        if self.state is State.RINGING:
            self.state, self.deadline = State.WAITING, None
            return [ari.hang_up(self.agent_channel), News.DECLINED]
        if self.state is State.TALKING and wish is Wish.HANG_UP:
            return [ari.hang_up(self.agent_channel), *self._talked()]
        if self.state is State.TALKING and wish is Wish.PASS_BACK:
            return self._passed_back(now)
        return []

    # ── the agent's telephone ──

    def agent_answered(self) -> list[Step]:
        if self.state is not State.RINGING:
            return [ari.hang_up(self.agent_channel)]
        self.state, self.deadline, self._asking, self._speaking = State.TALKING, None, False, False
        room = self._both_in_room()
        notice = [ari.play_in(self.room, self.told, *self.notice)] if self.record and self.notice else []
        return [Music(on=False), *room, *notice, News.TALKING]

    def played(self, playback: str, failed: bool) -> list[Step]:
        """Both have heard that it is recorded, which begins now; with another agent before, it goes on."""
        if playback != self.told or failed or self.state is not State.TALKING:
            return []
        return [ari.record(self.room, self.record, goes_on=True)]

    def agent_gone(self) -> list[Step]:
        if self.state is State.RINGING:
            self.state, self.deadline = State.WAITING, None
            return [News.MISSED]
        return self._talked() if self.state is State.TALKING else []

    def tick(self, now: float) -> list[Step]:
        if self.deadline is None or now < self.deadline:
            return []
        return [ari.hang_up(self.agent_channel), *self.agent_gone()]

    # ── within ──

    def _both_in_room(self) -> list[Command]:
        return [ari.make_room(self.room), ari.enter(self.room, self.channel), ari.enter(self.room, self.agent_channel)]

    def _announce(self, ahead: int, now: float) -> list[Step]:
        self._told, self._told_at, self._speaking = ahead, now, True
        values: dict[str, Value] = {"ahead": ahead}
        said = Say("queue.ahead", values) if ahead else Say("queue.next")
        return [Music(on=False), said]

    def _offer(self, now: float) -> list[Step]:
        self._offered_at, self._asking, self._speaking = now, True, True
        self._asked += 1
        return [Music(on=False), Say(OFFER[self.staffed], asks=True)]

    def _rung_back(self) -> list[Step]:
        """Said only when it is so: see Ended. Who is not known cannot be."""
        ending = Ending.CALLBACK if self.known else Ending.LEFT
        return [*self._leg_gone(), *self._over(Ended(ending))]

    def _talked(self) -> list[Step]:
        return [ari.close_room(self.room), *self._over(Ended(Ending.TALKED))]

    def _passed_back(self, now: float) -> list[Step]:
        """His patience begins anew; his place in the queue does not."""
        leg = self._leg_gone()
        self.state, self._told, self._asked, self._speaking = State.WAITING, None, 0, True
        self.since = self._told_at = self._offered_at = now
        return [*leg, News.PASSED_BACK, Say("queue.begins")]

    def _leg_gone(self) -> list[Step]:
        if self.state is State.RINGING:
            return [ari.hang_up(self.agent_channel)]
        if self.state is State.TALKING:
            return [ari.hang_up(self.agent_channel), ari.close_room(self.room)]
        return []

    def _over(self, ended: Ended) -> list[Step]:
        """Nobody comes any more, and he is still on the line."""
        self.state, self.deadline = State.OVER, None
        return [Music(on=False), ended]
