"""Telephones that dial, behind a USSD gateway on loopback that Hall binds to."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.protocol import Factory, Protocol

from channels.ussd.settings import UssdLinkSettings
from tests.doubles.ussd_gateway import Session, UssdGateway
from tests.gateway_config.whole_house import WITHIN, reactor


class Wire(Protocol):
    """The last one that is connected is spoken over."""

    factory: "Exchange"

    def connectionMade(self) -> None:
        self.factory.wire = self

    def connectionLost(self, reason: Any = None) -> None:
        if self.factory.wire is self:
            self.factory.wire = None

    def dataReceived(self, data: bytes) -> None:
        assert self.transport is not None
        if not self.factory.deaf:
            self.transport.write(self.factory.gateway.answer(data))


class Exchange(Factory):
    """deaf: nothing that Hall says is read."""

    protocol = Wire

    def __init__(self, kind: str = "standard") -> None:
        self.gateway = UssdGateway(kind, answered=self._answered)
        self.wire: Wire | None = None
        self.port: Any = None
        self.deaf = False
        self._waiting: dict[int, Deferred[str]] = {}

    async def opens(self, port: int = 0) -> "Exchange":
        self.port = await TCP4ServerEndpoint(reactor, port, interface="127.0.0.1").listen(self)
        return self

    async def closes(self) -> None:
        await self.port.stopListening()

    def link(self, **changes: Any) -> UssdLinkSettings:
        plain: dict[str, Any] = {
            "name": "gw",
            "connect": f"tcp:127.0.0.1:{self.port.getHost().port}",
            "system_id": "hall",
            "dialect": self.gateway.kind,
            "reconnect": 0.05,
        }
        return UssdLinkSettings(**(plain | changes))

    @property
    def bound(self) -> bool:
        return self.wire is not None and "bind_transceiver" in self.gateway.smsc.names()

    def says(self, octets: bytes) -> None:
        assert self.wire is not None and self.wire.transport is not None
        self.wire.transport.write(octets)

    def cuts(self) -> None:
        assert self.wire is not None and self.wire.transport is not None
        self.wire.transport.abortConnection()  # type: ignore[attr-defined]

    async def dials(self, msisdn: str, dialled: str = "*100#") -> tuple[Session, str]:
        session, octets = self.gateway.dials(msisdn, dialled)
        return session, await self._answer_to(session, octets)

    async def types(self, session: Session, text: str) -> str:
        return await self._answer_to(session, self.gateway.types(session, text))

    def _answer_to(self, session: Session, octets: bytes) -> "Deferred[str]":
        told = self.awaits(session)
        self.says(octets)
        return told

    def awaits(self, session: Session) -> "Deferred[str]":
        told: Deferred[str] = Deferred()
        self._waiting[id(session)] = told
        return told.addTimeout(WITHIN, reactor)

    def _answered(self, session: Session, text: str) -> None:
        told = self._waiting.pop(id(session), None)
        if told is not None:
            told.callback(text)
