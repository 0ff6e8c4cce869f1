"""The national tables, held against gsmcodecs, which has them from the standard by itself; and as phones use them."""

import pytest
from gsmcodecs.charmaps import GSMCHARMAPS

from channels.smpp import alphabets, gsm
from channels.smpp.gsm_indic import HINDI, KANNADA, TAMIL, TELUGU, URDU
from channels.smpp.gsm_national import LOCKING, SINGLE
from channels.smpp.pdus import DeliverSm
from channels.smpp.segments import split
from dialogs.words import MessageReceived
from tests.channels.smpp.test_text import _understood

CODES = [code for code in range(128) if code != gsm.ESCAPE]
LOCKED = [language for language, tables in GSMCHARMAPS.items() if "locking" in tables]
# Here oFono and Android differ from it, as phones do: a comma; Kannada's DDA, where the standard repeats another code.
READ_OTHERWISE = {(language, 0x2C): "," for language in range(4, 14)} | {(KANNADA, 0x24): "\u0ca1"}


def test_every_table_of_the_standard_is_there() -> None:
    assert set(LOCKING) == set(LOCKED)
    assert set(SINGLE) == set(GSMCHARMAPS)


@pytest.mark.parametrize("language", LOCKED)
def test_what_a_locking_shift_leads_to(language: int) -> None:
    standard = GSMCHARMAPS[language]["locking"]["decode"]
    for code in CODES:
        expected = READ_OTHERWISE.get((language, code), chr(standard.get(code, 0x20)))
        assert gsm.decode(bytes((code,)), locking=language) == expected, hex(code)


@pytest.mark.parametrize("language", GSMCHARMAPS)
def test_what_a_single_shift_leads_to(language: int) -> None:
    standard = GSMCHARMAPS[language]["singleShift"]["decode"]
    for code in CODES:
        expected = chr(standard[code]) if code in standard else gsm.decode(bytes((code,)))
        if (language, code) == (TELUGU, 0x65):
            expected = "€"  # as in all the others
        assert gsm.decode(bytes((gsm.ESCAPE, code)), single=language) == expected, hex(code)


@pytest.mark.parametrize(
    ("header", "octets", "text"),
    [
        (b"\x25\x01\x06\x24\x01\x06", b"\x01\x1b\x1c", "\u0902\u0966"),
        (b"\x24\x01\x0d", b"\x1b\x1c\x1b\x1da", "\u06f0\u06f1a"),
        (b"\x25\x01\x0d", b"\x00\x01 1", "\u0627\u0622 1"),
        (b"\x25\x01\x0b", b"\x01\x03?", "\u0b82\u0b85?"),
    ],
)
def test_a_text_in_such_a_script(header: bytes, octets: bytes, text: str) -> None:
    pdu = DeliverSm(source_addr="861", esm_class=0x40, short_message=bytes((len(header),)) + header + octets)
    assert _understood(pdu) == MessageReceived(text)


@pytest.mark.parametrize("language", [HINDI, TAMIL, URDU])
def test_they_are_read_and_never_written(language: int) -> None:
    """Who is written to may have a phone without them."""
    (segment,) = split(LOCKING[language][0x01] * 3, 1)
    assert segment.data_coding == alphabets.UCS2
