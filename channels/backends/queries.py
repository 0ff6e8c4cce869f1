"""Questions to a system of the operator's, over HTTP: GET and nothing else, so that asking again is always safe.

    GET {url}{path}?…   →   200 [ … ]                 what was asked for
                            404                       there is none
                            429, 502, 503, 504,
                            no connection             for a moment; asked again while there is time
                            anything else             not what we need; asked again it would be the same

The whole is cut off from outside, by cancelling. An answer that breaks off because of that looks like a lost
connection: it must not be taken for one, or the cut would begin another attempt.
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NoReturn, Protocol

import treq
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.web.client import RequestTransmissionFailed, ResponseFailed, ResponseNeverReceived
from twisted.web.http_headers import Headers
from twisted.web.iweb import IResponse

from channels.backends.money import Unreadable
from channels.clock import Clock, pause

Params = Mapping[str, str]

PASSING = frozenset({429, 502, 503, 504})
LONGEST_BODY = 1 << 20
LONGEST_LIST = 1000
_FIRST_PAUSE = 0.1
_LOST = (ConnectError, ConnectionClosed, DNSLookupError)
_BROKEN = (ResponseFailed, ResponseNeverReceived, RequestTransmissionFailed)


class HttpClient(Protocol):
    """As much of treq's HTTPClient as is used."""

    def get(
        self, url: str, *, params: Params, headers: Headers, allow_redirects: bool, unbuffered: bool
    ) -> "Deferred[IResponse]": ...


class Away(Exception):
    """It cannot be reached, or is busy. `retry_after`: how long it asked us to wait."""

    def __init__(self, what: str, retry_after: float = 0.0) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class Queries:
    def __init__(
        self, url: str, client: HttpClient, clock: Clock, jitter: Callable[[], float], token: str = ""
    ) -> None:
        self._url = url.rstrip("/")
        self._client = client
        self._clock = clock
        self._jitter = jitter
        self._headers = Headers({"Accept": ["application/json"]})
        if token:
            self._headers.addRawHeader("Authorization", f"Bearer {token}")

    async def collection(self, path: str, params: Params, deadline: float) -> list[Mapping[str, object]]:
        """All pages of a collection; empty when there is none."""
        found: list[Mapping[str, object]] = []
        while True:
            page, total = await self._persist(path, {**params, "offset": str(len(found))}, deadline)
            found += page
            if not page or len(found) >= total:
                return found
            if len(found) > LONGEST_LIST:
                raise Unreadable(f"{path} holds more than {LONGEST_LIST} for one subscriber")

    async def _persist(self, path: str, params: Params, deadline: float) -> tuple[list[Mapping[str, object]], int]:
        backoff = _FIRST_PAUSE
        while True:
            try:
                return await self._once(path, params)
            except Away as away:
                wait = max(away.retry_after, backoff * (0.5 + self._jitter() / 2))
                if self._clock.seconds() + wait >= deadline:
                    raise
            await pause(self._clock, wait)
            backoff *= 2

    async def _once(self, path: str, params: Params) -> tuple[list[Mapping[str, object]], int]:
        try:
            response = await self._client.get(
                self._url + path, params=params, headers=self._headers, allow_redirects=False, unbuffered=True
            )
            body = await _read(response)
        except _LOST as lost:
            raise Away(str(lost)) from lost
        except _BROKEN as broken:
            _broke(broken)
        return _understood(path, response, body)


def _broke(broken: ResponseFailed | RequestTransmissionFailed) -> NoReturn:
    if any(reason.check(CancelledError) for reason in broken.reasons):
        raise CancelledError from broken
    raise Away("the connection broke off") from broken


async def _read(response: IResponse) -> bytes:
    chunks: list[bytes] = []
    room = LONGEST_BODY

    def take(chunk: bytes) -> None:
        nonlocal room
        room -= len(chunk)
        if room < 0:
            raise Unreadable(f"an answer is longer than {LONGEST_BODY} octets")
        chunks.append(chunk)

    await treq.collect(response, take)
    return b"".join(chunks)


def _understood(path: str, response: IResponse, body: bytes) -> tuple[list[Mapping[str, object]], int]:
    if response.code == 404:
        return [], 0
    if response.code in PASSING:
        raise Away(f"{path} answers {response.code}", _seconds(response.headers, "Retry-After"))
    if response.code not in (200, 206):
        raise Unreadable(f"{path} answers {response.code}: see that url and token in [billing] are right")
    entries = _entries(path, body)
    return entries, int(_seconds(response.headers, "X-Total-Count"))


def _entries(path: str, body: bytes) -> list[Mapping[str, object]]:
    try:
        said = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unreadable(f"{path} answers something that is not JSON") from None
    if not isinstance(said, list) or not all(isinstance(entry, dict) for entry in said):
        raise Unreadable(f"{path} answers something that is not a list of objects")
    return said


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)


def _seconds(headers: Headers, name: str) -> float:
    """A header that counts; 0 when it is absent, or is a date, which we may pass over."""
    value = (headers.getRawHeaders(name) or [""])[-1].strip()
    return float(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0.0
