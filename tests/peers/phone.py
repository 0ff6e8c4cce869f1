"""A telephone for tests: SIP and RTP (RFC 3261, 3550, 4733) over loopback, that presses keys and knows what it heard.

    phone = Phone(asterisk.sip)
    call = phone.dial("10086", caller="13800138000")
    call.answered(5) ; call.press("1") ; call.hears(sound, 5) ; call.hang_up()

    phone = Phone(asterisk.sip, way=Way.INBAND, host=WAYS[Way.INBAND])
    phone = Phone(asterisk.sip, port=asterisk.answering)
    phone.on_call = lambda number: Answer(after=1.0) | Refuse(486) | Ring()

One thread serves all calls of a phone: it reads whatever comes and, each 20 ms, sends what is due. Only loopback is
served, where nothing is lost, so nothing is repeated but what Asterisk repeats.
"""

import itertools
import selectors
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.peers.keys import ALAW, EVENTS, MESSAGE, PRESSED, SAMPLES, Frame, Way, frames
from tests.peers.patience import WITHIN
from tests.peers.sip import Message, Messages, response, tag

__all__ = ["PRESSED", "Answer", "Call", "OnCall", "Phone", "Refuse", "Ring", "Way"]

FRAME = 0.02
SILENCE = b"\xd5" * SAMPLES  # A-law


@dataclass(frozen=True, slots=True)
class Answer:
    after: float = 0.1


@dataclass(frozen=True, slots=True)
class Refuse:
    """486 busy, 603 declined, 480 switched off, 404 no such number."""

    status: int
    after: float = 0.1


@dataclass(frozen=True, slots=True)
class Ring:
    """For ever."""


OnCall = Answer | Refuse | Ring


@dataclass(frozen=True, slots=True)
class Packet:
    at: float
    timestamp: int
    payload: bytes


@dataclass(eq=False)
class Call:
    phone: "Phone"
    number: str
    messages: Messages
    media: socket.socket
    silent: bool = False
    remote: tuple[str, int] | None = None
    status: int = 0
    ringing: bool = False
    dialled_at: float = field(default_factory=time.monotonic)
    answered_at: float | None = None
    ended_at: float | None = None
    ended_by_us: bool = False
    packets: list[Packet] = field(default_factory=list)
    pressed: list[tuple[str, float]] = field(default_factory=list)
    _frames: "deque[Frame | None]" = field(default_factory=deque)
    _sequence: int = 0
    _timestamp: int = 0
    _event_began: int = 0
    _news: threading.Condition = field(default_factory=threading.Condition)

    # ── what a test says ──

    def answered(self, within: float = WITHIN) -> "Call":
        self.wait(lambda: self.answered_at is not None or self.ended_at is not None, within, "is not answered")
        if self.answered_at is None:
            raise AssertionError(f"the call to {self.number} was refused with {self.status}")
        return self

    def ended(self, within: float = WITHIN) -> "Call":
        self.wait(lambda: self.ended_at is not None, within, "does not end")
        return self

    def press(self, keys: str) -> None:
        for key in keys:
            self._frames.extend(frames(key, self.phone.way))

    def hang_up(self) -> None:
        self.ended_by_us = True
        self.phone.send(self.messages.bye())
        self._end()

    def cancel(self) -> None:
        """Before it is answered."""
        self.ended_by_us = True
        self.phone.send(self.messages.cancel())

    def wait(self, there: Callable[[], bool], within: float, otherwise: str) -> None:
        with self._news:
            if not self._news.wait_for(there, within):
                raise AssertionError(f"the call to {self.number} {otherwise} within {within} s")

    @property
    def heard(self) -> bytes:
        """A-law, with silence where nothing was sent."""
        packets = list(self.packets)
        if not packets:
            return b""
        first = packets[0].timestamp
        sound = bytearray()
        for packet in packets:
            place = (packet.timestamp - first) & 0xFFFFFFFF
            if place < 1 << 24:
                sound.extend(b"\xd5" * (place - len(sound)))
                sound[place : place + len(packet.payload)] = packet.payload
        return bytes(sound)

    # ── what the phone's thread does ──

    def told(self) -> None:
        with self._news:
            self._news.notify_all()

    def read_media(self, now: float) -> None:
        while True:
            try:
                data, _sender = self.media.recvfrom(2048)
            except BlockingIOError:
                break
            except OSError:
                return
            kind = data[1] & 0x7F
            if kind == ALAW and len(data) > 12:
                self.packets.append(Packet(now, int.from_bytes(data[4:8], "big"), data[12:]))
        self.told()

    def send_frame(self, now: float) -> None:
        if self.remote is None or self.ended_at is not None:
            return
        frame = self._frames.popleft() if self._frames else None
        self._timestamp += SAMPLES
        if frame is not None and frame.key:
            self._event_began = self._timestamp
            self.pressed.append((frame.key, now))
        if frame is not None and frame.kind == EVENTS:
            self._packet(EVENTS, bool(frame.key), self._event_began, frame.body)
            return
        if frame is not None and frame.kind == MESSAGE:
            self.phone.send(self.messages.info(frame.body.decode()))
        if not self.silent or (frame is not None and frame.kind == ALAW):
            self._packet(ALAW, False, self._timestamp, frame.body if frame and frame.kind == ALAW else SILENCE)

    def _packet(self, kind: int, marker: bool, timestamp: int, body: bytes) -> None:
        assert self.remote is not None
        self._sequence = (self._sequence + 1) & 0xFFFF
        header = struct.pack(
            "!BBHII", 0x80, marker << 7 | kind, self._sequence, timestamp & 0xFFFFFFFF, id(self) & 0xFFFF
        )
        self.media.sendto(header + body, self.remote)

    def hear(self, message: Message, now: float) -> None:
        if message.status:
            self._hear_response(message, now)
        elif message.method == "BYE":
            self.phone.send(response(message, 200))
            self._end()
        elif message.method == "CANCEL":
            self.phone.send(response(message, 200))
            self.status = 487
            self.phone.send(self.messages.refused(487))
            self._end()
        elif message.method == "ACK" and self.status == 200:
            self._begin(now)

    def _hear_response(self, message: Message, now: float) -> None:
        if message.cseq.endswith("INVITE"):
            self.status = message.status
            self.ringing = self.ringing or message.status in (180, 183)
            if message.status >= 200:
                self.messages.to = message.headers["to"]
                self.phone.send(self.messages.ack(message))
            if message.status == 200 and self.answered_at is None:
                self.remote = message.media()
                self._begin(now)
            elif message.status > 200:
                self._end()
        self.told()

    def _begin(self, now: float) -> None:
        if self.answered_at is None:
            self.answered_at = now
            self.told()

    def _end(self) -> None:
        if self.ended_at is None:
            self.ended_at = time.monotonic()
            self.phone.forget(self)
            self.told()


