"""Dialects by table: octets in, what was heard out; an answer in, octets out; tables of one's own; what is refused."""

import pytest
from pydantic import ValidationError

from channels.smpp.pdus import DeliverSm
from channels.ussd.dialects import Dialect, dialects
from channels.ussd.hearing import Dialled, Left, Typed, Unheard, hear
from channels.ussd.saying import Line, compose
from channels.ussd.settings import UssdLinkSettings

ALICE = "8613800138000"
OP, ITS, REFERENCE = 0x0501, 0x1383, 0x0204


def link(**changes: object) -> UssdLinkSettings:
    return UssdLinkSettings(**{"name": "gw", "connect": "tcp:x:1", "system_id": "hall", **changes})  # type: ignore[arg-type]


def heard(
    settings: UssdLinkSettings, op: int | None, mark: bytes, text: bytes = b"", tag: int = ITS, coding: int = 0
) -> object:
    operation = () if op is None else ((OP, bytes((op,))),)
    pdu = DeliverSm(
        source_addr="+8613800138000",
        destination_addr="100",
        data_coding=coding,
        short_message=text,
        tlvs=(*operation, (tag, mark)),
    )
    return hear(pdu, settings, "CN")


@pytest.mark.parametrize(
    ("dialect", "op", "mark", "tag", "kind"),
    [
        ("standard", 0x01, b"\x05\x02", ITS, Dialled("0500", ALICE, "*100#", "*100#", b"\x05\x02")),
        ("standard", 0x12, b"\x05\x06", ITS, Typed("0500", ALICE, "*100#", "*100#", b"\x05\x06")),
        ("standard", 0x81, b"\x05\x06", ITS, Left("0500", ALICE, "aborted")),
        ("standard", 0x12, b"\x05\x07", ITS, Left("0500", ALICE, "ended")),
        ("standard", 0x13, b"\x05\x06", ITS, Left("0500", ALICE, "seen")),
        ("tata", 0x02, b"\x05\x06", ITS, Typed("0506", ALICE, "*100#", "*100#", b"\x05\x06")),
        ("tata", 0x11, b"\x05\x06", ITS, Left("0506", ALICE, "aborted")),
        ("sixdee", 0x12, b"\x05\x06", ITS, Typed("0506", ALICE, "*100#", "*100#", b"\x05\x06")),
        ("mica", 0x12, b"\x05\x07", REFERENCE, Typed("0507", ALICE, "*100#", "*100#", b"\x05\x07")),
    ],
)
def test_what_each_dialect_says(dialect: str, op: int, mark: bytes, tag: int, kind: object) -> None:
    assert heard(link(dialect=dialect), op, mark, b"*100#", tag) == kind


@pytest.mark.parametrize(
    ("dialect", "ends", "op", "tag", "mark"),
    [
        ("standard", False, 0x02, ITS, b"\x05\x06"),
        ("standard", True, 0x11, ITS, b"\x05\x07"),
        ("tata", False, 0x02, ITS, b"\x05\x06"),
        ("tata", True, 0x02, ITS, b"\x05\x07"),
        ("sixdee", True, 0x11, ITS, b"\x05\x07"),
        ("mica", False, 0x02, REFERENCE, b"\x05\x06"),
        ("mica", True, 0x11, REFERENCE, b"\x05\x06"),
    ],
)
def test_how_each_dialect_is_answered(dialect: str, ends: bool, op: int, tag: int, mark: bytes) -> None:
    pdu = compose(link(dialect=dialect), Line("gw", "100", b"\x05\x06"), ALICE, "menu", ends)
    assert pdu.tlvs == ((OP, bytes((op,))), (tag, mark))
    assert (pdu.source_addr, pdu.destination_addr, pdu.service_type) == ("100", ALICE, "USSD")
    assert pdu.registered_delivery == 0 and pdu.short_message == b"menu"


def test_alphabets_both_ways() -> None:
    own = link(dialect=Dialect(gsm=0x0F, ucs2=0x48))
    chinese = compose(own, Line("gw", "100", b"\x05\x06"), ALICE, "余额", False)
    assert (chinese.data_coding, chinese.short_message) == (0x48, "余额".encode("utf-16-be"))
    assert compose(own, Line("gw", "100", b"\x05\x06"), ALICE, "[1]", False).short_message == b"\x1b<1\x1b>"
    for coding, octets in ((0x48, "余额".encode("utf-16-be")), (8, "余额".encode("utf-16-be"))):
        typed = heard(own, 0x12, b"\x05\x06", octets, coding=coding)
        assert isinstance(typed, Typed) and typed.text == "余额"
    padded = heard(own, 0x12, b"\x05\x06", b"1\r", coding=0x0F)
    assert isinstance(padded, Typed) and padded.text == "1"


def test_where_the_code_is_and_which_it_is() -> None:
    two = link(codes=("*100#", "*123#"))
    for dialled, service in (("*123*1#", "*123#"), ("*123#", "*123#"), ("*9#", "*100#"), ("*1234#", "*100#")):
        found = heard(two, 0x01, b"\x05\x02", dialled.encode())
        assert isinstance(found, Dialled) and (found.service, found.text) == (service, dialled)
    elsewhere = link(dialect=Dialect(dialled="destination_addr"))
    found = heard(elsewhere, 0x01, b"\x05\x02")
    assert isinstance(found, Dialled) and found.text == "100"


def test_without_an_operation_the_text_says_what_it_is() -> None:
    assert isinstance(heard(link(), None, b"\x05\x02", b"*100#"), Dialled)
    assert isinstance(heard(link(), None, b"\x05\x02", b"1"), Typed)


def test_a_dialect_without_marks_has_one_session_for_each_subscriber() -> None:
    bare = link(dialect=Dialect(session_tag=0, end_bit=0))
    assert heard(bare, 0x12, b"\x05\x07", b"1") == Typed("", ALICE, "*100#", "1", b"")
    assert compose(bare, Line("gw", "100", b""), ALICE, "menu", True).tlvs == ((OP, b"\x11"),)


def test_a_vendors_own_parameter_may_be_of_any_length() -> None:
    own = link(dialect=Dialect(session_tag=0x1501, end_bit=0))
    typed = heard(own, 0x12, b"\x00\x01\x02\x03", b"1", tag=0x1501)
    assert isinstance(typed, Typed) and typed.mark == "00010203"
    assert compose(own, Line("gw", "100", typed.octets), ALICE, "x", False).tlvs[1] == (0x1501, b"\x00\x01\x02\x03")


@pytest.mark.parametrize(
    ("op", "tag", "coding", "why"),
    [(0x20, ITS, 0, "0x20"), (0x01, 0x1400, 0, "0x1383 is missing"), (0x01, ITS, 4, "no text")],
)
def test_what_belongs_to_no_session_says_why(op: int, tag: int, coding: int, why: str) -> None:
    found = heard(link(), op, b"\x05\x02", b"*100#", tag, coding)
    assert isinstance(found, Unheard) and why in found.why


def test_all_known_dialects_can_be_read() -> None:
    assert set(dialects()) == {"standard", "tata", "sixdee", "mica"}


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"aborts": (0x12,)}, "0x12 comes in with two meanings"),
        ({"ends": 0x02, "end_bit": 0}, "nothing says that a session ends"),
        ({"session_mask": 0xFFFF}, "one of the session's own bits"),
        ({"ends": "17"}, "valid integer"),
        ({"codings": {"0x48": "ucs2"}}, "write it in decimal"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(table: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Dialect.model_validate(table)
