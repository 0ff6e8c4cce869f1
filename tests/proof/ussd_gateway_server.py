"""The gateway of the proof: on loopback, unreliable in every way that USSD gateways are, and with a perfect memory.

It keeps each input until it is acknowledged and offers it again after a lost connection, cuts connections, lets
sessions die under an answer, is slow to acknowledge answers, and writes down what is said into sessions that wait for
nothing. What is said again after a connection was lost is forgiven, and counted.
"""

import asyncio
import random
from dataclasses import dataclass, field

from tests.doubles import fake_smsc as mc
from tests.doubles.ussd_gateway import NO_SUCH_SESSION, Session, UssdGateway

BACK_AFTER = 0.2


@dataclass
class Manners:
    """How often, of a hundred answers, a session dies under it; how long an answer is acknowledged late, at most."""

    dying: float = 2.0
    slowness: float = 0.05


@dataclass
class Server:
    """died: sessions that the gateway let die; again: answers that came once more because a connection was lost;
    killed_under: sessions that were waiting for an answer when Hall was killed."""

    kind: str
    dice: random.Random
    manners: Manners = field(default_factory=Manners)
    port: int = 0
    died: set[int] = field(default_factory=set)
    killed_under: set[int] = field(default_factory=set)
    again: int = 0
    cuts: int = 0
    heard: dict[int, "asyncio.Future[str]"] = field(default_factory=dict)
    _unacknowledged: dict[int, bytes] = field(default_factory=dict)
    _writer: asyncio.StreamWriter | None = None
    _doubtful: set[int] = field(default_factory=set)
    _server: asyncio.Server | None = None

    def __post_init__(self) -> None:
        self.gateway = UssdGateway(self.kind, answered=self._answered, refuses=self._refuses)

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        await asyncio.sleep(0)

    # ── the telephones ──

    def dial(self, msisdn: str, code: str) -> tuple[Session, "asyncio.Future[str]"]:
        session, frame = self.gateway.dials(msisdn, code)
        return session, self._put_in(session, frame)

    def type(self, session: Session, text: str) -> "asyncio.Future[str]":
        return self._put_in(session, self.gateway.types(session, text))

    def abort(self, session: Session) -> None:
        self._offer(self.gateway.aborts(session))

    def _put_in(self, session: Session, frame: bytes) -> "asyncio.Future[str]":
        heard = self.heard[id(session)] = asyncio.get_running_loop().create_future()
        self._offer(frame)
        return heard

    # ── the wire ──

    def cut(self) -> None:
        if self._writer is not None:
            self.cuts += 1
            self._writer.transport.abort()
            self._writer = None
            self.in_doubt()

    def in_doubt(self) -> None:
        """Of what is under way now nobody knows whether it arrived."""
        self._doubtful.update(map(id, self.gateway.all))

    def doubted(self, session: Session) -> bool:
        return id(session) in self._doubtful

    def _offer(self, frame: bytes) -> None:
        self._unacknowledged[int.from_bytes(frame[12:16], "big")] = frame
        if self._writer is not None and self._bound:
            self._writer.write(frame)

    @property
    def _bound(self) -> bool:
        return bool(self.gateway.smsc.heard) and self.gateway.smsc.heard[0].name == "bind_transceiver"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.gateway.smsc = mc.FakeSmsc(on_submit=self.gateway._submitted)
        redelivered = False
        try:
            while (octets := await reader.read(65536)) and not writer.is_closing():
                writer.write(self.gateway.answer(octets))
                self._settle()
                if self._bound and not redelivered:
                    redelivered = True
                    for frame in list(self._unacknowledged.values()):
                        writer.write(frame)
                if self.manners.slowness:
                    await asyncio.sleep(self.dice.random() * self.manners.slowness)
        except ConnectionError:
            pass
        finally:
            if self._writer is writer:
                self._writer = None
            writer.close()

    def _settle(self) -> None:
        for sequence, status in list(self.gateway.acknowledged.items()):
            del self.gateway.acknowledged[sequence]
            if not status:
                self._unacknowledged.pop(sequence, None)
            else:
                asyncio.get_running_loop().call_later(BACK_AFTER, self._again, sequence)

    def _again(self, sequence: int) -> None:
        if (frame := self._unacknowledged.get(sequence)) and self._writer is not None and self._bound:
            self._writer.write(frame)

    @property
    def unacknowledged(self) -> int:
        return len(self._unacknowledged)

    # ── what Hall says ──

    def _refuses(self, session: Session | None) -> int:
        if session is None:
            return NO_SUCH_SESSION
        if not session.waits:
            if id(session) in self._doubtful or session.aborted or id(session) in self.died:
                self.again += 1
                return NO_SUCH_SESSION
            return 0
        if self.dice.random() * 100 < self.manners.dying:
            self.died.add(id(session))
            session.aborted = True
            self._tell(session, "")
            return NO_SUCH_SESSION
        return 0

    def _answered(self, session: Session, text: str) -> None:
        self._tell(session, text)

    def _tell(self, session: Session, text: str) -> None:
        heard = self.heard.pop(id(session), None)
        if heard is not None and not heard.done():
            heard.set_result(text)
