"""What a deliver_sm or data_sm is taken for."""

from typing import Any

import pytest

from channels.msisdn import normalise
from channels.smpp.fingerprint import fingerprint
from channels.smpp.pdus import DataSm, DeliverSm, decode
from channels.smpp.settings import LinkSettings
from channels.sms.hearing import Heard, Unheard, hear, join
from channels.sms.receipts import canonical_id
from dialogs.words import DeliveryReport, MessagePart, MessageReceived, Unreadable
from tests.doubles import fake_smsc as mc

LINK = LinkSettings(name="mc-a", connect="tcp:x", system_id="hall")
LATIN = LINK.model_copy(update={"default_alphabet": "latin1"})


def kind_of(pdu: DeliverSm | DataSm, link: LinkSettings = LINK) -> Any:
    heard = hear(pdu, link)
    return heard.kind if isinstance(heard, Heard) else heard


def sms(user_data: bytes = b"", **fields: Any) -> DeliverSm:
    return DeliverSm(source_addr="8613800138000", destination_addr="10086", short_message=user_data, **fields)


# ── texts ──


@pytest.mark.parametrize(
    ("data_coding", "octets", "text"),
    [
        (0, b"DG F800\x00\x1b\x65", "DG F800@€"),
        (1, b"a_b", "a_b"),
        (3, "é_".encode("latin-1"), "é_"),
        (8, "余额😀".encode("utf-16-be"), "余额😀"),
        (8, "\ufeff余额".encode("utf-16-be"), "余额"),
        (8, "\ufeff余额".encode("utf-16-le"), "余额"),
        (8, "余".encode("utf-16-be") + b"\x4f", "余\ufffd"),
        (8, b"\xd8\x3d", "\ufffd"),
        (15, "余额".encode("gb18030"), "余额"),
        (6, "цена".encode("iso8859-5"), "цена"),
        (0x10, b"\x11", "_"),
        (0x18, "余".encode("utf-16-be"), "余"),
        (0x48, "余".encode("utf-16-be"), "余"),
        (0xC0, b"\x11", "_"),
        (0xE0, "余".encode("utf-16-be"), "余"),
        (0xF1, b"\x11", "_"),
        (0x0B, b"\x11", "_"),
    ],
)
def test_alphabets(data_coding: int, octets: bytes, text: str) -> None:
    assert kind_of(sms(octets, data_coding=data_coding)) == MessageReceived(text)


def test_what_the_default_alphabet_is_depends_on_the_link() -> None:
    assert kind_of(sms(b"a_\xe9"), LATIN) == MessageReceived("a_é")
    assert kind_of(sms(b"a_", data_coding=0xF0), LATIN) == MessageReceived("a_")


@pytest.mark.parametrize("data_coding", [2, 4, 0x14, 0x34, 0xF4, 0xF5])
def test_what_nobody_typed_is_not_for_dialogs(data_coding: int) -> None:
    assert kind_of(sms(b"\x01", data_coding=data_coding)) == Unreadable("data")


def test_who_and_where() -> None:
    heard = hear(DeliverSm(source_addr="+86 138-0013-8000", destination_addr="+10086", short_message=b"YE"), LINK)
    assert heard == Heard("8613800138000", "10086", MessageReceived("YE"))


@pytest.mark.parametrize("sender", ["", "BANK", "1380013800é"])
def test_nobody_can_be_answered_who_has_no_number(sender: str) -> None:
    assert isinstance(hear(DeliverSm(source_addr=sender, short_message=b"x"), LINK), Unheard)


@pytest.mark.parametrize(
    ("address", "msisdn"),
    [
        ("13800138000", "8613800138000"),
        ("8613800138000", "8613800138000"),
        ("+8613800138000", "8613800138000"),
        ("008613800138000", "8613800138000"),
        ("12345678901", "12345678901"),
        ("10086", "10086"),
        ("85291234567", "85291234567"),
        ("bank", ""),
        ("", ""),
        ("+", ""),
        ("１３８００１３８０００", ""),
    ],
)
def test_numbers(address: str, msisdn: str) -> None:
    assert normalise(address) == msisdn


