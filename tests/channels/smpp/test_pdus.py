"""The codec against the specification, against two codecs that others wrote, and against what peers really send."""

import struct
from typing import Any

import pytest
import smpp34
from hypothesis import given, settings
from hypothesis import strategies as st
from smpplib import smpp as smpplib_smpp

from channels.smpp.pdus import (
    BIND_RECEIVER,
    BIND_TRANSCEIVER,
    BIND_TRANSMITTER,
    RESPONSE,
    Bind,
    BindResp,
    DataSm,
    DataSmResp,
    DeliverSm,
    DeliverSmResp,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    MalformedPdu,
    OtherPdu,
    SubmitSm,
    SubmitSmResp,
    Unbind,
    UnbindResp,
    UnfitPdu,
    decode,
    encode,
)
from channels.smpp.tlvs import MESSAGE_PAYLOAD, MESSAGE_STATE, RECEIPTED_MESSAGE_ID, find_int, find_text
from tests.doubles import fake_smsc as mc

octet = st.integers(0, 255)
sequence = st.integers(0, 0xFFFFFFFF)
status = st.integers(0, 0xFFFFFFFF)


def text(longest: int) -> st.SearchStrategy[str]:
    return st.text(st.characters(min_codepoint=1, max_codepoint=0x7E), max_size=longest)


tlvs = st.lists(
    st.tuples(st.integers(1, 0xFFFF), st.binary(max_size=40)), max_size=4
).map(tuple)  # fmt: skip
times = st.sampled_from(["", "260701120000032+", "000001000000000R"])
short_message_fields: dict[str, st.SearchStrategy[Any]] = {
    "sequence": sequence,
    "service_type": text(5),
    "source_addr_ton": octet,
    "source_addr_npi": octet,
    "source_addr": text(20),
    "dest_addr_ton": octet,
    "dest_addr_npi": octet,
    "destination_addr": text(20),
    "esm_class": octet,
    "protocol_id": octet,
    "priority_flag": octet,
    "schedule_delivery_time": times,
    "validity_period": times,
    "registered_delivery": octet,
    "replace_if_present_flag": octet,
    "data_coding": octet,
    "sm_default_msg_id": octet,
    "short_message": st.binary(max_size=254),
    "tlvs": tlvs,
}
DATA_SM_FIELDS = ("sequence", "service_type", "source_addr_ton", "dest_addr_npi", "esm_class", "data_coding", "tlvs")

binds = st.builds(
    Bind,
    command_id=st.sampled_from([BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER]),
    sequence=sequence,
    system_id=text(15),
    password=text(64),
    system_type=text(12),
    interface_version=octet,
    addr_ton=octet,
    addr_npi=octet,
    address_range=text(40),
)
answers = {"sequence": sequence, "status": status, "message_id": text(64), "tlvs": tlvs}
pdus = st.one_of(
    binds,
    st.builds(BindResp, sequence=sequence, system_id=text(15), tlvs=tlvs),
    st.builds(SubmitSm, **short_message_fields),
    st.builds(DeliverSm, **short_message_fields),
    st.builds(
        DataSm,
        **{name: short_message_fields[name] for name in DATA_SM_FIELDS},
        source_addr=text(64),
        destination_addr=text(64),
    ),
    *(st.builds(kind, **answers) for kind in (SubmitSmResp, DeliverSmResp, DataSmResp)),
    *(st.builds(kind, sequence=sequence) for kind in (EnquireLink, Unbind)),
    *(st.builds(kind, sequence=sequence, status=status) for kind in (EnquireLinkResp, UnbindResp, GenericNack)),
    st.builds(OtherPdu, command_id=st.just(0x111), status=status, sequence=sequence, body=st.binary(max_size=30)),
)


@settings(deadline=None)
@given(pdus)
def test_what_is_written_is_read(pdu: Any) -> None:
    assert decode(encode(pdu)) == pdu


@settings(deadline=None)
@given(pdus, st.integers(0, 400), octet)
def test_a_damaged_pdu_is_read_or_refused_and_nothing_else(pdu: Any, place: int, value: int) -> None:
    frame = bytearray(encode(pdu))
    if place >= len(frame):
        del frame[16 + place % (len(frame) - 15) :]
    elif place >= 16:
        frame[place] = value
    frame[:4] = struct.pack("!I", len(frame))
    try:
        decode(bytes(frame))
    except MalformedPdu as malformed:
        assert malformed.sequence == pdu.sequence
        assert malformed.command_id == pdu.command_id
        assert not malformed.command_id & RESPONSE
        assert malformed.status


