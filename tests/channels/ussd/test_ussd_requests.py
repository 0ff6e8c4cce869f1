"""What gateways over HTTP send, and what nobody should: read, or refused with what is wrong with it."""

import pytest

from channels.ussd.styles import BadRequest, Said, from_json, said, styles

JSON = styles()["json"]


def read(octets: bytes) -> Said:
    return said(JSON, from_json(octets))


def test_numbers_may_be_written_as_numbers() -> None:
    heard = read(b'{"sessionId": 17, "msisdn": 8613800138000, "text": 1, "type": "begin", "meta": {"cell": [1, 2]}}')
    assert heard == Said("17", "8613800138000", "", "1", "begin")


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[" * 8_000, "no JSON"),
        (b'{"msisdn": ' + b"8" * 5_000 + b"}", "no JSON"),
        (b"[]", "an object"),
        (b"null", "an object"),
        (b'{"msisdn": "8613800138000"}', "sessionId and msisdn are needed"),
        (b'{"sessionId": {"a": 1}, "msisdn": "8613800138000"}', "sessionId must be a text"),
        (b'{"sessionId": true, "msisdn": "8613800138000"}', "sessionId must be a text"),
        (b'{"sessionId": 1e999, "msisdn": "8613800138000"}', "sessionId must be a text"),
        (b'{"sessionId": "\\ud800", "msisdn": "8613800138000"}', "no telephone could send"),
        (b'{"sessionId": "a", "msisdn": "8613800138000", "text": "\\u0000"}', "no telephone could send"),
        (b'{"sessionId": "a", "msisdn": "8613800138000", "text": "' + b"1" * 600 + b'"}', "no telephone could send"),
        (b'{"sessionId": "a", "msisdn": "8613800138000", "text": "1", "text": "2"}', "text is there 2 times"),
    ],
)
def test_what_is_no_request_is_refused_with_what_is_wrong(octets: bytes, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        read(octets)
