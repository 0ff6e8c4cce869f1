"""The message centre of the benchmarks, in a process of its own so that it may have the other core.

    python -m benchmarks.centre PORT

It is told by lines of JSON what load to make, and answers each with a line of what it saw. A *closed* loop keeps a
number of subscribers waiting for an answer, each of whom texts again when he has it: it finds what Hall can do at the
most. An *open* loop begins conversations at a fixed rate whatever Hall does, and counts every delay from the moment at
which the text was due, so that a stall is felt by all who would have texted during it.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.conversations import CONVERSATIONS, Turn
from tests.proof import wire

SHORT_CODE = "10086"
TICK = 0.002
GIVES_UP_AFTER = 10.0
FIRST_NUMBER = 8615000000000


@dataclass(slots=True)
class Waiting:
    turn: int
    since: float


class Load:
    """One measurement. Turns answered before `counts_from` warm Hall up and are not counted."""

    def __init__(self, turns: tuple[Turn, ...], begins_again: bool, warm: float, seconds: float) -> None:
        self.turns = turns
        self.begins_again = begins_again
        self.counts_from = time.perf_counter() + warm
        self.ends = self.counts_from + seconds
        self.waiting: dict[bytes, Waiting] = {}
        self.delays: list[float] = []
        self.strange = 0


class Session(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, bound: Callable[["Session"], None]) -> None:
        self._bound = bound
        self._framer = wire.Framer()
        self._sequence = 0
        self._out: list[bytes] = []
        self._load: Load | None = None
        self._subscribers = 0
        self._deliveries: dict[str, tuple[bytes, bytes]] = {}
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        for frame in self._framer.frames(data):
            if frame.command == wire.SUBMIT:
                self._out.append(wire.answer(frame, b"%x\0" % frame.sequence))
                self._submitted(frame.body, now)
            elif frame.command == wire.DELIVER | wire.RESPONSE:
                self.refused += frame.status != wire.OK
            elif frame.command in wire.BINDS:
                self._out.append(wire.answer(frame, b"bench\0"))
                self._bound(self)
            elif frame.command in (wire.ENQUIRE, wire.UNBIND):
                self._out.append(wire.answer(frame))
        self.flush()

    def flush(self) -> None:
        if self._out:
            self.transport.write(b"".join(self._out))
            self._out.clear()

    def measure(self, load: Load) -> None:
        self._load = load

    def begin(self, since: float) -> None:
        assert self._load
        self._subscribers += 1
        msisdn = b"%d" % (FIRST_NUMBER + self._subscribers)
        self._load.waiting[msisdn] = Waiting(0, since)
        self._text(msisdn, self._load.turns[0].text)

    def _text(self, msisdn: bytes, text: str) -> None:
        """The same `deliver_sm` each time but for its number and its sender, who has as many digits as all others."""
        if text not in self._deliveries:
            before, after = wire.deliver(0, "#", SHORT_CODE, text).split(b"#")
            self._deliveries[text] = (before[16:], after)
        before, after = self._deliveries[text]
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        self._out.append(wire.frame(wire.DELIVER, self._sequence, before + msisdn + after))

    def _submitted(self, body: bytes, now: float) -> None:
        start = body.index(0, body.index(0) + 3) + 3
        msisdn = body[start : body.index(0, start)]
        load = self._load
        waiting = load.waiting.get(msisdn) if load else None
        if load is None or waiting is None:
            return
        if load.turns[waiting.turn].answer not in body:
            load.strange += 1
            return
        if load.counts_from <= now < load.ends:
            load.delays.append(now - waiting.since)
        waiting.turn, waiting.since = waiting.turn + 1, now
        if waiting.turn < len(load.turns):
            self._text(msisdn, load.turns[waiting.turn].text)
            return
        del load.waiting[msisdn]
        if load.begins_again and now < load.ends:
            self.begin(now)


class Centre:
    def __init__(self) -> None:
        self._session: asyncio.Future[Session] = asyncio.get_running_loop().create_future()

    async def listen(self, port: int) -> None:
        await asyncio.get_running_loop().create_server(lambda: Session(self._bound), "127.0.0.1", port)

    def _bound(self, session: Session) -> None:
        if self._session.done():
            self._session = asyncio.get_running_loop().create_future()
        self._session.set_result(session)

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        if order["loop"] == "listening":
            return {}
        session = await asyncio.wait_for(asyncio.shield(self._session), 60)
        if order["loop"] == "bound":
            return {}
        refused, cpu, closed = session.refused, time.process_time(), order["loop"] == "closed"
        load = Load(CONVERSATIONS[order["conversation"]], closed, order["warm"], order["seconds"])
        session.measure(load)
        if closed:
            await self._closed(session, load, order["outstanding"])
        else:
            await self._open(session, load, order["rate"] / len(load.turns))
        unanswered = await self._settled(load)
        return {
            "seconds": order["seconds"],
            "delays": sorted(load.delays),
            "unanswered": unanswered,
            "strange": load.strange,
            "refused": session.refused - refused,
            "cpu": time.process_time() - cpu,
        }

    async def _closed(self, session: Session, load: Load, outstanding: int) -> None:
        for _ in range(outstanding):
            session.begin(time.perf_counter())
        session.flush()
        await asyncio.sleep(load.ends - time.perf_counter())

    async def _open(self, session: Session, load: Load, conversations_a_second: float) -> None:
        began, made = time.perf_counter(), 0
        while (now := time.perf_counter()) < load.ends:
            while (due := began + made / conversations_a_second) <= now:
                session.begin(due)
                made += 1
            session.flush()
            await asyncio.sleep(TICK)

    async def _settled(self, load: Load) -> int:
        until = time.perf_counter() + GIVES_UP_AFTER
        while load.waiting and time.perf_counter() < until:
            await asyncio.sleep(0.01)
        return len(load.waiting)


async def main(port: int) -> None:
    centre = Centre()
    await centre.listen(port)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        print(json.dumps(await centre.obey(json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
