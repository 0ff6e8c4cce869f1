"""What an agent is doing, as a table: what happens to him, and what he is doing then.

    signed out ──► ready ──► previewing ──► dialling ──► talking ──► wrap-up ──► ready
                     ▲  │        (a card is in hand)                 (for a time)
                     │  └──► paused, with a reason

Most of it follows by itself from what he does anyway: claim a card, dial, hang up, record. He says only when he pauses
and when he is ready again. A pause that is asked for while a card is in hand or somebody is on the line begins when
both are done with (`then`): no customer is dropped for it. A call that Asterisk makes has a `line`, and is over when
that is; where an agent dials by hand nobody sees the line, and the talk ends with the card.

After a talk, and after a decision about somebody who was reached, there is time to write things up (`ends`): so long as
the limit of that state says, longer if he asks, shorter if he says so or takes the next card. Nobody is put through to
him meanwhile. When it is over he is ready by himself; with a card still in hand, as soon as that is recorded.

How long one should be in a state is data (`Limits`). Being longer in another is shown and said, and ends nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum

AWAY = 45.0  # seconds without a sign of his browser: nobody is put through to him any more
GONE = 900.0  # and for so long: he is signed out


class State(StrEnum):
    SIGNED_OUT = "signed_out"
    READY = "ready"
    PREVIEWING = "previewing"
    DIALLING = "dialling"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


class Event(StrEnum):
    # said by the agent, or by a supervisor for him
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    PAUSE = "pause"
    BE_READY = "be_ready"
    LONGER = "longer"  # the wrap-up
    # of the card
    CLAIM = "claim"
    RECORDED = "recorded"  # of somebody who was reached
    DONE = "done"  # nobody was reached; or it was put back, or lost
    # of the call
    RING = "ring"
    ANSWER = "answer"
    OVER = "over"
    # of the clock
    TIME_UP = "time_up"


class Then(Enum):
    SAME = "stays as it is"
    FREE = "ready, or paused if that was asked for"
    CARD = "back to the card in hand; without one, free"
    WRAP = "wrap-up of the card in hand; without one, what is left of its time"
    LINE = "free, unless the line is still open"
    WRITE = "the line, if it is open; else what is left of the time to wrap up, and then free"
    EMPTY = "free, unless a card is in hand"


_OUT, _READY, _LOOK, _DIAL, _TALK, _WRAP, _PAUSE = State
_SAME, _FREE, _CARD, _WRAPS, _LINE, _WRITE, _EMPTY = Then

# fmt: off
TABLE: Mapping[State, tuple[State | Then, ...]] = {
    # in the order of Event:
    #        SIGN_IN SIGN_OUT PAUSE   BE_READY LONGER CLAIM  RECORDED DONE   RING   ANSWER OVER    TIME_UP
    _OUT:   (_READY, _SAME,   _SAME,  _SAME,   _SAME, _LOOK, _SAME,   _SAME, _SAME, _SAME, _SAME,  _SAME),
    _READY: (_SAME,  _OUT,    _PAUSE, _SAME,   _SAME, _LOOK, _SAME,   _SAME, _DIAL, _TALK, _SAME,  _SAME),
    _LOOK:  (_SAME,  _OUT,    _SAME,  _SAME,   _SAME, _SAME, _WRITE,  _FREE, _DIAL, _TALK, _SAME,  _SAME),
    _DIAL:  (_SAME,  _OUT,    _SAME,  _SAME,   _SAME, _SAME, _WRITE,  _LINE, _SAME, _TALK, _CARD,  _SAME),
    _TALK:  (_SAME,  _OUT,    _SAME,  _SAME,   _SAME, _SAME, _WRITE,  _LINE, _SAME, _SAME, _WRAPS, _SAME),
    _WRAP:  (_SAME,  _OUT,    _EMPTY, _EMPTY,  _SAME, _SAME, _WRITE,  _FREE, _DIAL, _TALK, _SAME,  _EMPTY),
    _PAUSE: (_SAME,  _OUT,    _PAUSE, _READY,  _SAME, _LOOK, _SAME,   _SAME, _DIAL, _TALK, _SAME,  _SAME),
}
# fmt: on
_COLUMN = {event: column for column, event in enumerate(Event)}
BUSY = frozenset({State.PREVIEWING, State.DIALLING, State.TALKING, State.WRAP_UP})


class NoSuchReason(Exception):
    """A pause needs one of the reasons that there are."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One agent, now. since: when this state began; reason: of a pause; task: the card in hand; line: the call that
    Asterisk makes for him; then: the reason of the pause that begins when he is free; ends: until when he has time to
    wrap up; by: who brought this state about; node: where that was told; seen_at: the last sign of life of his browser.
    """

    agent: str
    state: State = State.SIGNED_OUT
    since: float = 0.0
    reason: str = ""
    task: int | None = None
    line: int | None = None
    then: str = ""
    ends: float | None = None
    by: str = ""
    node: str = ""
    seen_at: float = 0.0

    def time_is_up(self, now: float) -> bool:
        """He is ready by himself: see Event.TIME_UP."""
        return self.ends is not None and self.task is None and self.ends <= now


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happens to an agent. Of `reason`, `task` and `line` those count that the event is about."""

    event: Event
    at: float
    by: str = ""
    node: str = ""
    reason: str = ""
    task: int | None = None
    line: int | None = None


