import pytest
from twisted.internet.defer import Deferred

from channels.smpp.segments import TooManyParts
from channels.sms.centre.centre import NotSent
from tests.channels.sms.smsc_esme import BIND_RX, BIND_TX, DELIVER, RESP, SUBMIT, UNBIND, House, sm_body

LI, WANG = "8613800138000", "8613900139000"
LONG = "我要订购一部手机，" * 20


def udh(reference, total, number):
    return bytes((5, 0, 3, reference, total, number))


# ── from the phone page to the service ───────────────────────────────────────────────────────────────────────────────


def test_a_text_from_the_page_reaches_the_service_and_is_delivered_when_it_was_taken():
    house = House()
    hall = house.hall()
    message = house.centre.submit_mo("13800138000", "YE")
    (arrived,) = hall.deliveries()
    assert (arrived.source, arrived.destination, arrived.text) == (LI, "10086", b"YE")
    assert (message.state, message.alphabet, message.segments) == ("sent", "GSM-7", 1)
    house.clock.advance(1.5)
    hall.ok(arrived)
    (message,) = house.centre.messages_for(LI)
    assert [state for state, _ in message.timeline] == ["queued", "sent", "delivered"]
    assert message.timeline[2][1] - message.timeline[1][1] == 1.5
    assert hall.transport.no_delay


def test_it_waits_until_the_service_binds():
    house = House()
    house.centre.submit_mo(LI, "YE")
    assert house.shown(LI) == [("out", "YE", "queued")]
    (arrived,) = house.hall().deliveries()
    assert arrived.text == b"YE"


def test_a_long_text_is_cut_and_shown_whole():
    house = House()
    hall = house.hall()
    house.centre.submit_mo(LI, LONG)
    house.centre.submit_mo(LI, "YE")
    parts = hall.take()
    assert [part.esm_class for part in parts] == [0x40, 0x40, 0x40, 0]
    assert b"".join(part.text[6:] for part in parts[:3]).decode("utf-16-be") == LONG
    assert len({part.text[3] for part in parts[:3]}) == 1
    message = house.centre.messages_for(LI)[0]
    assert (message.text, message.alphabet, message.segments, message.state) == (LONG, "UCS-2", 3, "delivered")


def test_one_sender_is_delivered_in_order_and_others_meanwhile():
    house = House()
    hall = house.hall()
    for text in ("a1", "a2"):
        house.centre.submit_mo(LI, text)
    house.centre.submit_mo(WANG, "b1")
    first, other = hall.deliveries()
    assert (first.text, other.text) == (b"a1", b"b1")
    hall.ok(other)
    assert hall.deliveries() == []
    hall.ok(first)
    assert [message.text for message in hall.deliveries()] == [b"a2"]


def test_no_more_than_the_window_is_in_flight():
    house = House(window=3)
    hall = house.hall()
    for number in range(5):
        house.centre.submit_mo(f"1380013800{number}", "YE")
    batch = hall.deliveries()
    assert len(batch) == 3
    hall.ok(batch[1])
    assert len(hall.deliveries()) == 1


@pytest.mark.parametrize(
    ("msisdn", "text", "to", "error"),
    [
        ("10086", "YE", "10086", NotSent),
        ("abc", "YE", "10086", NotSent),
        (LI, "YE", "999", NotSent),
        (LI, "YE", "1" * 30, NotSent),
        (LI, "字" * 20_000, "10086", TooManyParts),
    ],
)
def test_what_no_phone_would_send(msisdn, text, to, error):
    house = House()
    with pytest.raises(error):
        house.centre.submit_mo(msisdn, text, to)
    assert house.shown(msisdn) == []


# ── kept until it is taken ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_lost_connection_in_mid_window_loses_nothing_and_keeps_the_order():
    house = House()
    hall = house.hall()
    for sender in (LI, WANG):
        for number in range(3):
            house.centre.submit_mo(sender, f"{sender[-1]}{number}")
    first, _ = hall.deliveries()
    hall.ok(first)
    hall.lose()
    assert house.shown(LI)[1][2] == "queued"
    taken = house.hall().take()
    assert [message.text for message in taken if message.source == LI] == [b"01", b"02"]
    assert [message.text for message in taken if message.source == WANG] == [b"00", b"01", b"02"]


