"""A callback is connected to at the address that was looked at, and at no other; over real connections."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.error import DNSLookupError
from twisted.web.resource import Resource
from twisted.web.server import Site

from channels.tmf.callbacks import NotAllowed, allowed
from channels.tmf.herald import treq_client
from channels.tmf.reaching import agent_for


class Listener(Resource):
    isLeaf = True  # noqa: N815 - as Twisted spells it

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, bytes]] = []

    def render_POST(self, request: Any) -> bytes:
        self.asked.append((request.getHeader("host"), request.content.read()))
        request.setResponseCode(307)
        request.setHeader("location", "http://169.254.169.254/latest/meta-data")
        return b"elsewhere"


class Port:
    def __init__(self, listener: Listener, port: Any) -> None:
        self.listener, self.number, self._port = listener, int(port.getHost().port), port

    async def close(self) -> None:
        await self._port.stopListening()


@pytest_twisted.async_yield_fixture
async def port() -> AsyncIterator[Port]:
    listener = Listener()
    port = Port(listener, await TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(Site(listener)))
    yield port
    await port.close()


def posting(url: str, entries: list[str], *addresses: str) -> Any:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    client = treq_client(lambda callback: agent_for(reactor, callback, resolve))
    return client(allowed(url, entries)).post(url, data=b"{}", allow_redirects=False, unbuffered=True)


@pytest_twisted.ensureDeferred
async def test_a_named_host_is_reached_where_it_was_found_and_no_further(port: Port) -> None:
    url = f"http://crm.example.test:{port.number}/listener"
    response = await posting(url, ["crm.example.test"], "127.0.0.1")
    assert response.code == 307
    assert port.listener.asked == [(f"crm.example.test:{port.number}", b"{}")]


@pytest.mark.parametrize(
    ("entry", "addresses"),
    [
        ("*.example.test", ["127.0.0.1"]),
        ("*.example.test", ["93.184.216.34", "127.0.0.1"]),
        ("crm.example.test", ["169.254.169.254"]),
        ("crm.example.test", ["::ffff:169.254.169.254"]),
    ],
)
@pytest_twisted.ensureDeferred
async def test_a_name_that_leads_elsewhere_is_not_followed(port: Port, entry: str, addresses: list[str]) -> None:
    with pytest.raises(NotAllowed):
        await posting(f"http://crm.example.test:{port.number}/", [entry], *addresses)
    assert port.listener.asked == []


@pytest_twisted.ensureDeferred
async def test_a_name_that_is_nobodys(port: Port) -> None:
    with pytest.raises(DNSLookupError):
        await posting(f"http://crm.example.test:{port.number}/", ["crm.example.test"])
