"""Texts to segments and back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.smpp import gsm
from channels.smpp.clusters import clusters
from channels.smpp.framing import LONGEST, Framer
from channels.smpp.pdus import DeliverSm, SubmitSm
from channels.smpp.segments import TooManyParts, count, segments_in, split
from channels.smpp.settings import LinkSettings
from channels.sms.hearing import Heard, hear, join
from channels.sms.outgoing import compose
from dialogs.words import MessagePart, MessageReceived, Unreadable

LINK = LinkSettings(name="a", connect="tcp:x", system_id="hall")
FAMILY = "👨‍👩‍👧‍👦"

# ── the GSM alphabet ──

ALPHABET = {
    0x00: "@", 0x01: "£", 0x02: "$", 0x03: "¥", 0x04: "è", 0x09: "Ç", 0x0A: "\n", 0x0D: "\r", 0x10: "Δ", 0x11: "_",
    0x1A: "Ξ", 0x1C: "Æ", 0x1F: "É", 0x20: " ", 0x24: "¤", 0x3F: "?", 0x40: "¡", 0x41: "A", 0x5A: "Z", 0x5B: "Ä",
    0x5E: "Ü", 0x5F: "§", 0x60: "¿", 0x61: "a", 0x7A: "z", 0x7B: "ä", 0x7F: "à",
}  # fmt: skip
EXTENSION = "\f^{}\\[~]|€"


@pytest.mark.parametrize(("code", "character"), ALPHABET.items())
def test_the_alphabet(code: int, character: str) -> None:
    assert gsm.encode(character) == bytes((code,))
    assert gsm.decode(bytes((code,))) == character


def test_all_of_the_alphabet_goes_there_and_back() -> None:
    main = bytes(code for code in range(128) if code != gsm.ESCAPE)
    assert gsm.encode(gsm.decode(main)) == main
    assert gsm.encode(EXTENSION).hex(" ", 2) == "1b0a 1b14 1b28 1b29 1b2f 1b3c 1b3d 1b3e 1b40 1b65"
    assert gsm.decode(gsm.encode(EXTENSION)) == EXTENSION


@pytest.mark.parametrize("character", ["`", "ç", "中", "😀", "\x1b", "\t"])
def test_what_is_not_in_it(character: str) -> None:
    assert not gsm.fits(character)


@pytest.mark.parametrize(
    ("octets", "text"),
    [(b"a\x1b", "a "), (b"\x1bQ", "Q"), (b"\x1b\x1bA", " A"), (b"\x1b\x1b\x1be", " €"),
     (b"\x80a", "\ufffda"), (b"\x1b\xe9", "\ufffd")],
)  # fmt: skip
def test_octets_nobody_should_send(octets: bytes, text: str) -> None:
    assert gsm.decode(octets) == text


# ── cutting ──


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("", [0]),
        ("a" * 160, [160]),
        ("a" * 161, [153, 8]),
        ("a" * 306, [153, 153]),
        ("a" * 159 + "€", [152 + 1, 7 + 1]),
        ("a" * 158 + "€", [160]),
        ("a" * 152 + "€" + "a" * 7, [152, 2 + 7]),
        ("中" * 70, [140]),
        ("中" * 71, [134, 8]),
        ("中" * 66 + "😀" + "中" * 10, [132, 24]),
        ("中" * 60 + FAMILY + "中" * 10, [120, 22 + 20]),
        ("中" * 66 + "e\u0301" + "中" * 10, [132, 24]),
    ],
)
def test_sizes_of_parts(text: str, sizes: list[int]) -> None:
    segments = split(text, 7)
    headers = 6 if len(segments) > 1 else 0
    assert [len(segment.short_message) - headers for segment in segments] == sizes
    assert count(text) == len(sizes)


def test_the_header_and_what_goes_with_it() -> None:
    first, second = split("a" * 161, 0x1FF)
    assert first.short_message[:6] == bytes((5, 0, 3, 0xFF, 2, 1))
    assert second.short_message[:6] == bytes((5, 0, 3, 0xFF, 2, 2))
    assert {(segment.esm_class, segment.data_coding) for segment in (first, second)} == {(0x40, 0)}
    (alone,) = split("余额18.88元", 1)
    assert (alone.esm_class, alone.data_coding, alone.short_message) == (0, 8, "余额18.88元".encode("utf-16-be"))


def test_too_many_parts_is_an_error() -> None:
    assert len(split("a" * 1530, 1, max_parts=10)) == 10
    with pytest.raises(TooManyParts) as error:
        split("a" * 1531, 1, max_parts=10)
    assert error.value.parts == 11
    with pytest.raises(TooManyParts):
        split("中" * 67 * 256, 1, max_parts=1000)


def test_a_cluster_longer_than_a_segment_is_cut_within() -> None:
    text = "中" + "\u0301" * 100
    assert [len(segment.short_message) for segment in split(text, 1)] == [140, 6 + 2 * (101 - 67)]


def test_a_message_centre_whose_default_is_latin1() -> None:
    (segment,) = split("Çà [ñ]", 1, default_alphabet="latin1")
    assert (segment.data_coding, segment.short_message) == (0, "Çà [ñ]".encode("latin-1"))
    (segment,) = split("5 €", 1, default_alphabet="latin1")
    assert segment.data_coding == 8
    assert [len(segment.short_message) for segment in split("[" * 81, 1, default_alphabet="latin1")] == [6 + 76, 6 + 5]


@pytest.mark.parametrize(
    "text", ["🇨🇳", FAMILY, "👍🏽", "1\ufe0f\u20e3", "e\u0301", "\r\n", "🏴\U000e0067\U000e0062\U000e007f"]
)
def test_what_a_reader_takes_for_one(text: str) -> None:
    assert clusters(text) == [text]
    assert clusters("a" + text + "b") == ["a", text, "b"]


def test_flags_stand_beside_each_other() -> None:
    assert clusters("🇨🇳🇨🇳") == ["🇨🇳", "🇨🇳"]


def as_heard(pdu: SubmitSm) -> DeliverSm:
    return DeliverSm(
        source_addr="8613800138000",
        destination_addr="10086",
        esm_class=pdu.esm_class,
        data_coding=pdu.data_coding,
        short_message=pdu.short_message,
    )


@settings(deadline=None)
@given(
    st.text(st.sampled_from("ab@§€[]{}\n" + "中额€" * 1) | st.characters(exclude_categories=["Cs"]), max_size=400)
    | st.text(st.sampled_from("abc€[|~@Ω "), max_size=600),
    st.randoms(use_true_random=False),
)
def test_what_is_cut_is_whole_again(text: str, random) -> None:  # type: ignore[no-untyped-def]
    text = text.removeprefix("\ufeff").removeprefix("\ufffe")
    pdus = compose(LINK, source="10086", destination="8613800138000", text=text, reference=300)
    kinds = []
    for pdu in pdus:
        assert len(pdu.short_message) <= (140 if pdu.data_coding == 8 else 160)
        assert segments_in(pdu) == 1
        heard = hear(as_heard(pdu), LINK)
        assert isinstance(heard, Heard)
        kinds.append(heard.kind)
    if len(kinds) == 1:
        assert kinds == [MessageReceived(text)]
        return
    parts = [kind for kind in kinds if isinstance(kind, MessagePart)]
    assert {part.group for part in parts} == {f"8:44:{len(pdus)}"}
    random.shuffle(parts)
    assert join([*parts, parts[0]]) == text
    for part in parts:  # each is readable by itself: nothing was cut in two
        assert "\ufffd" not in join([part]) or "\ufffd" in text


def test_receipts_are_asked_for_as_the_link_and_the_message_want() -> None:
    def asked(link: LinkSettings, receipt: bool) -> int:
        (pdu,) = compose(link, source="1", destination="2", text="x", reference=1, receipt=receipt)
        return pdu.registered_delivery

    without = LINK.model_copy(update={"receipts": False})
    assert [asked(LINK, True), asked(LINK, False), asked(without, True)] == [1, 0, 0]


def test_a_long_message_given_whole_counts_as_what_it_becomes() -> None:
    assert segments_in(SubmitSm(data_coding=8, tlvs=((0x424, b"x" * 140),))) == 1
    assert segments_in(SubmitSm(data_coding=8, tlvs=((0x424, b"x" * 142),))) == 2
    assert segments_in(SubmitSm(tlvs=((0x424, b"x" * 161),))) == 2


# ── framing ──


def test_frames_of_any_cut_and_a_large_one_octet_by_octet() -> None:
    framer, large = Framer(), (LONGEST).to_bytes(4, "big") + bytes(LONGEST - 4)
    found = [frame for octet in large for frame in framer.feed(bytes((octet,)))]
    assert found == [large]
    assert framer.feed(large + large[:3]) == [large]
    assert framer.feed(large[3:]) == [large]


def test_nothing_comes_after_an_impossible_length() -> None:
    framer = Framer()
    good = (16).to_bytes(4, "big") + bytes(12)
    assert framer.feed(good + (LONGEST + 1).to_bytes(4, "big")) == [good]
    assert framer.broken == LONGEST + 1
    assert framer.feed(good) == []


# ── national languages and marks of order, in ──


@pytest.mark.parametrize(
    ("header", "octets", "text"),
    [
        (b"\x24\x01\x01", b"\x1b\x53\x1b\x69\x1b\x65 s", "Şı€ s"),
        (b"\x25\x01\x01", b"\x0b\x0c\x1c\x1d\x40\x60\x07\x04", "ĞğŞşİçı€"),
        (b"\x25\x01\x01\x24\x01\x01", b"\x07\x1b\x67\x1b\x28", "ığ{"),
        (b"\x24\x01\x02", b"\x1b\x09\x1b\x41\x1b\x61\x1b\x6f\x1b\x75", "çÁáóú"),
        (b"\x25\x01\x03", b"\x04\x0b\x0f\x13\x5b\x5c\x7b\x7c\x7d\x18", "êÔáÇÃÕãõ`€"),
        (b"\x24\x01\x03", b"\x1b\x05\x1b\x5b\x1b\x7b\x1b\x41\x1b\x16", "êÃãÀΠ"),
        (b"\x24\x00", b"\x1b\x53", "S"),
        (b"\x24\x01\x01", b"\x1b", " "),
    ],
)
def test_a_text_may_bring_the_tables_of_its_language(header: bytes, octets: bytes, text: str) -> None:
    pdu = DeliverSm(source_addr="861", esm_class=0x40, short_message=bytes((len(header),)) + header + octets)
    assert _understood(pdu) == MessageReceived(text)


def test_a_table_that_is_not_known_is_not_guessed_at() -> None:
    pdu = DeliverSm(source_addr="861", esm_class=0x40, short_message=b"\x03\x25\x01\x0eabc")
    assert _understood(pdu) == Unreadable("data")


def test_parts_in_a_national_language_are_joined_before_they_are_read() -> None:
    first = DeliverSm(source_addr="861", esm_class=0x40, short_message=b"\x08\x24\x01\x01\x00\x03\x07\x02\x01a\x1b")
    second = DeliverSm(source_addr="861", esm_class=0x40, short_message=b"\x08\x24\x01\x01\x00\x03\x07\x02\x02\x73b")
    assert join([_understood(second), _understood(first)]) == "aşb"


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"\xfe\xff\x4f\x59", "余"),
        (b"\xff\xfe\x59\x4f", "余"),
        (b"\x4f\x59\x98", "余\ufffd"),
        (b"\xd8\x3d\xde\x00", "😀"),
        (b"\xd8\x3d\x00a", "\ufffda"),
        (b"\xde\x00\x00a", "\ufffda"),
        (b"\x00a\xd8\x3d", "a\ufffd"),
        (b"", ""),
    ],
)
def test_ucs2_in_the_field_is_utf_16_and_not_always_sound(octets: bytes, text: str) -> None:
    assert _understood(DeliverSm(source_addr="861", data_coding=8, short_message=octets)) == MessageReceived(text)


@pytest.mark.parametrize("data_coding", [0x00, 0x10, 0x11, 0xF0, 0xF1, 0xF3, 0xC0, 0xD0])
def test_a_class_of_message_changes_nothing_of_its_words(data_coding: int) -> None:
    pdu = DeliverSm(source_addr="861", data_coding=data_coding, short_message=b"\x11")
    assert _understood(pdu) == MessageReceived("_")


def _understood(pdu: DeliverSm) -> Any:
    return hear(pdu, LinkSettings(name="a", connect="tcp:x", system_id="hall")).kind  # type: ignore[union-attr]
