"""A carrier with an HTTP interface (see wire.py): asked with a time limit, and left alone for a while when he is down.

Whatever is asked may be asked again: a consignment keeps its number, which is its idempotency key. Nothing is retried
here; what he was not reached about comes by again by itself, by the pauses of `[dispatch]`.
"""

import json
from collections.abc import Sequence
from typing import Any, Protocol

import treq
from twisted.internet.defer import CancelledError, Deferred, TimeoutError, ensureDeferred
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.logger import Logger
from twisted.web.client import RequestTransmissionFailed, ResponseFailed
from twisted.web.iweb import IResponse

from channels.backends.carriers import wire
from channels.backends.carriers.line import Reply
from channels.backends.carriers.settings import CarrierSettings
from channels.backends.circuit import Circuit, CircuitRules, Permit
from channels.clock import Clock, limited
from orders.consignment import Tiding
from orders.shipment import Shipment

LONGEST_BODY = 1 << 18
_LOST = (ConnectError, ConnectionClosed, DNSLookupError, ResponseFailed, RequestTransmissionFailed, TimeoutError)

log = Logger()


class HttpClient(Protocol):
    """As much of treq's HTTPClient as is used."""

    def request(
        self, method: str, url: str, *, headers: dict[str, str], data: bytes | None, allow_redirects: bool
    ) -> "Deferred[IResponse]": ...


class TooLong(Exception):
    """An answer that nobody needs whole."""


class HttpCarrier:
    def __init__(self, settings: CarrierSettings, client: HttpClient, clock: Clock) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._actor = f"carrier:{settings.name}"
        rules = CircuitRules(settings.open_after, settings.pause, settings.longest_pause)
        self._circuit = Circuit(rules)

    async def take(self, shipments: Sequence[Shipment]) -> list[Reply]:
        return [await self._take_one(shipment) for shipment in shipments]

    async def _take_one(self, shipment: Shipment) -> Reply:
        self._circuit, permit = self._circuit.ask(self._clock.seconds())
        if permit is None:
            return Reply(shipment, unreached="he was down a moment ago")
        try:
            status, body = await limited(ensureDeferred(self._asked(shipment)), self._settings.timeout, self._clock)
        except (*_LOST, TooLong) as lost:
            return self._unreached(shipment, permit, type(lost).__name__)
        except CancelledError:
            raise
        steps = self._understood(shipment, status, body)
        if steps is None:
            return self._unreached(shipment, permit, f"he answers {status}")
        self._circuit = self._circuit.succeeded(permit)
        return Reply(shipment, steps)

    def _unreached(self, shipment: Shipment, permit: Permit, why: str) -> Reply:
        self._circuit = self._circuit.failed(permit, self._clock.seconds())
        return Reply(shipment, unreached=why)

    async def _asked(self, shipment: Shipment) -> tuple[int, Any]:
        number = shipment.consignment.id
        match wire.asks(shipment.consignment.state):
            case "offer":
                told = json.dumps(wire.told_of(shipment), ensure_ascii=False).encode()
                return await self._send("POST", "/consignments", told, str(number))
            case "recall":
                return await self._send("POST", f"/consignments/{number}/recall", b"{}", f"{number}/recall")
        return await self._send("GET", f"/consignments/{number}", None, "")

    async def _send(self, method: str, path: str, data: bytes | None, key: str) -> tuple[int, Any]:
        headers = {"Accept": "application/json"}
        if data is not None:
            headers |= {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        if self._settings.token:
            headers["Authorization"] = f"Bearer {self._settings.token}"
        url = self._settings.url.rstrip("/") + path
        response = await self._client.request(method, url, headers=headers, data=data, allow_redirects=False)
        return response.code, _json(await _read(response))

    def _understood(self, shipment: Shipment, status: int, body: Any) -> tuple[Tiding, ...] | None:
        now = self._clock.seconds()
        match wire.asks(shipment.consignment.state):
            case "offer":
                return wire.offered(status, body, now, self._actor)
            case "recall":
                return wire.recalled(status, body, now, self._actor)
        return wire.looked_at(status, body, self._settings.words, now, self._actor)


async def _read(response: IResponse) -> bytes:
    chunks: list[bytes] = []

    def take(chunk: bytes) -> None:
        chunks.append(chunk)
        if sum(map(len, chunks)) > LONGEST_BODY:
            raise TooLong(f"an answer is longer than {LONGEST_BODY} octets")

    await treq.collect(response, take)
    return b"".join(chunks)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
