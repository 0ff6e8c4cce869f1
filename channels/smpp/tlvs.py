"""Optional parameters: tag, length, value, kept as they came.

A parameter that we do not know, or do not expect in this PDU, is nobody's error (3.3 of the specification): vendors
put their own everywhere. So all of them are kept raw, in order, and the few that Hall reads are looked up by tag. The
declared length alone says where the next one begins, whatever the type of this one should have been.

Behind the last parameter some message centres leave padding: up to three stray octets, or parameters of tag 0 and
length 0. Both are passed over. A length that leads past the end of the PDU means that what we read is not what was
written: in a request that is refused, in a response the rest is dropped, for the answer itself is still an answer.
"""

from struct import Struct
from typing import TypeAlias

from channels.smpp.status import ESME_RINVOPTPARSTREAM

Tlvs: TypeAlias = tuple[tuple[int, bytes], ...]

DEST_ADDR_SUBUNIT = 0x0005
ADDITIONAL_STATUS_INFO_TEXT = 0x001D
QOS_TIME_TO_LIVE = 0x0017
RECEIPTED_MESSAGE_ID = 0x001E
USER_MESSAGE_REFERENCE = 0x0204
DESTINATION_PORT = 0x020B
SAR_MSG_REF_NUM = 0x020C
SAR_TOTAL_SEGMENTS = 0x020E
SAR_SEGMENT_SEQNUM = 0x020F
SC_INTERFACE_VERSION = 0x0210
MS_AVAILABILITY_STATUS = 0x0422
NETWORK_ERROR_CODE = 0x0423
MESSAGE_PAYLOAD = 0x0424
MESSAGE_STATE = 0x0427
CONGESTION_STATE = 0x0428
USSD_SERVICE_OP = 0x0501
ITS_SESSION_INFO = 0x1383

_HEAD = Struct("!HH")


class BrokenTlvs(ValueError):
    """A length led past the end. `found` is what stood before it."""

    status = ESME_RINVOPTPARSTREAM

    def __init__(self, tag: int, found: Tlvs) -> None:
        super().__init__(f"optional parameter 0x{tag:04x} is longer than the rest of the PDU")
        self.found = found


def read_tlvs(octets: bytes, at: int) -> Tlvs:
    end = len(octets)
    if at >= end:
        return ()
    found: list[tuple[int, bytes]] = []
    while end - at >= _HEAD.size:
        tag, length = _HEAD.unpack_from(octets, at)
        at += _HEAD.size + length
        if at > end:
            raise BrokenTlvs(tag, tuple(found))
        if tag or length:
            found.append((tag, octets[at - length : at]))
    return tuple(found)


def write_tlvs(tlvs: Tlvs) -> bytes:
    return b"".join(_HEAD.pack(tag, len(value)) + value for tag, value in tlvs)


def find(tlvs: Tlvs, tag: int) -> bytes | None:
    """The first with this tag; a repetition is ignored."""
    for candidate, value in tlvs:
        if candidate == tag:
            return value
    return None


def find_int(tlvs: Tlvs, tag: int) -> int | None:
    """A number of whatever length it was given; empty is as good as absent."""
    value = find(tlvs, tag)
    return int.from_bytes(value, "big") if value else None


def find_text(tlvs: Tlvs, tag: int) -> str | None:
    """A C-octet string whose closing NUL may have been forgotten."""
    value = find(tlvs, tag)
    return None if value is None else value.split(b"\0", 1)[0].decode("latin-1")
