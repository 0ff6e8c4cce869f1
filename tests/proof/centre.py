"""A message centre that never lets go of a message before Hall has acknowledged it.

    subscriber ── text ──► kept ──► deliver_sm ──► acknowledged: let go, and remembered as Hall's from now on
                            ▲            │
                            └────────────┴── connection lost, a temporary error, or no answer in time

It plays the subscribers too (`subscribers`), a fixed number of them talking at a time: when one has his order number,
the next begins. It speaks SMPP by `wire`, which shares nothing with Hall.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.proof import wire
from tests.proof.subscribers import ORDER, Step, Subscriber, Told

SHORT_CODE = "10086"
ANSWER_WITHIN = 20.0
TRY_AGAIN_AFTER = 0.3
FIRST_NUMBER = 8613900000000

# Of messages that are not whole yet, by subscriber, reference and how many there are: it is his telephone that puts
# them together, so it is all the same to it on which connection each of them came.
Parts = dict[tuple[str, int, int], dict[int, str]]


@dataclass(slots=True)
class Message:
    subscriber: str
    text: str
    sendings: int = 0
    sent_at: float = 0.0  # the last time, by the clock on the wall, as Hall's rows have it
    acknowledged_at: float | None = None
    statuses: list[int] = field(default_factory=list)


class Centre:
    """talking: how many subscribers converse at a time; window: how many `deliver_sm` may be unanswered."""

    def __init__(self, talking: int, window: int) -> None:
        self.subscribers: dict[str, Subscriber] = {}
        self.messages: list[Message] = []
        self.refusals: dict[int, int] = {}
        self.connections = 0
        self.binds = 0
        self._talking = talking
        self._window = window
        self._open = False
        self._owed = 0
        self._waiting: OrderedDict[int, Message] = OrderedDict()
        self._session: Session | None = None
        self._bound = asyncio.Event()
        self._remote_ids = 0
        self.parts: Parts = {}

    async def listen(self, port: int = 0) -> int:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Session(self), "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        self._server.close()
        self.cut()

    def start(self) -> None:
        self._open = True
        for _ in range(self._talking):
            self._begin()

    def begin_no_more(self) -> None:
        self._open = False

    def cut(self) -> None:
        """As a cable is pulled: nothing is said goodbye to."""
        if self._session:
            self._session.transport.abort()

    @property
    def is_bound(self) -> bool:
        return self._session is not None

    async def bound(self, within: float) -> None:
        await asyncio.wait_for(self._bound.wait(), within)

    async def unbound(self) -> None:
        """What Hall still wrote is read to the end first, as a real centre would."""
        while self._session:
            await asyncio.sleep(0.005)

    async def has_finished(self, many: int, within: float) -> None:
        until = self._now() + within
        while self.finished() < many and self._now() < until:
            await asyncio.sleep(0.1)

    async def drained(self, within: float) -> bool:
        """Whether every message was acknowledged and every conversation came to its end in time."""
        until = self._now() + within
        while self._now() < until:
            if not self._owed and not self.unfinished():
                return True
            await asyncio.sleep(0.1)
        return False

    def unfinished(self) -> list[Subscriber]:
        return [each for each in self.subscribers.values() if each.step is not Step.FINISHED]

    def finished(self) -> int:
        return len(self.subscribers) - len(self.unfinished())

    # ── subscribers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self) -> None:
        msisdn = str(FIRST_NUMBER + len(self.subscribers))
        self.subscribers[msisdn] = Subscriber(msisdn)
        self._text(msisdn, ORDER)

    def _text(self, msisdn: str, text: str) -> None:
        message = Message(msisdn, text)
        self.messages.append(message)
        self._owed += 1
        self._keep(message)

    def told(self, msisdn: str, text: str) -> None:
        subscriber = self.subscribers[msisdn]
        was = subscriber.step
        reply = subscriber.hears(Told(self._now(), self.connections, text))
        if reply:
            self._text(msisdn, reply)
        elif self._open and was is not subscriber.step:
            self._begin()

    # ── what is kept until it is acknowledged ────────────────────────────────────────────────────────────────────────

    def _keep(self, message: Message) -> None:
        self._waiting[id(message)] = message
        self._send_more()

    def _send_more(self) -> None:
        session = self._session
        while session and self._waiting and len(session.unanswered) < self._window:
            _, message = self._waiting.popitem(last=False)
            message.sendings += 1
            message.sent_at = time.time()
            session.deliver(message)

    def answered(self, message: Message, status: int) -> None:
        message.statuses.append(status)
        if status == wire.OK:
            message.acknowledged_at = self._now()
            self._owed -= 1
        else:
            self.refusals[status] = self.refusals.get(status, 0) + 1
            asyncio.get_running_loop().call_later(TRY_AGAIN_AFTER, self._keep, message)
        self._send_more()

    # ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def opened(self) -> int:
        self.connections += 1
        return self.connections

    def bind(self, session: "Session") -> None:
        self.binds += 1
        self._session = session
        self._bound.set()
        self._send_more()

    def lost(self, session: "Session") -> None:
        if self._session is session:
            self._session = None
            self._bound.clear()
        for message in reversed(session.unanswered.values()):
            self._waiting[id(message)] = message
            self._waiting.move_to_end(id(message), last=False)

    def remote_id(self) -> bytes:
        self._remote_ids += 1
        return b"%010d\0" % self._remote_ids

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


class Session(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, centre: Centre) -> None:
        self.unanswered: dict[int, Message] = {}
        self._centre = centre
        self._framer = wire.Framer()
        self._sequence = 0
        self._overdue: asyncio.TimerHandle | None = None
        self._hears: dict[int, Callable[[wire.Frame], None]] = {
            wire.SUBMIT: self._submit,
            wire.DELIVER | wire.RESPONSE: self._delivered,
            wire.ENQUIRE: lambda frame: self._write(wire.answer(frame)),
            wire.UNBIND: lambda frame: self._write(wire.answer(frame)),
            **dict.fromkeys(wire.BINDS, self._bind),
        }

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._centre.opened()

    def connection_lost(self, _: Exception | None) -> None:
        if self._overdue:
            self._overdue.cancel()
        self._centre.lost(self)

    def data_received(self, data: bytes) -> None:
        for frame in self._framer.frames(data):
            hears = self._hears.get(frame.command)
            if hears:
                hears(frame)

    def deliver(self, message: Message) -> None:
        self._sequence += 1
        self.unanswered[self._sequence] = message
        self._write(wire.deliver(self._sequence, message.subscriber, SHORT_CODE, message.text))
        if self._overdue is None:
            self._overdue = asyncio.get_running_loop().call_later(ANSWER_WITHIN, self._overslept, self._sequence)

    def _write(self, octets: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(octets)

    def _overslept(self, sequence: int) -> None:
        self._overdue = None
        if sequence in self.unanswered:
            self.transport.abort()
        elif self.unanswered:
            oldest = next(iter(self.unanswered))
            self._overdue = asyncio.get_running_loop().call_later(ANSWER_WITHIN, self._overslept, oldest)

    def _bind(self, frame: wire.Frame) -> None:
        self._write(wire.answer(frame, b"proof\0"))
        self._centre.bind(self)

    def _delivered(self, frame: wire.Frame) -> None:
        message = self.unanswered.pop(frame.sequence, None)
        if message:
            self._centre.answered(message, frame.status)

    def _submit(self, frame: wire.Frame) -> None:
        submitted = wire.submitted(frame.body)
        self._write(wire.answer(frame, self._centre.remote_id()))
        whole = self._whole(submitted)
        if whole is not None:
            self._centre.told(submitted.destination, whole)

    def _whole(self, submitted: wire.Submitted) -> str | None:
        if submitted.part is None:
            return submitted.text
        reference, total, number = submitted.part
        key = (submitted.destination, reference, total)
        parts = self._centre.parts.setdefault(key, {})
        parts[number] = submitted.text
        if len(parts) < total:
            return None
        del self._centre.parts[key]
        return "".join(parts[each] for each in sorted(parts))
