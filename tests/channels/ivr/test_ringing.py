"""Calls that we make: agent first, then the customer, and whatever may come between."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.ivr.ari import Command
from channels.ivr.ringing import Ending, Now, Plan, Ringing, State, Step

PLAN = Plan("m", "hall", "PJSIP/8001", "PJSIP/13800138000@trunk", "10086", 20.0, 45.0)


def commands(steps: Sequence[Step]) -> list[str]:
    return [f"{step.method} {step.path}" for step in steps if isinstance(step, Command)]


def news(steps: Sequence[Step]) -> list[Now]:
    return [step for step in steps if isinstance(step, Now)]


def with_agent() -> Ringing:
    call = Ringing(PLAN)
    call.start(0.0)
    call.answered("m-agent", 3.0)
    return call


def talking() -> Ringing:
    call = with_agent()
    call.answered("m-customer", 9.0)
    return call


def test_the_agent_is_rung_first() -> None:
    [ring, told] = Ringing(PLAN).start(0.0)
    assert isinstance(ring, Command)
    assert (ring.method, ring.path) == ("POST", "/channels/m-agent")
    assert ring.body == {
        "endpoint": "PJSIP/8001",
        "app": "hall",
        "appArgs": "agent",
        "timeout": 20,
        "callerId": "10086",
        "variables": {"TIMEOUT(absolute)": "1800"},
    }
    assert told == Now(State.CALLING_AGENT, 0.0)


def test_the_customer_is_rung_when_somebody_is_there_for_him() -> None:
    call = Ringing(PLAN)
    call.start(0.0)
    assert commands(call.answered("m-agent", 3.0)) == [
        "POST /bridges/m-room?type=mixing",
        "POST /bridges/m-room/addChannel?channel=m-agent",
        "POST /bridges/m-room/play/m-tone",
        "POST /channels/m-customer",
    ]
    assert news(call.rings("m-customer", 4.0)) == [Now(State.RINGING, 4.0)]


def test_both_come_into_one_room() -> None:
    call = with_agent()
    steps = call.answered("m-customer", 9.0)
    assert commands(steps) == ["DELETE /playbacks/m-tone", "POST /bridges/m-room/addChannel?channel=m-customer"]
    assert news(steps) == [Now(State.TALKING, 9.0)]
    assert call.deadline is None


@pytest.mark.parametrize(
    ("cause", "ending"),
    [
        (17, Ending.BUSY),
        (19, Ending.NO_ANSWER),
        (20, Ending.POWERED_OFF),
        (21, Ending.REJECTED),
        (1, Ending.NO_SUCH_NUMBER),
        (38, Ending.FAILED),
    ],
)
def test_how_the_line_answered_becomes_the_outcome(cause: int, ending: Ending) -> None:
    steps = with_agent().gone("m-customer", cause, 9.0)
    assert news(steps) == [Now(State.OVER, 9.0, ending, cause)]
    assert commands(steps) == ["DELETE /channels/m-agent?reason=normal", "DELETE /bridges/m-room"]


def test_who_hangs_up_takes_the_other_along() -> None:
    steps = talking().gone("m-agent", 16, 60.0)
    assert commands(steps) == ["DELETE /channels/m-customer?reason=normal", "DELETE /bridges/m-room"]
    assert news(steps) == [Now(State.OVER, 60.0, Ending.TALKED, 16)]


def test_an_agent_who_does_not_pick_up_disturbs_no_customer() -> None:
    call = Ringing(PLAN)
    call.start(0.0)
    steps = call.tick(20.0)
    assert commands(steps) == ["DELETE /channels/m-agent?reason=normal"]
    assert news(steps) == [Now(State.OVER, 20.0, Ending.AGENT_AWAY, 19)]


def test_a_customer_who_does_not_pick_up_is_not_rung_for_ever() -> None:
    call = with_agent()
    call.rings("m-customer", 4.0)
    assert call.tick(47.9) == []
    assert news(call.tick(48.0)) == [Now(State.OVER, 48.0, Ending.NO_ANSWER, 19)]


def test_an_agent_who_gives_up_while_it_rings() -> None:
    steps = with_agent().hang_up(5.0)
    assert commands(steps) == [
        "DELETE /channels/m-agent?reason=normal",
        "DELETE /channels/m-customer?reason=normal",
        "DELETE /bridges/m-room",
    ]
    assert news(steps)[0].ending is Ending.AGENT_LEFT


def test_what_was_not_heard_is_no_answer() -> None:
    call = with_agent()
    call.rings("m-customer", 4.0)
    call.unheard(10.0)
    assert call.tick(69.0) == []
    assert news(call.tick(70.0)) == [Now(State.OVER, 70.0, Ending.FAILED, 0)]


def test_a_telephone_that_rings_still_may_ring_on() -> None:
    call = with_agent()
    call.unheard(10.0)
    assert news(call.found({"m-agent": "Up", "m-customer": "Ringing"}, 12.0)) == [Now(State.RINGING, 12.0)]
    assert news(call.tick(57.0)) == [Now(State.OVER, 57.0, Ending.NO_ANSWER, 19)]


def test_who_answered_meanwhile_is_talked_to() -> None:
    call = with_agent()
    call.unheard(10.0)
    assert news(call.found({"m-agent": "Up", "m-customer": "Up"}, 12.0)) == [Now(State.TALKING, 12.0)]
    assert call.found({"m-agent": "Up", "m-customer": "Up"}, 13.0) == []


def test_an_agent_who_answered_meanwhile_hears_the_customers_telephone_ring() -> None:
    call = Ringing(PLAN)
    call.start(0.0)
    call.unheard(1.0)
    assert commands(call.found({"m-agent": "Up"}, 2.0))[-1] == "POST /channels/m-customer"


@pytest.mark.parametrize(
    ("call", "there", "ending"),
    [
        (talking, {"m-agent": "Up"}, Ending.TALKED),
        (talking, {}, Ending.TALKED),
        (with_agent, {"m-agent": "Up"}, Ending.FAILED),
        (with_agent, {"m-customer": "Ringing"}, Ending.AGENT_LEFT),
    ],
)
def test_who_is_gone_meanwhile_is_gone_and_nobody_says_why(
    call: Callable[[], Ringing], there: dict[str, str], ending: Ending
) -> None:
    made = call()
    made.unheard(10.0)
    assert news(made.found(there, 12.0)) == [Now(State.OVER, 12.0, ending, 0)]


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["answered", "rings", "gone", "hang_up", "tick", "unheard", "found"]),
        st.sampled_from(["m-agent", "m-customer", "m-other"]),
        st.sampled_from([0, 1, 16, 17, 19, 20, 21]),
    ),
    max_size=20,
)


@given(EVENTS)
def test_whatever_comes_in_whatever_order_it_ends_once_and_leaves_nobody_on_the_line(
    events: list[tuple[str, str, int]],
) -> None:
    call = Ringing(PLAN)
    up, over = {"m-agent"}, 0
    call.start(0.0)
    for place, (what, channel, cause) in enumerate([*events, ("hang_up", "", 0)], 1):
        now = place * 10.0
        match what:
            case "answered":
                steps = call.answered(channel, now)
            case "rings":
                steps = call.rings(channel, now)
            case "gone":
                up.discard(channel)
                steps = call.gone(channel, cause, now)
            case "tick":
                steps = call.tick(now)
            case "unheard":
                call.unheard(now)
                steps = []
            case "found":
                up.discard(channel)
                steps = call.found(dict.fromkeys(up, "Up" if cause else "Ringing"), now)
            case _:
                steps = call.hang_up(now)
        for step in steps:
            if isinstance(step, Command):
                name = step.path.partition("/channels/")[2].partition("?")[0]
                if name and step.method == "POST":
                    up.add(name)
                elif name:
                    up.discard(name)
            elif step.state is State.OVER:
                over += 1
        assert over <= 1
    assert (over, up) == (1, set())


RECORDED = replace(PLAN, record="hall-7", notice=("sound:told",))


def test_both_are_told_before_anything_is_recorded() -> None:
    call = Ringing(RECORDED)
    call.start(0.0)
    call.answered(RECORDED.agent_channel, 1.0)
    steps = call.answered(RECORDED.customer_channel, 5.0)
    told = next(step for step in steps if isinstance(step, Command) and "/play/" in step.path)
    assert told.path == f"/bridges/{RECORDED.room}/play/{RECORDED.told}"
    assert told.body == {"media": ["sound:told"]}
    assert not any("record" in step.path for step in steps if isinstance(step, Command))
    assert call.played(RECORDED.tone, False, 9.0) == []
    [record] = call.played(RECORDED.told, False, 9.0)
    assert isinstance(record, Command) and record.path.startswith(f"/bridges/{RECORDED.room}/record?name=hall-7&")


@pytest.mark.parametrize("failed", [True, False])
def test_what_could_not_be_said_or_is_over_is_not_recorded(failed: bool) -> None:
    call = Ringing(RECORDED)
    call.start(0.0)
    call.answered(RECORDED.agent_channel, 1.0)
    call.answered(RECORDED.customer_channel, 5.0)
    if not failed:
        call.hang_up(6.0)
    assert call.played(RECORDED.told, failed, 9.0) == []


def test_a_customer_whose_agent_is_signed_out_is_told_before_he_is_hung_up() -> None:
    call = talking()
    assert commands(call.dismiss(("sound:sorry",), 20.0)) == [
        "DELETE /channels/m-agent?reason=normal",
        "POST /bridges/m-room/play/m-parting",
    ]
    assert call.dismiss(("sound:sorry",), 21.0) == call.gone("m-agent", 16, 21.0) == []
    steps = call.played("m-parting", False, 24.0)
    assert commands(steps) == ["DELETE /channels/m-customer?reason=normal", "DELETE /bridges/m-room"]
    assert news(steps) == [Now(State.OVER, 24.0, Ending.TALKED, 16)]


@pytest.mark.parametrize("how", ["he hangs up", "it is not heard", "it cannot be said"])
def test_it_ends_all_the_same(how: str) -> None:
    call = talking()
    first = call.dismiss(() if how == "it cannot be said" else ("sound:sorry",), 20.0)
    rest = call.gone("m-customer", 16, 21.0) if how == "he hangs up" else call.tick(40.0)
    [told] = news([*first, *rest])
    assert (told.state, told.ending) == (State.OVER, Ending.TALKED)


def test_whom_nobody_has_reached_yet_is_not_rung_any_more() -> None:
    call = with_agent()
    [told] = news(call.dismiss(("sound:sorry",), 5.0))
    assert told.ending is Ending.AGENT_LEFT
