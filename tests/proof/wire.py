"""As much SMPP 3.4 as a message centre needs to speak with Hall, by `struct` from the specification.

Nothing here is shared with Hall's own codec: a mistake in one must not be hidden by the same mistake in the other.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

BINDS = {1: "receiver", 2: "transmitter", 9: "transceiver"}
SUBMIT, DELIVER, UNBIND, ENQUIRE = 0x4, 0x5, 0x6, 0x15
RESPONSE = 0x80000000

OK, SYSTEM_ERROR, QUEUE_FULL, THROTTLED, TEMPORARY = 0x0, 0x8, 0x14, 0x58, 0x64
TRY_AGAIN = frozenset({SYSTEM_ERROR, QUEUE_FULL, THROTTLED, TEMPORARY})

UDHI = 0x40
UCS2 = 8
HEADER = struct.Struct(">IIII")
PAYLOAD = 0x0424

GSM_LOW = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"  # 0x00 to 0x1F; from 0x20 on what Hall says is plain ASCII


@dataclass(frozen=True, slots=True)
class Frame:
    command: int
    status: int
    sequence: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Submitted:
    """A `submit_sm`, as far as a handset cares; `part` is (reference, total, number) of a long message."""

    source: str
    destination: str
    text: str
    part: tuple[int, int, int] | None


class Framer:
    def __init__(self) -> None:
        self._rest = b""

    def frames(self, data: bytes) -> Iterator[Frame]:
        buffer = self._rest + data
        at, end = 0, len(buffer)
        while end - at >= 16:
            length, command, status, sequence = HEADER.unpack_from(buffer, at)
            if end - at < length:
                break
            yield Frame(command, status, sequence, buffer[at + 16 : at + length])
            at += length
        self._rest = buffer[at:]


def frame(command: int, sequence: int, body: bytes = b"", status: int = OK) -> bytes:
    return HEADER.pack(16 + len(body), command, status, sequence) + body


def answer(request: Frame, body: bytes = b"", status: int = OK) -> bytes:
    return frame(request.command | RESPONSE, request.sequence, body, status)


def deliver(sequence: int, source: str, destination: str, text: str) -> bytes:
    """A text message of one segment from a handset."""
    coding, words = (0, text.encode()) if text.isascii() else (UCS2, text.encode("utf-16-be"))
    addresses = b"\0\1\1" + source.encode() + b"\0\0\0" + destination.encode() + b"\0"
    flags = struct.pack(">BBB2sBBBBB", 0, 0, 0, b"\0\0", 0, 0, coding, 0, len(words))
    return frame(DELIVER, sequence, addresses + flags + words)


def submitted(body: bytes) -> Submitted:
    at = body.index(0) + 3
    end = body.index(0, at)
    source, at = body[at:end].decode(), end + 3
    end = body.index(0, at)
    destination, at = body[at:end].decode(), end + 1
    esm_class, at = body[at], at + 3
    at = body.index(0, body.index(0, at) + 1) + 1
    coding, length, at = body[at + 2], body[at + 4], at + 5
    content = body[at : at + length] or _payload(body[at + length :])
    part, content = _part(content) if esm_class & UDHI else (None, content)
    return Submitted(source, destination, _decode(coding, content), part)


def _payload(tlvs: bytes) -> bytes:
    at = 0
    while at + 4 <= len(tlvs):
        tag, length = struct.unpack_from(">HH", tlvs, at)
        if tag == PAYLOAD:
            return tlvs[at + 4 : at + 4 + length]
        at += 4 + length
    return b""


def _part(content: bytes) -> tuple[tuple[int, int, int] | None, bytes]:
    end = 1 + content[0]
    at, part = 1, None
    while at < end:
        element, length = content[at], content[at + 1]
        value = content[at + 2 : at + 2 + length]
        if element == 0x00:
            part = (value[0], value[1], value[2])
        elif element == 0x08:
            part = (value[0] << 8 | value[1], value[2], value[3])
        at += 2 + length
    return part, content[end:]


def _decode(coding: int, content: bytes) -> str:
    if coding & 0x0C == UCS2:
        return content.decode("utf-16-be", "replace")
    return "".join(GSM_LOW[octet] if octet < 32 else chr(octet) for octet in content)
