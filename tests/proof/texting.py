"""A message centre for the text messages of a proof: what each subscriber was written, and what he writes himself.

What he writes is kept until it is acknowledged, and offered again on the next bind. None of them texts the very same
twice: after a crash that is the message centre, which repeats what we may not have acknowledged. What means the same
ends in one space more.
"""

import asyncio
import re
from itertools import count

from tests.doubles import fake_smsc as mc
from tests.doubles.ussd_gateway import read


class Texts:
    def __init__(self) -> None:
        self.read: dict[str, list[str]] = {}
        self.port = 0
        self._written: dict[str, int] = {}
        self._unacknowledged: dict[int, bytes] = {}
        self._sequences = count(1)
        self._new = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def unacknowledged(self) -> int:
        return len(self._unacknowledged)

    def so_far(self, msisdn: str) -> int:
        return len(self.read.get(msisdn, ()))

    async def reads(self, msisdn: str, words: re.Pattern[str], after: int, within: float) -> bool:
        """Whether he reads something like it, after so many texts that he has had."""
        end = asyncio.get_running_loop().time() + within
        while not any(words.search(text) for text in self.read.get(msisdn, [])[after:]):
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            self._new.clear()
            try:
                await asyncio.wait_for(self._new.wait(), min(left, 1.0))
            except TimeoutError:
                continue
        return True

    def writes(self, msisdn: str, text: str) -> None:
        times = self._written[msisdn] = self._written.get(msisdn, 0) + 1
        sequence = next(self._sequences)
        octets = (text + " " * times).encode("ascii")
        frame = self._unacknowledged[sequence] = mc.deliver_sm(sequence, octets, source=msisdn.encode())
        if self._writer is not None:
            self._writer.write(frame)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        smsc = mc.FakeSmsc(on_submit=self._submitted)
        try:
            while octets := await reader.read(65536):
                writer.write(smsc.answer(octets))
                self._heard(smsc, writer)
        except ConnectionError:
            pass
        finally:
            if self._writer is writer:
                self._writer = None
            writer.close()

    def _heard(self, smsc: mc.FakeSmsc, writer: asyncio.StreamWriter) -> None:
        for said in smsc.heard:
            if said.name.startswith("bind_"):
                self._writer = writer
                for frame in list(self._unacknowledged.values()):
                    writer.write(frame)
            elif said.name == "deliver_sm_resp" and not said.status:
                self._unacknowledged.pop(said.sequence, None)
            elif said.name == "deliver_sm_resp":
                asyncio.get_running_loop().call_later(0.2, self._again, said.sequence)
        smsc.heard.clear()

    def _again(self, sequence: int) -> None:
        if (frame := self._unacknowledged.get(sequence)) and self._writer is not None:
            self._writer.write(frame)

    def _submitted(self, said: mc.Said) -> bytes:
        whom, text, _, _ = read(said.body)
        self.read.setdefault(whom, []).append(text)
        self._new.set()
        return mc.submit_sm_resp(said.sequence, b"%x" % said.sequence)
