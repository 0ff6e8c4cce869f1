"""Octets to values.

Generous: fields longer than the specification allows are taken whole (never cut), text is Latin-1 so that no octet is
lost, and a *response* is never malformed: whatever is missing from it is empty, because it must still release the
request it answers. A *request* that cannot be read raises `MalformedPdu`, which carries what its refusal needs.
"""

import struct
from collections.abc import Callable
from typing import Final, TypeVar

from channels.smpp import values as v
from channels.smpp.status import ESME_RINVCMDLEN, ESME_RINVDSTADR, ESME_RINVMSGLEN, ESME_RINVSRCADR
from channels.smpp.tlvs import BrokenTlvs, Tlvs, read_tlvs

HEADER: Final = struct.Struct("!IIII")
LONGEST_ADDRESS: Final = 64  # what data_sm allows; more is no address
FORBIDDEN_SM_LENGTH: Final = 255
_TAIL: Final = struct.Struct("!BBBBB")  # registered_delivery, replace_if_present, data_coding, canned, sm_length


class MalformedPdu(Exception):
    """The peer's fault: a request that cannot be read. Refuse it with `status`; the session lives on."""

    def __init__(self, command_id: int, sequence: int, status: int, why: str) -> None:
        super().__init__(f"command 0x{command_id:08x}, sequence {sequence}: {why}")
        self.command_id = command_id
        self.sequence = sequence
        self.status = status


def decode(frame: bytes) -> v.Pdu:
    """One whole frame, header included. Raises `MalformedPdu` for a request that cannot be read, and nothing else."""
    command_id, status, sequence = _header(frame)
    reader = _READERS.get(command_id)
    if reader is None:
        return v.OtherPdu(command_id=command_id, status=status, sequence=sequence, body=frame[HEADER.size :])
    try:
        return reader(frame, command_id, status, sequence)
    except BrokenTlvs as broken:
        raise MalformedPdu(command_id, sequence, broken.status, str(broken)) from None
    except (IndexError, ValueError, struct.error):
        raise MalformedPdu(command_id, sequence, ESME_RINVCMDLEN, "the PDU ends within a field") from None


def _header(frame: bytes) -> tuple[int, int, int]:
    if len(frame) < HEADER.size:
        raise MalformedPdu(0, 0, ESME_RINVCMDLEN, f"{len(frame)} octets are no header")
    length, command_id, status, sequence = HEADER.unpack_from(frame)
    if length != len(frame):
        raise MalformedPdu(command_id, sequence, ESME_RINVCMDLEN, f"{length} octets announced, {len(frame)} given")
    return command_id, status, sequence


def _read_bind(frame: bytes, command_id: int, status: int, sequence: int) -> v.Bind:
    system_id, at = _c_octets(frame, HEADER.size)
    password, at = _c_octets(frame, at)
    system_type, at = _c_octets(frame, at)
    version, ton, npi = frame[at], frame[at + 1], frame[at + 2]
    address_range, at = _c_octets(frame, at + 3)
    return v.Bind(
        command_id=command_id,
        sequence=sequence,
        system_id=system_id,
        password=password,
        system_type=system_type,
        interface_version=version,
        addr_ton=ton,
        addr_npi=npi,
        address_range=address_range,
    )


_M = TypeVar("_M", v.SubmitSm, v.DeliverSm)