@pytest.mark.parametrize("status", [0x64, 0x14, 0x58, 0x08, 0x400])
def test_not_now_is_tried_again_after_a_rest_that_grows(status):
    house = House(retry=1, longest_retry=3)
    hall = house.hall()
    house.centre.submit_mo(LI, "1")
    house.centre.submit_mo(LI, "2")
    for rest in (1, 2, 3, 3):
        (message,) = hall.deliveries()
        assert message.text == b"1"
        hall.ok(message, status=status)
        house.clock.advance(rest - 0.1)
        assert hall.deliveries() == []
        house.clock.advance(0.2)
    assert [message.text for message in hall.take()] == [b"1", b"2"]


def test_a_burst_of_refusals_is_one_refusal():
    house = House(retry=1)
    hall = house.hall()
    for number in range(8):
        house.centre.submit_mo(f"1380013800{number}", "YE")
    hall.ok(*hall.deliveries(), status=0x64)
    house.clock.advance(1)
    assert len(hall.take()) == 8


def test_what_is_not_answered_is_delivered_again_under_another_number():
    house = House(response_timeout=10, retry=1)
    hall = house.hall()
    house.centre.submit_mo(LI, "YE")
    (first,) = hall.deliveries()
    house.clock.advance(10)
    house.clock.advance(1)
    (again,) = hall.deliveries()
    assert again.text == b"YE"
    assert again.sequence != first.sequence


def test_never_is_never_and_the_next_one_goes():
    house = House()
    hall = house.hall()
    house.centre.submit_mo(LI, "1")
    house.centre.submit_mo(LI, "2")
    hall.ok(*hall.deliveries(), status=0x65)
    assert [message.text for message in hall.take()] == [b"2"]
    assert house.shown(LI) == [("out", "1", "failed"), ("out", "2", "delivered")]


def test_what_nobody_took_in_time_is_given_up():
    house = House(retention=100)
    house.centre.submit_mo(LI, "old")
    house.clock.advance(60)
    house.centre.submit_mo(LI, "new")
    house.clock.advance(60)
    assert [message.text for message in house.hall().take()] == [b"new"]
    assert house.shown(LI)[0] == ("out", "old", "failed")


def test_a_destination_takes_only_so_much():
    house = House(waiting=2)
    house.centre.submit_mo(LI, "1")
    house.centre.submit_mo(LI, "2")
    with pytest.raises(NotSent):
        house.centre.submit_mo(LI, "3")
    assert house.esme().bind().submit(LI, "10086", b"3")[0] == 0x14


# ── from the service to the handset ──────────────────────────────────────────────────────────────────────────────────


def test_a_text_to_a_handset_is_shown_and_its_receipt_says_delivered():
    house = House()
    hall = house.hall()
    status, message_id = hall.submit("10086", LI, b"OK", registered=1)
    assert status == 0
    assert house.shown(LI) == [("in", "OK", "delivered")]
    (receipt,) = hall.take()
    assert (receipt.esm_class, receipt.source, receipt.destination) == (0x04, LI, "10086")
    dates = "submit date:2701150800 done date:2701150800"
    assert receipt.text.decode() == f"id:{message_id} sub:001 dlvrd:001 {dates} stat:DELIVRD err:000 text:OK"
    assert (receipt.tlvs[0x001E], receipt.tlvs[0x0427]) == (message_id.encode() + b"\0", b"\x02")


def test_the_answer_comes_before_the_receipt():
    house = House()
    hall = house.hall()
    hall.send(SUBMIT, sm_body("10086", LI, b"OK", registered=1))
    assert [command for command, *_ in hall.heard()] == [SUBMIT | RESP, DELIVER]


@pytest.mark.parametrize(("registered", "receipts"), [(0, 0), (1, 1), (2, 0), (0x10, 0), (0x11, 1)])
def test_receipts_come_when_they_were_asked_for(registered, receipts):
    house = House()
    hall = house.hall()
    hall.submit("10086", LI, b"OK", registered=registered)
    assert len(hall.take()) == receipts


def test_a_receipt_for_a_message_in_chinese_quotes_nothing_and_echoes_the_reference():
    house = House()
    hall = house.hall()
    hall.submit("10086", LI, "余额".encode("utf-16-be"), coding=8, registered=1, tlvs=b"\x02\x04\x00\x02\x00\x2a")
    (receipt,) = hall.take()
    assert receipt.text.endswith(b"text:")
    assert receipt.tlvs[0x0204] == b"\x00\x2a"


