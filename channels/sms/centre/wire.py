"""The embedded message centre on a socket: octets in and out, and one alarm for whatever the session waits for."""

from typing import Protocol, cast

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory, connectionDone
from twisted.internet.protocol import Protocol as TwistedProtocol
from twisted.python.failure import Failure

from channels.clock import Clock, Delayed
from channels.sms.centre.centre import MessageCentre
from channels.sms.centre.session import CentreSession, Stage

LINGER = 5.0  # seconds for what is still to be sent, to a peer that may read no more


class _Transport(Protocol):
    """A TCP transport, in types."""

    def write(self, data: bytes, /) -> None: ...

    def loseConnection(self) -> None: ...

    def abortConnection(self) -> None: ...


class CentreProtocol(TwistedProtocol):
    session: CentreSession

    def __init__(self, centre: MessageCentre, clock: Clock) -> None:
        self._centre = centre
        self._clock = clock
        self._alarm: Delayed | None = None
        self._closing = False

    def connectionMade(self) -> None:
        no_delay = getattr(self.transport, "setTcpNoDelay", None)
        if no_delay is not None:
            no_delay(True)
        self.session = CentreSession(self._centre.settings, self._centre.judge, self._clock.seconds())
        self._centre.connected(self)
        self.flush()

    def dataReceived(self, data: bytes) -> None:
        self._centre.happened(self, self.session.receive(data, self._clock.seconds()))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._closing = True
        self._silence()
        self._centre.happened(self, self.session.lost())
        self._centre.disconnected(self)

    def flush(self) -> None:
        data = self.session.data_to_send()
        if self._closing:
            return
        transport = cast(_Transport, self.transport)
        if data:
            transport.write(data)
        if self.session.stage is Stage.CLOSED:
            self._closing = True
            self._silence()
            self._alarm = self._clock.callLater(LINGER, transport.abortConnection)
            transport.loseConnection()
        else:
            self._set_alarm()

    def abort(self) -> None:
        cast(_Transport, self.transport).abortConnection()

    def _set_alarm(self) -> None:
        self._silence()
        deadline = self.session.next_deadline()
        if deadline is not None:
            self._alarm = self._clock.callLater(max(deadline - self._clock.seconds(), 0), self._rang)

    def _silence(self) -> None:
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()

    def _rang(self) -> None:
        self._centre.happened(self, self.session.tick(self._clock.seconds()))


class CentreFactory(Factory):
    """For `endpoint.listen`."""

    noisy = False

    def __init__(self, centre: MessageCentre, clock: Clock) -> None:
        self._centre = centre
        self._clock = clock

    def buildProtocol(self, addr: IAddress | None) -> CentreProtocol:
        protocol = CentreProtocol(self._centre, self._clock)
        protocol.factory = self
        return protocol
