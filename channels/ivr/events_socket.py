"""Asterisk's events: a WebSocket as a client, octets in and texts out (RFC 6455, by wsproto), and its transport.

    GET /ari/events?app=hall ──►            then  ◄── text, text, ping ── … ── close
    ◄── 101 Switching Protocols                   ──► pong

An event may come in several frames; a silence of `SILENCE` seconds is asked after with a ping, and when that is not
answered either the connection is given up: a machine that lost its power closes nothing.
"""

import base64
import json
from collections.abc import Callable
from typing import Any, Final, cast

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Ping, RejectConnection, Request, TextMessage
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from channels.clock import Clock, Delayed

SILENCE: Final = 10.0
LONGEST: Final = 1_000_000  # characters of one event

log = Logger()


class EventsSocket(Protocol):
    """opened: the handshake is over. told: of each event. `ended` fires with why, when the connection is gone."""

    def __init__(
        self,
        host: str,
        path: str,
        user: str,
        password: str,
        clock: Clock,
        opened: Callable[[], None],
        told: Callable[[dict[str, Any]], None],
    ) -> None:
        self._request = Request(host=host, target=path, extra_headers=[_authorization(user, password)])
        self._clock = clock
        self._opened, self._told = opened, told
        self._connection = WSConnection(ConnectionType.CLIENT)
        self._text = ""
        self._asked = False
        self._alarm: Delayed | None = None
        self._why = ""
        self.ended: Deferred[str] = Deferred()

    def connectionMade(self) -> None:
        cast(Any, self.transport).setTcpNoDelay(True)
        self._send(self._request)
        self._listen()

    def dataReceived(self, data: bytes) -> None:
        self._asked = False
        self._listen()
        try:
            self._connection.receive_data(data)
            for event in self._connection.events():
                self._deal_with(event)
        except (RemoteProtocolError, LocalProtocolError) as problem:
            self._give_up(f"no WebSocket: {problem}")

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        if not self.ended.called:
            self.ended.callback(self._why or reason.getErrorMessage())

    def close(self, why: str = "closed") -> None:
        self._give_up(why)

    def _deal_with(self, event: Any) -> None:
        match event:
            case AcceptConnection():
                self._opened()
            case RejectConnection():
                self._give_up(f"Asterisk refused with {event.status_code}: see to username, password and application")
            case TextMessage():
                self._text += event.data
                if event.message_finished:
                    text, self._text = self._text, ""
                    self._event(text)
                elif len(self._text) > LONGEST:
                    self._give_up("an event longer than any")
            case Ping():
                self._send(event.response())
            case CloseConnection():
                self._give_up(f"closed by Asterisk ({event.code})")

    def _event(self, text: str) -> None:
        try:
            told = json.loads(text)
        except ValueError:
            log.warn("an event that is no JSON was passed over")
            return
        try:
            self._told(told)
        except Exception:  # noqa: BLE001 - one event that went wrong must not take the next ones with it
            log.failure("an event of Asterisk went wrong: {type}", type=told.get("type"))

    def _send(self, event: Any) -> None:
        cast(Any, self.transport).write(self._connection.send(event))

    def _listen(self) -> None:
        if self._alarm is not None and self._alarm.active():
            self._alarm.reset(SILENCE)
        else:
            self._alarm = self._clock.callLater(SILENCE, self._silent)

    def _silent(self) -> None:
        if self._asked:
            self._give_up("silent, also when asked")
            return
        self._asked = True
        self._listen()
        try:
            self._send(Ping())
        except LocalProtocolError:
            self._give_up("the handshake was not answered")

    def _give_up(self, why: str) -> None:
        self._why = self._why or why
        if self.transport is not None:
            cast(Any, self.transport).abortConnection()


def _authorization(user: str, password: str) -> tuple[bytes, bytes]:
    return b"authorization", b"Basic " + base64.b64encode(f"{user}:{password}".encode())
