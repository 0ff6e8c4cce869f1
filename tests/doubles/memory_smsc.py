"""A client endpoint that leads to a `FakeSmsc` in memory: connections without sockets, time without waiting."""

from dataclasses import dataclass, field
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionDone, ConnectionLost, ConnectionRefusedError
from twisted.internet.interfaces import IProtocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from tests.doubles.fake_smsc import FakeSmsc


class MemoryTransport(StringTransport):
    """Closes when it is told to, unless `stuck`: then only an abort helps, as with a peer that does not read."""

    def __init__(self, protocol: Any) -> None:
        super().__init__()
        self.protocol = protocol
        self.stuck = False
        self.connected = True
        self.no_delay = False

    def setTcpNoDelay(self, enabled: bool) -> None:
        self.no_delay = enabled

    def loseConnection(self) -> None:
        super().loseConnection()
        if not self.stuck:
            self.drop(ConnectionDone())

    def abortConnection(self) -> None:
        self.drop(ConnectionLost())

    def drop(self, why: Exception) -> None:
        if self.connected:
            self.connected = False
            self.protocol.connectionLost(Failure(why))


@dataclass
class MemorySmsc:
    """`refusing`: nobody listens. `hanging`: neither connected nor refused."""

    smsc: FakeSmsc = field(default_factory=FakeSmsc)
    refusing: bool = False
    hanging: bool = False
    attempts: int = 0
    protocol: Any = None
    transport: Any = None

    def connect(self, factory: Any) -> "Deferred[IProtocol]":
        self.attempts += 1
        if self.refusing:
            return fail(ConnectionRefusedError())
        if self.hanging:
            return Deferred()
        self.protocol = factory.buildProtocol(None)
        self.transport = MemoryTransport(self.protocol)
        self.protocol.makeConnection(self.transport)
        return succeed(self.protocol)

    def pump(self) -> int:
        """Octets there and back until both are silent. How often the client wrote."""
        writes = 0
        while self.transport.connected and (octets := self.transport.value()):
            writes += 1
            self.transport.clear()
            self.says(self.smsc.answer(octets))
        return writes

    def says(self, octets: bytes) -> None:
        if octets and self.transport.connected:
            self.protocol.dataReceived(octets)
