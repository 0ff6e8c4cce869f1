"""The PDUs of SMPP 3.4 as frozen values, named as the specification names them.

`sequence` may be left out of a request: the session that sends it numbers it. A response must say which it answers.
"""

from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias

from channels.smpp.tlvs import MESSAGE_PAYLOAD, Tlvs, find

GENERIC_NACK: Final = 0x80000000
BIND_RECEIVER: Final = 0x01
BIND_TRANSMITTER: Final = 0x02
QUERY_SM: Final = 0x03
SUBMIT_SM: Final = 0x04
DELIVER_SM: Final = 0x05
UNBIND: Final = 0x06
BIND_TRANSCEIVER: Final = 0x09
OUTBIND: Final = 0x0B
ENQUIRE_LINK: Final = 0x15
ALERT_NOTIFICATION: Final = 0x102
DATA_SM: Final = 0x103
RESPONSE: Final = 0x80000000  # this bit makes a response of a request's command


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    status: ClassVar[int] = 0
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Response:
    sequence: int
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bind(_Request):
    """bind_receiver, bind_transmitter or bind_transceiver, as `command_id` says."""

    command_id: int = BIND_TRANSCEIVER
    system_id: str = ""
    password: str = ""
    system_type: str = ""
    interface_version: int = 0x34
    addr_ton: int = 0
    addr_npi: int = 0
    address_range: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindResp(_Response):
    """`command_id` is that of the bind it answers, with the RESPONSE bit."""

    command_id: int = BIND_TRANSCEIVER | RESPONSE
    system_id: str = ""
    tlvs: Tlvs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShortMessage(_Request):
    service_type: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    destination_addr: str = ""
    esm_class: int = 0
    protocol_id: int = 0
    priority_flag: int = 0
    schedule_delivery_time: str = ""
    validity_period: str = ""
    registered_delivery: int = 0
    replace_if_present_flag: int = 0
    data_coding: int = 0
    sm_default_msg_id: int = 0
    short_message: bytes = b""
    tlvs: Tlvs = ()

    @property
    def user_data(self) -> bytes:
        """The message, in whichever of the two places it was put."""
        return self.short_message or find(self.tlvs, MESSAGE_PAYLOAD) or b""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSm(_ShortMessage):
    command_id: ClassVar[int] = SUBMIT_SM


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverSm(_ShortMessage):
    command_id: ClassVar[int] = DELIVER_SM


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSm(_Request):
    command_id: ClassVar[int] = DATA_SM
    service_type: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    destination_addr: str = ""
    esm_class: int = 0
    registered_delivery: int = 0
    data_coding: int = 0
    tlvs: Tlvs = ()

    @property
    def user_data(self) -> bytes:
        return find(self.tlvs, MESSAGE_PAYLOAD) or b""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSmResp(_Response):
    command_id: ClassVar[int] = SUBMIT_SM | RESPONSE
    message_id: str = ""
    tlvs: Tlvs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverSmResp(_Response):
    """Its message_id is always empty when we write it; a filled one is tolerated."""

    command_id: ClassVar[int] = DELIVER_SM | RESPONSE
    message_id: str = ""
    tlvs: Tlvs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSmResp(_Response):
    command_id: ClassVar[int] = DATA_SM | RESPONSE
    message_id: str = ""
    tlvs: Tlvs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySm(_Request):
    command_id: ClassVar[int] = QUERY_SM
    message_id: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySmResp(_Response):
    command_id: ClassVar[int] = QUERY_SM | RESPONSE
    message_id: str = ""
    final_date: str = ""
    message_state: int = 0
    error_code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNotification(_Request):
    """The one request that is not answered."""

    command_id: ClassVar[int] = ALERT_NOTIFICATION
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    esme_addr_ton: int = 0
    esme_addr_npi: int = 0
    esme_addr: str = ""
    tlvs: Tlvs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbind(_Request):
    """'Bind to me', says a message centre that has called us; nor is it answered but by a bind."""

    command_id: ClassVar[int] = OUTBIND
    system_id: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquireLink(_Request):
    command_id: ClassVar[int] = ENQUIRE_LINK


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquireLinkResp(_Response):
    command_id: ClassVar[int] = ENQUIRE_LINK | RESPONSE
    tlvs: Tlvs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbind(_Request):
    command_id: ClassVar[int] = UNBIND


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbindResp(_Response):
    command_id: ClassVar[int] = UNBIND | RESPONSE


@dataclass(frozen=True, slots=True, kw_only=True)
class GenericNack(_Response):
    command_id: ClassVar[int] = GENERIC_NACK


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPdu:
    """A command that Hall does not speak, unread."""

    command_id: int
    status: int = 0
    sequence: int
    body: bytes = b""


Messages: TypeAlias = SubmitSm | DeliverSm | DataSm
Request: TypeAlias = Bind | Outbind | SubmitSm | DeliverSm | DataSm | QuerySm | AlertNotification | EnquireLink | Unbind
Answer: TypeAlias = SubmitSmResp | DeliverSmResp | DataSmResp
Response: TypeAlias = BindResp | Answer | QuerySmResp | EnquireLinkResp | UnbindResp | GenericNack
Pdu: TypeAlias = Request | Response | OtherPdu
