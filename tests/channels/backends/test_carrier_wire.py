"""What a carrier is told and what he says, octet by octet; the signature is made here by the book."""

import hashlib
import hmac
import json

import pytest

from channels.backends.carriers import wire
from orders.consignment import Consignment, ConsignmentState, Step
from orders.shipment import Piece, Shipment

NOW = 1_795_300_000.0
SHIPMENT = Shipment(
    Consignment(7123, "8613800138000", "1000000017", ConsignmentState.WAITING, NOW, NOW, carrier="sf"),
    (Piece("F800", {"zh": "酷派F800"}, 2),),
    "8613800138000",
    "zh",
    "王先生",
    "杭州市文三路 1 号",
)


def test_he_is_told_all_that_he_needs() -> None:
    assert wire.told_of(SHIPMENT) == {
        "id": "7123",
        "order": "1000000017",
        "items": [{"offer": "F800", "name": "酷派F800", "quantity": 2}],
        "recipient": "王先生",
        "address": "杭州市文三路 1 号",
        "phone": "8613800138000",
        "language": "zh",
    }


@pytest.mark.parametrize(
    ("status", "body", "steps"),
    [
        (201, {"tracking": " SF1 "}, [(Step.ACCEPT, "SF1")]),
        (200, None, [(Step.ACCEPT, None)]),
        (202, {}, [(Step.OFFER, None)]),
        (409, {}, [(Step.OFFER, None)]),
        (422, {"reason": "too far"}, [(Step.DECLINE, None)]),
        (401, {}, None),
        (404, {}, None),
        (429, {}, None),
        (500, {}, None),
    ],
)
def test_his_answer_to_an_offer(status: int, body: object, steps: list[tuple[Step, str | None]] | None) -> None:
    told = wire.offered(status, body, NOW, "carrier:sf")
    assert steps == (None if told is None else [(each.step, each.tracking) for each in told])


@pytest.mark.parametrize(
    ("status", "body", "steps"),
    [
        (200, {"granted": True}, [Step.GRANT]),
        (200, {"granted": False}, [Step.KEEP]),
        (200, {"granted": "yes"}, None),
        (200, [], None),
        (202, None, []),
        (404, None, [Step.GRANT]),
        (503, None, None),
    ],
)
def test_his_answer_to_a_recall(status: int, body: object, steps: list[Step] | None) -> None:
    told = wire.recalled(status, body, NOW, "carrier:sf")
    assert steps == (None if told is None else [each.step for each in told])


def test_what_he_tells_by_himself() -> None:
    body = json.dumps(
        {
            "events": [
                {"consignment": "7123", "step": "PICKED", "at": "2026-11-21T08:00:00+08:00", "tracking": "SF1"},
                {"consignment": 7123, "step": "deliver", "signed_by": "王", "note": "front desk"},
            ]
        }
    ).encode()
    first, second = wire.events(body, {"PICKED": Step.PICK_UP}, NOW, "carrier:sf")
    assert (first.consignment, first.tiding.step, first.tiding.at, first.tiding.tracking) == (
        7123,
        Step.PICK_UP,
        1_795_219_200.0,
        "SF1",
    )
    assert (second.tiding.at, second.tiding.signed_by, second.tiding.note) == (NOW, "王", "front desk")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "write .*events"),
        (b'{"events": []}', "1 to 500"),
        (b'{"step": "move"}', "no consignment"),
        (b'{"consignment": "x", "step": "move"}', "no consignment"),
        (b'{"consignment": "9999999999999999999", "step": "move"}', "no consignment"),
        (b'{"consignment": "\xef\xbc\x99", "step": "move"}', "no consignment"),
        (b'{"consignment": 1, "step": "offer"}', "unknown step 'offer'; known are accept"),
        (b'{"consignment": 1, "step": "move", "at": "yesterday"}', "no date-time"),
        (b'{"consignment": 1, "step": "move", "at": "2026-11-22T08:00:00"}', "has no zone"),
    ],
)
def test_what_is_strange_is_said_to_be(body: bytes, what: str) -> None:
    with pytest.raises(wire.Strange, match=what):
        wire.events(body, {}, NOW, "carrier:sf")


def test_what_no_database_keeps_is_left_out() -> None:
    said = (
        b'{"consignment": 1, "step": "deliver", "signed_by": "Zh\\u0000ao", "note": "\\ud800", "tracking": "\\u0000"}'
    )
    (told,) = wire.events(said, {}, NOW, "carrier:sf")
    assert (told.tiding.signed_by, told.tiding.note, told.tiding.tracking) == ("Zhao", "", None)


def by_the_book(secret: bytes, at: int, body: bytes) -> str:
    return f"t={at},v1={hmac.new(secret, b'%d.' % at + body, hashlib.sha256).hexdigest()}"


def test_a_signature_holds_for_what_was_signed_and_for_a_while() -> None:
    body, header = b'{"consignment": 1}', by_the_book(b"secret", int(NOW), b'{"consignment": 1}')
    assert wire.signature("secret", body, NOW) == header
    assert wire.is_signed(header, "secret", body, NOW + 299)
    assert not wire.is_signed(header, "secret", body, NOW + 301)
    assert not wire.is_signed(header, "secret", body + b" ", NOW)
    assert not wire.is_signed(header, "other", body, NOW)
    assert not wire.is_signed("", "secret", body, NOW)
    assert not wire.is_signed("t=1,v1=zz", "secret", body, NOW)
