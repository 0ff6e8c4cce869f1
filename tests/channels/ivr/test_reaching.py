"""A call that the house makes by itself, without a network."""

import pytest

from channels.ivr.ari import Command
from channels.ivr.reaching import Reach, Reaching
from channels.ivr.ringing import UNHEARD, Ending, Now, State

PLAN = Reach("made-7", "hall", "PJSIP/8613800138000@trunk", "10086")
CHANNEL = "made-7-customer"


def said(steps: list[Command | Now]) -> list[str]:
    return [str(step.state) if isinstance(step, Now) else f"{step.method} {step.path}" for step in steps]


def ringing() -> Reaching:
    call = Reaching(PLAN)
    call.start(0.0)
    return call


def test_he_is_rung_and_what_happens_after_he_answered_is_not_of_it_any_more() -> None:
    call = Reaching(PLAN)
    [ring, now] = call.start(0.0)
    assert isinstance(ring, Command) and ring.path == f"/channels/{CHANNEL}"
    assert ring.body is not None and ring.body["appArgs"] == "house" and ring.body["callerId"] == "10086"
    assert now == Now(State.CALLING_CUSTOMER, 0.0)
    assert said(call.rings(CHANNEL, 1.0)) == ["ringing"]
    assert call.rings(CHANNEL, 1.5) == []
    assert not call.handed_on
    assert said(call.answered(CHANNEL, 2.0)) == ["talking"]
    assert call.handed_on and call.deadline is None
    assert call.answered(CHANNEL, 3.0) == []
    assert call.gone(CHANNEL, 16, 60.0) == [Now(State.OVER, 60.0, Ending.TALKED, 16)]
    assert call.gone(CHANNEL, 16, 61.0) == call.hang_up(61.0) == []


@pytest.mark.parametrize(
    ("cause", "ending"),
    [(17, "busy"), (19, "no_answer"), (21, "rejected"), (20, "powered_off"), (1, "no_such_number"), (34, "failed")],
)
def test_how_his_line_answered_is_what_the_network_says(cause: int, ending: str) -> None:
    assert ringing().gone(CHANNEL, cause, 5.0) == [Now(State.OVER, 5.0, Ending(ending), cause)]


def test_a_telephone_does_not_ring_for_ever() -> None:
    call = ringing()
    assert call.tick(44.0) == []
    assert said(call.tick(45.0)) == [f"DELETE /channels/{CHANNEL}?reason=normal", "over"]


def test_what_was_not_heard_is_no_answer() -> None:
    call = ringing()
    call.unheard(40.0)
    assert call.tick(50.0) == [], "Asterisk was away"
    assert said(call.found({CHANNEL: "Ringing"}, 40.0 + UNHEARD / 2)) == ["ringing"]
    assert said(call.found({CHANNEL: "Up"}, 75.0)) == ["talking"]
    assert call.found({CHANNEL: "Up"}, 80.0) == []
    assert call.found({}, 90.0) == [Now(State.OVER, 90.0, Ending.TALKED, 0)]


def test_one_that_was_never_dialled_has_failed() -> None:
    assert ringing().found({}, 1.0) == [Now(State.OVER, 1.0, Ending.FAILED, 0)]