def test_the_octets_of_the_specification() -> None:
    bind = Bind(sequence=1, system_id="SMPP3TEST", password="secret08", system_type="SUBMIT1", addr_ton=1, addr_npi=1)
    assert encode(bind) == mc.frame(9, 1, b"SMPP3TEST\0secret08\0SUBMIT1\0\x34\x01\x01\0")
    assert encode(DeliverSmResp(sequence=7)) == mc.frame(0x80000005, 7, b"\0")
    assert encode(SubmitSmResp(sequence=7, status=0x58)) == mc.frame(0x80000004, 7, b"", 0x58)
    assert encode(BindResp(sequence=7, status=0x0E, system_id="x")) == mc.frame(0x80000009, 7, b"", 0x0E)
    assert decode(mc.deliver_sm(3, b"hi", esm=0x40, dcs=8)) == DeliverSm(
        sequence=3,
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr="8613800138000",
        dest_addr_npi=1,
        destination_addr="10086",
        esm_class=0x40,
        data_coding=8,
        short_message=b"hi",
    )


def test_a_sequence_number_may_be_given_when_writing() -> None:
    pdu = SubmitSm(sequence=1, short_message=b"x")
    assert decode(encode(pdu, 9)) == SubmitSm(sequence=9, short_message=b"x")


# ── oracles ──

_MAIN = ("sequence", "tlvs", "source_addr", "destination_addr", "short_message")
_SHARED = [name for name in short_message_fields if name not in _MAIN]


@settings(deadline=None)
@given(st.builds(SubmitSm, **short_message_fields) | st.builds(DeliverSm, **short_message_fields))
def test_smpp34_reads_what_we_write(pdu: SubmitSm | DeliverSm) -> None:
    theirs = smpp34.decode(encode(pdu))
    for name in [*_SHARED, "source_addr", "destination_addr", "short_message"]:
        assert getattr(theirs, name) == getattr(pdu, name), name
    assert theirs.sequence_number == pdu.sequence
    assert tuple((tlv.tag, tlv.value) for tlv in theirs.tlvs) == pdu.tlvs


@settings(deadline=None)
@given(st.builds(SubmitSm, **short_message_fields) | st.builds(DeliverSm, **short_message_fields))
def test_we_read_what_smpp34_writes(pdu: SubmitSm | DeliverSm) -> None:
    kind = {SubmitSm: smpp34.SubmitSm, DeliverSm: smpp34.DeliverSm}[type(pdu)]
    theirs = kind(
        pdu.source_addr,
        pdu.destination_addr,
        pdu.short_message,
        tlvs=[smpp34.Tlv(tag, value) for tag, value in pdu.tlvs],
        sequence_number=pdu.sequence,
        **{name: getattr(pdu, name) for name in _SHARED},
    )
    assert decode(theirs.encode()) == pdu


class _Sequence:
    """What smpplib wants of its client."""

    sequence = 1

    def next_sequence(self) -> int:
        return 1


@settings(deadline=None)
@given(st.builds(DeliverSm, **{**short_message_fields, "tlvs": st.just(())}))
def test_smpplib_reads_what_we_write(pdu: DeliverSm) -> None:
    theirs = smpplib_smpp.parse_pdu(encode(pdu), client=_Sequence(), allow_unknown_opt_params=True)
    assert theirs.sequence == pdu.sequence
    for name in short_message_fields:
        if name in ("sequence", "tlvs"):
            continue
        ours, found = getattr(pdu, name), getattr(theirs, name)
        expected = ours.encode("latin-1") if isinstance(ours, str) else ours
        assert (found or type(expected)()) == expected, name


@settings(deadline=None)
@given(st.builds(Bind, sequence=sequence, system_id=text(15), password=text(8), system_type=text(12)))
def test_smpplib_reads_our_binds(pdu: Bind) -> None:
    theirs = smpplib_smpp.parse_pdu(encode(pdu), client=_Sequence())
    assert (theirs.system_id or b"").decode() == pdu.system_id
    assert (theirs.password or b"").decode() == pdu.password
    assert (theirs.system_type or b"").decode() == pdu.system_type


def _made(name: str, **fields: object) -> bytes:
    """By smpplib, with what it needs and cannot do without."""
    pdu = smpplib_smpp.make_pdu(name, client=_Sequence(), **fields)
    pdu.sequence = fields["sequence"]
    return bytes(pdu.generate())


_THEIRS = ("source_addr", "destination_addr", "service_type", "short_message", "esm_class", "data_coding")
_PLAIN = {name: short_message_fields[name] for name in _THEIRS}


@settings(deadline=None)
@given(
    name=st.sampled_from(["submit_sm", "deliver_sm"]),
    sequence=st.integers(1, 0x7FFFFFFF),
    reference=st.integers(0, 0xFFFF),
    **_PLAIN,
)
def test_we_read_what_smpplib_writes(name: str, sequence: int, reference: int, **fields: Any) -> None:
    theirs = _made(name, sequence=sequence, user_message_reference=reference, **fields)
    ours = decode(theirs)
    assert isinstance(ours, SubmitSm | DeliverSm)
    assert ours.sequence == sequence and find_int(ours.tlvs, 0x0204) == reference
    assert {name: getattr(ours, name) for name in fields} == fields