def test_numbers_of_another_country_are_not_made_chinese() -> None:
    assert normalise("13800138000", "US") == "13800138000"


@pytest.mark.parametrize(
    ("country", "address", "msisdn"),
    [
        ("CN", "013800138000", "8613800138000"),  # as exchanges show a mobile from elsewhere
        ("CN", "01012345678", "01012345678"),
        ("GB", "07400 123456", "447400123456"),
        ("GB", "7400123456", "447400123456"),
        ("GB", "447400123456", "447400123456"),
        ("GB", "+447400123456", "447400123456"),
        ("GB", "33612345678", "33612345678"),
        ("DE", "0151 23456789", "4915123456789"),
        ("DE", "33612345678", "33612345678"),
        ("KE", "0712345678", "254712345678"),
        ("KE", "254712345678", "254712345678"),
        ("KE", "40404", "40404"),
        ("US", "2015550123", "12015550123"),
        ("US", "12015550123", "12015550123"),
    ],
)
def test_one_person_is_one_subscriber_in_every_country(country: str, address: str, msisdn: str) -> None:
    assert normalise(address, country) == msisdn


def test_data_sm_says_the_same() -> None:
    pdu = decode(mc.data_sm(1, mc.tlv(0x0424, b"YE")))
    assert isinstance(pdu, DataSm)
    assert hear(pdu, LINK) == Heard("8613800138000", "10086", MessageReceived("YE"))


# ── parts ──


def part(header: bytes, text: bytes = b"text", **fields: Any) -> Any:
    return kind_of(sms(bytes((len(header),)) + header + text, esm_class=0x40, **fields))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"\x00\x03\xab\x02\x01", MessagePart("8:171:2", 2, 1, 0, b"text")),
        (b"\x08\x04\xab\xcd\x03\x02", MessagePart("16:43981:3", 3, 2, 0, b"text")),
        (b"\x24\x01\x01\x70\x02ab\x00\x03\x01\x02\x02", MessagePart("8:1:2", 2, 2, 1 << 16, b"text")),
        (b"\x00\x03\xab\x01\x01", MessageReceived("text")),
        (b"\x00\x03\xab\x00\x00", MessageReceived("text")),
        (b"\x00\x03\xab\x02\x03", MessageReceived("text")),
        (b"\x00\x03\xab\x02\x00", MessageReceived("text")),
        (b"\x00\x02\xab\x02", MessageReceived("text")),
        (b"\x00\x09\xab", MessageReceived("text")),
        (b"", MessageReceived("text")),
    ],
)
def test_user_data_headers(header: bytes, expected: Any) -> None:
    assert part(header) == expected


def test_a_header_counts_only_with_its_bit_and_also_in_the_payload() -> None:
    octets = b"\x05\x00\x03\xab\x02\x01text"
    assert isinstance(kind_of(sms(octets)), MessageReceived)
    in_payload = sms(esm_class=0xC0, tlvs=((0x0424, octets),))
    assert kind_of(in_payload) == MessagePart("8:171:2", 2, 1, 0, b"text")


@pytest.mark.parametrize("octets", [b"", b"\x05", b"\x06\x05\x00\x03\xab", b"\xff\x00"])
def test_a_header_longer_than_the_message_is_nothing_to_read(octets: bytes) -> None:
    assert isinstance(kind_of(sms(octets, esm_class=0x40)), Unheard)


@pytest.mark.parametrize("header", [b"\x05\x04\x0b\x84\x23\xf0", b"\x04\x02\x01\x02", b"\x05\x00"])
def test_a_message_for_a_port_is_nothing_a_person_wrote(header: bytes) -> None:
    assert isinstance(part(header), Unheard)
    assert isinstance(kind_of(sms(b"x", tlvs=((0x020B, b"\x0b\x84"),))), Unheard)


