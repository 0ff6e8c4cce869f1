"""One Asterisk, kept heard for as long as Hall runs.

    connect ── handshake ── which channels are ours? ──► exchange.found ── events … ── lost ── wait ── again

Asterisk keeps no event for us while nobody listens, and its channels stay where they are: so after each connection it
is asked which channels our application has, and those are gone on with. Events that come in the meantime wait.

Commands go over HTTP connections that stay open. Their requests are small and follow each other, which is where
Nagle's algorithm costs 40 ms each: it is off.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from treq.client import HTTPClient
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IProtocolFactory, IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.ssl import optionsForClientTLS
from twisted.logger import Logger
from twisted.web.client import URI, Agent, HTTPConnectionPool
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

from channels.clock import Clock, limited, pause
from channels.ivr import ari
from channels.ivr.ari import BadEvent, Command, read_event
from channels.ivr.call import playbacks
from channels.ivr.events_socket import EventsSocket
from channels.ivr.exchange import MADE, Exchange
from channels.ivr.meters import IvrMeters
from channels.ivr.settings import AsteriskSettings

CONNECTIONS: Final = 32
STEADY: Final = 10.0
TAKEN_WAIT: Final = 30.0  # seconds before a line is asked for again that somebody else has taken
TAKEN: Final = "another listener has taken its application: each node of Hall needs one of its own"
NOT_FOUND: Final = 404
RECORDING_WITHIN: Final = 60.0  # seconds for the contents of a recording

log = Logger()


@implementer(IAgentEndpointFactory)
class Endpoints:
    """Endpoints that send each write at once."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def endpointForURI(self, uri: URI) -> Any:
        host = uri.host.decode()
        endpoint: Any = HostnameEndpoint(self._reactor, host, uri.port)
        return AtOnce(wrapClientTLS(optionsForClientTLS(host), endpoint) if uri.scheme == b"https" else endpoint)


@implementer(IStreamClientEndpoint)
class AtOnce:
    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint

    def connect(self, factory: IProtocolFactory) -> "Deferred[Any]":
        connected: Deferred[Any] = self._endpoint.connect(factory)
        return connected.addCallback(_without_delay)


def _without_delay(protocol: Any) -> Any:
    no_delay = getattr(protocol.transport, "setTcpNoDelay", None)
    if no_delay is not None:
        no_delay(True)
    return protocol


