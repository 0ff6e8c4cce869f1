"""One caller who waits: what he hears, when, and how he is put through. The table of queueing.py, in words."""

import pytest

from channels.ivr.ari import Command
from channels.ivr.queueing import ANNOUNCED_EVERY, Ended, Music, News, Queued, Rules, Say, State, Step
from orders.waiting import Ending, Wish

RULES = Rules(agent_rings=20.0, offer_after=60.0, longest=900.0)


def queued(known: bool = True) -> Queued:
    of = Queued("c", "made-7", "hall", "10086", known, RULES)
    of.begin(0.0)
    of.quiet()
    return of


def said(steps: list[Step]) -> list[str]:
    return [step.phrase for step in steps if isinstance(step, Say)]


def asked(steps: list[Step]) -> list[str]:
    return [f"{step.method} {step.path}" for step in steps if isinstance(step, Command)]


def ringing() -> Queued:
    of = queued()
    of.offered("PJSIP/8001", 5.0)
    return of


def talking() -> Queued:
    of = ringing()
    of.agent_answered()
    return of


def test_music_begins_when_what_was_said_is_over() -> None:
    of = Queued("c", "made-7", "hall")
    of.begin(0.0)
    assert of.stands(2, True, 1.0) == [], "one moment, please: nothing else is said into it"
    assert of.quiet() == [Music(on=True)]
    assert of.quiet() == []


def test_he_hears_how_many_are_before_him_and_the_music_goes_on() -> None:
    of = queued()
    assert of.stands(2, True, 1.0) == [Music(on=False), Say("queue.ahead", {"ahead": 2})]
    assert of.stands(1, True, 2.0) == []
    assert of.quiet() == [Music(on=True)]
    assert of.stands(2, True, 5.0) == []
    assert said(of.stands(1, True, 20.0)) == ["queue.ahead"]
    of.quiet()
    assert said(of.stands(0, True, 36.0)) == ["queue.next"]
    of.quiet()
    assert said(of.stands(0, True, 36.0 + ANNOUNCED_EVERY - 1)) == ["queue.offer"]


def test_a_long_wait_has_a_callback_offered_and_one_is_kept() -> None:
    of = queued()
    of.stands(1, True, 1.0)
    of.quiet()
    assert of.stands(1, True, 61.0) == [Music(on=False), Say("queue.offer", asks=True)]
    assert of.answered("1", 65.0) == [Music(on=False), Ended(Ending.CALLBACK)]
    assert of.answered("1", 66.0) == []


def test_silence_goes_on_waiting_and_keys_count_only_when_they_were_asked_for() -> None:
    of = queued()
    assert of.answered("1", 0.5) == []
    of.stands(1, True, 61.0)
    assert of.answered("", 66.0) == []
    assert of.quiet() == [Music(on=True)]
    assert said(of.stands(1, True, 121.0)) == ["queue.offer"]


def test_star_leads_back_to_where_he_was() -> None:
    of = queued()
    of.stands(0, False, 1.0)
    assert of.answered("*", 3.0) == [Music(on=False), Ended(Ending.BACK, back=True)]


def test_with_nobody_at_the_desk_it_is_said_at_once_and_who_says_nothing_is_rung_back_all_the_same() -> None:
    of = queued()
    for at in (1.0, 70.0, 140.0):
        assert said(of.stands(0, False, at)) == ["queue.nobody"]
        last = of.answered("", at + 9)
        of.quiet()
    assert last == [Music(on=False), Ended(Ending.CALLBACK)]


def test_who_cannot_be_rung_back_is_promised_nothing() -> None:
    of = queued(known=False)
    assert of.stands(1, True, 61.0) == [Music(on=False), Say("queue.ahead", {"ahead": 1})]
    of.quiet()
    assert of.stands(0, False, 65.0) == [Music(on=False), Ended(Ending.LEFT)]


def test_nobody_waits_for_ever() -> None:
    assert queued().stands(3, True, RULES.longest) == [Music(on=False), Ended(Ending.CALLBACK)]


def test_an_agent_is_rung_and_both_are_in_one_room() -> None:
    of = queued()
    [ring] = of.offered("PJSIP/8001", 5.0)
    assert isinstance(ring, Command)
    assert ring.body is not None
    assert (ring.path, ring.body["endpoint"], ring.body["callerId"]) == (
        "/channels/made-7-agent",
        "PJSIP/8001",
        "10086",
    )
    steps = of.agent_answered()
    assert steps[0] == Music(on=False)
    assert asked(steps) == [
        "POST /bridges/made-7-room?type=mixing",
        "POST /bridges/made-7-room/addChannel?channel=c",
        "POST /bridges/made-7-room/addChannel?channel=made-7-agent",
    ]
    assert steps[-1] is News.TALKING