def moved(before: Presence, told: Told, wrap_up: float | None = None) -> Presence:
    """What he is doing then; the very same when nothing changes. wrap_up: the seconds there are for it; None: it lasts
    as long as the card is in hand."""
    if told.event is Event.OVER and told.line not in (None, before.line):
        return before  # the end of another call
    if told.event is Event.TIME_UP and not before.time_is_up(told.at):
        return before  # he has asked for more of it meanwhile
    wished = _wished(before, told)
    state = _state(before, wished, told, wrap_up)
    reason = _reason(before, wished, told, state)
    after = replace(wished, state=state, reason=reason, ends=_ends(before, told, state, wrap_up))
    if state in (State.SIGNED_OUT, State.PAUSED, State.READY):
        after = replace(after, then="")
    if after == before:
        return before
    if (state, reason) == (before.state, before.reason):
        return after
    return replace(after, since=told.at, by=told.by, node=told.node)


def _wished(before: Presence, told: Told) -> Presence:
    """The card, the line and what was asked for, as they are after this."""
    match told.event:
        case Event.SIGN_OUT:
            return replace(before, task=None, line=None, then="")
        case Event.PAUSE if before.state in BUSY:
            return replace(before, then=told.reason)
        case Event.BE_READY:
            return replace(before, then="")
        case Event.CLAIM:
            return replace(before, task=told.task)
        case Event.RECORDED | Event.DONE:
            return replace(before, task=None)
        case Event.RING if before.state is not State.SIGNED_OUT:
            return replace(before, line=told.line)
        case Event.OVER:
            return replace(before, line=None)
    return before


def _state(before: Presence, after: Presence, told: Told, wrap_up: float | None) -> State:
    if told.event is Event.CLAIM and before.state is State.WRAP_UP and before.task != after.task:
        return State.PREVIEWING
    target = TABLE[before.state][_COLUMN[told.event]]
    match target:
        case Then.SAME:
            return before.state
        case Then.LINE | Then.WRITE if after.line is not None:
            return before.state
        case Then.EMPTY if after.task is not None:
            return before.state
        case Then.CARD if after.task is not None:
            return State.PREVIEWING
        case Then.WRAP if after.task is not None:
            return State.WRAP_UP
        case Then.WRAP | Then.WRITE if not after.then and _has_time(before, told, wrap_up):
            return State.WRAP_UP
        case Then():
            return State.PAUSED if after.then else State.READY
    return target


def _has_time(before: Presence, told: Told, wrap_up: float | None) -> bool:
    if before.state is not State.WRAP_UP:
        return bool(wrap_up)
    return before.ends is not None and told.at < before.ends


def _ends(before: Presence, told: Told, state: State, wrap_up: float | None) -> float | None:
    if state is not State.WRAP_UP:
        return None
    if before.state is not State.WRAP_UP:
        return told.at + wrap_up if wrap_up else None
    if told.event is Event.LONGER and before.ends is not None and wrap_up:
        return max(before.ends, told.at) + wrap_up
    return before.ends


def _reason(before: Presence, after: Presence, told: Told, state: State) -> str:
    if state is not State.PAUSED:
        return ""
    return told.reason if told.event is Event.PAUSE else after.then or before.reason


# ── How long is long ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PauseReason:
    """names: by language; seconds: how long such a pause should be, None without a limit."""

    code: str
    names: Mapping[str, str]
    seconds: float | None = None


STANDARD = (
    PauseReason("break", {"zh": "小休", "en": "break"}, 900.0),
    PauseReason("meal", {"zh": "用餐", "en": "meal"}, 2_700.0),
    PauseReason("training", {"zh": "培训", "en": "training"}, 7_200.0),
    PauseReason("meeting", {"zh": "会议", "en": "meeting"}, 3_600.0),
    PauseReason("paperwork", {"zh": "后处理", "en": "paperwork"}, 1_200.0),
    PauseReason("other", {"zh": "其他", "en": "other"}, 600.0),
)
SECONDS: Mapping[State, float] = {
    State.PREVIEWING: 300.0,
    State.DIALLING: 90.0,
    State.TALKING: 900.0,
    State.WRAP_UP: 120.0,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """For how long one should be in a state; a pause goes by its reason."""

    seconds: Mapping[State, float] = field(default_factory=lambda: SECONDS)
    reasons: tuple[PauseReason, ...] = STANDARD

    def of(self, presence: Presence) -> float | None:
        if presence.state is State.PAUSED:
            return next((each.seconds for each in self.reasons if each.code == presence.reason), None)
        return self.seconds.get(presence.state)

    def reason(self, code: str) -> str:
        """The code, if it is one of the reasons."""
        if all(each.code != code for each in self.reasons):
            known = ", ".join(each.code for each in self.reasons)
            raise NoSuchReason(f"there is no reason {code!r} for a pause; there are {known}")
        return code


@dataclass(frozen=True, slots=True)
class ReadyAgent:
    """Somebody who may be put through to a caller. phone: as Asterisk dials it; since: ready for how long."""

    name: str
    phone: str
    since: float
