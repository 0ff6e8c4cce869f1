"""Whether an endpoint string says something, found out when the configuration is read and not when it is first used.

The strings are Twisted's, and so is the judgement: they are tried on a reactor that opens nothing. The files that a
`tls:` or `ssl:` endpoint names are read, so that a missing key is found as well.
"""

from collections.abc import Callable
from typing import Any

from twisted.internet.endpoints import clientFromString, serverFromString
from twisted.internet.testing import MemoryReactorClock


def require_server(endpoint: str) -> str:
    return _tried(endpoint, serverFromString, "tcp:8086:interface=127.0.0.1")


def require_client(endpoint: str) -> str:
    return _tried(endpoint, clientFromString, "tcp:smsc.example:2775")


def _tried(endpoint: str, make: Callable[..., Any], example: str) -> str:
    """Raises ValueError."""
    try:
        make(MemoryReactorClock(), endpoint)
    except Exception as problem:  # noqa: BLE001 - each kind of endpoint fails in its own way
        why = str(problem) or type(problem).__name__
        raise ValueError(
            f'{endpoint!r} is no endpoint ({why}): write one as Twisted does, such as "{example}"'
        ) from None
    return endpoint
