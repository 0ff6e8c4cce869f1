"""A delivery receipt as the specification's appendix B describes it, with the parameters that say the same."""

from datetime import UTC, datetime

from channels.sms import alphabets
from channels.sms.pdus import DeliverSm
from channels.sms.tlvs import MESSAGE_STATE, RECEIPTED_MESSAGE_ID, USER_MESSAGE_REFERENCE, find

RECEIPT = 0x04
ON_SUCCESS = frozenset({0x01})
ON_FAILURE = frozenset({0x01, 0x02})
_WANTED = 0x03

DELIVERED = 2
EXPIRED = 3
UNDELIVERABLE = 5
_NAMES = {DELIVERED: "DELIVRD", EXPIRED: "EXPIRED", UNDELIVERABLE: "UNDELIV"}


def wants_receipt(registered_delivery: int, state: int) -> bool:
    return registered_delivery & _WANTED in (ON_SUCCESS if state == DELIVERED else ON_FAILURE)


def receipt(message: DeliverSm, message_id: str, state: int, submitted_at: float, now: float) -> DeliverSm:
    """`message` as it went to its recipient: the receipt goes the opposite way."""
    reference = find(message.tlvs, USER_MESSAGE_REFERENCE)
    echoed = () if reference is None else ((USER_MESSAGE_REFERENCE, reference),)
    return DeliverSm(
        source_addr_ton=message.dest_addr_ton,
        source_addr_npi=message.dest_addr_npi,
        source_addr=message.destination_addr,
        dest_addr_ton=message.source_addr_ton,
        dest_addr_npi=message.source_addr_npi,
        destination_addr=message.source_addr,
        esm_class=RECEIPT,
        short_message=_text(message, message_id, state, submitted_at, now),
        tlvs=(
            (RECEIPTED_MESSAGE_ID, message_id.encode("ascii") + b"\0"),
            (MESSAGE_STATE, bytes((state,))),
            *echoed,
        ),
    )


def _text(message: DeliverSm, message_id: str, state: int, submitted_at: float, now: float) -> bytes:
    delivered = 1 if state == DELIVERED else 0
    return (
        f"id:{message_id} sub:001 dlvrd:{delivered:03} submit date:{_date(submitted_at)} done date:{_date(now)} "
        f"stat:{_NAMES[state]} err:{0 if delivered else 1:03} text:{_beginning(message)}"
    ).encode("ascii")


def _beginning(message: DeliverSm) -> str:
    """Twenty characters, if they can stand in a receipt at all."""
    if message.data_coding != alphabets.GSM or message.esm_class:
        return ""
    text = alphabets.decode(message.short_message[:20], alphabets.GSM)
    return text if text.isascii() and text.isprintable() else ""


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%y%m%d%H%M")
