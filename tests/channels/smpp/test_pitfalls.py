"""What has bitten others on the wire; each test is called by its pitfall. docs/smpp.md has the list."""

import pytest

from channels.smpp.events import Alerted, Complaint, Dead, Heard, Late, Queried, Refused, Submitted, Unanswered
from channels.smpp.link import State
from channels.smpp.pdus import AlertNotification, Outbind, QuerySm, QuerySmResp, decode, encode
from channels.smpp.status import Class
from channels.smpp.tlvs import ITS_SESSION_INFO, USSD_SERVICE_OP, find, find_int
from channels.smpp.window import MOST_LATE
from channels.sms.hearing import Heard as Understood
from channels.sms.hearing import Unheard, hear
from dialogs.words import MessageReceived
from tests.doubles import fake_smsc as mc
from tests.doubles.link_wire import Wire, settings

VENDOR = mc.tlv(0x1400, b"v") + mc.tlv(0x3FFF, b"") + mc.tlv(0x1301, b"unassigned") + mc.tlv(0x001D, b"text")
DATA_SM_RESP = mc.DATA_SM | mc.RESP
QUERY_SM_RESP = 0x80000003
ALERT, OUTBIND, REPLACE_SM = 0x102, 0x0B, 0x07


# ── framing and malformed input ──


