"""The link by transcript: a message centre that has enough for now."""

from channels.smpp.events import (
    Event,
    Refused,
    Submitted,
    Unanswered,
)
from channels.smpp.pdus import SubmitSm
from channels.smpp.status import Class
from tests.doubles import fake_smsc as mc
from tests.doubles.link_wire import Wire

OK, THROTTLED, QUEUE_FULL = 0, 0x58, 0x14


def throttled(wire: Wire, said: list[mc.Said], status: int = THROTTLED) -> list[Event]:
    return wire.hears(b"".join(mc.submit_sm_resp(one.sequence, status=status) for one in said))


def test_throttled_messages_are_sent_again_in_order_with_new_numbers() -> None:
    wire = Wire(window=3)
    wire.submits("a", "b", "c", "d")
    first = wire.said()
    assert throttled(wire, list(reversed(first))) == []
    assert wire.said() == []
    wire.passes(0.99)
    assert wire.said() == []
    assert wire.link.room(wire.now) == 0
    wire.passes(0.01)
    (probe,) = wire.said()
    assert probe.short_message == b"a"
    assert probe.sequence not in {said.sequence for said in first}
    assert wire.hears(mc.submit_sm_resp(probe.sequence, b"1")) == [Submitted("a", "1")]
    wire.passes(5)
    assert wire.texts() == ["b", "c", "d"]


def test_the_pause_doubles_while_it_does_not_help_and_is_short_again_after() -> None:
    wire = Wire(window=1)
    wire.submits("a", "b")
    pauses = []
    for _ in range(8):
        throttled(wire, wire.said())
        began = wire.now
        while not wire.link.in_flight:
            wire.passes(0.5)
        pauses.append(wire.now - began)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def to(wire: Wire, *numbers: str) -> list[Event]:
    """The text is the number again."""
    return [
        event
        for number in numbers
        for event in wire.link.submit(
            number, SubmitSm(destination_addr=number, short_message=number.encode()), wire.now
        )
    ]


def test_a_subscriber_whose_queue_is_full_holds_up_nobody_else() -> None:
    wire = Wire(window=1)
    to(wire, "full", *["full"] * 8, "other")
    for _ in range(9):
        assert throttled(wire, wire.said(), QUEUE_FULL) == [Refused("full", QUEUE_FULL, Class.TEMPORARY)]
        assert not wire.link.throttled
    assert wire.texts() == ["other"]


def test_a_message_centre_that_has_no_room_for_many_is_full_itself() -> None:
    wire = Wire(window=1)
    to(wire, "a", "b", "c", "d", "e", "f")
    events = [event for _ in range(5) for event in throttled(wire, wire.said(), QUEUE_FULL)]
    assert events == [Refused(each, QUEUE_FULL, Class.TEMPORARY) for each in "abcd"]
    assert wire.link.throttled and wire.said() == []
    wire.passes(1)
    assert wire.texts() == ["e"]


def test_a_few_who_are_full_among_many_who_are_not_are_only_a_few() -> None:
    wire = Wire(window=1)
    to(wire, *(str(number) for number in range(60)))
    for number in range(60):
        (said,) = wire.said()
        wire.hears(mc.submit_sm_resp(said.sequence, b"1", status=OK if number % 3 else QUEUE_FULL))
        assert not wire.link.throttled


def test_a_link_may_say_that_a_full_queue_is_always_its_own() -> None:
    wire = Wire(window=1, status=({"code": QUEUE_FULL, "treat": "throttle"},))
    to(wire, "a")
    assert throttled(wire, wire.said(), QUEUE_FULL) == []
    assert wire.link.throttled


def test_a_probe_without_answer_is_followed_by_another() -> None:
    wire = Wire(window=2, response_timeout=20, enquire_link=1000)
    wire.submits("a", "b", "c")
    throttled(wire, wire.said()[:1])
    wire.said()
    wire.passes(1)
    assert wire.texts() == ["a"]
    assert wire.passes(20) == [Unanswered("b"), Unanswered("a")]
    assert wire.texts() == ["c"]


def test_what_waits_through_a_pause_is_handed_back_on_loss() -> None:
    wire = Wire(window=1)
    wire.submits("a", "b")
    throttled(wire, wire.said())
    assert wire.link.lost(wire.now) == [Refused("a", 4, Class.SESSION), Refused("b", 4, Class.SESSION)]
