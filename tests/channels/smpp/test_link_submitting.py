"""The link by transcript: what is submitted, in a window and at a pace."""

import pytest

from channels.smpp.events import (
    Complaint,
    Dead,
    Late,
    Refused,
    Submitted,
    Unanswered,
)
from channels.smpp.pdus import SubmitSm
from channels.smpp.status import Class
from tests.doubles import fake_smsc as mc
from tests.doubles.link_wire import Wire

OK, THROTTLED, QUEUE_FULL = 0, 0x58, 0x14


# ── submitting ──


def test_the_window_holds_and_answers_may_come_in_any_order() -> None:
    wire = Wire(window=2)
    assert wire.link.room(wire.now) == 2
    wire.submits("a", "b", "c", "d")
    assert wire.link.room(wire.now) == 0
    assert (wire.link.in_flight, wire.link.queued) == (2, 2)
    first, second = wire.said()
    assert wire.hears(mc.submit_sm_resp(second.sequence, b"2")) == [Submitted("b", "2")]
    assert wire.texts() == ["c"]
    assert wire.hears(mc.submit_sm_resp(first.sequence, b"1")) == [Submitted("a", "1")]
    assert wire.texts() == ["d"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (lambda n: mc.frame(0x80000004, n, b""), Submitted("a", "")),
        (lambda n: mc.frame(0x80000004, n, b"no-nul"), Submitted("a", "no-nul")),
        (lambda n: mc.frame(0x80000004, n, b"7\0" + mc.tlv(0x1D, b"fine\0") + b"\0"), Submitted("a", "7")),
        (lambda n: mc.frame(0x80000004, n, b"7\0\x00\x1d\x00\x99"), Submitted("a", "7")),
        (lambda n: mc.submit_sm_resp(n, status=0x0B), Refused("a", 0x0B, Class.PERMANENT)),
        (lambda n: mc.frame(0x80000004, n, b"7\0", 0x45), Refused("a", 0x45, Class.TEMPORARY)),
        (lambda n: mc.submit_sm_resp(n, status=0x444), Refused("a", 0x444, Class.TEMPORARY)),
        (lambda n: mc.frame(mc.GENERIC_NACK, n, status=3), Refused("a", 3, Class.PERMANENT)),
    ],
)  # fmt: skip
def test_answers_of_all_shapes(answer, outcome) -> None:  # type: ignore[no-untyped-def]
    wire = Wire()
    wire.submits("a")
    (said,) = wire.said()
    assert wire.hears(answer(said.sequence)) == [outcome]
    assert wire.link.in_flight == 0


def test_a_response_of_another_kind_answers_nothing() -> None:
    wire = Wire()
    wire.submits("a")
    (said,) = wire.said()
    assert wire.hears(mc.frame(mc.ENQUIRE_LINK | mc.RESP, said.sequence)) == []
    assert wire.hears(mc.frame(mc.UNBIND | mc.RESP, said.sequence)) == []
    assert wire.link.in_flight == 1


def test_told_that_it_is_not_bound_it_gives_the_bind_up() -> None:
    wire = Wire()
    wire.submits("a")
    (said,) = wire.said()
    refused, dead = wire.hears(mc.submit_sm_resp(said.sequence, status=4))
    assert refused == Refused("a", 4, Class.SESSION)
    assert isinstance(dead, Dead)


def test_a_receiver_refuses_to_submit() -> None:
    wire = Wire(bind="receiver")
    assert wire.submits("a") == [Refused("a", 4, Class.SESSION)]
    assert wire.link.room(wire.now) == 0
    assert wire.said() == []


def test_what_fits_no_field_is_refused_here() -> None:
    wire = Wire()
    complaint, refused = wire.link.submit("x", SubmitSm(destination_addr="8" * 21), wire.now)
    assert isinstance(complaint, Complaint)
    assert refused == Refused("x", 0xC2, Class.PERMANENT)
    assert wire.said() == []


def test_one_answer_that_never_comes_frees_its_place_and_disturbs_nobody() -> None:
    wire = Wire(window=1, response_timeout=20, enquire_link=15)
    wire.submits("a", "b")
    (first,) = wire.said()
    wire.passes(15)
    (enquiry,) = wire.said()
    wire.hears(mc.frame(mc.ENQUIRE_LINK | mc.RESP, enquiry.sequence))
    assert wire.passes(5) == [Unanswered("a")]
    assert wire.texts() == ["b"]
    assert wire.hears(mc.submit_sm_resp(first.sequence, b"7")) == [Late("a", "7")]
    assert wire.link.in_flight == 1


def test_loss_fails_everything_in_flight_at_once() -> None:
    wire = Wire(window=2)
    wire.submits("a", "b", "c")
    assert wire.link.lost(wire.now) == [Unanswered("a"), Unanswered("b"), Refused("c", 4, Class.SESSION)]
    assert wire.link.lost(wire.now) == []
    assert wire.link.next_deadline() is None
    assert wire.submits("d") == [Refused("d", 4, Class.SESSION)]


def test_sequence_numbers_wrap_and_pass_over_those_in_flight() -> None:
    wire = Wire(sequence_start=0x7FFFFFFE)
    wire.submits("a", "b")
    assert [said.sequence for said in wire.said()] == [0x7FFFFFFF, 1]
    wire = Wire(sequence_start=0x7FFFFFFF)
    wire.submits(*(str(n) for n in range(4)))
    assert [said.sequence for said in wire.said()] == [1, 2, 3, 4]
    wire.link._session.window._next = 3
    wire.submits("again")
    assert [said.sequence for said in wire.said()] == [5]


# ── pace ──


@pytest.mark.parametrize(("rate", "seconds", "expected"), [(0.5, 10, 6), (1, 5, 6), (10, 2, 21), (200, 1, 210)])
def test_the_pace_is_kept(rate: float, seconds: float, expected: int) -> None:
    wire = Wire(throughput=rate, window=1_000)
    wire.submits(*(str(n) for n in range(expected + 20)))
    sent = len(wire.texts())
    for _ in range(int(seconds * 10)):
        wire.passes(0.1)
        sent += len(wire.texts())
    assert sent in (expected - 1, expected)


def test_whoever_asks_for_room_does_not_quicken_the_pace() -> None:
    wire = Wire(throughput=10, window=1_000)
    wire.submits(*(str(n) for n in range(100)))
    sent = len(wire.texts())
    for _ in range(500):
        wire.link.room(wire.now + 0.01)
        wire.link.next_deadline()
        wire.passes(0.01)
        sent += len(wire.texts())
    assert sent in (50, 51)


def test_the_pace_counts_segments() -> None:
    wire = Wire(throughput=1)
    long = SubmitSm(destination_addr="1", tlvs=((0x424, b"x" * 400),))
    wire.link.submit("long", long, wire.now)
    wire.submits("next")
    assert len(wire.said()) == 1
    wire.passes(2.9)
    assert wire.texts() == []
    wire.passes(0.2)
    assert wire.texts() == ["next"]


def test_room_comes_back_with_time_alone() -> None:
    wire = Wire(throughput=10)
    wire.submits("a")
    assert wire.link.room(wire.now) == 0
    deadline = wire.link.next_deadline()
    assert deadline is not None
    assert deadline - wire.now == pytest.approx(0.1, abs=0.001)
    assert wire.link.room(deadline) == 1
