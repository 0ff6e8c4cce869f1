"""What an agent is doing: the table as a day goes, and what must hold whatever happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.agent_states import BUSY, STANDARD, TABLE, Event, Limits, NoSuchReason, Presence, State, Told, moved

LI = Presence("li")


def go(presence: Presence, *steps: Told, wrap_up: float | None = None) -> list[str]:
    """The states that he comes through, with the reason of a pause."""
    seen = []
    for told in steps:
        presence = moved(presence, told, wrap_up)
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
        ((IN, CLAIM, RING, ANSWER, IN), "ready previewing dialling talking talking"),  # at another browser
        ((PAUSE, RING, ANSWER), "signed_out signed_out signed_out"),
    ],
)
def test_as_a_day_goes(steps: tuple[Told, ...], states: str) -> None:
    assert go(LI, *steps) == [each.replace("·", " ") for each in states.split()]


TALKED = IN, CLAIM, RING, ANSWER, OVER
RECORDED, LONGER = told(Event.RECORDED, 20.0), told(Event.LONGER, 30.0)
IN_TIME, LATE = told(Event.TIME_UP, 121.0), told(Event.TIME_UP, 241.0)


@pytest.mark.parametrize(
    ("steps", "states"),
    [
        ((RECORDED, told(Event.TIME_UP, 120.0), IN_TIME), "wrap_up wrap_up ready"),
        ((told(Event.RECORDED, 130.0),), "ready"),  # the time was over, but for the card
        ((IN_TIME, told(Event.RECORDED, 130.0)), "wrap_up ready"),
        ((RECORDED, READY), "wrap_up ready"),
        ((READY, RECORDED), "wrap_up wrap_up"),  # the card keeps him
        ((RECORDED, PAUSE), "wrap_up paused·meal"),
        ((PAUSE, RECORDED), "wrap_up paused·meal"),
        ((RECORDED, told(Event.CLAIM, task=8)), "wrap_up previewing"),
        ((RECORDED, LONGER, IN_TIME, LATE), "wrap_up wrap_up wrap_up ready"),
        ((DONE,), "ready"),  # it was put back: there is nothing to write up
        ((RECORDED, told(Event.SIGN_OUT)), "wrap_up signed_out"),
    ],
)
def test_there_is_time_to_write_things_up(steps: tuple[Told, ...], states: str) -> None:
    seen = go(LI, *TALKED, *steps, wrap_up=120.0)
    assert seen[len(TALKED) - 1 :] == ["wrap_up", *(each.replace("·", " ") for each in states.split())]


@pytest.mark.parametrize(
    ("steps", "last"),
    [
        ((CLAIM, HAND, RECORDED), "wrap_up"),
        ((CLAIM, HAND, DONE), "ready"),  # nobody was reached
        ((CLAIM, RING, ANSWER, RECORDED), "talking"),
        ((CLAIM, RING, ANSWER, RECORDED, OVER), "wrap_up"),
        ((RING, ANSWER, OVER), "wrap_up"),
    ],
)
def test_also_without_a_card(steps: tuple[Told, ...], last: str) -> None:
    assert go(LI, IN, *steps, wrap_up=120.0)[-1] == last


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
        presence = moved(presence, each, 60.0)
        assert (presence.reason != "") == (presence.state is State.PAUSED)
        assert presence.then == "" or presence.state in BUSY
        if presence.state in (State.READY, State.PAUSED, State.SIGNED_OUT):
            assert presence.task is None
        if presence.state is State.PREVIEWING:
            assert presence.task is not None
        assert (presence.ends is not None) == (presence.state is State.WRAP_UP)


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
