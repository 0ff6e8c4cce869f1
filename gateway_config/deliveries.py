"""Deliveries of this node: what is due at carriers is fetched, asked, and what they answer is told to the ledger.

    each second    what is due ──► shipments of this node, by carrier ──► his line ──► his answer ──► the ledger
                                                                                   └─► not reached: later again
    a carrier      ──► POST /carriers/NAME/events, or a file in his inbox ──► the ledger ──► only then he is answered

A shipment is this node's for the length of a lease. Whoever dies with one in hand leaves it to the next.
"""

from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from channels.backends.carriers.files import FilesCarrier
from channels.backends.carriers.line import Line, Reply
from channels.clock import Clock
from dialogs.words import Inbound
from gateway_config.delivery_meters import DeliveryMeters
from gateway_config.rounds import looking
from orders.arrival import Arrival, LedgerAway
from orders.consignment import IllegalStep, NoSuchConsignment, Tiding
from orders.ledger import delivery, dispatch_due, parcels, surveys
from orders.ledger.posting import deed
from orders.ledger.writer import Writer
from orders.shipment import Shipment

EVERY = 1.0
OFTEN = 15  # rounds
MOST_SURVEYS = 50  # that begin in one round

log = Logger()


class Deliveries:
    """lines: who speaks to which carrier."""

    def __init__(
        self,
        writer: Writer,
        lines: Mapping[str, Line],
        meters: DeliveryMeters,
        clock: Clock,
        now: Callable[[], float],
    ) -> None:
        self._writer = writer
        self._lines = lines
        self._meters = meters
        self._asking: set[Deferred[None]] = set()
        self._clock = clock
        self._now = now
        self._reading: set[str] = set()
        self._rounds = 0

    async def run(self) -> None:
        """Until cancelled; carriers that have not answered by then are asked again by whoever goes on."""
        try:
            await looking("what carriers have", self._round, EVERY, self._clock)
        finally:
            for asked in tuple(self._asking):
                asked.cancel()

    async def tell(self, carrier: str, consignment: int, told: Tiding) -> bool:
        """What a carrier tells by himself. Raises NoSuchConsignment, IllegalStep and LedgerAway."""
        now = self._now()

        def job(connection: Connection) -> bool:
            return delivery.tell(deed(connection, self._writer.house, now), consignment, told, carrier)

        try:
            changed = await self._writer.run(job)
        except (NoSuchConsignment, IllegalStep):
            self._meters.refused.labels(carrier).inc()
            raise
        if changed:
            self._meters.steps.labels(carrier, told.step.value).inc()
        return changed

    async def _round(self) -> None:
        found = await self._writer.run(self._due)
        for carrier, step in found.taken:
            self._meters.steps.labels(carrier, step).inc()
        self._meters.late.inc(found.late)
        for begun in found.surveys:
            self._fire(begun)
        for carrier, shipments in _by_carrier(found.shipments).items():
            self._begin(carrier, shipments)
        if self._rounds % OFTEN == 0:
            await self._count()
            self._collect()
        self._rounds += 1

    def _due(self, connection: Connection) -> dispatch_due.Round:
        house, now = self._writer.house, self._now()
        found = dispatch_due.due(connection, house, now)
        found.surveys = surveys.due(connection, house, now, MOST_SURVEYS)
        return found

    def _fire(self, begun: Inbound) -> None:
        told = self._writer.accept(Arrival(begun), ours=True)
        told.addErrback(lambda failure: log.failure("a survey could not begin", failure))

    def _collect(self) -> None:
        """What lies in the folders of those who tell by the file; a folder that is still being read is let be."""
        for name, line in self._lines.items():
            if isinstance(line, FilesCarrier) and name not in self._reading:
                self._reading.add(name)
                self._own(self._read(name, line))

    async def _read(self, name: str, line: FilesCarrier) -> None:
        try:
            await line.collect(self.tell)
        except LedgerAway:
            log.info("the files of {carrier} wait for the database", carrier=name)
        except OSError as problem:
            log.warn("the files of {carrier} cannot be read: {problem}", carrier=name, problem=str(problem))
        finally:
            self._reading.discard(name)

    async def _count(self) -> None:
        for state, count in (await self._writer.run(parcels.standing)).items():
            self._meters.standing.labels(state).set(count)

    def _begin(self, carrier: str, shipments: Sequence[Shipment]) -> None:
        self._own(self._ask(carrier, shipments))

    def _own(self, task: Coroutine[Any, Any, None]) -> None:
        asked = Deferred.fromCoroutine(task)
        self._asking.add(asked)
        asked.addErrback(_asking_failed).addBoth(lambda _: self._asking.discard(asked))

    async def _ask(self, carrier: str, shipments: Sequence[Shipment]) -> None:
        line = self._lines.get(carrier)
        if line is None:
            log.warn("nobody speaks to {carrier}: what is due there waits", carrier=carrier)
            return
        for reply in await line.take(shipments):
            try:
                await self._settle(carrier, reply)
            except LedgerAway:
                log.info("an answer of {carrier} is asked for again once the database is back", carrier=carrier)

    async def _settle(self, carrier: str, reply: Reply) -> None:
        number, house, now = reply.shipment.consignment.id, self._writer.house, self._now()
        self._meters.asked.labels(carrier, "unreached" if reply.unreached else "answered").inc()
        if reply.unreached:
            log.warn("{carrier} was not reached: {why}", carrier=carrier, why=reply.unreached)
            await self._writer.run(lambda connection: dispatch_due.put_off(connection, house, now, number))
            return
        steps = reply.steps
        try:
            await self._heard_back(number, steps)
        except (IllegalStep, NoSuchConsignment) as refused:
            self._meters.refused.labels(carrier).inc()
            log.warn("{carrier} answers what cannot be: {why}", carrier=carrier, why=str(refused))
            await self._heard_back(number, ())
            return
        for told in steps:
            self._meters.steps.labels(carrier, told.step.value).inc()

    async def _heard_back(self, number: int, steps: Sequence[Tiding]) -> None:
        house, now = self._writer.house, self._now()
        await self._writer.run(lambda connection: dispatch_due.heard_back(connection, house, now, number, steps))


def _asking_failed(failure: Failure) -> None:
    if not failure.check(CancelledError):
        log.failure("a carrier could not be asked", failure)


def _by_carrier(shipments: Sequence[Shipment]) -> dict[str, list[Shipment]]:
    found: dict[str, list[Shipment]] = defaultdict(list)
    for shipment in shipments:
        found[shipment.consignment.carrier or ""].append(shipment)
    return found
