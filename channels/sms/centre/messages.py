"""Messages as the centre passes them on."""

from channels.msisdn import normalise
from channels.smpp.pdus import DataSm, DeliverSm, SubmitSm, UnfitPdu, encode
from channels.smpp.segments import split

SHORTEST_NUMBER = 7
MOST_PARTS = 255
_KEPT_OF_ESM_CLASS = 0xC0  # user data header and reply path; the rest is between the submitter and the centre


def is_handset(address: str) -> bool:
    return address.isascii() and address.isdigit() and len(address) >= SHORTEST_NUMBER


def as_one(address: str) -> str:
    """However it is written: a number with its country code, anything else as it is."""
    return normalise(address) or address


def typed(sender: str, to: str, text: str, reference: int) -> list[DeliverSm]:
    """As a phone sends it."""
    return [
        DeliverSm(
            source_addr_ton=1,
            source_addr_npi=1,
            source_addr=sender,
            destination_addr=to,
            esm_class=segment.esm_class,
            data_coding=segment.data_coding,
            short_message=segment.short_message,
        )
        for segment in split(text, reference, max_parts=MOST_PARTS)
    ]


def as_delivered(submitted: SubmitSm | DataSm) -> DeliverSm:
    """What came as data_sm has its text in message_payload, and keeps it there."""
    own = submitted if isinstance(submitted, SubmitSm) else DeliverSm()
    return DeliverSm(
        service_type=submitted.service_type,
        source_addr_ton=submitted.source_addr_ton,
        source_addr_npi=submitted.source_addr_npi,
        source_addr=submitted.source_addr,
        dest_addr_ton=submitted.dest_addr_ton,
        dest_addr_npi=submitted.dest_addr_npi,
        destination_addr=submitted.destination_addr,
        esm_class=submitted.esm_class & _KEPT_OF_ESM_CLASS,
        protocol_id=own.protocol_id,
        priority_flag=own.priority_flag,
        data_coding=submitted.data_coding,
        short_message=own.short_message,
        tlvs=submitted.tlvs,
    )


def fits(message: DeliverSm) -> bool:
    """What was read generously may be too long to be written again."""
    try:
        encode(message)
    except UnfitPdu:
        return False
    return True