def test_what_a_person_sent_that_is_no_text_is_said_to_be_none_and_once() -> None:
    card = b"\x05\x04\x23\xf4\x00\x00"
    assert part(card) == Unreadable("card")
    assert part(card + b"\x00\x03\x07\x02\x01") == Unreadable("card")
    assert isinstance(part(card + b"\x00\x03\x07\x02\x02"), Unheard)
    assert part(b"\x05\x04\x15\x8a\x00\x00") == Unreadable("picture")
    assert kind_of(sms(b"BEGIN:VCARD\r\nN:Wang")) == Unreadable("card")
    assert kind_of(sms(b"//SCKL23F4 BEGIN:")) == Unreadable("card")
    assert part(b"\x00\x03\x07\x02\x01", b"BEGIN:VCARD") == Unreadable("card")
    assert isinstance(part(b"\x00\x03\x07\x02\x02", b"END:VCARD"), MessagePart)
    assert kind_of(sms(b"\x01", data_coding=4, tlvs=SAR)) == Unreadable("data")


SAR = ((0x020C, b"\x01\x02"), (0x020E, b"\x02"), (0x020F, b"\x01"))


def test_parts_by_optional_parameters_all_three_or_none() -> None:
    assert kind_of(sms(b"text", tlvs=SAR)) == MessagePart("sar:258:2", 2, 1, 0, b"text")
    assert kind_of(sms(b"text", tlvs=SAR[:2])) == MessageReceived("text")
    assert kind_of(sms(b"\0text", esm_class=0x40, tlvs=SAR)) == MessageReceived("text")


def test_parts_are_decoded_when_joined() -> None:
    octets = "一😀二".encode("utf-16-be")
    parts = [
        MessagePart("8:1:3", 3, 3, 8, octets[7:]),
        MessagePart("8:1:3", 3, 1, 8, octets[:4]),
        MessagePart("8:1:3", 3, 2, 8, octets[4:7]),
        MessagePart("8:1:3", 3, 1, 8, octets[:4]),
    ]
    assert join(parts) == "一😀二"
    assert join([MessagePart("g", 2, 2, 0, b"\x65!"), MessagePart("g", 2, 1, 0, b"5\x1b")]) == "5€!"
    assert join([MessagePart("g", 2, 2, 8, "二".encode("utf-16-be")), MessagePart("g", 2, 1, 0, b"a")]) == "a二"


# ── receipts ──

TEXT = b"id:0123456789 sub:001 dlvrd:001 submit date:2607011200 done date:2607011201 stat:DELIVRD err:000 text:id:9 hi"


def receipt(text: bytes = TEXT, link: LinkSettings = LINK, **fields: Any) -> Any:
    return kind_of(sms(text, **{"esm_class": 0x04, **fields}), link)


def report(remote_id: str, state: str, error: str = "", final: bool = True) -> DeliveryReport:
    return DeliveryReport("mc-a", remote_id, state, error, final)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, report("123456789", "delivered", "000")),
        (b"id:7 stat:EXPIRED", report("7", "expired")),
        (b"ID:7 STAT:expired ERR:0x2A Text:", report("7", "expired", "0x2A")),
        (b"stat:UNDELIV err:E45 done date:20260701120159 id:a-b-s5", report("a-b-s5", "undeliverable", "E45")),
        (b"id:5s3 sub:001 stat:REJECTED", report("5s3", "rejected")),
        (b"id:5sub:001 stat:DELETED", report("5", "deleted")),
        (b"id:7 stat:ENROUTE", report("7", "enroute", final=False)),
        (b"id:7 stat:ACCEPTD", report("7", "accepted", final=False)),
        (b"id:7 stat:UNKNOWN", report("7", "unknown", final=False)),
        (b"id:7 stat:", report("7", "unknown", final=False)),
        (b"id:0000 stat:DELIVRD", report("0", "delivered")),
        (b"id:99999999999999999999 stat:DELIVRD", report("9" * 20, "delivered")),
        (b"id:%s stat:DELIVRD" % (b"f" * 64), report("f" * 64, "delivered")),
        (
            b"id:0F8FAD5B-D9CB-469F-A165-70867728950E stat:DELIVRD",
            report("f8fad5b-d9cb-469f-a165-70867728950e", "delivered"),
        ),
        (b"id:7 submit date:202607011200 done date:20260701120159 stat:DELIVERED text:", report("7", "delivered")),
        (b"id:7 stat:DLVRD", report("7", "delivered")),
    ],
)
def test_receipts_as_text(text: bytes, expected: DeliveryReport) -> None:
    assert receipt(text) == expected


