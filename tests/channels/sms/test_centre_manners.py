"""What the message centre does beyond passing on: accounts, data_sm, query_sm, validity, intermediate notices."""

import pytest
from twisted.internet.defer import ensureDeferred

from channels.sms.centre.times import instant
from tests.channels.sms.smsc_esme import BIND_TRX, RESP, House, sm_body, z

LI = "8613800138000"
QUERY, SUBMIT, DATA = 0x03, 0x04, 0x103


def bind_with(esme, system_id, password):
    esme.send(BIND_TRX, z(system_id) + z(password) + z("") + b"\x34\0\0" + z(""))
    ((_, status, _, _),) = esme.heard()
    return status


@pytest.mark.parametrize(
    ("system_id", "password", "status"), [("hall", "secret", 0), ("hall", "wrong", 0x0E), ("who", "secret", 0x0E)]
)
def test_accounts(system_id, password, status):
    house = House(accounts=(("hall", "secret"), ("other", "x")))
    assert bind_with(house.esme(), system_id, password) == status


def test_who_was_refused_may_try_again():
    house = House(accounts=(("hall", "secret"),))
    esme = house.esme()
    assert [bind_with(esme, "hall", password) for password in ("", "secret")] == [0x0E, 0]


def data_body(source, destination, payload, coding=8, registered=0):
    addresses = z("") + b"\1\1" + z(source) + b"\0\0" + z(destination)
    return addresses + bytes((0, registered, coding)) + b"\x04\x24" + len(payload).to_bytes(2, "big") + payload


def test_data_sm_is_a_message_like_any_other():
    house = House()
    hall, tool = house.hall(), house.esme().bind()
    text = "余额" * 100
    sequence = tool.send(DATA, data_body(LI, "10086", text.encode("utf-16-be"), registered=1))
    ((command, status, answered, body),) = [pdu for pdu in tool.heard() if pdu[0] == DATA | RESP]
    assert (command, status, answered) == (DATA | RESP, 0, sequence)
    (arrived,) = hall.take()
    assert arrived.tlvs[0x0424].decode("utf-16-be") == text
    (receipt,) = tool.take()
    assert receipt.tlvs[0x001E] == body
    assert house.shown(LI) == [("out", text, "delivered")]


def ask(esme, message_id, source):
    esme.send(QUERY, z(message_id) + b"\0\0" + z(source))
    ((command, status, _, body),) = [pdu for pdu in esme.heard() if pdu[0] == QUERY | RESP]
    assert command == QUERY | RESP
    return status, body


def test_query_sm_tells_of_a_message_under_way_and_of_one_that_arrived():
    house = House()
    hall, tool = house.hall(), house.esme().bind(address_range=LI)
    _, message_id = hall.submit("10086", LI, b"x")
    assert ask(hall, message_id, "10086") == (0, z(message_id) + b"\0" + b"\x01\0")
    tool.take()
    assert ask(hall, message_id, "10086") == (0, z(message_id) + b"270115080000000+\0" + b"\x02\0")


def test_query_sm_tells_nothing_of_what_it_does_not_know_or_what_another_sent():
    house = House(fates=1)
    hall = house.hall()
    _, first = hall.submit("10086", LI, b"x")
    _, second = hall.submit("10086", LI, b"x")
    assert ask(hall, first, "10086")[0] == 0x0C
    assert ask(hall, second, "10010")[0] == 0x0C
    assert ask(hall, second, "10086")[0] == 0


def valid_for(period, **more):
    """A submit_sm body with a validity_period."""
    body = sm_body("10086", LI, b"x", **more)
    at = body.index(LI.encode()) + len(LI) + 1 + 3 + 1
    return body[:at] + z(period) + body[at + 1 :]


@pytest.mark.parametrize("period", ["000000000010000R", "270115080010000+", "270115160010032+", "270115003010030-"])
def test_however_it_is_written_a_validity_ends_at_the_same_moment(period):
    assert instant(period, 1_800_000_000) == 1_800_000_010


def test_a_message_waits_for_a_handset_no_longer_than_it_is_valid():
    house = House(grace=60)
    hall, tool = house.hall(), house.esme().bind(address_range=LI)
    hall.submit("10086", LI, b"keeps", registered=1)
    tool.lose()
    hall.send(4, valid_for("000000000010000R", registered=1))
    hall.send(4, valid_for("000000000030000R", registered=1))
    hall.heard()
    house.clock.advance(11)
    assert [receipt.text[-20:] for receipt in hall.take()] == [b"XPIRED err:001 text:x"[-20:]]
    house.clock.advance(11)
    back = house.esme().bind(address_range=LI)
    assert [message.text for message in back.take()] == [b"keeps", b"x"]
    assert len(hall.take()) == 2


@pytest.mark.parametrize("period", ["1", "0000000000100000", "271315080010000+", "00000000001000ZR"])
def test_a_validity_that_cannot_be_read_is_refused(period):
    hall = House().hall()
    sequence = hall.send(4, valid_for(period))
    ((command, status, answered, _),) = hall.heard()
    assert (command, answered) == (4 | RESP, sequence)
    assert status in (0x62, 0x61)


def test_who_asks_for_it_is_told_that_a_message_is_tried_again_once():
    house = House(retry=1)
    hall, tool = house.hall(), house.esme().bind(address_range=LI)
    hall.submit("10086", LI, b"x", registered=0x11)
    for _ in range(2):
        tool.ok(*tool.deliveries(), status=0x64)
        house.clock.advance(5)
    tool.take()
    receipts = hall.take()
    assert [(receipt.esm_class, receipt.tlvs[0x0427]) for receipt in receipts] == [(0x20, b"\x01"), (0x04, b"\x02")]
    assert b"stat:ENROUTE" in receipts[0].text


def test_a_password_is_not_shown():
    assert "secret" not in repr(House(accounts=(("hall", "secret"),)).centre.settings)


# ── messages for later ───────────────────────────────────────────────────────────────────────────────────────────────


def for_later(schedule):
    """A submit_sm body with a schedule_delivery_time."""
    body = sm_body("10086", LI, b"later")
    at = body.index(LI.encode()) + len(LI) + 1 + 3
    return body[:at] + z(schedule) + body[at + 1 :]


@pytest.mark.parametrize("schedule", ["000000010000000R", "270115090000000+"])
def test_a_message_for_later_is_kept_until_its_time(schedule):
    house = House()
    hall = house.hall()
    hall.send(SUBMIT, for_later(schedule))
    ((_, status, *_),) = [heard for heard in hall.heard() if heard[0] == SUBMIT | RESP]
    assert status == 0
    house.clock.advance(3599)
    assert house.shown(LI) == [("in", "later", "queued")]
    house.clock.advance(1)
    assert house.shown(LI) == [("in", "later", "delivered")]


def test_a_time_that_cannot_be_read_is_refused():
    hall = House().hall()
    hall.send(SUBMIT, for_later("tomorrow at nine"))
    assert [status for _, status, *_ in hall.heard()] == [0x61]


def test_only_so_much_is_kept_for_later_and_nothing_after_the_end():
    house = House(waiting=2)
    hall = house.hall()
    for _ in range(3):
        hall.send(SUBMIT, for_later("000000010000000R"))
    assert [status for _, status, *_ in hall.heard()] == [0, 0, 0x14]
    ensureDeferred(house.centre.stop())
    assert not [call for call in house.clock.getDelayedCalls() if call.getTime() > house.clock.seconds() + 3000]
