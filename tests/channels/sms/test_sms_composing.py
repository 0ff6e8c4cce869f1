"""A text as the PDUs that carry it, by what a link says of its message centre."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from channels.smpp import instants
from channels.smpp.pdus import DataSm, DeliverSm, SubmitSm
from channels.smpp.segments import TooManyParts, segments_in, segments_of, split
from channels.smpp.settings import LinkSettings
from channels.sms.hearing import hear, join
from channels.sms.outgoing import compose
from dialogs.words import MessagePart, MessageReceived

NOW = 1_800_000_000.0  # 2027-01-15 08:00:00 UTC
LONG = "您的余额是十八元八角八分。" * 20


def link(**changes: Any) -> LinkSettings:
    return LinkSettings(**{"name": "a", "connect": "tcp:x", "system_id": "hall", **changes})


def composed(
    text: str = "hi", expires_at: float | None = None, reference: int = 0x1234, not_before: float = 0.0, **changes: Any
) -> Any:
    return compose(
        link(**changes),
        source="10086",
        destination="8613800138000",
        text=text,
        reference=reference,
        now=NOW,
        expires_at=expires_at,
        not_before=not_before,
    )


def one(**changes: Any) -> Any:
    (pdu,) = composed(**changes)
    return pdu


# ── what a link sets ──


def test_priority_service_type_protocol_and_vendor_parameters_go_out_on_every_segment() -> None:
    parameters = ({"tag": 0x1400, "hex": "0aFF"}, {"tag": 0x1401, "text": "gold"})
    pdus = composed(LONG, priority=2, service_type="CMT", protocol_id=0x41, parameter=parameters)
    assert len(pdus) > 1
    for pdu in pdus:
        assert (pdu.priority_flag, pdu.service_type, pdu.protocol_id) == (2, "CMT", 0x41)
        assert pdu.tlvs == ((0x1400, b"\x0a\xff"), (0x1401, b"gold\0"))


@pytest.mark.parametrize(
    ("validity", "times", "expires_in", "written"),
    [
        (0, "relative", 60, ""),
        ("message", "relative", 60, "000000000100000R"),
        ("message", "relative", None, ""),
        ("message", "relative", -5, "000000000001000R"),
        (129_600, "relative", 10 * 86_400, "000001120000000R"),
        (129_600, "relative", 3600, "000000010000000R"),
        (3600, "absolute", 86_400, "270115090000000+"),
        ("message", "absolute", 86_400, "270116080000000+"),
    ],
)
def test_how_long_a_message_centre_may_try(validity: Any, times: str, expires_in: Any, written: str) -> None:
    expires_at = None if expires_in is None else NOW + expires_in
    assert one(validity=validity, times=times, expires_at=expires_at).validity_period == written


@pytest.mark.parametrize(
    ("times", "in_seconds", "written"),
    [
        ("relative", 3600.0, "000000010000000R"),
        ("relative", 3599.2, "000000010000000R"),
        ("absolute", 3600.0, "270115090000000+"),
        ("absolute", 0.0, ""),
        ("relative", -5.0, ""),
    ],
)
def test_when_a_message_centre_is_to_deliver_and_never_too_early(times: str, in_seconds: float, written: str) -> None:
    assert one(schedule="centre", times=times, not_before=NOW + in_seconds).schedule_delivery_time == written


def test_a_data_sm_cannot_say_when() -> None:
    with pytest.raises(ValidationError, match="data_sm cannot say when"):
        link(schedule="centre", submit="data_sm")


@given(st.floats(min_value=0, max_value=10 * instants.LONGEST))
def test_a_relative_instant_is_sixteen_characters_and_never_none_at_all(seconds: float) -> None:
    written = instants.relative(seconds)
    assert len(written) == 16 and written[:12] > "0" * 12 and written[:2] == "00"


def test_data_sm_carries_the_text_as_a_parameter_and_says_how_long_it_lives() -> None:
    pdu = one(submit="data_sm", validity=3600, text="hi")
    assert isinstance(pdu, DataSm)
    assert pdu.tlvs == ((0x0424, b"hi"), (0x0017, b"\0\0\x0e\x10"))
    assert pdu.registered_delivery == 1


@pytest.mark.parametrize("submit", ["submit_sm", "data_sm"])
@pytest.mark.parametrize("long_messages", ["udh8", "udh16", "sar", "payload"])
@pytest.mark.parametrize("text", [LONG, "plain {text} of one alphabet € " * 20, "😀" * 100])
def test_a_long_text_arrives_whole_whichever_way_it_goes(submit: str, long_messages: str, text: str) -> None:
    pdus = composed(text, submit=submit, long_messages=long_messages)
    heard = [_heard(pdu) for pdu in pdus]
    if long_messages == "payload":
        assert heard == [MessageReceived(text)] and segments_in(pdus[0]) > 1
    else:
        assert all(isinstance(part, MessagePart) and part.total == len(pdus) for part in heard)
        assert len({part.group for part in heard}) == 1
        assert join(reversed(heard)) == text


def _heard(pdu: SubmitSm | DataSm) -> Any:
    shared = {"esm_class": pdu.esm_class, "data_coding": pdu.data_coding, "tlvs": pdu.tlvs}
    kind = DataSm if isinstance(pdu, DataSm) else DeliverSm
    more = {} if isinstance(pdu, DataSm) else {"short_message": pdu.short_message}
    heard = hear(kind(source_addr="8613800138000", destination_addr="10086", **shared, **more), link())  # type: ignore[arg-type]
    return heard.kind  # type: ignore[union-attr]


def test_a_reference_of_sixteen_bits_is_kept_and_costs_a_character() -> None:
    pdus = composed("a" * 161, long_messages="udh16")
    assert [pdu.short_message[:7] for pdu in pdus] == [b"\x06\x08\x04\x12\x34\x02\x01", b"\x06\x08\x04\x12\x34\x02\x02"]
    assert [len(pdu.short_message) - 7 for pdu in pdus] == [152, 9]
    assert [len(pdu.short_message) - 7 for pdu in composed("中" * 71, long_messages="udh16")] == [132, 10]


@pytest.mark.parametrize("long_messages", ["udh8", "udh16", "sar", "payload"])
def test_more_parts_than_allowed_are_an_error_whichever_way_they_go(long_messages: str) -> None:
    with pytest.raises(TooManyParts):
        composed("中" * 200, long_messages=long_messages, max_parts=2)


# ── alphabets ──


@pytest.mark.parametrize(
    ("alphabet", "text", "coding", "octets"),
    [
        ("gsm", "a@£", 0, b"a\0\1"),
        ("latin1", "a@£é", 0, b"a@\xa3\xe9"),
        ("latin1", "a€", 8, "a€".encode("utf-16-be")),
        ("ascii", "a@[", 0, b"a@["),
        ("ascii", "a£", 8, "a£".encode("utf-16-be")),
        ("ascii", "`", 8, b"\0`"),
        ("gsm", "`", 8, b"\0`"),
        ("gsm", "§\f", 0, b"\x5f\x1b\x0a"),
    ],
)
def test_the_default_alphabet_is_the_message_centres(alphabet: str, text: str, coding: int, octets: bytes) -> None:
    pdu = one(text=text, default_alphabet=alphabet)
    assert (pdu.data_coding, pdu.short_message) == (coding, octets)
    assert _heard_as(pdu, alphabet) == text


def _heard_as(pdu: SubmitSm, alphabet: str) -> str:
    message = DeliverSm(source_addr="861", data_coding=pdu.data_coding, short_message=pdu.short_message)
    return hear(message, link(default_alphabet=alphabet)).kind.text  # type: ignore[union-attr]


def test_a_character_that_nobody_has_becomes_ucs2_and_never_a_question_mark() -> None:
    pdu = one(text="цена")
    assert (pdu.data_coding, pdu.short_message) == (8, "цена".encode("utf-16-be"))


# ── no segment more than need be ──


def test_a_cluster_is_cut_rather_than_paid_for_with_a_segment() -> None:
    flags = "🇨🇳" * 33 + "a"  # four units each: 16 of them and half a flag fill a part
    parts = split(flags, 1)
    assert len(parts) == len(split("a" + "中" * 132, 1)) == 2
    assert b"".join(part.short_message[6:] for part in parts).decode("utf-16-be") == flags


@given(st.text(max_size=400))
def test_there_are_as_few_parts_as_there_can_be(text: str) -> None:
    cost = segments_of(text)
    units = len(text.encode("utf-16-be", "surrogatepass")) // 2
    if cost.outside:
        assert cost.segments <= max(1, -(-units // 66))  # a pair is never cut, so one unit of a part may stay free
    assert cost.otherwise <= max(1, cost.segments)


def test_what_one_character_costs() -> None:
    cost = segments_of("a" * 100 + "’")
    assert (cost.segments, cost.outside, cost.otherwise) == (2, ("’",), 1)
    assert segments_of("a" * 100 + "'").outside == ()


# ── settings that cannot be ──


@pytest.mark.parametrize(
    "changes",
    [
        {"priority": 4},
        {"parameter": ({"tag": 0x1400},)},
        {"parameter": ({"tag": 0x1400, "hex": "0", "text": None},)},
        {"parameter": ({"tag": 0x1400, "hex": "00", "text": "a"},)},
        {"status": ({"code": 0},)},
        {"status": ({"code": 1, "treat": "later"},)},
        {"status": ({"code": 1, "delays": ()},)},
        {"interface_version": 0x35},
        {"validity": -1},
        {"default_alphabet": "ebcdic"},
    ],
)
def test_settings_that_cannot_be_are_refused(changes: Any) -> None:
    with pytest.raises(ValidationError):
        link(**changes)