@settings(deadline=None)
@given(sequence=st.integers(1, 0x7FFFFFFF), message_id=text(64))
def test_we_read_responses_that_smpplib_writes(sequence: int, message_id: str) -> None:
    theirs = _made("submit_sm_resp", sequence=sequence, message_id=message_id)
    assert decode(theirs) == SubmitSmResp(sequence=sequence, message_id=message_id)


@settings(deadline=None)
@given(sequence=st.integers(1, 0x7FFFFFFF), message_id=text(64), status=st.sampled_from([0, 8, 0x58]))
def test_smpplib_reads_our_responses(sequence: int, message_id: str, status: int) -> None:
    frame = encode(SubmitSmResp(sequence=sequence, status=status, message_id=message_id))
    theirs = smpplib_smpp.parse_pdu(frame, client=_Sequence())
    assert (theirs.sequence, theirs.status) == (sequence, status)
    assert (getattr(theirs, "message_id", b"") or b"").decode("latin-1") == message_id


# ── what peers really send ──


@pytest.mark.parametrize("padding", [b"", b"\0", b"\0\0", b"\0\0\0", b"\0" * 4, b"\0" * 11, b"\xff\xfe"])
def test_padding_behind_the_last_parameter_is_tolerated(padding: bytes) -> None:
    pdu = decode(mc.deliver_sm(1, b"x", mc.tlv(0x1301, b"kept") + padding))
    assert isinstance(pdu, DeliverSm)
    assert pdu.tlvs == ((0x1301, b"kept"),)


def test_parameters_are_kept_raw_repeated_empty_and_of_the_wrong_length() -> None:
    raw = ((MESSAGE_STATE, b"\0\0\0\2"), (0x1400, b""), (RECEIPTED_MESSAGE_ID, b"ABC"), (RECEIPTED_MESSAGE_ID, b"D\0"))
    pdu = decode(mc.deliver_sm(1, b"", b"".join(mc.tlv(*one) for one in raw)))
    assert isinstance(pdu, DeliverSm)
    assert pdu.tlvs == raw
    assert find_int(pdu.tlvs, MESSAGE_STATE) == 2
    assert find_int(pdu.tlvs, 0x1400) is None
    assert find_text(pdu.tlvs, RECEIPTED_MESSAGE_ID) == "ABC"
    assert find_text(((RECEIPTED_MESSAGE_ID, b"ABC\0"),), RECEIPTED_MESSAGE_ID) == "ABC"


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        (mc.deliver_sm(5, b"x", b"\x04\x27\x00\x09\x02"), 0xC0),
        (mc.frame(5, 5, mc.message_body(b"hello")[:-1]), 0x01),
        (mc.frame(5, 5, mc.message_body(b"x" * 255)), 0x01),
        (mc.frame(5, 5, b"\0\1\1861380013"), 0x02),
        (mc.frame(5, 5, b""), 0x02),
        (mc.deliver_sm(5, source=b"1" * 65), 0x0A),
        (mc.deliver_sm(5, destination=b"1" * 65), 0x0B),
        (mc.frame(mc.BIND_TRANSCEIVER, 5, b"id\0pw\0\0\x34"), 0x02),
    ],
)
def test_a_request_that_lies_about_its_length_is_refused(frame: bytes, status: int) -> None:
    with pytest.raises(MalformedPdu) as refused:
        decode(frame)
    assert (refused.value.sequence, refused.value.status) == (5, status)


def test_a_long_sender_is_taken_whole() -> None:
    pdu = decode(mc.deliver_sm(5, source=b"1" * 40))
    assert isinstance(pdu, DeliverSm)
    assert pdu.source_addr == "1" * 40


def test_the_message_is_found_in_either_place() -> None:
    assert DeliverSm(tlvs=((MESSAGE_PAYLOAD, b"long"),)).user_data == b"long"
    assert DeliverSm(short_message=b"short").user_data == b"short"
    assert DataSm(tlvs=((MESSAGE_PAYLOAD, b"data"),)).user_data == b"data"
    assert DataSm().user_data == b""


@pytest.mark.parametrize(
    "pdu",
    [
        SubmitSm(source_addr="1" * 21),
        SubmitSm(destination_addr="营业厅"),
        SubmitSm(destination_addr="1\0002"),
        SubmitSm(short_message=b"x" * 255),
        SubmitSm(validity_period="1"),
        SubmitSm(data_coding=256),
        SubmitSm(tlvs=((0x424, b"x" * 65536),)),
        Bind(system_id="x" * 16),
        SubmitSmResp(sequence=1, message_id="x" * 65),
        EnquireLink(sequence=2**32),
    ],
)
def test_nothing_is_cut_to_make_it_fit(pdu: Any) -> None:
    with pytest.raises(UnfitPdu):
        encode(pdu)
