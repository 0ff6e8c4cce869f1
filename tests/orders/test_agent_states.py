"""What an agent is doing: the table as a day goes, and what must hold whatever happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.agent_states import BUSY, STANDARD, TABLE, Event, Limits, NoSuchReason, Presence, State, Told, moved

LI = Presence("li")


def go(presence: Presence, *steps: Told) -> list[str]:
    """The states that he comes through, with the reason of a pause."""
    seen = []
    for told in steps:
        presence = moved(presence, told)
        seen.append(f"{presence.state} {presence.reason}".strip())
    return seen


def told(event: Event, at: float = 1.0, **more: object) -> Told:
    return Told(event, at, **more)  # type: ignore[arg-type]


IN = told(Event.SIGN_IN)
CLAIM, DONE = told(Event.CLAIM, task=7), told(Event.DONE)
RING, ANSWER, OVER = told(Event.RING, line=9), told(Event.ANSWER), told(Event.OVER, line=9)
PAUSE, READY = told(Event.PAUSE, reason="meal"), told(Event.BE_READY)
HAND = told(Event.ANSWER)


@pytest.mark.parametrize(
    ("steps", "states"),
    [
        ((IN, CLAIM, RING, ANSWER, OVER, DONE), "ready previewing dialling talking wrap_up ready"),
        ((IN, CLAIM, RING, OVER, DONE), "ready previewing dialling previewing ready"),
        ((IN, CLAIM, HAND, DONE), "ready previewing talking ready"),
        ((IN, CLAIM, RING, ANSWER, DONE, OVER), "ready previewing dialling talking talking ready"),
        ((IN, RING, ANSWER, OVER), "ready dialling talking ready"),
        ((IN, PAUSE, READY), "ready paused·meal ready"),
        ((IN, CLAIM, PAUSE, DONE), "ready previewing previewing paused·meal"),
        ((IN, CLAIM, PAUSE, READY, DONE), "ready previewing previewing previewing ready"),
        ((IN, CLAIM, RING, ANSWER, PAUSE, OVER, DONE), "ready previewing dialling talking talking wrap_up paused·meal"),
        ((IN, PAUSE, CLAIM, DONE), "ready paused·meal previewing ready"),
        ((IN, PAUSE, told(Event.PAUSE, reason="break")), "ready paused·meal paused·break"),
        ((IN, CLAIM, RING, ANSWER, OVER, RING, ANSWER), "ready previewing dialling talking wrap_up dialling talking"),
        ((IN, CLAIM, told(Event.SIGN_OUT), OVER, DONE), "ready previewing signed_out signed_out signed_out"),
        ((IN, CLAIM, RING, told(Event.OVER, line=8)), "ready previewing dialling dialling"),
        ((PAUSE, RING, ANSWER), "signed_out signed_out signed_out"),
    ],
)
def test_as_a_day_goes(steps: tuple[Told, ...], states: str) -> None:
    assert go(LI, *steps) == [each.replace("·", " ") for each in states.split()]


def test_the_next_card_after_a_wrap_up_is_looked_at_and_the_same_one_after_a_reload_is_not() -> None:
    wrapping = Presence("li", State.WRAP_UP, 1.0, task=7)
    assert moved(wrapping, told(Event.CLAIM, task=7)) is wrapping
    assert moved(wrapping, told(Event.CLAIM, task=8)).state is State.PREVIEWING


def test_a_state_has_who_brought_it_about_and_when_it_began() -> None:
    ready = moved(LI, told(Event.SIGN_IN, 5.0, by="li", node="a"))
    assert (ready.since, ready.by, ready.node) == (5.0, "li", "a")
    claimed = moved(ready, told(Event.CLAIM, 6.0, by="li", node="a", task=7))
    waiting = moved(claimed, told(Event.PAUSE, 7.0, by="boss", node="b", reason="meal"))
    assert (waiting.since, waiting.by, waiting.then) == (6.0, "li", "meal")
    assert moved(waiting, told(Event.PAUSE, 8.0, by="boss", reason="meal")) is waiting


_any = st.builds(
    Told,
    st.sampled_from(Event),
    st.just(2.0),
    reason=st.sampled_from(["meal", "break"]),
    task=st.sampled_from([7, 8]),
    line=st.sampled_from([9, 10]),
)


@given(st.lists(_any, max_size=30))
def test_whatever_happens(steps: list[Told]) -> None:
    presence = LI
    for each in steps:
        presence = moved(presence, each)
        assert (presence.reason != "") == (presence.state is State.PAUSED)
        assert presence.then == "" or presence.state in BUSY
        if presence.state in (State.READY, State.PAUSED, State.SIGNED_OUT):
            assert presence.task is None
        if presence.state in (State.PREVIEWING, State.WRAP_UP):
            assert presence.task is not None


def test_every_state_knows_what_to_make_of_every_event() -> None:
    assert set(TABLE) == set(State)
    assert {len(row) for row in TABLE.values()} == {len(Event)}


def test_how_long_is_long() -> None:
    limits = Limits()
    assert limits.of(Presence("li", State.TALKING)) == 900
    assert limits.of(Presence("li", State.PAUSED, reason="meal")) == 2700
    assert limits.of(Presence("li", State.PAUSED, reason="gone by now")) is None
    assert limits.of(Presence("li", State.READY)) is None
    assert limits.reason("meal") == "meal"
    with pytest.raises(NoSuchReason, match="break, meal"):
        limits.reason("sleep")
    assert all({"zh", "en"} <= set(each.names) for each in STANDARD)
