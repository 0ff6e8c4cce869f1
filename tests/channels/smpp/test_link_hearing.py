"""The link by transcript: what is heard, and when its acknowledgement has surely arrived."""

import pytest

from channels.smpp.events import (
    Complaint,
    Confirmed,
    Dead,
    Heard,
    Submitted,
    Unanswered,
)
from tests.doubles import fake_smsc as mc
from tests.doubles.link_wire import Wire

OK, THROTTLED, QUEUE_FULL = 0, 0x58, 0x14


# ── hearing ──


def test_a_message_is_acknowledged_when_it_is_said_so() -> None:
    wire = Wire()
    (heard,) = wire.hears(mc.deliver_sm(0xFFFFFFFF, b"DG F800"))
    assert isinstance(heard, Heard)
    assert (heard.number, heard.sequence, heard.pdu.user_data) == (1, 0xFFFFFFFF, b"DG F800")
    assert wire.said() == []
    wire.acknowledges(1)
    assert wire.said() == [mc.Said("deliver_sm_resp", 0, 0xFFFFFFFF, b"\0")]
    assert wire.acknowledges(1) == []
    assert wire.said() == []


def test_acknowledgements_go_to_the_message_they_are_for_also_when_sequence_numbers_repeat() -> None:
    wire = Wire()
    events = wire.hears(mc.deliver_sm(0, b"a") + mc.deliver_sm(0, b"b") + mc.data_sm(9, mc.tlv(0x424, b"c")))
    assert [event.number for event in events if isinstance(event, Heard)] == [1, 2, 3]
    wire.acknowledges(3)
    wire.acknowledges(2, status=0x64)
    wire.acknowledges(1)
    assert [(said.name, said.sequence, said.status) for said in wire.said()] == [
        ("data_sm_resp", 9, 0),
        ("deliver_sm_resp", 0, 0x64),
        ("deliver_sm_resp", 0, 0),
    ]


def test_every_cut_of_the_stream_gives_the_same() -> None:
    stream = (
        mc.deliver_sm(1, b"one")
        + mc.frame(mc.ENQUIRE_LINK, 2)
        + mc.deliver_sm(3, b"\0" * 140, mc.tlv(0x1401, b"vendor"))
        + mc.frame(0x0BAD, 4)
    )
    whole = Wire()
    events, said = whole.hears(stream), whole.said()
    assert len(events) == 3
    for cut in range(len(stream) + 1):
        wire = Wire()
        assert wire.hears(stream[:cut]) + wire.hears(stream[cut:]) == events
        assert wire.said() == said
    wire = Wire()
    assert [event for octet in stream for event in wire.hears(bytes((octet,)))] == events


@pytest.mark.parametrize("length", [0, 4, 15, 0x7FFFFFFF, 0xFFFFFFFF, int.from_bytes(b"HTTP", "big")])
def test_an_impossible_length_ends_it_at_once(length: int) -> None:
    wire = Wire()
    events = wire.hears(mc.deliver_sm(1) + length.to_bytes(4, "big"))
    assert isinstance(events[0], Heard)
    assert isinstance(events[1], Dead)
    assert [(said.name, said.status) for said in wire.said()] == [("generic_nack", 2)]
    assert wire.hears(mc.deliver_sm(2)) == []


def test_an_unknown_command_is_refused_and_the_session_lives() -> None:
    wire = Wire()
    (complaint,) = wire.hears(mc.frame(0x00000111, 8, b"whatever"))
    assert isinstance(complaint, Complaint)
    assert wire.said() == [mc.Said("generic_nack", 3, 8, b"")]
    assert isinstance(wire.hears(mc.deliver_sm(9))[0], Heard)


def test_unknown_responses_are_passed_over() -> None:
    wire = Wire()
    unasked = mc.submit_sm_resp(999) + mc.frame(0x80000111, 5)
    assert wire.hears(unasked + mc.frame(mc.ENQUIRE_LINK | mc.RESP, 4)) == []
    assert wire.said() == []


@pytest.mark.parametrize("cut", [1, 5, 20, 30])
def test_a_message_that_cannot_be_read_is_refused_by_its_own_response(cut: int) -> None:
    wire = Wire()
    body = mc.message_body(b"hello")[:-cut]
    (complaint,) = wire.hears(mc.frame(mc.DELIVER_SM, 12, body))
    assert isinstance(complaint, Complaint)
    (said,) = wire.said()
    assert (said.name, said.sequence, said.body) == ("deliver_sm_resp", 12, b"\0")
    assert said.status in (1, 2)
    assert isinstance(wire.hears(mc.deliver_sm(13))[0], Heard)


def test_a_transmitter_is_not_for_hearing() -> None:
    wire = Wire(bind="transmitter")
    assert wire.hears(mc.deliver_sm(3)) == []
    assert [said.status for said in wire.said()] == [4]


def test_what_exceeds_the_backlog_is_told_to_come_again() -> None:
    wire = Wire(backlog=2)
    assert len(wire.hears(mc.deliver_sm(1) + mc.deliver_sm(2) + mc.deliver_sm(3))) == 2
    assert [(said.sequence, said.status) for said in wire.said()] == [(3, 0x64)]
    wire.acknowledges(2)
    (heard,) = wire.hears(mc.deliver_sm(3))
    assert isinstance(heard, Heard)
    assert heard.number == 3


# ── confirming ──


def test_acknowledgements_are_confirmed_by_the_answer_to_a_later_request() -> None:
    wire = Wire()
    wire.hears(mc.deliver_sm(1) + mc.deliver_sm(2) + mc.deliver_sm(3))
    wire.submits("before")
    wire.acknowledges(1, 2)
    wire.submits("after")
    before, after = (said for said in wire.said() if said.name == "submit_sm")
    assert wire.hears(mc.submit_sm_resp(before.sequence)) == [Submitted("before", "1")]
    assert wire.hears(mc.submit_sm_resp(after.sequence)) == [Confirmed(2), Submitted("after", "1")]


def test_a_gap_confirms_nothing_behind_it() -> None:
    wire = Wire()
    wire.hears(mc.deliver_sm(1) + mc.deliver_sm(2) + mc.deliver_sm(3))
    wire.acknowledges(1, 3)
    wire.submits("x")
    said = wire.said()[-1]
    assert wire.hears(mc.submit_sm_resp(said.sequence))[0] == Confirmed(1)
    wire.acknowledges(2)
    wire.submits("y")
    said = wire.said()[-1]
    assert wire.hears(mc.submit_sm_resp(said.sequence))[0] == Confirmed(3)


def test_open_acknowledgements_are_asked_about_after_a_second() -> None:
    wire = Wire()
    wire.hears(mc.deliver_sm(1))
    wire.acknowledges(1)
    wire.said()
    wire.passes(0.99)
    assert wire.said() == []
    wire.passes(0.01)
    (enquiry,) = wire.said()
    assert wire.hears(mc.frame(mc.ENQUIRE_LINK | mc.RESP, enquiry.sequence)) == [Confirmed(1)]
    wire.passes(5)
    assert wire.said() == []


def test_a_request_under_way_that_will_tell_is_enough() -> None:
    wire = Wire(enquire_link=1000, response_timeout=20)
    wire.hears(mc.deliver_sm(1))
    wire.acknowledges(1)
    wire.submits("a")
    wire.said()
    wire.passes(19)
    assert wire.said() == []
    assert wire.passes(1) == [Unanswered("a")]
    assert wire.names() == ["enquire_link"]