def test_http_on_the_port_is_no_pdu_of_a_gigabyte() -> None:
    wire = Wire()
    (dead,) = wire.hears(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    assert isinstance(dead, Dead)
    assert [(said.name, said.status, said.sequence) for said in wire.said()] == [("generic_nack", 2, 0)]


def test_what_a_peer_announces_is_not_waited_for_beyond_what_a_pdu_can_be() -> None:
    wire = Wire()
    assert wire.hears((0x10400).to_bytes(4, "big")) == []
    assert isinstance(Wire().hears((0x10401).to_bytes(4, "big"))[0], Dead)


def test_an_sm_length_too_small_leaves_octets_that_are_no_parameters() -> None:
    """One forgotten NUL behind the text is padding; more is a parameter with a length that leads nowhere."""
    body = mc.message_body(b"hello")
    wire = Wire()
    (heard,) = wire.hears(mc.frame(mc.DELIVER_SM, 1, body + b"\0"))
    assert isinstance(heard, Heard) and heard.pdu.user_data == b"hello"
    (complaint,) = wire.hears(mc.frame(mc.DELIVER_SM, 2, body + b"world"))
    assert isinstance(complaint, Complaint)
    assert [(said.name, said.status) for said in wire.said()] == [("deliver_sm_resp", 0xC0)]


@pytest.mark.parametrize(
    "frame",
    [
        mc.deliver_sm(1, b"YE", VENDOR),
        mc.data_sm(1, mc.tlv(0x0424, b"YE") + VENDOR),
        mc.deliver_sm(1, b"YE", mc.tlv(0x0427, b"\x09")),
        mc.deliver_sm(1, b"YE", mc.tlv(0x0427, b"\x00")),
        mc.deliver_sm(1, b"YE", mc.tlv(0x0422, b"\0") + mc.tlv(0x0005, b"\0") + mc.tlv(0x0423, b"\x03\0\x01")),
        mc.deliver_sm(1, b"YE", esm=0x83),
        mc.deliver_sm(1, b"YE", esm=0x3C),
        mc.deliver_sm(1, b"YE", dcs=0xC0),
        mc.deliver_sm(1, b"YE", dcs=0x10),
        mc.deliver_sm(1, b"YE", dcs=0xF1),
    ],
)
def test_a_harmless_oddity_does_not_lose_a_message(frame: bytes) -> None:
    (event,) = Wire().hears(frame)
    assert isinstance(event, Heard)
    heard = hear(event.pdu, settings())
    assert isinstance(heard, Understood) and heard.kind == MessageReceived("YE")


def test_fields_that_a_deliver_sm_should_not_set_are_read_over() -> None:
    body = (
        b"CMT\0" + b"\x01\x05" + b"8613800138000\0" + b"\x09\x63" + b"10086\0" + b"\0\x7f\x09"
        b"260701120000000+\0" + b"000001000000000R\0" + b"\x03\x01\0\x07\x02YE"
    )
    (event,) = Wire().hears(mc.frame(mc.DELIVER_SM, 1, body))
    assert isinstance(event, Heard) and isinstance(hear(event.pdu, settings()), Understood)


def test_unknown_parameters_are_read_over_in_every_response() -> None:
    wire = Wire(bound=False)
    (bind,) = wire.said()
    wire.hears(mc.frame(mc.BIND_TRANSCEIVER | mc.RESP, bind.sequence, b"mc\0" + mc.tlv(0x0210, b"\x50") + VENDOR))
    assert wire.link.state is State.BOUND
    wire.submits("a")
    (said,) = wire.said()
    assert wire.hears(mc.frame(mc.SUBMIT_SM | mc.RESP, said.sequence, b"7\0" + VENDOR)) == [Submitted("a", "7")]
    unasked = mc.frame(mc.DELIVER_SM | mc.RESP, 9, b"filled\0" + VENDOR) + mc.frame(
        mc.ENQUIRE_LINK | mc.RESP, 9, VENDOR
    )
    assert wire.hears(unasked + mc.frame(mc.UNBIND | mc.RESP, 9, VENDOR) + mc.frame(DATA_SM_RESP, 9, VENDOR)) == []
    assert wire.link.state is State.BOUND


@pytest.mark.parametrize("response", [mc.BIND_TRANSCEIVER, mc.SUBMIT_SM, mc.DELIVER_SM, mc.DATA_SM, 0x03, 0x15, 0x06])
@pytest.mark.parametrize("body", [b"", b"x", b"\0\0", b"x\0\x04\x27\0\xff", b"\xff" * 9])
def test_no_response_is_so_broken_that_it_raises_or_is_answered(response: int, body: bytes) -> None:
    wire = Wire()
    assert wire.hears(mc.frame(response | mc.RESP, 77, body)) == []
    assert wire.said() == []


def test_deliver_sm_resp_has_a_message_id_of_one_nul() -> None:
    wire = Wire()
    wire.hears(mc.deliver_sm(5))
    wire.acknowledges(1)
    (said,) = wire.said()
    assert (said.sequence, said.body) == (5, b"\0")


@pytest.mark.parametrize("source", [b"", b"Caf\xe9", b"\xd0\xa6\xd0\xb5", b"a@b"])
def test_a_sender_that_is_empty_or_a_name_breaks_nothing_and_is_nobody_to_answer(source: bytes) -> None:
    (event,) = Wire().hears(mc.deliver_sm(1, source=source))
    assert isinstance(event, Heard) and isinstance(hear(event.pdu, settings()), Unheard)


def test_a_password_of_more_than_eight_characters_goes_out_whole() -> None:
    wire = Wire(bound=False, password="longer-than-eight")
    (bind,) = wire.said()
    assert bind.body.startswith(b"hall\0longer-than-eight\0")


# ── session ──


@pytest.mark.parametrize("sequence", [0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_any_sequence_number_of_the_peer_is_echoed(sequence: int) -> None:
    wire = Wire()
    wire.hears(mc.deliver_sm(sequence) + mc.frame(mc.ENQUIRE_LINK, sequence))
    wire.acknowledges(1)
    assert [said.sequence for said in wire.said()] == [sequence, sequence]


def test_a_response_that_comes_after_its_time_is_told_once_if_the_message_was_taken() -> None:
    wire = Wire(response_timeout=5, enquire_link=1_000)
    wire.submits("a", "b")
    a, b = wire.said()
    assert wire.passes(6) == [Unanswered("a"), Unanswered("b")]
    assert wire.hears(mc.submit_sm_resp(a.sequence, b"77")) == [Late("a", "77")]
    assert wire.hears(mc.submit_sm_resp(a.sequence, b"77")) == []
    assert wire.hears(mc.submit_sm_resp(b.sequence, status=8)) == []
    assert wire.link.state is State.BOUND and wire.link.in_flight == 0


def test_a_late_response_is_never_taken_for_the_answer_to_another_message() -> None:
    wire = Wire(response_timeout=5, enquire_link=1_000, sequence_start=0x7FFFFFFF)
    wire.submits("a")
    (a,) = wire.said()
    wire.passes(6)
    wire.link._session.window._next = a.sequence  # round once
    wire.submits("b")
    assert wire.hears(mc.submit_sm_resp(a.sequence, b"1")) == [Submitted("b", "1")]
    assert wire.hears(mc.submit_sm_resp(a.sequence, b"1")) == []


def test_only_so_many_messages_are_waited_for_beyond_their_time() -> None:
    wire = Wire(response_timeout=5, enquire_link=1_000, window=2_000)
    wire.submits(*(str(number) for number in range(MOST_LATE + 1)))
    said = wire.said()
    wire.passes(6)
    assert wire.hears(mc.submit_sm_resp(said[0].sequence, b"1")) == []
    assert wire.hears(mc.submit_sm_resp(said[1].sequence, b"2")) == [Late("1", "2")]


def test_a_generic_nack_without_a_number_is_about_nothing() -> None:
    wire = Wire()
    wire.submits("a")
    (complaint,) = wire.hears(mc.frame(mc.GENERIC_NACK, 0, status=2))
    assert isinstance(complaint, Complaint)
    assert wire.link.in_flight == 1


def test_acknowledgements_do_not_queue_behind_what_waits_to_be_sent() -> None:
    wire = Wire(window=1)
    wire.submits("a", "b")
    wire.hears(mc.deliver_sm(5) + mc.frame(mc.ENQUIRE_LINK, 6))
    wire.acknowledges(1)
    assert wire.names() == ["submit_sm", "enquire_link_resp", "deliver_sm_resp"]


def test_a_receiver_answers_and_sends_enquire_link() -> None:
    wire = Wire(bind="receiver", enquire_link=10)
    wire.hears(mc.frame(mc.ENQUIRE_LINK, 6))
    assert wire.names() == ["enquire_link_resp"]
    wire.passes(10)
    assert wire.names() == ["enquire_link"]


def test_a_data_sm_that_is_answered_as_a_submit_sm_is_not_answered() -> None:
    wire = Wire()
    wire.submits_data("a")
    (said,) = wire.said()
    assert said.name == "data_sm"
    assert wire.hears(mc.submit_sm_resp(said.sequence)) == []
    assert wire.hears(mc.frame(DATA_SM_RESP, said.sequence, b"id-7\0")) == [Submitted("a", "id-7")]


@pytest.mark.parametrize("command", [REPLACE_SM, 0x08, 0x21, 0x111, mc.SUBMIT_SM, mc.BIND_RECEIVER, OUTBIND, 0x03])
def test_what_a_message_centre_may_not_ask_is_refused_and_the_session_lives(command: int) -> None:
    wire = Wire()
    bodies = {
        mc.SUBMIT_SM: mc.message_body(b"x"),
        OUTBIND: b"a\0b\0",
        0x03: b"i\0\0\0a\0",
        mc.BIND_RECEIVER: b"a\0b\0\0\x34\0\0\0",
    }
    wire.hears(mc.frame(command, 5, bodies.get(command, b"")))
    assert [(said.name, said.status, said.sequence) for said in wire.said()] == [("generic_nack", 3, 5)]
    assert wire.link.state is State.BOUND


# ── alerts, queries, SMPP 5.0 ──


def test_an_alert_is_heard_and_never_answered() -> None:
    wire = Wire()
    body = b"\x01\x01" + b"8613800138000\0" + b"\0\0" + b"10086\0"
    assert wire.hears(mc.frame(ALERT, 5, body)) == [Alerted("8613800138000", None)]
    assert wire.hears(mc.frame(ALERT, 6, body + mc.tlv(0x0422, b"\1"))) == [Alerted("8613800138000", 1)]
    assert wire.said() == []


def query(message_id: str = "00AB") -> QuerySm:
    return QuerySm(message_id=message_id, source_addr="10086")


def test_a_query_is_asked_beside_a_full_window_by_the_id_as_it_was_given() -> None:
    wire = Wire(window=1)
    wire.submits("a", "b")
    wire.said()
    assert wire.link.query("q", query(), wire.now) == []
    (said,) = wire.said()
    assert (said.name, said.body) == ("0x3", b"00AB\0\0\x0010086\0")
    assert wire.hears(mc.frame(QUERY_SM_RESP, said.sequence, b"00AB\0\0\2\0")) == [Queried("q", 2)]
    assert wire.link.in_flight == 1


@pytest.mark.parametrize("body", [b"", b"x", b"x\0", b"x\0\0", b"x\0\0\0\0"])
def test_an_answer_to_a_query_that_says_nothing_is_an_answer(body: bytes) -> None:
    wire = Wire()
    wire.link.query("q", query(), wire.now)
    (said,) = wire.said()
    assert wire.hears(mc.frame(QUERY_SM_RESP, said.sequence, body)) == [Queried("q", None)]


def test_a_query_has_one_outcome_whatever_happens() -> None:
    wire = Wire(response_timeout=5, enquire_link=1_000)
    for token in "abcd":
        wire.link.query(token, query(), wire.now)
    first, second, *_ = wire.said()
    assert wire.hears(mc.frame(mc.GENERIC_NACK, first.sequence, status=3)) == [Queried("a", None)]
    assert wire.hears(mc.frame(QUERY_SM_RESP, second.sequence, status=0x67)) == [Queried("b", None)]
    assert wire.passes(5) == [Queried("c", None), Queried("d", None)]
    wire.link.query("e", query(), wire.now)
    assert wire.link.lost(wire.now) == [Queried("e", None)]
    assert wire.link.query("f", query(), wire.now) == [Queried("f", None)]


def test_a_query_by_an_id_that_fits_no_field_is_not_asked() -> None:
    wire = Wire()
    complaint, queried = wire.link.query("q", query("x" * 65), wire.now)
    assert isinstance(complaint, Complaint) and queried == Queried("q", None)
    assert wire.said() == []


def congested(sequence: int, state: int) -> bytes:
    return mc.frame(mc.SUBMIT_SM | mc.RESP, sequence, b"7\0" + mc.tlv(0x0428, bytes((state,))))


def test_a_congested_message_centre_is_sent_less_at_a_time() -> None:
    wire = Wire(window=10)
    wire.submits(*(str(n) for n in range(40)))
    said = wire.said()
    events = wire.hears(congested(said[0].sequence, 100))
    assert events[0] == Complaint("the message centre is congested (state 100): sending more slowly")
    assert wire.link.throttled and wire.said() == []
    for each in said[1:]:
        wire.hears(congested(each.sequence, 100))
    (one,) = wire.said()
    wire.hears(congested(one.sequence, 95))
    assert len(wire.said()) == 2
    wire.now += 31
    wire.link.tick(wire.now)
    assert wire.link.in_flight == 10, "what was said long ago holds for ever"


def test_congestion_is_heard_in_whatever_answer_it_stands() -> None:
    wire = Wire(enquire_link=10)
    wire.passes(10)
    (said,) = wire.said()
    assert not wire.link.throttled
    wire.hears(mc.frame(mc.ENQUIRE_LINK | mc.RESP, said.sequence, mc.tlv(0x0428, b"\x5a")))
    assert wire.link.throttled
    wire.hears(mc.frame(mc.ENQUIRE_LINK | mc.RESP, said.sequence, mc.tlv(0x0428, b"\x14") + b"\x04\x28\0\xff"))
    assert not wire.link.throttled


def test_a_message_centre_of_smpp_5_is_bound_to_as_it_wants_to_be() -> None:
    wire = Wire(bound=False, interface_version=0x50, address_range="^10086$", address_npi=1)
    (bind,) = wire.said()
    assert bind.body == b"hall\0pw\0\0\x50\0\x01^10086$\0"


# ── USSD, as far as the wire goes ──


def test_ussd_parameters_come_through_in_a_deliver_sm_where_no_list_has_them() -> None:
    tlvs = mc.tlv(USSD_SERVICE_OP, b"\x12") + mc.tlv(ITS_SESSION_INFO, b"\x2a\x03")
    (event,) = Wire().hears(mc.deliver_sm(1, b"*100#", tlvs))
    assert isinstance(event, Heard)
    assert find_int(event.pdu.tlvs, USSD_SERVICE_OP) == 0x12
    session, rest = find(event.pdu.tlvs, ITS_SESSION_INFO) or b""
    assert (session, rest >> 1, rest & 1) == (0x2A, 1, 1)
    (event,) = Wire().hears(mc.deliver_sm(2, b"*100#"))
    assert isinstance(event, Heard) and find_int(event.pdu.tlvs, USSD_SERVICE_OP) is None


# ── octets of what is new ──


@pytest.mark.parametrize(
    "pdu",
    [
        Outbind(sequence=4, system_id="mc", password="pw"),
        QuerySmResp(sequence=4, message_id="id", final_date="260701120000000+", message_state=2, error_code=9),
        QuerySmResp(sequence=4, status=0x67),
        AlertNotification(sequence=4, source_addr="861", esme_addr="10086", tlvs=((0x0422, b"\0"),)),
    ],
)
def test_what_is_written_is_read(pdu: Outbind | QuerySmResp | AlertNotification) -> None:
    assert decode(encode(pdu)) == pdu


# ── refusals by rules of the link's own ──


def test_a_link_may_say_what_a_status_means() -> None:
    wire = Wire(status=({"code": 0x45, "treat": "permanent"}, {"code": 0x400, "treat": "throttle", "at_link": 2}))
    wire.submits("a", "b")
    first, second = wire.said()
    assert wire.hears(mc.submit_sm_resp(first.sequence, status=0x45)) == [Refused("a", 0x45, Class.PERMANENT)]
    assert wire.hears(mc.submit_sm_resp(second.sequence, status=0x400)) == []
    wire.passes(2)
    (again,) = [said for said in wire.said() if said.name == "submit_sm"]
    assert again.short_message == b"b"
    assert wire.hears(mc.submit_sm_resp(again.sequence, status=0x400)) == [Refused("b", 0x400, Class.THROTTLE)]


def test_what_is_sent_again_after_throttling_asks_for_its_receipt_again() -> None:
    wire = Wire()
    wire.submits("a")
    (first,) = wire.said()
    wire.hears(mc.submit_sm_resp(first.sequence, status=0x58))
    wire.passes(2)
    (again,) = [said for said in wire.said() if said.name == "submit_sm"]
    assert again.body == first.body and again.sequence != first.sequence
