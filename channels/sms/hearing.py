"""What a deliver_sm or data_sm says, and to whom it matters.

    pdu ── hear ──> Heard(sender, service, MessageReceived | MessagePart | Unreadable | DeliveryReport)
                    Unheard(why)                   nothing that a person sent

Whether it is a receipt is asked first of the optional parameters, then of esm_class, and never of the text: a person
may write `id:1 stat:DELIVRD`. A part of a long message says so in a header of its user data, if esm_class has the bit
for it, or in three optional parameters; it is kept as octets, and `join` decodes when all are there.

What a person sent and we cannot read (a business card, a picture, a recording) is `Unreadable`, once for all its parts,
so that he can be told. What only a phone sends (it reports its settings, it answers a server) goes to ports that no
person uses, and is nobody's to answer.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from channels.msisdn import normalise
from channels.smpp import alphabets
from channels.smpp.pdus import DataSm, DeliverSm
from channels.smpp.settings import LinkSettings
from channels.smpp.tlvs import (
    DESTINATION_PORT,
    RECEIPTED_MESSAGE_ID,
    SAR_MSG_REF_NUM,
    SAR_SEGMENT_SEQNUM,
    SAR_TOTAL_SEGMENTS,
    find,
    find_int,
)
from channels.smpp.udh import BrokenHeader, Concatenation, Header, take_header
from channels.sms.receipts import looks_whole, read_receipt
from dialogs.words import DeliveryReport, MessagePart, MessageReceived, Unreadable

Message: TypeAlias = DeliverSm | DataSm

UDHI: Final = 0x40
_TYPE: Final = 0x3C
_RECEIPT: Final = 0x04
_INTERMEDIATE: Final = 0x20
_PEOPLES_PORTS: Final = {
    0x1581: "ringtone",
    0x1582: "picture",
    0x1583: "picture",
    0x158A: "picture",
    0x23F4: "card",
    0x23F5: "date",
    0x23F6: "card",
    0x23F7: "date",
}
_CARDS: Final = {"BEGIN:VCARD": "card", "BEGIN:VCALENDAR": "date", "//SCKL23F4": "card", "//SCKL23F5": "date"}
_CARD_STARTS: Final = tuple(_CARDS)
_NOT_WRITTEN: Final = {0x08: "a delivery acknowledgement", 0x10: "a user acknowledgement", 0x18: "a conversation abort"}


@dataclass(frozen=True, slots=True)
class Heard:
    sender: str
    service: str
    kind: MessageReceived | MessagePart | Unreadable | DeliveryReport


@dataclass(frozen=True, slots=True)
class Unheard:
    why: str


def hear(pdu: Message, settings: LinkSettings, country: str = "CN") -> Heard | Unheard:
    try:
        header, user_data = take_header(pdu.user_data) if pdu.esm_class & UDHI else (Header(), pdu.user_data)
    except BrokenHeader as error:
        return Unheard(str(error))
    kind = _kind(pdu, header, user_data, settings)
    if isinstance(kind, Unheard):
        return kind
    sender = normalise(pdu.source_addr, country)
    if not sender and not isinstance(kind, DeliveryReport):
        return Unheard("its sender is no telephone number")
    return Heard(sender, pdu.destination_addr.removeprefix("+"), kind)


def kept_parameters(pdu: Message, tags: Sequence[int]) -> str:
    """Those of these tags that came with it, as `{"0x1400":"0aff"}`; nothing for none."""
    came = {f"0x{tag:04x}": value.hex() for tag in tags if (value := find(pdu.tlvs, tag)) is not None}
    return json.dumps(came, separators=(",", ":")) if came else ""


def _kind(
    pdu: Message, header: Header, user_data: bytes, settings: LinkSettings
) -> MessageReceived | MessagePart | Unreadable | DeliveryReport | Unheard:
    message_type = pdu.esm_class & _TYPE
    if message_type in _NOT_WRITTEN:
        return Unheard(_NOT_WRITTEN[message_type])
    coding = alphabets.coding_of(pdu.data_coding, settings.default_alphabet)
    if message_type in (_RECEIPT, _INTERMEDIATE) or find(pdu.tlvs, RECEIPTED_MESSAGE_ID):
        return _receipt(pdu, user_data, coding, settings)
    if settings.plain_receipts and looks_whole(alphabets.decode(user_data, coding or alphabets.LATIN1)):
        return _receipt(pdu, user_data, coding, settings)
    if coding is not None:
        coding = alphabets.shifted(coding, header.locking, header.single)
    port = header.port if header.port is not None else find_int(pdu.tlvs, DESTINATION_PORT)
    if port is not None and port not in _PEOPLES_PORTS:
        return Unheard(f"it is for an application (port {port}), not for a reader")
    place = header.concatenation or _sar(pdu)
    if port is not None or coding is None:
        what = "data" if port is None else _PEOPLES_PORTS[port]
        return Unheard(f"a further part of a {what}") if place and place.number > 1 else Unreadable(what)
    if place is None or place.total == 1:
        return _text_or_card(alphabets.decode(user_data, coding))
    if place.number == 1:  # without its first part a long card never becomes whole, and is forgotten
        beginning = _text_or_card(alphabets.decode(user_data, coding))
        if isinstance(beginning, Unreadable):
            return beginning
    group = f"{place.reference}:{place.total}"
    return MessagePart(group, place.total, place.number, coding, user_data)


def _text_or_card(text: str) -> MessageReceived | Unreadable:
    if not text.startswith(_CARD_STARTS):
        return MessageReceived(text)
    return Unreadable(next(what for start, what in _CARDS.items() if text.startswith(start)))


def _receipt(pdu: Message, user_data: bytes, coding: int | None, settings: LinkSettings) -> DeliveryReport | Unheard:
    text = alphabets.decode(user_data, coding or alphabets.LATIN1)  # the default alphabet of receipts is ASCII
    report = read_receipt(
        pdu.tlvs,
        text,
        account=settings.called,
        conversion=settings.receipt_ids,
        intermediate=pdu.esm_class & _TYPE == _INTERMEDIATE,
    )
    return report or Unheard("a receipt that names no message")


def _sar(pdu: Message) -> Concatenation | None:
    """All three or none; beside a user data header they must not be used."""
    if pdu.esm_class & UDHI:
        return None
    reference, total, number = (
        find_int(pdu.tlvs, tag) for tag in (SAR_MSG_REF_NUM, SAR_TOTAL_SEGMENTS, SAR_SEGMENT_SEQNUM)
    )
    if reference is None or total is None or number is None:
        return None
    place = Concatenation(f"sar:{reference}", total, number)
    return place if place.sound else None


def join(parts: Iterable[MessagePart]) -> str:
    """The text of a long message, whose parts may come in any order, twice or not at all."""
    by_number = {part.number: part for part in parts}
    return alphabets.decode_runs((by_number[number].coding, by_number[number].payload) for number in sorted(by_number))
