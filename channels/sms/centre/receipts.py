"""A delivery receipt as the specification's appendix B describes it, with the parameters that say the same."""

from dataclasses import dataclass
from datetime import UTC, datetime

from channels.smpp import alphabets
from channels.smpp.pdus import DeliverSm
from channels.smpp.tlvs import MESSAGE_STATE, RECEIPTED_MESSAGE_ID, USER_MESSAGE_REFERENCE, Tlvs, find

RECEIPT = 0x04
INTERMEDIATE = 0x20
ON_SUCCESS = frozenset({0x01})
ON_FAILURE = frozenset({0x01, 0x02})
_WANTED = 0x03
_WANTED_BEFORE = 0x10

ENROUTE = 1
DELIVERED = 2
EXPIRED = 3
UNDELIVERABLE = 5
_NAMES = {ENROUTE: "ENROUTE", DELIVERED: "DELIVRD", EXPIRED: "EXPIRED", UNDELIVERABLE: "UNDELIV"}
_ERRORS = {ENROUTE: 0, DELIVERED: 0}


def wants_receipt(registered_delivery: int, state: int) -> bool:
    if state == ENROUTE:
        return bool(registered_delivery & _WANTED_BEFORE)
    return registered_delivery & _WANTED in (ON_SUCCESS if state == DELIVERED else ON_FAILURE)


@dataclass(frozen=True, slots=True)
class Report:
    """`message` as it went to its recipient: the receipt goes the opposite way."""

    message: DeliverSm
    message_id: str
    state: int
    submitted_at: float
    now: float

    @property
    def delivered(self) -> int:
        return 1 if self.state == DELIVERED else 0

    @property
    def name(self) -> str:
        return _NAMES[self.state]

    @property
    def error(self) -> int:
        return _ERRORS.get(self.state, 1)


def receipt(report: Report) -> DeliverSm:
    return addressed(report, text(report), (*identified(report), *echoed(report)))


def addressed(report: Report, short_message: str, tlvs: Tlvs) -> DeliverSm:
    message = report.message
    return DeliverSm(
        source_addr_ton=message.dest_addr_ton,
        source_addr_npi=message.dest_addr_npi,
        source_addr=message.destination_addr,
        dest_addr_ton=message.source_addr_ton,
        dest_addr_npi=message.source_addr_npi,
        destination_addr=message.source_addr,
        esm_class=INTERMEDIATE if report.state == ENROUTE else RECEIPT,
        short_message=short_message.encode("ascii"),
        tlvs=tlvs,
    )


def identified(report: Report) -> Tlvs:
    return (
        (RECEIPTED_MESSAGE_ID, report.message_id.encode("ascii") + b"\0"),
        (MESSAGE_STATE, bytes((report.state,))),
    )


def echoed(report: Report) -> Tlvs:
    reference = find(report.message.tlvs, USER_MESSAGE_REFERENCE)
    return () if reference is None else ((USER_MESSAGE_REFERENCE, reference),)


def text(report: Report, message_id: str = "") -> str:
    return (
        f"id:{message_id or report.message_id} sub:001 dlvrd:{report.delivered:03} "
        f"submit date:{_date(report.submitted_at)} done date:{_date(report.now)} "
        f"stat:{report.name} err:{report.error:03} text:{_beginning(report.message)}"
    )


def _beginning(message: DeliverSm) -> str:
    """Twenty characters, if they can stand in a receipt at all."""
    if message.data_coding != alphabets.GSM or message.esm_class:
        return ""
    begins = alphabets.decode(message.short_message[:20], alphabets.GSM)
    return begins if begins.isascii() and begins.isprintable() else ""


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%y%m%d%H%M")
