"""Where one PDU ends and the next begins.

The first four octets of a PDU are its length, themselves included. A length that no PDU can have means that the stream
is not SMPP (the octets `HTTP` read as 1,213,486,160), or that we have lost our place in it; either way nothing after it
can be trusted. It is noticed as soon as its four octets are there, so a peer cannot make us buffer what it announces.
"""

from struct import Struct

SHORTEST = 16
LONGEST = 0x10000 + 0x400  # a message_payload of 64 KiB, and room for the other fields

_LENGTH = Struct("!I")


class Framer:
    """`broken` is the impossible length, once one was seen; no frame comes out after it."""

    __slots__ = ("_buffer", "broken")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.broken: int | None = None

    def feed(self, data: bytes) -> list[bytes]:
        if self.broken is not None:
            return []
        buffer = self._buffer
        buffer += data
        frames: list[bytes] = []
        at, end = 0, len(buffer)
        while end - at >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(buffer, at)
            if not SHORTEST <= length <= LONGEST:
                self.broken = length
                at = end
                break
            if end - at < length:
                break
            frames.append(bytes(buffer[at : at + length]))
            at += length
        if at:
            del buffer[:at]
        return frames