def test_an_agent_who_does_not_pick_up() -> None:
    of = ringing()
    assert of.tick(24.0) == []
    assert of.tick(25.0)[-1] is News.MISSED
    assert (of.state, of.deadline) == (State.WAITING, None)
    assert asked(of.agent_answered()) == ["DELETE /channels/made-7-agent?reason=normal"], "too late"


def test_an_agent_who_declines_at_the_desk_or_whose_line_is_busy() -> None:
    assert ringing().wished(Wish.DECLINE, 9.0)[-1] is News.DECLINED
    assert ringing().agent_gone() == [News.MISSED]


@pytest.mark.parametrize("how", ["agent hangs up", "at the desk"])
def test_the_agent_ends_it_and_the_caller_is_thanked(how: str) -> None:
    of = talking()
    steps = of.agent_gone() if how == "agent hangs up" else of.wished(Wish.HANG_UP, 9.0)
    assert "DELETE /bridges/made-7-room" in asked(steps)
    assert steps[-1] == Ended(Ending.TALKED)


def test_the_caller_hangs_up_wherever_he_is() -> None:
    assert queued().left() == [Ended(Ending.LEFT)]
    ring = ringing().left()
    assert asked(ring) == ["DELETE /channels/made-7-agent?reason=normal"]
    assert ring[-1] == Ended(Ending.LEFT)
    talk = talking().left(Ending.CALLBACK)
    assert asked(talk) == ["DELETE /channels/made-7-agent?reason=normal", "DELETE /bridges/made-7-room"]
    assert talk[-1] == Ended(Ending.TALKED)


def test_after_the_end_nothing_more_comes_of_it() -> None:
    of = queued()
    of.left()
    late = [of.left(), of.quiet(), of.answered("1", 1.0), of.stands(0, False, 2.0), of.agent_gone(), of.tick(99.0)]
    assert [step for steps in late for step in steps] == []
    assert of.offered("PJSIP/8001", 3.0) == [News.MISSED], "the agent must not be left with nobody"


def test_whose_agent_is_signed_out_is_passed_back_and_put_through_anew() -> None:
    of = talking()
    steps = of.wished(Wish.PASS_BACK, 950.0)
    assert asked(steps) == ["DELETE /channels/made-7-agent?reason=normal", "DELETE /bridges/made-7-room"]
    assert News.PASSED_BACK in steps
    assert said(steps) == ["queue.begins"]
    assert of.wished(Wish.PASS_BACK, 951.0) == of.agent_gone() == []
    assert of.quiet() == [Music(on=True)]
    assert said(of.stands(0, True, 952.0)) == ["queue.next"], "his patience begins anew"
    of.quiet()
    of.offered("PJSIP/8002", 953.0)
    assert News.TALKING in of.agent_answered()


def test_while_the_telephone_of_one_who_is_signed_out_rings_he_waits_on() -> None:
    assert ringing().wished(Wish.PASS_BACK, 9.0)[-1] is News.DECLINED


def test_both_are_told_before_it_is_recorded_and_with_the_next_agent_it_goes_on() -> None:
    of = ringing()
    of.record, of.notice = "hall-7", ("sound:told",)
    assert "POST /bridges/made-7-room/play/made-7-notice" in asked(of.agent_answered())
    assert of.played("made-7-tone", False) == of.played("made-7-notice", True) == []
    [record] = asked(of.played("made-7-notice", False))
    assert record.startswith("POST /bridges/made-7-room/record?name=hall-7&") and record.endswith("ifExists=append")
    of.left()
    assert of.played("made-7-notice", False) == []


def test_when_hall_comes_back_he_waits_on_or_talks_on() -> None:
    waits = Queued("c", "made-7", "hall", "10086", True, RULES)
    steps = waits.again(100.0, 200.0, talking=False)
    assert (asked(steps), said(steps)) == (["DELETE /channels/made-7-agent?reason=normal"], ["queue.begins"])
    assert waits.since == 100.0, "he has waited for as long as he has"
    assert waits.quiet() == [Music(on=True)]
    talks = Queued("c", "made-7", "hall", "10086", True, RULES)
    assert len(asked(talks.again(100.0, 200.0, talking=True))) == 3, "whether both were in the room is not known"
    assert talks.quiet() == []
    assert talks.agent_gone()[-1] == Ended(Ending.TALKED)
