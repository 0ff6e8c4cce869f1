"""The link by transcript: it binds, is kept alive, and takes its leave."""

import pytest

from channels.smpp.events import (
    BindRefused,
    Confirmed,
    Dead,
    PeerUnbound,
    Refused,
    Unanswered,
    Unbound,
)
from channels.smpp.link import State
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
