"""The link by transcript: what a message centre says, what the link tells and says in return."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from channels.smpp.events import (
    BindRefused,
    Complaint,
    Confirmed,
    Dead,
    Event,
    Heard,
    Late,
    PeerUnbound,
    Refused,
    Submitted,
    Unanswered,
    Unbound,
)
from channels.smpp.link import State
from channels.smpp.pdus import SubmitSm
from channels.smpp.status import Class, Patience
from tests.doubles import fake_smsc as mc
from tests.doubles.link_wire import Wire

OK, THROTTLED, QUEUE_FULL = 0, 0x58, 0x14


# ── binding ──


@pytest.mark.parametrize("bind", ["transceiver", "transmitter", "receiver"])
def test_binds_as_it_is_told(bind: str) -> None:
    (said,) = Wire(bound=False, bind=bind, system_type="SMPP").said()
    assert said.name == f"bind_{bind}"
    assert said.body == b"hall\0pw\0SMPP\0\x34\0\0\0"


@pytest.mark.parametrize(
    ("status", "patience"),
    [
        (0x0E, Patience.LONG),
        (0x0F, Patience.LONG),
        (0x05, Patience.LONG),
        (0x53, Patience.LONG),
        (0x08, Patience.ORDINARY),
    ],
)
def test_a_refused_bind_says_how_patient_to_be(status: int, patience: Patience) -> None:
    wire = Wire(bound=False)
    assert wire.hears(mc.frame(mc.BIND_TRANSCEIVER | mc.RESP, 1, b"", status)) == [BindRefused(status, patience)]
    assert wire.link.next_deadline() is None


def test_a_bind_may_be_refused_by_generic_nack() -> None:
    wire = Wire(bound=False)
    assert wire.hears(mc.frame(mc.GENERIC_NACK, 1, status=3)) == [BindRefused(3, Patience.LONG)]


def test_a_bind_without_answer_is_given_up() -> None:
    wire = Wire(bound=False, response_timeout=20)
    assert wire.passes(19.9) == []
    (dead,) = wire.passes(0.1)
    assert isinstance(dead, Dead)


def test_enquire_link_is_answered_before_bind() -> None:
    wire = Wire(bound=False)
    wire.said()
    assert wire.hears(mc.frame(mc.ENQUIRE_LINK, 77)) == []
    assert [(said.name, said.sequence) for said in wire.said()] == [("enquire_link_resp", 77)]


def test_a_message_before_bind_is_refused() -> None:
    wire = Wire(bound=False)
    wire.said()
    assert wire.hears(mc.deliver_sm(5)) == []
    assert [(said.name, said.status) for said in wire.said()] == [("deliver_sm_resp", 4)]


def test_a_second_bind_resp_changes_nothing() -> None:
    wire = Wire()
    assert wire.hears(mc.frame(mc.BIND_TRANSCEIVER | mc.RESP, 1, b"", 0x0E)) == []
    assert wire.link.state is State.BOUND


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


# ── throttling ──


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


# ── living and leaving ──


def test_a_silent_peer_is_asked_and_then_dead() -> None:
    wire = Wire(enquire_link=30, response_timeout=10)
    assert wire.passes(29.9) == []
    assert wire.said() == []
    wire.passes(0.1)
    assert wire.names() == ["enquire_link"]
    (dead,) = wire.passes(10)
    assert isinstance(dead, Dead)


def test_a_peer_that_speaks_lives_even_if_it_does_not_answer() -> None:
    wire = Wire(enquire_link=30, response_timeout=10)
    wire.passes(30)
    wire.said()
    wire.hears(mc.frame(mc.ENQUIRE_LINK, 4))
    wire.said()
    assert wire.passes(9.9) == []
    wire.hears(mc.frame(mc.ENQUIRE_LINK, 5))
    assert wire.passes(1) == []
    assert wire.link.state is State.BOUND


def test_the_peer_is_asked_also_while_the_window_is_full() -> None:
    wire = Wire(window=1, enquire_link=5)
    wire.submits("a", "b")
    wire.said()
    wire.passes(5)
    assert wire.names() == ["enquire_link"]


def test_our_unbind_waits_for_what_is_open() -> None:
    wire = Wire(window=1)
    wire.submits("a", "b")
    wire.hears(mc.deliver_sm(1))
    (said,) = wire.said()
    assert wire.link.unbind(wire.now, within=10) == [Refused("b", 4, Class.SESSION)]
    wire.hears(mc.deliver_sm(2))
    assert [(one.sequence, one.status) for one in wire.said()] == [(2, 0x64)]
    wire.hears(mc.submit_sm_resp(said.sequence))
    assert wire.said() == []
    wire.acknowledges(1)
    acknowledgement, unbind = wire.said()
    assert (acknowledgement.name, unbind.name) == ("deliver_sm_resp", "unbind")
    assert wire.hears(mc.frame(mc.UNBIND | mc.RESP, unbind.sequence)) == [Confirmed(1), Unbound()]
    assert wire.link.next_deadline() is None


def test_our_unbind_waits_only_so_long_and_for_no_answer_for_ever() -> None:
    wire = Wire(response_timeout=60)
    wire.submits("a")
    wire.said()
    wire.link.unbind(wire.now, within=10)
    wire.passes(9.9)
    assert wire.said() == []
    wire.passes(0.1)
    assert wire.names() == ["unbind"]
    assert wire.passes(60) == [Unanswered("a"), Unbound()]


def test_unbind_before_the_bind_was_answered_is_immediate() -> None:
    wire = Wire(bound=False)
    assert wire.link.unbind(wire.now) == [Unbound()]


def test_the_peers_unbind_is_answered_when_what_is_open_is_done() -> None:
    wire = Wire(window=1)
    wire.hears(mc.deliver_sm(1))
    wire.submits("a", "b")
    (said,) = wire.said()
    assert wire.hears(mc.frame(mc.UNBIND, 50)) == [PeerUnbound(), Refused("b", 4, Class.SESSION)]
    assert wire.submits("c") == [Refused("c", 4, Class.SESSION)]
    assert wire.said() == []
    wire.hears(mc.submit_sm_resp(said.sequence))
    assert wire.acknowledges(1) == [Unbound()]
    assert [(one.name, one.sequence) for one in wire.said()] == [("deliver_sm_resp", 1), ("unbind_resp", 50)]


def test_the_peers_unbind_is_answered_at_once_when_nothing_is_open_and_soon_when_something_is() -> None:
    wire = Wire()
    assert wire.hears(mc.frame(mc.UNBIND, 50)) == [PeerUnbound(), Unbound()]
    assert wire.names() == ["unbind_resp"]
    wire = Wire()
    wire.submits("a")
    wire.said()
    wire.hears(mc.frame(mc.UNBIND, 50))
    assert wire.passes(4.9) == []
    assert wire.passes(0.1) == [Unbound()]
    assert wire.names() == ["unbind_resp"]
    assert wire.link.lost(wire.now) == [Unanswered("a")]


def test_both_unbind_at_once() -> None:
    wire = Wire()
    wire.link.unbind(wire.now)
    (unbind,) = wire.said()
    assert wire.hears(mc.frame(mc.UNBIND, 50)) == []
    assert wire.names() == ["unbind_resp"]
    assert wire.hears(mc.frame(mc.UNBIND | mc.RESP, unbind.sequence)) == [Unbound()]


# ── whatever happens ──

STATUSES = [OK, OK, THROTTLED, QUEUE_FULL, 0x0B]
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.integers(1, 4)),
        st.tuples(
            st.just("answer"), st.tuples(st.integers(0, 5), st.sampled_from([OK, OK, THROTTLED, QUEUE_FULL, 0x0B]))
        ),
        st.tuples(st.just("pass"), st.sampled_from([0.1, 1.0, 7.0, 25.0])),
    ),
    max_size=40,
)


@hypothesis_settings(deadline=None)
@given(happenings, st.integers(1, 4), st.sampled_from([0, 0.5, 5]))
def test_every_message_has_one_outcome_and_goes_in_its_order(happened: list, window: int, rate: float) -> None:  # type: ignore[type-arg]
    wire = Wire(window=window, throughput=rate, response_timeout=20)
    given, outcomes, unanswered, first_sent = 0, [], [], []

    def looks() -> None:
        for said in wire.said():
            if said.name == "enquire_link":
                outcomes.extend(wire.hears(mc.frame(mc.ENQUIRE_LINK | mc.RESP, said.sequence)))
            elif said.name == "submit_sm":
                unanswered.append(said)
                text = said.short_message.decode()
                if text not in first_sent:
                    first_sent.append(text)
        assert wire.link.in_flight <= window

    for what, value in happened:
        if what == "submit":
            for _ in range(value):
                given += 1
                outcomes += wire.submits(str(given))
        elif what == "answer" and unanswered:
            place, status = value
            said = unanswered.pop(place % len(unanswered))
            outcomes += wire.hears(mc.submit_sm_resp(said.sequence, status=status))
        elif what == "pass":
            outcomes += wire.passes(value)
        looks()
    outcomes += wire.link.lost(wire.now)
    tokens = [event.token for event in outcomes if isinstance(event, Submitted | Refused | Unanswered)]
    assert sorted(tokens, key=int) == [str(n) for n in range(1, given + 1)]
    assert first_sent == sorted(first_sent, key=int)
