"""A message centre that calls us, and certificates: over real sockets on the loopback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet import reactor, ssl
from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.endpoints import SSL4ServerEndpoint, TCP4ClientEndpoint, serverFromString
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock

from channels.smpp import endpoints as seam
from channels.smpp.client import SmppClient
from channels.smpp.endpoints import Called, Calling
from channels.smpp.settings import LinkSettings
from tests.channels.smpp import certificates
from tests.doubles import fake_smsc as mc
from tests.doubles.memory_smsc import MemoryTransport
from tests.peers.patience import WITHIN

OUTBIND = 0x0B
LINK = LinkSettings(
    name="a", outbind="tcp:0", outbind_system_id="mc", outbind_password="knock", system_id="hall", reconnect=0.01
)


def outbind(system_id: bytes = b"mc", password: bytes = b"knock") -> bytes:
    return mc.frame(OUTBIND, 1, system_id + b"\0" + password + b"\0")


# ── a caller ──


class Server:
    """A listening endpoint in memory."""

    def __init__(self) -> None:
        self.factory: Any = None
        self.listening = 0
        self.stopped = 0

    def listen(self, factory: Any) -> "Deferred[Any]":
        self.factory = factory
        self.listening += 1
        ready: Deferred[Any] = Deferred()
        ready.callback(self)
        return ready

    def stopListening(self) -> None:
        self.stopped += 1

    def calls(self) -> Any:
        """The transport of a new caller; None when he is turned away."""
        protocol = self.factory.buildProtocol(None)
        if protocol is None:
            return None
        transport = MemoryTransport(protocol)
        protocol.makeConnection(transport)
        return transport


class Inner(Protocol):
    def __init__(self) -> None:
        self.heard = b""
        self.ended = False

    def dataReceived(self, data: bytes) -> None:
        self.heard += data

    def connectionLost(self, reason: Any = None) -> None:
        self.ended = True


class Waiting:
    def __init__(self) -> None:
        self.clock, self.server, self.inner = Clock(), Server(), Inner()
        called = Called(self.server, LINK, self.clock)
        self.told = called.connect(Factory.forProtocol(lambda: self.inner))
        self.found: list[Any] = []
        self.told.addBoth(self.found.append)


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    waiting = Waiting()
    yield waiting
    waiting.told.cancel()
    assert not waiting.clock.getDelayedCalls(), "an alarm was left"


def test_who_says_what_was_agreed_on_has_the_link_and_nobody_else_is_listened_for(waiting: Waiting) -> None:
    caller = waiting.server.calls()
    for octet in outbind():
        caller.protocol.dataReceived(bytes((octet,)))
    assert waiting.found == [waiting.inner]
    assert waiting.server.stopped == 1 and waiting.server.calls() is None
    caller.protocol.dataReceived(b"more")
    assert waiting.inner.heard == b"more" and waiting.inner.transport is caller
    caller.drop(ConnectionError())
    assert waiting.inner.ended


def test_what_comes_with_an_outbind_is_not_lost(waiting: Waiting) -> None:
    waiting.server.calls().protocol.dataReceived(outbind() + mc.frame(mc.ENQUIRE_LINK, 2))
    assert waiting.inner.heard == mc.frame(mc.ENQUIRE_LINK, 2)


@pytest.mark.parametrize(
    "said",
    [
        outbind(password=b"wrong"),
        outbind(system_id=b"other"),
        mc.frame(OUTBIND, 1, b"mc"),
        mc.frame(mc.BIND_TRANSCEIVER, 1),
        b"HTTP/1.1 200 OK",
        b"\0\0\x10\0" + b"x" * 2_000,
    ],
)
def test_who_says_something_else_is_hung_up_on_and_the_next_one_is_heard(waiting: Waiting, said: bytes) -> None:
    caller = waiting.server.calls()
    caller.protocol.dataReceived(said)
    assert not caller.connected and waiting.found == []
    waiting.server.calls().protocol.dataReceived(outbind())
    assert waiting.found == [waiting.inner]


def test_callers_who_say_nothing_take_little_and_not_for_long(waiting: Waiting) -> None:
    callers = [waiting.server.calls() for _ in range(seam.MOST_CALLERS)]
    assert waiting.server.calls() is None
    waiting.clock.advance(seam.SPEAK_WITHIN)
    assert not any(caller.connected for caller in callers)
    assert waiting.server.calls() is not None


def test_nobody_is_waited_for_any_more(waiting: Waiting) -> None:
    caller = waiting.server.calls()
    waiting.told.cancel()
    assert waiting.server.stopped == 1 and not caller.connected


# ── over the loopback ──


class Gate:
    def __init__(self) -> None:
        self.bound: Deferred[str] = Deferred()

    def opened(self, link: str) -> int:
        if not self.bound.called:
            self.bound.callback(link)
        return 1

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: None


class Centre(Protocol):
    def __init__(self, smsc: mc.FakeSmsc, first: bytes = b"") -> None:
        self.smsc, self.first = smsc, first

    def connectionMade(self) -> None:
        self._say(self.first)

    def dataReceived(self, data: bytes) -> None:
        self._say(self.smsc.answer(data))

    def _say(self, octets: bytes) -> None:
        if self.transport is not None and octets:
            self.transport.write(octets)  # type: ignore[call-arg]


async def bound(settings: LinkSettings, endpoint: Any, gate: Gate, meanwhile: Any = None) -> None:
    client = SmppClient(settings, endpoint, reactor, gate, lambda: 1.0)  # type: ignore[arg-type]
    running = ensureDeferred(client.run())
    try:
        if meanwhile is not None:
            await meanwhile()
        assert await gate.bound.addTimeout(WITHIN, reactor) == settings.name  # type: ignore[arg-type]
    finally:
        await client.stop()
        await running


@pytest_twisted.ensureDeferred
async def test_a_message_centre_that_calls_is_bound_to() -> None:
    smsc, ports = mc.FakeSmsc(), []

    class Listening:
        async def _listen(self, factory: Any) -> Any:
            ports.append(await serverFromString(reactor, "tcp:0:interface=127.0.0.1").listen(factory))
            return ports[-1]

        def listen(self, factory: Any) -> Any:
            return ensureDeferred(self._listen(factory))

    async def call() -> None:
        where = TCP4ClientEndpoint(reactor, "127.0.0.1", ports[0].getHost().port)
        await where.connect(Factory.forProtocol(lambda: Centre(smsc, outbind())))

    await bound(LINK, Called(Listening(), LINK, reactor), Gate(), call)  # type: ignore[arg-type]
    assert smsc.names() == ["bind_transceiver", "unbind"]


@pytest.mark.parametrize("presented", ["hall", "stranger"])
@pytest_twisted.ensureDeferred
async def test_both_sides_show_certificates_and_a_renewed_one_is_used_by_the_next_connection(
    tmp_path: Path, presented: str
) -> None:
    authority, smsc = certificates.Authority(), mc.FakeSmsc()
    authority.write(tmp_path / "trusted", tmp_path / "mc.pem", "localhost")
    identity = ssl.PrivateCertificate.loadPEM((tmp_path / "mc.pem").read_bytes())
    trusted = ssl.Certificate.loadPEM((tmp_path / "trusted" / "authority.pem").read_bytes())
    server = SSL4ServerEndpoint(reactor, 0, identity.options(trusted), interface="127.0.0.1")
    port: Any = await server.listen(Factory.forProtocol(lambda: Centre(smsc)))
    mine = tmp_path / "hall.pem"
    certificates.Authority().write(tmp_path / "elsewhere", mine, "hall")
    endpoint = Calling(
        reactor,
        f"tls:localhost:{port.getHost().port}:bindAddress=127.0.0.1"
        f":trustRoots={tmp_path}/trusted:certificate={mine}:privateKey={mine}",
    )
    settings = LinkSettings(name="a", connect="tls:x:1", system_id="hall", reconnect=0.05, reconnect_limit=0.05)
    gate = Gate()

    async def renewed() -> None:
        if presented == "hall":
            authority.write(tmp_path / "trusted", mine, "hall")

    try:
        if presented == "hall":
            await bound(settings, endpoint, gate, renewed)
            assert "bind_transceiver" in smsc.names()
        else:
            connected: Deferred[Any] = endpoint.connect(Factory.forProtocol(Inner))
            inner = await connected
            inner.transport.write(mc.frame(mc.ENQUIRE_LINK, 1))
            ended: Deferred[None] = Deferred()
            inner.connectionLost = lambda reason=None: ended.callback(None)
            await ended.addTimeout(WITHIN, reactor)  # type: ignore[arg-type]
            assert smsc.heard == []
    finally:
        await port.stopListening()


@pytest.mark.parametrize("fault", ["another authority", "another name"])
@pytest_twisted.ensureDeferred
async def test_a_message_centre_that_cannot_prove_who_it_is_is_told_no_password(tmp_path: Path, fault: str) -> None:
    authority, smsc = certificates.Authority(), mc.FakeSmsc()
    authority.write(tmp_path / "trusted", tmp_path / "mc.pem", "localhost" if fault == "another authority" else "mc")
    if fault == "another authority":
        certificates.Authority().write(tmp_path / "trusted", tmp_path / "unused.pem", "localhost")
    identity = ssl.PrivateCertificate.loadPEM((tmp_path / "mc.pem").read_bytes())
    server = SSL4ServerEndpoint(reactor, 0, identity.options(), interface="127.0.0.1")
    port: Any = await server.listen(Factory.forProtocol(lambda: Centre(smsc)))
    where = f"tls:localhost:{port.getHost().port}:bindAddress=127.0.0.1:trustRoots={tmp_path}/trusted"
    ended: Deferred[None] = Deferred()
    inner = Inner()
    inner.connectionLost = lambda reason=None: ended.callback(None)  # type: ignore[method-assign, assignment]
    try:
        connected: Any = await Calling(reactor, where).connect(Factory.forProtocol(lambda: inner))
        connected.transport.write(mc.frame(mc.BIND_TRANSCEIVER, 1, b"hall\0secret\0\0\x34\0\0\0"))
        await ended.addTimeout(WITHIN, reactor)  # type: ignore[arg-type]
    finally:
        await port.stopListening()
    assert smsc.heard == []
