"""A connection to a callback, made to the very address that was looked at.

    name ─► resolved ─► every address may be reached? (callbacks.require_address) ─► connected to one of them

An HTTP client that resolves the name by itself could be told another address than the one that was looked at.
"""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.ssl import optionsForClientTLS
from twisted.web.client import Agent
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

from channels.tmf.callbacks import Callback, require_address

CONNECT_WITHIN = 10

Resolve = Callable[[str, int], Awaitable[list[str]]]


@implementer(IStreamClientEndpoint)
class _Looked:
    """Resolves, looks, connects."""

    def __init__(self, reactor: Any, callback: Callback, resolve: Resolve) -> None:
        self._reactor = reactor
        self._callback = callback
        self._resolve = resolve

    def connect(self, factory: Any) -> "Deferred[Any]":
        return Deferred.fromCoroutine(self._connect(factory))

    async def _connect(self, factory: Any) -> Any:
        callback = self._callback
        addresses = await self._resolve(callback.host, callback.port)
        if not addresses:
            raise DNSLookupError(callback.host)
        for address in addresses:
            require_address(address, callback)
        problem: Exception = ConnectError()
        for address in addresses:
            try:
                return await self._endpoint(address).connect(factory)
            except ConnectError as failed:
                problem = failed
        raise problem

    def _endpoint(self, address: str) -> Any:
        plain = HostnameEndpoint(self._reactor, address, self._callback.port, timeout=CONNECT_WITHIN)
        if self._callback.scheme == "http":
            return plain
        return wrapClientTLS(optionsForClientTLS(self._callback.host), cast(IStreamClientEndpoint, plain))


@implementer(IAgentEndpointFactory)
class _Factory:
    def __init__(self, endpoint: _Looked) -> None:
        self._endpoint = endpoint

    def endpointForURI(self, uri: Any) -> _Looked:
        return self._endpoint


def agent_for(reactor: Any, callback: Callback, resolve: Resolve) -> Agent:
    """For one request: its connection is not kept."""
    return Agent.usingEndpointFactory(reactor, _Factory(_Looked(reactor, callback, resolve)))  # type: ignore[no-any-return]