def test_parts_are_joined_whatever_their_order_and_another_with_the_same_reference_is_another():
    house = House()
    hall = house.hall()
    for text in ("您好，世界", "再见，世界"):
        halves = text[:3].encode("utf-16-be"), text[3:].encode("utf-16-be")
        hall.submit("10086", LI, udh(9, 2, 2) + halves[1], coding=8, esm_class=0x40)
        hall.submit("10086", LI, udh(9, 2, 1) + halves[0], coding=8, esm_class=0x40)
    messages = house.centre.messages_for(LI)
    assert [(message.text, message.segments, message.arrived) for message in messages] == [
        ("您好，世界", 2, 2),
        ("再见，世界", 2, 2),
    ]


def test_what_is_no_text_is_said_to_be_none():
    house = House()
    house.hall().submit("10086", LI, b"\x01\x02", coding=4)
    assert house.shown(LI) == [("in", "[data]", "delivered")]


@pytest.mark.parametrize(
    ("source", "destination", "status"),
    [("", LI, 0x0A), ("10086", "", 0x0B), ("10086", "123", 0x0B), ("1" * 20, "10086", 0), ("CMCC", LI, 0)],
)
def test_addresses(source, destination, status):
    assert House().esme().bind().submit(source, destination, b"x")[0] == status


# ── a tool that plays the handset ────────────────────────────────────────────────────────────────────────────────────


def test_a_tool_that_submits_from_a_number_plays_it():
    house = House()
    hall, tool = house.hall(), house.esme().bind()
    assert tool.submit("13800138000", "10086", b"YE")[0] == 0
    (question,) = hall.take()
    assert (question.source, question.text) == ("13800138000", b"YE")
    hall.submit("10086", LI, b"18.88", registered=1)
    (answer,) = tool.deliveries()
    assert (answer.source, answer.text) == ("10086", b"18.88")
    assert house.shown(LI)[1] == ("in", "18.88", "sent")
    assert hall.deliveries() == [], "no receipt before the handset has it"
    tool.ok(answer)
    assert len(hall.take()) == 1
    assert house.shown(LI) == [("out", "YE", "delivered"), ("in", "18.88", "delivered")]


@pytest.mark.parametrize("claim", [LI, "13800138000", "138*", "^86138", "10010,13800138000", "*", "^13800138000$"])
def test_a_tool_may_claim_a_handset_by_its_address_range(claim):
    house = House()
    hall, tool = house.hall(), house.esme().bind(BIND_RX, address_range=claim)
    hall.submit("10086", LI, b"hello")
    assert [message.text for message in tool.take()] == [b"hello"]
    house.centre.submit_mo(WANG, "YE")
    assert [message.text for message in hall.take()] == [b"YE"], "a claim to handsets is none to services"


def test_a_tool_may_bind_under_the_name_of_the_application():
    house = House()
    hall, tool = house.hall(), house.hall()
    tool.submit(LI, "10086", b"YE", registered=1)
    (question,) = hall.take()
    assert question.text == b"YE"
    (receipt,) = tool.take()
    assert receipt.esm_class == 0x04
    hall.lose()
    house.centre.submit_mo(WANG, "YE")
    assert tool.deliveries() == []


def test_another_application_may_serve_a_code_of_its_own():
    house = House()
    other = house.esme().bind(system_id="other", address_range="10010")
    house.centre.submit_mo(LI, "YE", to="10010")
    assert [message.destination for message in other.take()] == ["10010"]


def test_a_handset_waits_a_while_for_the_tool_that_played_it():
    house = House(grace=60)
    hall, tool = house.hall(), house.esme().bind(address_range=LI)
    hall.submit("10086", LI, b"1", registered=1)
    hall.submit("10086", LI, b"2", registered=1)
    tool.lose()
    house.clock.advance(59)
    assert [state for _, _, state in house.shown(LI)] == ["queued", "queued"]
    assert [message.text for message in house.esme().bind(address_range=LI).take()] == [b"1", b"2"]
    assert len(hall.take()) == 2


def test_and_then_it_is_the_pages_again():
    house = House(grace=60)
    hall, tool = house.hall(), house.esme().bind(address_range=LI)
    hall.submit("10086", LI, b"1")
    tool.lose()
    house.clock.advance(60)
    assert house.shown(LI) == [("in", "1", "delivered")]


def test_a_transmitter_and_a_receiver_of_one_name_are_one_application():
    house = House()
    out, back = house.esme().bind(BIND_TX, system_id="hall"), house.esme().bind(BIND_RX, system_id="hall")
    out.submit("10086", LI, b"x", registered=1)
    assert len(back.take()) == 1
    assert out.heard() == []


def test_receipts_wait_for_somebody_who_can_take_them():
    house = House()
    out = house.esme().bind(BIND_TX, system_id="hall")
    out.submit("10086", LI, b"x", registered=1)
    assert len(house.hall().take()) == 1


