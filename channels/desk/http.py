"""A request as the console uses it, and the ways to answer one.

zope's description of a request has methods without `self`, which a type checker cannot follow; this says the same of
the few that are used.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from twisted.internet.defer import Deferred

from channels.desk.forms import LARGEST

NOTHING_FROM_IT = b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"  # a chart has styles


class Content(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Request(Protocol):
    method: bytes
    path: bytes
    args: Mapping[bytes, Sequence[bytes]]
    content: Content

    def getHeader(self, name: bytes, /) -> bytes | None: ...

    def getCookie(self, name: bytes, /) -> bytes | None: ...

    def addCookie(self, name: bytes, value: bytes, /, **attributes: bytes | bool) -> None: ...

    def isSecure(self) -> bool: ...

    def getClientAddress(self) -> object: ...

    def setResponseCode(self, status: int, /) -> None: ...

    def setHeader(self, name: bytes, value: bytes, /) -> None: ...

    def setETag(self, mark: bytes, /) -> object: ...

    def redirect(self, url: bytes, /) -> None: ...

    def notifyFinish(self) -> "Deferred[None]": ...


def body(request: Request) -> bytes:
    """As much as any form has, and an octet more, by which it is known that it is too long."""
    return request.content.read(LARGEST + 1)


def answer(request: Request, document: Any, status: int = 200) -> bytes:
    request.setResponseCode(status)
    request.setHeader(b"content-type", b"application/json; charset=utf-8")
    _private(request)
    return json.dumps(document, ensure_ascii=False).encode()


def content(request: Request, kind: bytes, body: bytes) -> bytes:
    request.setHeader(b"content-type", kind)
    _private(request)
    return body


def nothing(request: Request) -> bytes:
    request.setResponseCode(204)
    _private(request)
    return b""


def refused(request: Request, status: int, name: str, message: str) -> bytes:
    """`name` is for programs; `message` says what is wrong and what to do."""
    return answer(request, {"error": name, "message": message}, status)


def address_of(request: Request) -> str:
    """Of whoever asks, as far as it is known."""
    return str(getattr(request.getClientAddress(), "host", ""))


def _private(request: Request) -> None:
    request.setHeader(b"content-security-policy", NOTHING_FROM_IT)
    request.setHeader(b"cache-control", b"no-store")
    request.setHeader(b"x-content-type-options", b"nosniff")