def _short_message_reader(kind: type[_M]) -> Callable[[bytes, int, int, int], _M]:
    def read(frame: bytes, command_id: int, status: int, sequence: int) -> _M:
        service_type, at = _c_octets(frame, HEADER.size)
        source_ton, source_npi = frame[at], frame[at + 1]
        source, at = _c_octets(frame, at + 2)
        dest_ton, dest_npi = frame[at], frame[at + 1]
        destination, at = _c_octets(frame, at + 2)
        _check_addresses(command_id, sequence, source, destination)
        esm_class, protocol_id, priority = frame[at], frame[at + 1], frame[at + 2]
        schedule, at = _c_octets(frame, at + 3)
        validity, at = _c_octets(frame, at)
        registered, replace, coding, canned, length = _TAIL.unpack_from(frame, at)
        at += _TAIL.size
        if length == FORBIDDEN_SM_LENGTH or at + length > len(frame):
            raise MalformedPdu(command_id, sequence, ESME_RINVMSGLEN, f"sm_length {length} cannot be")
        return kind(
            sequence=sequence,
            service_type=service_type,
            source_addr_ton=source_ton,
            source_addr_npi=source_npi,
            source_addr=source,
            dest_addr_ton=dest_ton,
            dest_addr_npi=dest_npi,
            destination_addr=destination,
            esm_class=esm_class,
            protocol_id=protocol_id,
            priority_flag=priority,
            schedule_delivery_time=schedule,
            validity_period=validity,
            registered_delivery=registered,
            replace_if_present_flag=replace,
            data_coding=coding,
            sm_default_msg_id=canned,
            short_message=frame[at : at + length],
            tlvs=read_tlvs(frame, at + length),
        )

    return read


def _read_data_sm(frame: bytes, command_id: int, status: int, sequence: int) -> v.DataSm:
    service_type, at = _c_octets(frame, HEADER.size)
    source_ton, source_npi = frame[at], frame[at + 1]
    source, at = _c_octets(frame, at + 2)
    dest_ton, dest_npi = frame[at], frame[at + 1]
    destination, at = _c_octets(frame, at + 2)
    _check_addresses(command_id, sequence, source, destination)
    return v.DataSm(
        sequence=sequence,
        service_type=service_type,
        source_addr_ton=source_ton,
        source_addr_npi=source_npi,
        source_addr=source,
        dest_addr_ton=dest_ton,
        dest_addr_npi=dest_npi,
        destination_addr=destination,
        esm_class=frame[at],
        registered_delivery=frame[at + 1],
        data_coding=frame[at + 2],
        tlvs=read_tlvs(frame, at + 3),
    )


def _read_outbind(frame: bytes, command_id: int, status: int, sequence: int) -> v.Outbind:
    system_id, at = _c_octets(frame, HEADER.size)
    password, at = _c_octets(frame, at)
    return v.Outbind(sequence=sequence, system_id=system_id, password=password)


def _read_query_sm(frame: bytes, command_id: int, status: int, sequence: int) -> v.QuerySm:
    message_id, at = _c_octets(frame, HEADER.size)
    ton, npi = frame[at], frame[at + 1]
    source, _ = _c_octets(frame, at + 2)
    return v.QuerySm(
        sequence=sequence, message_id=message_id, source_addr_ton=ton, source_addr_npi=npi, source_addr=source
    )


def _read_query_sm_resp(frame: bytes, command_id: int, status: int, sequence: int) -> v.QuerySmResp:
    """A body that ends too early says nothing of the state, and is an answer all the same."""
    try:
        message_id, at = _c_octets(frame, HEADER.size)
        final_date, at = _c_octets(frame, at)
        state, error = frame[at], frame[at + 1]
    except (ValueError, IndexError):
        return v.QuerySmResp(sequence=sequence, status=status)
    return v.QuerySmResp(
        sequence=sequence,
        status=status,
        message_id=message_id,
        final_date=final_date,
        message_state=state,
        error_code=error,
    )


def _read_alert_notification(frame: bytes, command_id: int, status: int, sequence: int) -> v.AlertNotification:
    at = HEADER.size
    source_ton, source_npi = frame[at], frame[at + 1]
    source, at = _c_octets(frame, at + 2)
    esme_ton, esme_npi = frame[at], frame[at + 1]
    esme, at = _c_octets(frame, at + 2)
    return v.AlertNotification(
        sequence=sequence,
        source_addr_ton=source_ton,
        source_addr_npi=source_npi,
        source_addr=source,
        esme_addr_ton=esme_ton,
        esme_addr_npi=esme_npi,
        esme_addr=esme,
        tlvs=read_tlvs(frame, at),
    )


