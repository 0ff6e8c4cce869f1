"""Tells other halls what has happened: due deliveries are claimed, sent, and settled, over and over.

    claim (a lease) ─► POST, signed ─► 2xx: the row goes
                                       410, or an address that is not allowed any more: given up at once
                                       anything else, or no answer within a time: again, later

A few are under way at a time, so that a callback which is slow holds up nobody else's for long; one that did not answer
rests a while. No redirect is followed: it might lead where nobody allowed it. What is answered is not looked at.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import treq
from prometheus_client import CollectorRegistry, Counter, Gauge
from treq.client import HTTPClient
from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.logger import Logger
from twisted.web.http_headers import Headers

from channels.clock import Clock, limited, pause
from channels.tmf import events
from channels.tmf.callbacks import Callback, NotAllowed, allowed
from channels.tmf.store import HubStore
from orders.arrival import LedgerAway
from orders.hub import Delivery, Patience

EVERY: Final = 1.0
DEEP: Final = 30  # rounds between two counts of what waits
AT_ONCE: Final = 20
WITHIN: Final = 10.0
LEASE: Final = 60.0
READ_AT_MOST: Final = 65_536
GONE: Final = 410

log = Logger()


class Unheard(Exception):
    """The callback did not take it. for_good: nor will it ever."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


class Client(Protocol):
    def __call__(self, callback: Callback, /) -> Any:
        """An HTTP client (treq's) for one request to this callback."""


class HubMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.told = Counter("hall_hub_deliveries", "Events for other halls", ["outcome"], registry=registry)
        self.waiting = Gauge("hall_hub_waiting", "Events that are still to be delivered", registry=registry)


class Herald:
    """callbacks: the hosts that the configuration allows. href: of a path of the site."""

    def __init__(
        self,
        store: HubStore,
        client: Client,
        clock: Clock,
        now: Callable[[], float],
        callbacks: Sequence[str],
        href: Callable[[str], str],
        meters: HubMeters,
        patience: Patience | None = None,
    ) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._now = now
        self._callbacks = callbacks
        self._href = href
        self._meters = meters
        self._patience = patience or Patience()
        self._under_way: set[Deferred[None]] = set()
        self._rounds = 0

    async def run(self) -> None:
        """Until cancelled. What is under way then is told to nobody; its lease ends, and another node takes it up."""
        try:
            while True:
                try:
                    await self.round()
                except LedgerAway:
                    log.info("events for other halls wait for the database")
                await pause(self._clock, EVERY)
        finally:
            for each in list(self._under_way):
                each.cancel()

    async def round(self) -> None:
        if self._rounds % DEEP == 0:
            self._meters.waiting.set(await self._store.waiting())
        self._rounds += 1
        room = AT_ONCE - len(self._under_way)
        for delivery in await self._store.due(room, LEASE) if room else ():
            self._begin(delivery)

    def _begin(self, delivery: Delivery) -> None:
        started = Deferred.fromCoroutine(self.tell(delivery))
        self._under_way.add(started)
        started.addErrback(lambda failure: failure.trap(CancelledError, LedgerAway) and None)
        started.addErrback(lambda failure: log.failure("an event could not be delivered", failure))
        started.addBoth(lambda _: self._under_way.discard(started))

    async def tell(self, delivery: Delivery) -> None:
        try:
            await self._send(delivery)
        except Unheard as problem:
            await self._failed(delivery, problem)
        else:
            await self._store.delivered(delivery)
            self._meters.told.labels("delivered").inc()

    async def _failed(self, delivery: Delivery, problem: Unheard) -> None:
        again = await self._store.failed(delivery, str(problem), self._patience, for_good=problem.for_good)
        self._meters.told.labels("failed" if again else "given_up").inc()
        if again is None:
            log.warn("event {id} is given up: {why}", id=str(delivery.id), why=str(problem))

    async def _send(self, delivery: Delivery) -> None:
        """Raises Unheard."""
        try:
            callback = allowed(delivery.callback, self._callbacks)
            body = events.body(delivery, self._href)
            status = await limited(Deferred.fromCoroutine(self._post(callback, delivery, body)), WITHIN, self._clock)
        except NotAllowed as problem:
            raise Unheard(f"not sent: {problem}", for_good=True) from None
        except TimeoutError:
            raise Unheard(f"no answer within {WITHIN:.0f} seconds") from None
        except (CancelledError, LedgerAway):
            raise
        except Exception as problem:  # noqa: BLE001 - whatever a peer or the way to it does, it was not heard
            raise Unheard(_why(problem), for_good=_forbidden(problem)) from None
        if not 200 <= status < 300:
            raise Unheard(f"answered {status}", for_good=status == GONE)

    async def _post(self, callback: Callback, delivery: Delivery, body: bytes) -> int:
        headers = {
            "Content-Type": ["application/json;charset=utf-8"],
            "User-Agent": ["Hall"],
            "X-Hall-Event": [str(delivery.id)],
            "X-Hall-Signature": [events.signature(body, delivery.secret, self._now())],
        }
        response = await self._client(callback).post(
            delivery.callback, data=body, headers=Headers(headers), allow_redirects=False, unbuffered=True
        )
        await _forget(response)
        return int(response.code)


def treq_client(agent: Callable[[Callback], Any]) -> Client:
    return lambda callback: HTTPClient(agent(callback))


async def _forget(response: Any) -> None:
    """Reads a little and no more, so that the connection can be closed."""
    left = READ_AT_MOST

    def take(chunk: bytes) -> None:
        nonlocal left
        left -= len(chunk)
        if left < 0:
            raise ValueError("it says more than anybody wants to hear")

    try:
        await treq.collect(response, take)
    except CancelledError:
        raise
    except Exception:  # noqa: BLE001 - it had answered: that is all that counts
        log.debug("a callback's answer broke off")


def _reasons(problem: Exception) -> list[Any]:
    return [getattr(reason, "value", reason) for reason in getattr(problem, "reasons", ())] or [problem]


def _forbidden(problem: Exception) -> bool:
    return any(isinstance(reason, NotAllowed) for reason in _reasons(problem))


def _why(problem: Exception) -> str:
    return "; ".join(f"{type(reason).__name__}: {reason}" for reason in _reasons(problem))
