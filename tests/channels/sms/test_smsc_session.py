import pytest

from channels.smpp.pdus import DeliverSm, decode
from channels.sms.centre.events import Bound, Closed, Delivered, Refused, Submitted, Unanswered
from channels.sms.centre.session import CentreSession, Stage
from channels.sms.centre.settings import CentreSettings
from tests.channels.sms.smsc_esme import (
    BIND_RX,
    BIND_TRX,
    BIND_TX,
    DELIVER,
    ENQUIRE,
    NACK,
    RESP,
    SUBMIT,
    UNBIND,
    bind_body,
    frame,
    sm_body,
)

SETTINGS = CentreSettings(window=2, session_init=30, enquire_link=60, response_timeout=10)
OUT = DeliverSm(source_addr="8613800138000", destination_addr="10086", short_message=b"YE")


def session(judge=lambda bind: 0):
    return CentreSession(SETTINGS, judge, now=0)


def bound(command=BIND_TRX, now=0):
    made = session()
    made.receive(frame(command, 1, bind_body()), now)
    made.data_to_send()
    return made


def sent(made):
    """(command, status, sequence) of what it has to send."""
    data, found = made.data_to_send(), []
    while data:
        length = int.from_bytes(data[:4], "big")
        pdu = decode(data[:length])
        found.append((pdu.command_id, pdu.status, pdu.sequence))
        data = data[length:]
    return found


@pytest.mark.parametrize(
    ("command", "stage", "room"),
    [(BIND_TX, Stage.TRANSMITTER, 0), (BIND_RX, Stage.RECEIVER, 2), (BIND_TRX, Stage.TRANSCEIVER, 2)],
)
def test_a_bind(command, stage, room):
    made = session()
    (event,) = made.receive(frame(command, 7, bind_body("hall", "10086")), 0)
    assert isinstance(event, Bound)
    assert (event.bind.system_id, event.bind.address_range) == ("hall", "10086")
    assert made.data_to_send() == frame(command | RESP, 7, b"hall-smsc\0\x02\x10\x00\x01\x34")
    assert (made.stage, made.room) == (stage, room)


def test_an_older_peer_is_told_no_version():
    made = session()
    made.receive(frame(BIND_TRX, 1, bind_body(version=0x33)), 0)
    assert made.data_to_send() == frame(BIND_TRX | RESP, 1, b"hall-smsc\0")


def test_a_bind_that_is_judged_badly_may_be_tried_again():
    verdicts = [0x0D, 0]
    made = session(lambda bind: verdicts.pop(0))
    assert made.receive(frame(BIND_TRX, 1, bind_body()), 0) == []
    assert sent(made) == [(BIND_TRX | RESP, 0x0D, 1)]
    assert made.receive(frame(BIND_TRX, 2, bind_body()), 0)


@pytest.mark.parametrize("size", [1, 3, 16, 1000])
def test_octets_may_come_in_any_pieces(size):
    made = session()
    data = frame(BIND_TRX, 1, bind_body()) + frame(SUBMIT, 2, sm_body("86138", "10086", b"YE")) + frame(ENQUIRE, 3)
    events = [event for at in range(0, len(data), size) for event in made.receive(data[at : at + size], 0)]
    assert [type(event) for event in events] == [Bound, Submitted]
    assert [command for command, _, _ in sent(made)] == [BIND_TRX | RESP, ENQUIRE | RESP]


SM = sm_body("8613800138000", "10086", b"YE")


@pytest.mark.parametrize(
    ("stage", "command", "body", "answer"),
    [
        (None, SUBMIT, SM, (SUBMIT | RESP, 4)),
        (BIND_RX, SUBMIT, SM, (SUBMIT | RESP, 4)),
        (BIND_TRX, BIND_RX, bind_body(), (BIND_RX | RESP, 5)),
        (BIND_TRX, DELIVER, SM, (DELIVER | RESP, 4)),
        (BIND_RX, 0x103, b"\0\1\1" + b"1\0\1\1" + b"2\0" + b"\0\0\0", (0x103 | RESP, 4)),
        (BIND_RX, 0x03, b"1\0\0\0" + b"1\0", (0x03 | RESP, 4)),
        (BIND_TRX, 0x999, b"?", (NACK, 3)),
        (BIND_TRX, 0x07, b"1\0", (NACK, 3)),
        (BIND_TRX, SUBMIT, SM[:10], (SUBMIT | RESP, 2)),
        (BIND_TRX, SUBMIT, SM[:-1], (SUBMIT | RESP, 1)),
        (None, BIND_TRX, b"hall", (BIND_TRX | RESP, 2)),
        (None, ENQUIRE, b"", (ENQUIRE | RESP, 0)),
        (BIND_RX, ENQUIRE, b"", (ENQUIRE | RESP, 0)),
    ],
)
def test_what_is_wrong_is_refused_and_the_session_lives(stage, command, body, answer):
    made = bound(stage) if stage else session()
    before = made.stage
    assert made.receive(frame(command, 99, body), 0) == []
    assert sent(made) == [(*answer, 99)]
    assert made.stage is before