def _check_addresses(command_id: int, sequence: int, source: str, destination: str) -> None:
    if len(source) > LONGEST_ADDRESS:
        raise MalformedPdu(command_id, sequence, ESME_RINVSRCADR, "the source address is too long")
    if len(destination) > LONGEST_ADDRESS:
        raise MalformedPdu(command_id, sequence, ESME_RINVDSTADR, "the destination address is too long")


def _c_octets(frame: bytes, at: int) -> tuple[str, int]:
    end = frame.index(0, at)
    return frame[at:end].decode("latin-1"), end + 1


def _read_bind_resp(frame: bytes, command_id: int, status: int, sequence: int) -> v.BindResp:
    system_id, tlvs = _text_and_tlvs(frame)
    return v.BindResp(command_id=command_id, status=status, sequence=sequence, system_id=system_id, tlvs=tlvs)


_A = TypeVar("_A", v.SubmitSmResp, v.DeliverSmResp, v.DataSmResp)


def _answer_reader(kind: type[_A]) -> Callable[[bytes, int, int, int], _A]:
    def read(frame: bytes, command_id: int, status: int, sequence: int) -> _A:
        message_id, tlvs = _text_and_tlvs(frame)
        return kind(sequence=sequence, status=status, message_id=message_id, tlvs=tlvs)

    return read


def _read_enquire_link_resp(frame: bytes, command_id: int, status: int, sequence: int) -> v.EnquireLinkResp:
    """It has a body in SMPP 5.0 only."""
    try:
        tlvs = read_tlvs(frame, HEADER.size)
    except BrokenTlvs as broken:
        tlvs = broken.found
    return v.EnquireLinkResp(sequence=sequence, status=status, tlvs=tlvs)


def _text_and_tlvs(frame: bytes) -> tuple[str, Tlvs]:
    """The body of a response, or as much of it as there is."""
    end = frame.find(0, HEADER.size)
    if end < 0:
        return frame[HEADER.size :].decode("latin-1"), ()
    text = frame[HEADER.size : end].decode("latin-1")
    try:
        return text, read_tlvs(frame, end + 1)
    except BrokenTlvs as broken:
        return text, broken.found


_READERS: dict[int, Callable[[bytes, int, int, int], v.Pdu]] = {
    v.BIND_RECEIVER: _read_bind,
    v.BIND_TRANSMITTER: _read_bind,
    v.BIND_TRANSCEIVER: _read_bind,
    v.BIND_RECEIVER | v.RESPONSE: _read_bind_resp,
    v.BIND_TRANSMITTER | v.RESPONSE: _read_bind_resp,
    v.BIND_TRANSCEIVER | v.RESPONSE: _read_bind_resp,
    v.OUTBIND: _read_outbind,
    v.QUERY_SM: _read_query_sm,
    v.QUERY_SM | v.RESPONSE: _read_query_sm_resp,
    v.ALERT_NOTIFICATION: _read_alert_notification,
    v.SUBMIT_SM: _short_message_reader(v.SubmitSm),
    v.DELIVER_SM: _short_message_reader(v.DeliverSm),
    v.DATA_SM: _read_data_sm,
    v.SUBMIT_SM | v.RESPONSE: _answer_reader(v.SubmitSmResp),
    v.DELIVER_SM | v.RESPONSE: _answer_reader(v.DeliverSmResp),
    v.DATA_SM | v.RESPONSE: _answer_reader(v.DataSmResp),
    v.ENQUIRE_LINK: lambda frame, command_id, status, sequence: v.EnquireLink(sequence=sequence),
    v.ENQUIRE_LINK | v.RESPONSE: _read_enquire_link_resp,
    v.UNBIND: lambda frame, command_id, status, sequence: v.Unbind(sequence=sequence),
    v.UNBIND | v.RESPONSE: lambda frame, command_id, status, sequence: v.UnbindResp(sequence=sequence, status=status),
    v.GENERIC_NACK: lambda frame, command_id, status, sequence: v.GenericNack(sequence=sequence, status=status),
}