class Phone:
    """host_port: where Asterisk listens. way: how it presses keys. host: its own address, by which Asterisk knows it.

    on_call: what is done with a call that comes in, by the number rung.
    """

    def __init__(
        self,
        host_port: int,
        port: int | None = None,
        silent: bool = False,
        way: Way = Way.RFC4733,
        host: str = "127.0.0.1",
    ) -> None:
        self.way = way
        self._host = host
        self.calls: list[Call] = []
        self.on_call: Callable[[str], OnCall] = lambda number: Answer()
        self._server = ("127.0.0.1", host_port)
        self._silent = silent
        self._selector = selectors.DefaultSelector()
        self._sip = self._socket(port or 0)
        self.port: int = self._sip.getsockname()[1]
        self._by_id: dict[str, Call] = {}
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._counter = itertools.count(1)
        self._running = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def dial(self, number: str, caller: str = "13800138000") -> Call:
        messages = Messages(f"{next(self._counter)}.{tag()}", caller, number, self.port, self._server[1], self._host)
        call = self._call(number, messages)
        self.send(messages.invite(call.media.getsockname()[1]))
        return call

    def close(self) -> None:
        self._running = False
        self._thread.join()
        for call in self.calls:
            call.media.close()
        self._sip.close()

    def send(self, data: bytes) -> None:
        self._sip.sendto(data, self._server)

    def forget(self, call: Call) -> None:
        self._by_id.pop(call.messages.call_id, None)
        self._later.append((0.0, lambda: self._unregister(call)))

    # ── its thread ──

    def _unregister(self, call: Call) -> None:
        if call.media.fileno() >= 0 and call.media in self._selector.get_map():
            self._selector.unregister(call.media)

    def _socket(self, port: int) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((self._host, port))
        made.setblocking(False)
        self._selector.register(made, selectors.EVENT_READ)
        return made

    def _call(self, number: str, messages: Messages) -> Call:
        call = Call(self, number, messages, self._socket(0), self._silent)
        self._by_id[messages.call_id] = call
        self.calls.append(call)
        return call

    def _run(self) -> None:
        tick = time.monotonic()
        while self._running:
            for key, _ in self._selector.select(max(0.0, tick - time.monotonic())):
                if key.fileobj is self._sip:
                    self._read_sip()
                elif call := next((each for each in list(self._by_id.values()) if each.media is key.fileobj), None):
                    call.read_media(time.monotonic())
            now = time.monotonic()
            self._do_what_is_due(now)
            while tick <= now:
                tick += FRAME
                for call in list(self._by_id.values()):
                    call.send_frame(now)

    def _do_what_is_due(self, now: float) -> None:
        due = [each for each in self._later if each[0] <= now]
        self._later = [each for each in self._later if each[0] > now]
        for _, what in due:
            what()

    def _read_sip(self) -> None:
        while True:
            try:
                data, _ = self._sip.recvfrom(65_536)
            except BlockingIOError:
                return
            message = Message.of(data)
            call = self._by_id.get(message.headers.get("call-id", ""))
            now = time.monotonic()
            if call is not None:
                call.hear(message, now)
            elif message.method == "INVITE":
                self._rung(message, now)
            elif message.method and message.method != "ACK":
                self.send(response(message, 481 if message.method in ("BYE", "CANCEL") else 200))

    def _rung(self, invite: Message, now: float) -> None:
        messages = Messages.answering(invite, self.port)
        call = self._call(messages.number, messages)
        call.remote = invite.media()
        self.send(messages.answer(180))
        what = self.on_call(messages.number)
        if isinstance(what, Answer):
            self._later.append((now + what.after, lambda: self._accept(call)))
        elif isinstance(what, Refuse):
            self._later.append((now + what.after, lambda: self._refuse(call, what.status)))

    def _accept(self, call: Call) -> None:
        if call.ended_at is None:
            call.status = 200
            self.send(call.messages.answer(200, call.media.getsockname()[1]))

    def _refuse(self, call: Call, status: int) -> None:
        call.status = status
        self.send(call.messages.refused(status))
        call._end()
