"""One conversation over a real socket with TLS: an endpoint is an endpoint."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_twisted
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from twisted.internet import reactor, ssl
from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.endpoints import SSL4ServerEndpoint, TCP4ClientEndpoint, wrapClientTLS
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock

from channels.smpp.client import SmppClient
from channels.smpp.conversation import Conversation
from channels.smpp.pdus import DeliverSm, SubmitSm
from channels.smpp.settings import LinkSettings
from tests.doubles import fake_smsc as mc
from tests.peers.patience import WITHIN


def certificate() -> Any:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return ssl.PrivateCertificate.loadPEM(signed.public_bytes(serialization.Encoding.PEM) + pem)


class Centre(Protocol):
    def __init__(self, smsc: mc.FakeSmsc) -> None:
        self.smsc = smsc

    def dataReceived(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(self.smsc.answer(data))  # type: ignore[call-arg]
        if len(self.smsc.heard) == 1:
            self.transport.write(mc.deliver_sm(1, b"YE"))  # type: ignore[call-arg]


class Gate:
    """Answers a message with a message, as Hall does."""

    def __init__(self) -> None:
        self.client: Any = None
        self.done: Deferred[str] = Deferred()

    def opened(self, link: str) -> int:
        return 1

    def heard(self, connection: int, number: int, link_name: str, pdu: DeliverSm, mark: bytes) -> "Deferred[int]":
        committed: Deferred[int] = Deferred()
        reactor.callLater(0, committed.callback, 0)  # type: ignore[attr-defined]
        committed.addCallback(lambda status: self.client.submit("reply", SubmitSm(short_message=b"18.88")) or status)
        return committed

    def submitted(self, token: object, message_id: str) -> None:
        self.done.callback(message_id)

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: None


@pytest_twisted.ensureDeferred
async def test_whose_certificate_nobody_vouches_for_is_told_of_in_words() -> None:
    """The connection stands before TLS fails, so nothing but the reason for its loss says what happened."""
    identity, clock = certificate(), Clock()
    server = SSL4ServerEndpoint(reactor, 0, identity.options(), interface="127.0.0.1")
    port: Any = await server.listen(Factory.forProtocol(lambda: Centre(mc.FakeSmsc())))
    try:
        for name, trusted, words in (
            ("localhost", None, "not of an authority that we trust"),
            ("smsc.example", identity, "another host's"),
        ):
            trusting = ssl.optionsForClientTLS(name, trustRoot=trusted)
            endpoint = wrapClientTLS(trusting, TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port))
            settings = LinkSettings(name="a", connect="tls:localhost:3550", system_id="hall")
            conversation: Any = await endpoint.connect(
                Factory.forProtocol(lambda s=settings: Conversation(s, clock, Gate()))
            )  # type: ignore[arg-type,misc]
            await conversation.ended.addTimeout(WITHIN, reactor)
            assert words in conversation.trouble
    finally:
        await port.stopListening()


@pytest_twisted.ensureDeferred
async def test_a_conversation_over_tls() -> None:
    identity, smsc, gate = certificate(), mc.FakeSmsc(), Gate()
    server = SSL4ServerEndpoint(reactor, 0, identity.options(), interface="127.0.0.1")
    port: Any = await server.listen(Factory.forProtocol(lambda: Centre(smsc)))
    trusting = ssl.optionsForClientTLS("localhost", trustRoot=identity)
    endpoint = wrapClientTLS(trusting, TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port))
    settings = LinkSettings(name="a", connect="tls:localhost:3550", system_id="hall")
    client = gate.client = SmppClient(settings, endpoint, reactor, gate, lambda: 1.0)  # type: ignore[arg-type]
    running = ensureDeferred(client.run())
    try:
        assert await gate.done.addTimeout(WITHIN, reactor) == "2"  # type: ignore[arg-type]
    finally:
        await client.stop()
        await running
        await port.stopListening()
    assert sorted(smsc.names()[1:]) == ["deliver_sm_resp", "submit_sm", "unbind"]