def test_parameters_are_believed_first() -> None:
    tlvs = ((0x001E, b"AbC\0"), (0x0427, b"\x05"), (0x0423, b"\x03\x00\x21"))
    assert receipt(tlvs=tlvs) == report("abc", "undeliverable", "000")
    assert receipt(b"", tlvs=tlvs) == report("abc", "undeliverable", "33")
    assert receipt(b"", tlvs=tlvs, esm_class=0) == report("abc", "undeliverable", "33")
    assert receipt(tlvs=((0x001E, b"ABC"),)) == report("abc", "delivered", "000")
    assert receipt(tlvs=((0x001E, b"ABC"), (0x0427, b"\x00\x00\x00\x09"))) == report("abc", "delivered", "000")


def test_a_receipt_may_be_in_any_alphabet_and_behind_a_header() -> None:
    assert receipt(TEXT.decode().encode("utf-16-be"), data_coding=8) == report("123456789", "delivered", "000")
    assert receipt(b"\x00" + TEXT, esm_class=0x44) == report("123456789", "delivered", "000")
    assert receipt(b"id:a_b stat:DELIVRD") == report("a_b", "delivered")


def test_an_intermediate_notification_is_never_final() -> None:
    assert receipt(esm_class=0x20) == report("123456789", "delivered", "000", final=False)


def test_receipts_that_come_as_messages_are_told_by_their_text_where_the_link_says_so() -> None:
    plain = LINK.model_copy(update={"plain_receipts": True})
    heard = hear(sms(TEXT), plain)
    assert isinstance(heard, Heard) and isinstance(heard.kind, DeliveryReport)
    for text in (b"id:5 please", b"my id: 7 stat: fine", b"YE"):
        written = hear(sms(text), plain)
        assert isinstance(written, Heard) and written.kind == MessageReceived(text.decode())


def test_a_person_may_write_what_looks_like_a_receipt() -> None:
    assert kind_of(sms(TEXT)) == MessageReceived(TEXT.decode())


@pytest.mark.parametrize("esm_class", [0x08, 0x10, 0x18])
def test_other_reports_are_nothing_a_person_wrote(esm_class: int) -> None:
    assert isinstance(kind_of(sms(b"x", esm_class=esm_class)), Unheard)


def test_a_receipt_that_names_no_message() -> None:
    assert isinstance(receipt(b"stat:DELIVRD"), Unheard)
    assert isinstance(receipt(b""), Unheard)


@pytest.mark.parametrize(
    ("conversion", "given", "submitted"),
    [
        ("same", b"00AB", "ab"),
        ("hex_to_decimal", b"1A2B", "6699"),
        ("hex_to_decimal", b"0000001a2b", "0000006699"),
        ("decimal_to_hex", b"6699", "1A2B"),
        ("decimal_to_hex", b"0000006699", "00001a2b"),
        ("decimal_to_hex", b"uuid-x", "UUID-X"),
    ],
)
def test_the_id_of_a_receipt_is_the_one_that_was_given(conversion: str, given: bytes, submitted: str) -> None:
    link = LINK.model_copy(update={"receipt_ids": conversion})
    assert receipt(b"id:%s stat:DELIVRD" % given, link).remote_id == canonical_id(submitted)


def test_canonical_ids_never_make_one_of_two_nor_something_of_nothing() -> None:
    assert [canonical_id(one) for one in ("", "0", "000", "0A", "a0", " 7 ")] == ["", "0", "0", "a", "a0", "7"]


# ── knowing a message again ──


def test_a_message_is_known_again_by_everything_but_its_number() -> None:
    first = sms(b"1", sequence=1, tlvs=((0x1400, b"x"),))
    again = sms(b"1", sequence=2, tlvs=((0x1400, b"x"),))
    assert fingerprint(first) == fingerprint(again)
    assert len(fingerprint(first)) == 16
    others = [sms(b"2", tlvs=first.tlvs), sms(b"1"), sms(b"1", tlvs=((0x1400, b"y"),)), sms(b"1", esm_class=1)]
    assert len({fingerprint(pdu) for pdu in (first, *others)}) == 5
    assert fingerprint(DataSm()) != fingerprint(DataSm(source_addr="1"))
