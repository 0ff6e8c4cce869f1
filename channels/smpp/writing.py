"""Values to octets.

Strict: what would not fit its field is our own fault, `UnfitPdu`, and nothing is cut to make it fit. The error names
the field and not the value, which may be a password or a telephone number.
"""

import struct
from collections.abc import Callable
from typing import Any, Final

from channels.smpp import values as v
from channels.smpp.tlvs import write_tlvs

HEADER: Final = struct.Struct("!IIII")
LONGEST_SHORT_MESSAGE: Final = 254
_TWO: Final = struct.Struct("!BB")
_THREE: Final = struct.Struct("!BBB")
_TAIL: Final = struct.Struct("!BBBBB")  # registered_delivery, replace_if_present, data_coding, canned, sm_length


class UnfitPdu(ValueError):
    """Our fault: a value that its field cannot hold."""


def encode(pdu: v.Pdu, sequence: int | None = None) -> bytes:
    """The frame. `sequence` in place of the PDU's own, so that a session can number (and renumber) what it is given."""
    writer = _WRITERS.get(type(pdu))
    try:
        body = b"" if writer is None else writer(pdu)
        number = pdu.sequence if sequence is None else sequence
        return HEADER.pack(HEADER.size + len(body), pdu.command_id, pdu.status, number) + body
    except struct.error as error:
        raise UnfitPdu(f"{type(pdu).__name__}: {error}") from None


def _write_bind(pdu: v.Bind) -> bytes:
    return b"".join(
        (
            _field("system_id", pdu.system_id, 15),
            _field("password", pdu.password, 64),  # 8 by the specification; longer ones are given out and wanted
            _field("system_type", pdu.system_type, 12),
            _THREE.pack(pdu.interface_version, pdu.addr_ton, pdu.addr_npi),
            _field("address_range", pdu.address_range, 40),
        )
    )


def _write_short_message(pdu: v.SubmitSm | v.DeliverSm) -> bytes:
    length = len(pdu.short_message)
    if length > LONGEST_SHORT_MESSAGE:
        raise UnfitPdu(f"short_message of {length} octets: more than 254 belong into message_payload")
    return b"".join(
        (
            _field("service_type", pdu.service_type, 5),
            _TWO.pack(pdu.source_addr_ton, pdu.source_addr_npi),
            _field("source_addr", pdu.source_addr, 20),
            _TWO.pack(pdu.dest_addr_ton, pdu.dest_addr_npi),
            _field("destination_addr", pdu.destination_addr, 20),
            _THREE.pack(pdu.esm_class, pdu.protocol_id, pdu.priority_flag),
            _time("schedule_delivery_time", pdu.schedule_delivery_time),
            _time("validity_period", pdu.validity_period),
            _TAIL.pack(
                pdu.registered_delivery,
                pdu.replace_if_present_flag,
                pdu.data_coding,
                pdu.sm_default_msg_id,
                length,
            ),
            pdu.short_message,
            write_tlvs(pdu.tlvs),
        )
    )


def _write_data_sm(pdu: v.DataSm) -> bytes:
    return b"".join(
        (
            _field("service_type", pdu.service_type, 5),
            _TWO.pack(pdu.source_addr_ton, pdu.source_addr_npi),
            _field("source_addr", pdu.source_addr, 64),
            _TWO.pack(pdu.dest_addr_ton, pdu.dest_addr_npi),
            _field("destination_addr", pdu.destination_addr, 64),
            _THREE.pack(pdu.esm_class, pdu.registered_delivery, pdu.data_coding),
            write_tlvs(pdu.tlvs),
        )
    )


def _write_outbind(pdu: v.Outbind) -> bytes:
    return _field("system_id", pdu.system_id, 15) + _field("password", pdu.password, 64)


def _write_query_sm(pdu: v.QuerySm) -> bytes:
    return b"".join(
        (
            _field("message_id", pdu.message_id, 64),
            _TWO.pack(pdu.source_addr_ton, pdu.source_addr_npi),
            _field("source_addr", pdu.source_addr, 20),
        )
    )


def _write_query_sm_resp(pdu: v.QuerySmResp) -> bytes:
    if pdu.status:
        return b""
    final_date = _time("final_date", pdu.final_date)
    return _field("message_id", pdu.message_id, 64) + final_date + _TWO.pack(pdu.message_state, pdu.error_code)


def _write_alert_notification(pdu: v.AlertNotification) -> bytes:
    return b"".join(
        (
            _TWO.pack(pdu.source_addr_ton, pdu.source_addr_npi),
            _field("source_addr", pdu.source_addr, 64),
            _TWO.pack(pdu.esme_addr_ton, pdu.esme_addr_npi),
            _field("esme_addr", pdu.esme_addr, 64),
            write_tlvs(pdu.tlvs),
        )
    )


def _write_bind_resp(pdu: v.BindResp) -> bytes:
    """A refusal has no body (2.2 of the specification, for every response that is not ESME_ROK)."""
    return b"" if pdu.status else _field("system_id", pdu.system_id, 15) + write_tlvs(pdu.tlvs)


def _write_submit_sm_resp(pdu: v.SubmitSmResp) -> bytes:
    if pdu.status and not pdu.message_id and not pdu.tlvs:
        return b""
    return _field("message_id", pdu.message_id, 64) + write_tlvs(pdu.tlvs)


def _write_answer(pdu: v.DeliverSmResp | v.DataSmResp) -> bytes:
    return _field("message_id", pdu.message_id, 64) + write_tlvs(pdu.tlvs)


def _write_enquire_link_resp(pdu: v.EnquireLinkResp) -> bytes:
    return write_tlvs(pdu.tlvs)


def _write_other(pdu: v.OtherPdu) -> bytes:
    return pdu.body


def _field(name: str, text: str, longest: int) -> bytes:
    if not text:
        return b"\0"
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError:
        raise UnfitPdu(f"{name} is not Latin-1") from None
    if len(octets) > longest:
        raise UnfitPdu(f"{name} is longer than {longest} characters")
    if 0 in octets:
        raise UnfitPdu(f"{name} has a NUL in it")
    return octets + b"\0"


def _time(name: str, text: str) -> bytes:
    if text and len(text) != 16:
        raise UnfitPdu(f"{name}: a time is 16 characters or none")
    return _field(name, text, 16)


_WRITERS: dict[type, Callable[[Any], bytes]] = {
    v.Bind: _write_bind,
    v.BindResp: _write_bind_resp,
    v.Outbind: _write_outbind,
    v.QuerySm: _write_query_sm,
    v.QuerySmResp: _write_query_sm_resp,
    v.AlertNotification: _write_alert_notification,
    v.SubmitSm: _write_short_message,
    v.DeliverSm: _write_short_message,
    v.DataSm: _write_data_sm,
    v.SubmitSmResp: _write_submit_sm_resp,
    v.DeliverSmResp: _write_answer,
    v.DataSmResp: _write_answer,
    v.EnquireLinkResp: _write_enquire_link_resp,
    v.OtherPdu: _write_other,
}
