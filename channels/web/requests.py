"""A request as these pages use it.

zope's description of a request has methods without `self`, which a type checker cannot follow; this says the same of
the few that are used.
"""

import json
from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.defer import Deferred


class Body(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Request(Protocol):
    method: bytes
    args: dict[bytes, list[bytes]]
    content: Body

    def getHeader(self, name: bytes, /) -> bytes | None: ...

    def setResponseCode(self, status: int, /) -> None: ...

    def setHeader(self, name: bytes, value: bytes, /) -> None: ...

    def setETag(self, mark: bytes, /) -> object: ...

    def write(self, data: bytes, /) -> None: ...

    def finish(self) -> None: ...

    def notifyFinish(self) -> "Deferred[None]": ...

    def registerProducer(self, producer: Any, streaming: bool, /) -> None: ...

    def unregisterProducer(self) -> None: ...


def send_json(request: Request, document: object, status: int = 200) -> bytes:
    request.setResponseCode(status)
    request.setHeader(b"content-type", b"application/json; charset=utf-8")
    request.setHeader(b"cache-control", b"no-store")
    return json.dumps(document, ensure_ascii=False).encode()


def send_text(request: Request, text: str, status: int = 200) -> bytes:
    request.setResponseCode(status)
    request.setHeader(b"content-type", b"text/plain; charset=utf-8")
    request.setHeader(b"cache-control", b"no-store")
    return text.encode()


class Refusal(Exception):
    """The client's fault. `name` is for programs; the text says what is wrong and what to do."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name

    def send(self, request: Request) -> bytes:
        return send_json(request, {"error": self.name, "message": str(self)}, self.status)


def refusing(handler: Callable[[Request], Any], request: Request) -> Any:
    try:
        return handler(request)
    except Refusal as refusal:
        return refusal.send(request)
