"""A baseline: an ESME that acknowledges every `deliver_sm` and answers with a fixed text, with nothing behind it.

    python -m benchmarks.echo PORT

What Hall does in a turn beyond this is dialog, ledger and care.
"""

import asyncio
import struct
import sys

from benchmarks.conversations import CONVERSATIONS
from tests.proof import wire

BIND = b"hall\0secret\0\0\x34\0\0\0"
TRANSCEIVER = 9
ANSWERS = {turn.text.encode(): turn.answer for turns in CONVERSATIONS.values() for turn in turns}


class Echo(asyncio.Protocol):
    def __init__(self) -> None:
        self._framer = wire.Framer()
        self._sequence = 1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(wire.frame(TRANSCEIVER, 1, BIND))

    def data_received(self, data: bytes) -> None:
        out = [
            octets
            for frame in self._framer.frames(data)
            if frame.command == wire.DELIVER
            for octets in self._answer(frame)
        ]
        self._transport.write(b"".join(out))

    def _answer(self, frame: wire.Frame) -> tuple[bytes, bytes]:
        _, source, rest = frame.body.split(b"\0", 2)
        text = rest[rest.index(0, 2) + 11 :]
        answer = ANSWERS[text]
        self._sequence += 1
        flags = struct.pack(">BBB2sBBBBB", 0, 0, 0, b"\0\0", 1, 0, wire.UCS2, 0, len(answer))
        body = b"\0\0\x0010086\0\1\1" + source[2:] + b"\0" + flags + answer
        return wire.answer(frame, b"\0"), wire.frame(wire.SUBMIT, self._sequence, body)


async def main(port: int) -> None:
    await asyncio.get_running_loop().create_connection(Echo, "127.0.0.1", port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
