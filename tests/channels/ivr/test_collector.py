"""Keys into answers. The table at the head of collector.py is tried line by line, then with random timings."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.ivr import collector as collecting
from channels.ivr.collector import Collected, Collector, Event, Question, State, StopPlaying

PAGE = Path(__file__).parents[3] / "docs" / "calls.md"
MENU = Question(maximum=1, first=5, between=3)
CODE = Question(maximum=4, terminator="#", at_once="*", first=5, between=3)


def test_the_table_of_its_states_is_what_operators_read() -> None:
    assert collecting.__doc__ is not None
    table = [line.strip() for line in collecting.__doc__.splitlines() if " | " in line or "-+-" in line]
    page = [line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines()]
    assert len(table) == 6
    assert "\n".join(table) in "\n".join(page)


def press(collector: Collector, keys: str, now: float = 0.0) -> list[Event]:
    return [event for key in keys for event in collector.key(key, now)]


def asked(question: Question) -> Collector:
    collector = Collector()
    assert collector.ask(question, 0.0) == []
    return collector


def test_one_key_of_a_menu_stops_the_prompt_and_answers() -> None:
    assert press(asked(MENU), "3") == [StopPlaying(), Collected("3")]


def test_a_key_after_the_prompt_has_nothing_to_stop() -> None:
    collector = asked(MENU)
    assert collector.played(4.0) == []
    assert press(collector, "3", 5.0) == [Collected("3")]


def test_the_terminator_ends_an_answer_and_does_not_belong_to_it() -> None:
    assert press(asked(CODE), "10#")[-1] == Collected("10", terminated=True)


def test_the_terminator_as_the_first_key_is_an_empty_answer_and_no_silence() -> None:
    assert press(asked(CODE), "#")[-1] == Collected("", terminated=True)


def test_a_terminator_behind_the_last_key_there_may_be_is_dropped() -> None:
    collector = asked(CODE)
    assert press(collector, "1001")[-1] == Collected("1001")
    assert press(collector, "#") == []
    assert collector.ask(MENU, 1.0) == []
    assert press(collector, "#", 2.0)[-1] == Collected("#")


def test_also_when_the_next_question_was_quicker_but_not_when_it_was_thought_about() -> None:
    collector = asked(CODE)
    press(collector, "1001")
    collector.ask(MENU, 0.1)
    assert press(collector, "#", 0.2) == []
    assert press(collector, "#", 0.4)[-1] == Collected("#")
    collector.ask(CODE, 10.0)
    press(collector, "1001", 10.0)
    collector.ask(MENU, 10.1)
    assert press(collector, "#", 13.0)[-1] == Collected("#")


def test_typed_ahead_with_a_terminator_too_many() -> None:
    collector = Collector()
    press(collector, "1001#1")
    assert collector.ask(CODE, 0.0)[-1] == Collected("1001")
    assert collector.ask(MENU, 0.1)[-1] == Collected("1")


def test_some_keys_are_an_answer_at_once_but_only_as_the_first() -> None:
    assert press(asked(CODE), "*")[-1] == Collected("*")
    assert press(asked(CODE), "1*#")[-1] == Collected("1*", terminated=True)


def test_silence_is_counted_from_the_end_of_the_prompt() -> None:
    collector = asked(CODE)
    assert collector.tick(1000.0) == []
    collector.played(1000.0)
    assert collector.tick(1004.9) == []
    assert collector.tick(1005.0) == [Collected("")]


def test_each_key_starts_the_wait_for_the_next_anew() -> None:
    collector = asked(CODE)
    press(collector, "1", 10.0)
    press(collector, "0", 12.9)
    assert collector.tick(15.8) == []
    assert collector.tick(15.9) == [Collected("10")]


def test_keys_typed_ahead_answer_before_anything_is_played() -> None:
    collector = Collector()
    press(collector, "31001#1")
    assert collector.ask(MENU, 0.0) == [StopPlaying(), Collected("3")]
    assert collector.ask(CODE, 0.1)[-1] == Collected("1001")
    assert collector.ask(MENU, 0.2)[-1] == Collected("1")
    assert collector.ask(MENU, 0.3) == []


def test_half_an_answer_typed_ahead_is_completed_later() -> None:
    collector = Collector()
    press(collector, "10")
    assert collector.ask(CODE, 0.0) == [StopPlaying()]
    assert press(collector, "01", 1.0) == [Collected("1001")]


def test_a_question_that_must_be_heard_is_played_to_its_end() -> None:
    collector = asked(Question(maximum=1, barge_in=False))
    assert press(collector, "1") == []
    assert collector.played(3.0) == [Collected("1")]


def test_what_was_pressed_for_a_question_that_was_withdrawn_is_kept() -> None:
    collector = asked(CODE)
    press(collector, "10")
    collector.cancel()
    assert collector.ask(CODE, 1.0) == [StopPlaying()]
    assert press(collector, "01", 1.0) == [Collected("1001")]


@pytest.mark.parametrize("question", [MENU, CODE])
def test_who_leans_on_a_key_fills_no_memory(question: Question) -> None:
    collector = Collector()
    press(collector, "1" * 10_000)
    answers = 0
    while any(isinstance(event, Collected) for event in collector.ask(question, 0.0)):
        answers += 1
    assert answers <= 32


QUESTIONS = st.builds(
    Question,
    maximum=st.integers(1, 6),
    terminator=st.sampled_from(["", "#"]),
    at_once=st.sampled_from(["", "*", "*0"]),
    first=st.just(5.0),
    between=st.just(3.0),
    barge_in=st.booleans(),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("key"), st.sampled_from("0123456789*#")),
        st.tuples(st.just("ask"), QUESTIONS),
        st.tuples(st.just("played"), st.none()),
        st.tuples(st.just("wait"), st.floats(0, 10)),
    ),
    max_size=30,
)


@given(STEPS)
def test_every_key_is_in_an_answer_or_kept_once_and_in_order(steps: list[tuple[str, object]]) -> None:
    """Nothing is lost, doubled or turned round, whenever keys come; a question is answered once."""
    collector, now, pressed, answered, open_questions = Collector(), 0.0, "", "", 0
    for what, value in steps:
        events: list[Event] = []
        match what, value:
            case "key", str(key):
                pressed += key
                events = collector.key(key, now)
            case "ask", Question() as question:
                collector.cancel()
                open_questions = 1
                events = collector.ask(question, now)
            case "played", _:
                events = collector.played(now)
            case "wait", float(seconds):
                now += seconds
                events = collector.tick(now)
        for event in events:
            if isinstance(event, Collected):
                open_questions -= 1
                answered += event.keys + ("#" if event.terminated else "")
        assert open_questions in (0, 1)
        assert (open_questions == 1) == (collector.state is not State.IDLE)
        assert (collector.deadline is not None) == (collector.state in (State.WAITING, State.DIALLING))
    left = collector._keys + "".join(collector._kept)
    assert _without_some_hashes(pressed, answered + left)


def _without_some_hashes(pressed: str, kept: str) -> bool:
    """`kept` is `pressed`, but for terminators behind a full answer."""
    place = 0
    for key in pressed:
        if place < len(kept) and kept[place] == key:
            place += 1
        elif key != "#":
            return False
    return place == len(kept)
