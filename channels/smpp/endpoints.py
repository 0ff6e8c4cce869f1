"""Where a link's connection comes from: we call the message centre, or it calls us.

    connect = "tls:smsc.example:3550:trustRoots=/etc/hall/ca:certificate=/etc/hall/our.pem:privateKey=/etc/hall/our.key"
    outbind = "tcp:2776:interface=10.0.0.5"

Either string is Twisted's. A client's is read anew for each connection, so that certificates that were renewed are used
by the next one; it may say from which of our addresses to call (`bindAddress=`). TLS is verified against the host's
name and the system's authorities, or those in `trustRoots`.

A message centre that calls says `outbind`, and is bound to on the connection that it opened:

    message centre                    Hall
      (connects)               →
      outbind                  →           its name and password are what was agreed on; else it is hung up on
                               ←           bind_transceiver (or _receiver): from here on a link like any other

While a link has its connection nobody is listened for; while it has none, a few callers at a time may try, each for a
few seconds and a few hundred octets.
"""

from collections.abc import Callable
from hmac import compare_digest
from typing import Any, Final

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import clientFromString, serverFromString
from twisted.internet.interfaces import IAddress, IProtocol
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure

from channels.clock import Clock, Delayed
from channels.smpp.framing import Framer
from channels.smpp.pdus import MalformedPdu, Outbind, decode
from channels.smpp.settings import LinkSettings

MOST_CALLERS: Final = 8
SPEAK_WITHIN: Final = 10.0
MOST_OCTETS: Final = 1_024

_log = Logger()


def endpoint_of(reactor: Any, settings: LinkSettings) -> "Calling | Called":
    if settings.outbind:
        return Called(serverFromString(reactor, settings.outbind), settings, reactor)
    return Calling(reactor, settings.connect)


class Calling:
    def __init__(self, reactor: Any, where: str) -> None:
        self._reactor = reactor
        self._where = where

    def connect(self, factory: Any) -> "Deferred[IProtocol]":
        return clientFromString(self._reactor, self._where).connect(factory)  # type: ignore[no-any-return]


class Called:
    """`connect` fires with the protocol when a message centre has called and said who it is."""

    def __init__(self, server: Any, settings: LinkSettings, clock: Clock) -> None:
        self._server = server
        self._settings = settings
        self._clock = clock

    def connect(self, factory: Any) -> "Deferred[IProtocol]":
        waiting = _Waiting(self._settings, self._clock, factory)
        told: Deferred[IProtocol] = Deferred(lambda _: waiting.close())
        waiting.told = told
        listening = self._server.listen(waiting)
        listening.addCallbacks(waiting.listening, waiting.failed)
        return told


class _Waiting(Factory):
    """From the moment somebody is waited for until he is there, or nobody wants him any more."""

    noisy = False

    def __init__(self, settings: LinkSettings, clock: Clock, factory: Any) -> None:
        self.settings = settings
        self.clock = clock
        self.factory = factory
        self.told: Deferred[IProtocol] | None = None
        self.callers: set[_Caller] = set()
        self._port: Any = None
        self._closed = False

    def buildProtocol(self, addr: IAddress | None) -> "_Caller | None":
        if self._closed or len(self.callers) >= MOST_CALLERS:
            return None
        return _Caller(self)

    def listening(self, port: Any) -> None:
        self._port = port
        if self._closed:
            port.stopListening()

    def failed(self, failure: Failure) -> None:
        told, self.told = self.told, None
        if told is not None and not self._closed:
            told.errback(failure)

    def found(self, caller: "_Caller") -> None:
        told, self.told = self.told, None
        self.callers.discard(caller)
        self.close()
        if told is not None:
            told.callback(caller.inner)

    def close(self) -> None:
        self._closed = True
        if self._port is not None:
            self._port.stopListening()
        for caller in tuple(self.callers):
            caller.hang_up()


class _Caller(Protocol):
    """Until it has said `outbind`; then it only passes on what the link's own protocol is to hear."""

    def __init__(self, waiting: _Waiting) -> None:
        self._waiting = waiting
        self._framer = Framer()
        self._heard = b""
        self._limit: Delayed | None = None
        self.inner: Any = None

    def connectionMade(self) -> None:
        self._waiting.callers.add(self)
        self._limit = self._waiting.clock.callLater(SPEAK_WITHIN, self.hang_up)

    def dataReceived(self, data: bytes) -> None:
        if self.inner is not None:
            self.inner.dataReceived(data)
            return
        self._heard += data
        frames = self._framer.feed(data)
        if frames:
            self._said(frames[0])
        elif self._framer.broken is not None or len(self._heard) > MOST_OCTETS:
            self.hang_up()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._forget()
        if self.inner is not None:
            self.inner.connectionLost(reason)

    def hang_up(self) -> None:
        self._forget()
        _abort(self.transport)

    def _said(self, frame: bytes) -> None:
        if not _is_welcome(frame, self._waiting.settings):
            _log.warn("{link}: a caller did not say who he is, as agreed on", link=self._waiting.settings.name)
            self.hang_up()
            return
        self._forget()
        self.inner = self._waiting.factory.buildProtocol(None)
        self.inner.makeConnection(self.transport)
        self._waiting.found(self)
        if rest := self._heard[len(frame) :]:
            self.inner.dataReceived(rest)

    def _forget(self) -> None:
        self._waiting.callers.discard(self)
        if self._limit is not None and self._limit.active():
            self._limit.cancel()


def _is_welcome(frame: bytes, settings: LinkSettings) -> bool:
    try:
        said = decode(frame)
    except MalformedPdu:
        return False
    if not isinstance(said, Outbind):
        return False
    right = compare_digest(said.password.encode(), settings.outbind_password.encode())
    return right and said.system_id == settings.outbind_system_id


def _abort(transport: Any) -> None:
    abort: Callable[[], None] | None = getattr(transport, "abortConnection", None)
    if abort is not None:
        abort()