def test_a_message_refused_for_good_by_the_handset_has_a_receipt_that_says_so():
    house = House()
    hall, tool = house.hall(), house.esme().bind(address_range=LI)
    hall.submit("10086", LI, b"x", registered=2)
    tool.ok(*tool.deliveries(), status=0x65)
    (receipt,) = hall.take()
    assert b"stat:UNDELIV err:001" in receipt.text
    assert receipt.tlvs[0x0427] == b"\x05"


def test_optional_parameters_pass_through():
    house = House()
    hall, tool = house.hall(), house.esme().bind()
    tool.submit(LI, "10086", b"*100#", tlvs=b"\x05\x01\x00\x01\x01" + b"\x14\x01\x00\x01\x07")
    (arrived,) = hall.take()
    assert arrived.tlvs == {0x0501: b"\x01", 0x1401: b"\x07"}


def test_two_handsets_write_to_each_other():
    house = House()
    house.centre.submit_mo(LI, "你好", to=WANG)
    assert house.shown(LI) == [("out", "你好", "delivered")]
    assert house.shown(WANG) == [("in", "你好", "delivered")]


# ── what the page sees, and the end ──────────────────────────────────────────────────────────────────────────────────


def test_a_listener_hears_every_change_of_his_handset_only():
    house = House()
    hall, heard = house.hall(), []
    stop = house.centre.listen("13800138000", heard.append)
    house.centre.submit_mo(LI, "YE")
    house.centre.submit_mo(WANG, "YE")
    hall.take()
    assert [message.state for message in heard] == ["queued", "sent", "delivered"]
    assert [message.revision for message in heard] == sorted(message.revision for message in heard)
    stop()
    hall.submit("10086", LI, b"18.88")
    assert len(heard) == 3


def test_only_what_has_changed_since():
    house = House()
    hall = house.hall()
    house.centre.submit_mo(LI, "1")
    seen = house.centre.messages_for(LI)[-1].revision
    assert house.centre.messages_for(LI, after=seen) == []
    hall.take()
    (changed,) = house.centre.messages_for(LI, after=seen)
    assert changed.state == "delivered"


def test_a_page_that_outlives_the_process_misses_nothing():
    before = House()
    for _ in range(3):
        before.centre.submit_mo(LI, "YE")
    seen = before.centre.messages_for(LI)[-1].revision
    after = House()
    after.clock.advance(1)
    after.centre = type(after.centre)(after.clock, after.next_id)
    after.centre.submit_mo(LI, "new")
    assert [message.text for message in after.centre.messages_for(LI, after=seen)] == ["new"]
    assert seen < 2**53


def test_memory_is_bounded():
    house = House(handsets=2, remembered=3)
    hall = house.hall()
    for number in range(5):
        house.centre.submit_mo(LI, str(number))
    hall.take()
    assert [text for _, text, _ in house.shown(LI)] == ["2", "3", "4"]
    for last in range(2):
        house.centre.submit_mo(f"1390013900{last}", "YE")
    assert house.shown(LI) == []
    hall.take()
    assert len(house.centre._store._kept) == 2


def test_stopping_unbinds_everybody_and_leaves_no_alarm():
    house = House()
    hall, stranger = house.hall(), house.esme()
    house.centre.submit_mo(LI, "YE")
    hall.ok(*hall.deliveries(), status=0x64)
    gone = []
    Deferred.fromCoroutine(house.centre.stop()).addBoth(gone.append)
    assert stranger.closed
    ((command, _, sequence, _),) = hall.heard()
    assert command == UNBIND
    hall.send(UNBIND | RESP, sequence=sequence)
    assert hall.closed
    assert gone == []
    hall.lose()
    stranger.lose()
    assert gone == [None]
    late = house.esme()
    assert late.closed
    late.lose()
    assert house.clock.getDelayedCalls() == []


def test_a_peer_that_unbinds_gets_its_messages_when_it_is_back():
    house = House()
    hall = house.hall()
    house.centre.submit_mo(LI, "YE")
    assert len(hall.deliveries()) == 1
    hall.send(UNBIND)
    assert [command for command, *_ in hall.heard()] == [UNBIND | RESP]
    assert hall.closed
    assert house.centre.bound == ()
    hall.lose()
    assert [message.text for message in house.hall().take()] == [b"YE"]


def test_a_peer_that_closes_slowly_is_cut_off():
    house = House()
    hall = house.hall()
    hall.send(UNBIND)
    house.clock.advance(5)
    assert hall.transport.disconnected
