"""Calls that we make, and an Asterisk that is lost in the middle of them, or does not dial."""

from dataclasses import dataclass, field

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from channels.ivr.ari import Arrived, Command, Left, Rings
from channels.ivr.callers import Callers, CannotCall
from channels.ivr.ringing import Ending, Now, Plan, State
from channels.ivr.settings import AsteriskSettings

PLAN = Plan("made-7", "hall", "PJSIP/8001", "PJSIP/13800138000@trunk", "10086")
AGENT, CUSTOMER = "made-7-agent", "made-7-customer"


@dataclass
class Line:
    """states: what it says of channels; None for one that it says nothing of. refuses: what it does not dial."""

    settings: AsteriskSettings
    states: dict[str, str | None] = field(default_factory=dict)
    refuses: tuple[str, ...] = ()
    sent: list[str] = field(default_factory=list)
    held_back: "Deferred[bool] | None" = None

    def send(self, command: Command) -> "Deferred[bool]":
        self.sent.append(f"{command.method} {command.path.partition('?')[0]}")
        if self.held_back is not None:
            return self.held_back
        return succeed(not any(command.path.endswith(name) for name in self.refuses))

    async def state_of(self, channel: str) -> str | None:
        self.sent.append(f"GET {channel}")
        return self.states.get(channel, "")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line() -> Line:
    return Line(AsteriskSettings(name="pbx-a", url="http://127.0.0.1:1", username=""))


@pytest.fixture
def callers(clock: Clock) -> Callers:
    return Callers(clock, clock.seconds)


@pytest.fixture
def told() -> list[Now]:
    return []


@pytest.fixture
def ringing(callers: Callers, line: Line, told: list[Now]) -> Callers:
    callers.ring(line, PLAN, told.append)
    callers.heard(Arrived(AGENT, "", "", ("agent",)))
    callers.heard(Rings(CUSTOMER))
    line.sent.clear()
    return callers


def test_the_line_is_asked_after_both_when_it_is_back(ringing: Callers, line: Line, told: list[Now]) -> None:
    ringing.lost(line)
    line.states = {AGENT: "Up", CUSTOMER: "Up"}
    assert ringing.found(line) == {AGENT, CUSTOMER}
    assert line.sent[:2] == [f"GET {AGENT}", f"GET {CUSTOMER}"]
    assert told[-1].state is State.TALKING


def test_a_telephone_that_is_gone_is_told_of_once(ringing: Callers, line: Line, told: list[Now]) -> None:
    ringing.lost(line)
    line.states = {AGENT: "Up"}
    ringing.found(line)
    ringing.heard(Left(CUSTOMER, "", 17))
    assert [news.ending for news in told if news.ending] == [Ending.FAILED]
    assert f"DELETE /channels/{AGENT}" in line.sent


def test_what_asterisk_does_not_say_decides_nothing(
    ringing: Callers, line: Line, told: list[Now], clock: Clock
) -> None:
    ringing.lost(line)
    line.states = {AGENT: None, CUSTOMER: None}
    ringing.found(line)
    clock.advance(50)
    assert told[-1].state is State.RINGING
    clock.advance(10)
    assert told[-1].ending is Ending.FAILED


def test_it_is_asked_only_when_the_last_command_was_answered(
    callers: Callers, line: Line, told: list[Now], clock: Clock
) -> None:
    line.held_back = Deferred()
    callers.ring(line, PLAN, told.append)
    callers.lost(line)
    callers.found(line)
    assert not any(sent.startswith("GET") for sent in line.sent)
    answered, line.held_back = line.held_back, None
    line.states = {AGENT: "Ringing"}
    answered.callback(True)
    assert (line.sent[-1], told[-1].state) == (f"GET {CUSTOMER}", State.CALLING_AGENT)


@pytest.mark.parametrize(("whom", "ending"), [(AGENT, Ending.AGENT_AWAY), (CUSTOMER, Ending.FAILED)])
def test_a_telephone_that_asterisk_does_not_dial_is_not_waited_for(
    callers: Callers, line: Line, told: list[Now], whom: str, ending: Ending
) -> None:
    line.refuses = (whom,)
    line.states = {} if whom == AGENT else {AGENT: "Up"}
    callers.ring(line, PLAN, told.append)
    callers.heard(Arrived(AGENT, "", "", ("agent",)))
    assert told[-1].ending is ending
    assert callers.made == {}


def test_calls_of_another_asterisk_are_not_touched(ringing: Callers, told: list[Now], clock: Clock, line: Line) -> None:
    other = Line(line.settings)
    ringing.lost(other)
    assert ringing.found(other) == frozenset()
    clock.advance(44)
    assert told[-1].state is State.RINGING
    clock.advance(1)
    assert told[-1].ending is Ending.NO_ANSWER


def test_one_call_is_made_once(callers: Callers, line: Line, told: list[Now]) -> None:
    callers.ring(line, PLAN, told.append)
    with pytest.raises(CannotCall):
        callers.ring(line, PLAN, told.append)


def test_who_cannot_be_told_does_not_keep_telephones_ringing(callers: Callers, line: Line) -> None:
    def failing(news: Now) -> None:
        raise RuntimeError("the desk is gone")

    callers.ring(line, PLAN, failing)
    callers.hang_up(PLAN.name)
    assert line.sent[-1] == f"DELETE /channels/{AGENT}"