class AsteriskClient:
    """jitter gives numbers from 0 to 1. back: called when it is heard again, and its calls are known."""

    def __init__(
        self,
        settings: AsteriskSettings,
        reactor: Any,
        exchange: Exchange,
        meters: IvrMeters,
        clock: Clock,
        jitter: Callable[[], float],
        back: "Callable[[AsteriskClient], None]" = lambda client: None,
    ) -> None:
        self.settings = settings
        self._back = back
        self._exchange, self._meters, self._clock, self._jitter = exchange, meters, clock, jitter
        self._url = urlsplit(settings.url)
        self._endpoints = Endpoints(reactor)
        pool = HTTPConnectionPool(reactor, persistent=True)
        pool.maxPersistentPerHost = CONNECTIONS
        pool.retryAutomatically = False
        self._pool = pool
        self._http = HTTPClient(Agent.usingEndpointFactory(reactor, self._endpoints, pool))
        self._socket: EventsSocket | None = None
        self._early: list[ari.Event] | None = None
        self._stopping = False
        self._began = 0.0
        self.connected = False

    # ── kept heard ──

    async def run(self) -> None:
        """Until cancelled or told to stop."""
        wait = self.settings.reconnect
        while why := await self._one_connection():
            if self._clock.seconds() - self._began > STEADY:
                wait = self.settings.reconnect
            log.warn("{name}: not heard: {why}", name=self.settings.name, why=why)
            await pause(self._clock, TAKEN_WAIT if why == TAKEN else wait * (0.5 + self._jitter() / 2))
            wait = min(wait * 2, self.settings.reconnect_limit)

    async def stop(self) -> None:
        self._stopping = True
        if self._socket is not None:
            self._socket.close()
        await self._pool.closeCachedConnections()

    async def _one_connection(self) -> str:
        """Why it ended; empty when we wanted it to."""
        settings, self._began = self.settings, self._clock.seconds()
        path = f"/ari/events?app={settings.application}"
        host = self._url.netloc
        socket = EventsSocket(host, path, settings.username, settings.password, self._clock, self._opened, self._heard)
        factory = Factory.forProtocol(lambda: socket)
        factory.noisy = False
        try:
            await self._endpoints.endpointForURI(URI.fromBytes(settings.url.encode())).connect(factory)
        except CancelledError:
            raise
        except Exception as problem:  # noqa: BLE001 - endpoints fail with whatever their transport has
            return str(problem)
        self._socket, self._early = socket, []
        try:
            why = await socket.ended
            return "" if self._stopping else why
        finally:
            self._socket, self.connected = None, False
            self._meters.connected(settings.name, False)
            self._exchange.lost(self)

    # ── events ──

    def _opened(self) -> None:
        log.info("{name}: heard", name=self.settings.name)
        self.connected = True
        self._meters.connected(self.settings.name, True)
        Deferred.fromCoroutine(self._take_stock()).addErrback(
            lambda failure: log.failure("{name}: its calls are not known", failure, name=self.settings.name)
        )

    async def _take_stock(self) -> None:
        told = await self.ask(ari.owned(self.settings.application))
        channels = {}
        for channel in (told or {}).get("channel_ids", []):
            if described := await self.ask(ari.channel_of(channel)):
                channels[channel] = ari.arrival(described)
        self._exchange.found(self, channels)
        early, self._early = self._early or [], None
        for event in early:
            self._exchange.heard(self, event)
        self._back(self)

    def _heard(self, told: dict[str, Any]) -> None:
        if told.get("type") == "ApplicationReplaced" and self._socket is not None:
            self._socket.close(TAKEN)  # nothing more would be heard there
            return
        try:
            event = read_event(told)
        except BadEvent as problem:
            log.warn("{name}: {problem}", name=self.settings.name, problem=str(problem))
            return
        if event is None:
            return
        if self._early is not None:
            self._early.append(event)
        else:
            self._exchange.heard(self, event)

    async def inherit(self, application: str) -> bool:
        """Take over the calls of a node that has fallen; whether there is nothing left of it."""
        code, told = await self._request(ari.owned(application))
        if not 0 < code < 300:
            return code == NOT_FOUND
        for room in told.get("bridge_ids", []):
            await self.ask(ari.close_room(room))
        channels = told.get("channel_ids", [])
        for channel in channels:
            await (self.ask(ari.hang_up(channel)) if channel.startswith(MADE) else self._take_over(channel))
        if channels:
            name, count = self.settings.name, len(channels)
            log.info("{name}: takes over {count} calls of {whose}", name=name, count=count, whose=application)
        return not channels

    async def _take_over(self, channel: str) -> None:
        """It comes as soon as it is silent."""
        await self.ask(ari.take_over(channel, self.settings.application))
        for playback in playbacks(channel):
            await self.ask(ari.stop(playback))

    # ── commands ──

    def send(self, command: Command) -> "Deferred[bool]":
        return Deferred.fromCoroutine(self._sent(command))

    async def _sent(self, command: Command) -> bool:
        return await self.ask(command) is not None

    async def ask(self, command: Command) -> Mapping[str, Any] | None:
        """What was answered; None when it could not be done. A channel that is gone is no matter for the log."""
        code, answered = await self._request(command)
        if 300 <= code != NOT_FOUND:
            log.warn(
                "{name}: {method} was refused with {code}", name=self.settings.name, method=command.method, code=code
            )
        return answered if 0 < code < 300 else None

    async def recordings(self) -> list[str]:
        """The names of what was recorded and is kept there."""
        code, told = await self._fetched(ari.recorded())
        kept = json.loads(told) if 0 < code < 300 else []  # before the first one there is no folder, and an error
        return [str(each["name"]) for each in kept]

    async def recording(self, name: str) -> bytes | None:
        """Its contents; None where they cannot be had now."""
        code, body = await self._fetched(ari.contents(name), RECORDING_WITHIN)
        return body if 0 < code < 300 else None

    async def state_of(self, channel: str) -> str | None:
        """Of a channel, as Asterisk calls it; empty: there is none of that name; None: Asterisk does not say."""
        code, described = await self._request(ari.channel_of(channel))
        return "" if code == NOT_FOUND else str(described.get("state", "")) if 0 < code < 300 else None

    async def _request(self, command: Command) -> tuple[int, Mapping[str, Any]]:
        """The status, and what was answered; 0: it was not."""
        code, answered = await self._fetched(command)
        try:
            return code, dict(json.loads(answered)) if answered and code < 300 else {}
        except ValueError as problem:
            log.warn("{name}: not JSON: {why}", name=self.settings.name, why=str(problem))
            return 0, {}

    async def _fetched(self, command: Command, within: float = 0.0) -> tuple[int, bytes]:
        settings = self.settings
        within = within or settings.within
        credentials = base64.b64encode(f"{settings.username}:{settings.password}".encode()).decode()
        headers: Any = {"Authorization": f"Basic {credentials}"}
        body = None if command.body is None else json.dumps(command.body, ensure_ascii=False).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = await limited(
                self._http.request(command.method, f"{settings.url}/ari{command.path}", headers=headers, data=body),
                within,
                self._clock,
            )
            return response.code, await limited(response.content(), within, self._clock)
        except CancelledError:
            raise
        except Exception as problem:  # noqa: BLE001 - whatever the connection died of, it was not done
            log.warn("{name}: {method} failed: {why}", name=settings.name, method=command.method, why=repr(problem))
            return 0, b""