@pytest.mark.parametrize(
    "late", [frame(SUBMIT | RESP, 5), frame(DELIVER | RESP, 77, b"\0"), frame(NACK, 0, status=3), frame(0x80000999, 1)]
)
def test_answers_to_nothing_change_nothing(late):
    made = bound()
    assert made.receive(late, 0) == []
    assert sent(made) == []


@pytest.mark.parametrize("start", [b"HTTP/1.1 400", b"\0\0\0\x0f", b"\xff\xff\xff\xff", b"\0\0\0\0"])
def test_what_cannot_be_smpp_ends_the_session(start):
    made = bound()
    (event,) = made.receive(start, 0)
    assert isinstance(event, Closed)
    assert sent(made) == [(NACK, 2, 0)]
    assert made.receive(frame(ENQUIRE, 1), 0) == []


def test_a_submission_is_answered_with_its_number():
    made = bound()
    (event,) = made.receive(frame(SUBMIT, 0xFFFFFFFF, sm_body("86138", "10086", b"YE")), 0)
    made.answer(event.pdu, 0, "2a")
    assert made.data_to_send() == frame(SUBMIT | RESP, 0xFFFFFFFF, b"2a\0")


def test_deliveries_are_answered_in_any_order_and_free_their_place():
    made = bound()
    made.deliver("a", OUT, 0)
    made.deliver("b", OUT, 0)
    assert made.room == 0
    (_, _, first), (_, _, second) = sent(made)
    assert made.receive(frame(DELIVER | RESP, second, b"\0"), 1) == [Delivered("b")]
    assert made.receive(frame(DELIVER | RESP, first, b"\0", status=0x64), 1) == [Refused("a", 0x64)]
    assert made.room == 2


def test_a_generic_nack_refuses_a_delivery():
    made = bound()
    made.deliver("a", OUT, 0)
    assert made.receive(frame(NACK, 1, status=3), 1) == [Refused("a", 3)]


def test_a_delivery_that_is_not_answered_in_time():
    made = bound()
    made.deliver("a", OUT, 0)
    assert made.tick(9.9) == []
    assert made.next_deadline() == 10
    assert made.tick(10) == [Unanswered("a", lost=False)]
    assert made.room == 2
    assert made.stage is Stage.TRANSCEIVER
    assert made.receive(frame(DELIVER | RESP, 1, b"\0"), 11) == []


def test_what_is_in_flight_when_the_connection_is_lost_is_told_at_once():
    made = bound()
    made.deliver("a", OUT, 0)
    made.deliver("b", OUT, 0)
    assert made.lost() == [
        Unanswered("a", lost=True),
        Unanswered("b", lost=True),
        Closed("the connection was lost"),
    ]
    assert made.lost() == []
    assert (made.room, made.next_deadline(), made.tick(99)) == (0, None, [])


def test_who_does_not_bind_is_closed():
    made = session()
    assert made.next_deadline() == 30
    assert made.tick(30) == [Closed("it did not bind in time")]


def test_silence_is_asked_about_and_then_taken_for_death():
    made = bound(now=5)
    assert made.next_deadline() == 65
    assert made.tick(65) == []
    assert sent(made) == [(ENQUIRE, 0, 1)]
    assert made.next_deadline() == 75
    assert made.tick(75) == [Closed("it does not answer enquire_link")]


def test_an_answer_or_anything_else_is_a_sign_of_life():
    made = bound()
    made.tick(60)
    made.receive(frame(ENQUIRE | RESP, 1), 61)
    assert made.next_deadline() == 121
    made.tick(121)
    made.receive(frame(ENQUIRE, 5), 122)
    assert made.tick(131) == []
    assert made.stage is Stage.TRANSCEIVER


def test_it_may_unbind():
    made = bound()
    made.deliver("a", OUT, 0)
    sent(made)
    assert made.receive(frame(UNBIND, 3), 1) == [Unanswered("a", lost=True), Closed("it unbound")]
    assert sent(made) == [(UNBIND | RESP, 0, 3)]


def test_we_may_unbind_and_still_hear_what_was_delivered():
    made = bound()
    made.deliver("a", OUT, 0)
    assert made.unbind(1) == []
    assert made.room == 0
    assert sent(made)[1][0] == UNBIND
    assert made.receive(frame(DELIVER | RESP, 1, b"\0"), 2) == [Delivered("a")]
    assert made.receive(frame(SUBMIT, 9, SM), 2) == []
    assert sent(made) == [(SUBMIT | RESP, 4, 9)]
    assert made.receive(frame(UNBIND | RESP, 2), 2) == [Closed("unbound")]


def test_an_unbind_that_is_not_answered():
    made = bound()
    made.unbind(1)
    assert isinstance(made.tick(11)[0], Closed)
