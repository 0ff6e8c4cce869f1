"""One call without a network: what it asks of Asterisk, what it tells the ledger, and when."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from channels.ivr.call import MOST_WAITING, PLAYBACKS, Call, Do, Over, Speech, Step, Tell
from channels.ivr.collector import Question
from dialogs.words import CallBegan, Digits, Kind, SessionClosed

MENU = Speech(("sound:menu",), Question())
MOMENT = Speech(("sound:moment",))
BYE = Speech(("sound:bye",), ends=True)


def asked_of_asterisk(steps: Sequence[Step]) -> list[str]:
    return [f"{step.command.method} {step.command.path}" for step in steps if isinstance(step, Do)]


def told(steps: Sequence[Step]) -> list[Kind]:
    return [step.kind for step in steps if isinstance(step, Tell)]


def in_the_menu() -> Call:
    call = Call("c")
    call.began()
    assert asked_of_asterisk(call.say(MENU, 0.0)) == ["POST /channels/c/play/c.0"]
    return call


def test_it_is_answered_and_the_ledger_is_told() -> None:
    steps = Call("c").began("3*1001")
    assert asked_of_asterisk(steps) == ["POST /channels/c/answer"]
    assert told(steps) == [CallBegan("3*1001")]


def test_a_key_breaks_off_the_prompt_and_is_told() -> None:
    steps = in_the_menu().pressed("1", 1.0)
    assert asked_of_asterisk(steps) == ["DELETE /playbacks/c.0"]
    assert told(steps) == [Digits("1")]


def test_the_end_of_a_playback_that_was_broken_off_starts_no_waiting() -> None:
    call = in_the_menu()
    call.pressed("1", 1.0)
    call.say(MENU, 1.1)
    assert call.played("c.0", 1.2) == []
    assert call.deadline is None
    call.played("c.1", 5.0)
    assert call.deadline == 10.0


def test_silence_is_told_after_the_prompt() -> None:
    call = in_the_menu()
    call.played("c.0", 4.0)
    assert told(call.tick(9.0)) == [Digits("")]


def test_keys_pressed_while_a_turn_is_taken_answer_the_next_question_unplayed() -> None:
    call = in_the_menu()
    call.pressed("3", 1.0)
    assert call.pressed("1", 1.01) == []
    steps = call.say(MENU, 1.02)
    assert (asked_of_asterisk(steps), told(steps)) == ([], [Digits("1")])


def test_what_asks_nothing_is_heard_to_its_end_before_the_next() -> None:
    call = Call("c")
    call.say(MOMENT, 0.0)
    assert call.say(MENU, 0.5) == []
    assert asked_of_asterisk(call.played("c.0", 2.0)) == ["POST /channels/c/play/c.1"]


def test_who_typed_ahead_hears_an_answer_and_who_presses_while_it_is_said_has_heard_enough() -> None:
    call = in_the_menu()
    call.pressed("1", 1.0)
    call.pressed("4", 1.1)
    assert asked_of_asterisk(call.say(MOMENT, 1.2)) == ["POST /channels/c/play/c.1"]
    assert call.say(MENU, 1.2) == [], "4 was pressed before the answer, which is heard"
    steps = call.played("c.1", 3.0)
    assert (asked_of_asterisk(steps), told(steps)) == ([], [Digits("4")])

    call.say(MOMENT, 3.1)
    call.say(MENU, 3.1)
    steps = call.pressed("2", 3.5)
    assert (asked_of_asterisk(steps), told(steps)) == (["DELETE /playbacks/c.2"], [Digits("2")])


def test_a_key_does_not_cut_short_what_must_be_heard() -> None:
    call = Call("c")
    call.say(MOMENT, 0.0)
    call.say(Speech(("sound:menu",), Question(barge_in=False)), 0.0)
    assert call.pressed("2", 0.5) == []
    call.hush()
    call.say(MOMENT, 1.0)
    assert call.pressed("2", 1.5) == [], "nothing is asked behind it"


def test_a_question_that_is_overtaken_is_broken_off() -> None:
    call = in_the_menu()
    steps = call.say(MENU, 1.0)
    assert asked_of_asterisk(steps) == ["DELETE /playbacks/c.0", "POST /channels/c/play/c.1"]


def test_the_last_word_is_heard_before_the_call_is_hung_up() -> None:
    call = Call("c")
    call.say(BYE, 0.0)
    assert call.pressed("1", 0.5) == []
    assert asked_of_asterisk(call.played("c.0", 2.0)) == ["DELETE /channels/c?reason=normal"]


def test_who_hangs_up_is_told_of_once() -> None:
    call = in_the_menu()
    steps = call.left("Normal Clearing")
    assert told(steps) == [SessionClosed("Normal Clearing")]
    assert Over() in steps
    assert call.left() == []
    assert call.say(MENU, 1.0) == []


def test_where_nothing_can_be_played_a_question_waits_all_the_same() -> None:
    call = Call("c")
    assert call.say(Speech((), Question()), 0.0) == []
    assert told(call.tick(5.0)) == [Digits("")]
    assert asked_of_asterisk(call.say(Speech((), ends=True), 6.0)) == ["DELETE /channels/c?reason=normal"]


def test_a_call_of_an_earlier_life_is_silenced_and_asked_again() -> None:
    steps = Call("c").adopted()
    playing = [*(f"c.{number}" for number in range(PLAYBACKS)), "c.music"]
    assert asked_of_asterisk(steps) == [*(f"DELETE /playbacks/{each}" for each in playing), "DELETE /channels/c/moh"]
    assert told(steps) == [Digits("", terminated=True)]


def test_after_a_time_unheard_the_last_thing_is_said_again() -> None:
    call = in_the_menu()
    assert asked_of_asterisk(call.again(5.0)) == ["DELETE /playbacks/c.0", "POST /channels/c/play/c.1"]
    assert told(call.pressed("1", 6.0)) == [Digits("1")]


def test_a_script_that_talks_without_end_fills_no_memory() -> None:
    call = Call("c")
    for _ in range(1_000):
        call.say(MOMENT, 0.0)
    assert len(call._waiting) <= MOST_WAITING


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("key"), st.sampled_from("0123456789*#")),
        st.tuples(st.just("say"), st.sampled_from([MENU, MOMENT, Speech(("sound:code",), Question(4, "#", "*"))])),
        st.tuples(st.just("played"), st.just("")),
        st.tuples(st.just("wait"), st.just("")),
        st.tuples(st.just("again"), st.just("")),
    ),
    max_size=40,
)


@given(STEPS)
def test_one_thing_plays_at_a_time_and_a_question_is_answered_once(steps: list[tuple[str, object]]) -> None:
    call, now, playing, questions, answers = Call("c"), 0.0, "", 0, 0
    for what, value in steps:
        now += 1.0
        done: list[Step] = []
        match what, value:
            case "key", str(key):
                done = call.pressed(key, now)
            case "say", Speech() as speech:
                questions += speech.question is not None
                done = call.say(speech, now)
            case "played", _:
                playback, playing = playing, ""
                done = call.played(playback, now) if playback else []
            case "wait", _:
                now += 10.0
                done = call.tick(now)
            case "again", _:
                questions += 1
                done = call.again(now)
        for asked in asked_of_asterisk(done):
            method, _, path = asked.partition(" ")
            if method == "DELETE":
                assert path.rpartition("/")[2] == playing
                playing = ""
            else:
                assert not playing, "two things at once"
                playing = path.rpartition("/")[2]
        answers += len(told(done))
        assert answers <= questions
