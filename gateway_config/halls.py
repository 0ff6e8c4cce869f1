"""TM Forum's APIs as this server has them: who the clients are, what is asked of the ledger, and under which paths."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from twisted.web.resource import IResource

from channels.msisdn import normalise
from channels.tmf.app import Meters, api_resource
from channels.tmf.clients import Clients
from channels.tmf.operations import Api
from channels.tmf.ordering import Ordering
from gateway_config.settings import Settings, WebSettings
from orders.arrival import LedgerAway
from orders.halls import Client
from orders.ledger.engine import reading
from orders.ledger.hall_store import HallLedger, Run
from orders.ledger.house import House

T = TypeVar("T")
Aside = Callable[..., Awaitable[T]]


class Halls:
    """aside: does a slow function away from the reactor. house: as the ledger has it now."""

    def __init__(
        self, settings: Settings, engine: Engine, run: Run, aside: Aside[object], house: Callable[[], House]
    ) -> None:
        self._settings = settings
        self._looking = Looking(engine, aside)
        self.store = HallLedger(run, self._looking.look, house, time.time)

    @property
    def apis(self) -> tuple[Api, ...]:
        web, country = self._settings.web, self._settings.service.country
        ordering = Ordering(self.store, lambda path: f"{web.public}/{path}", lambda text: normalise(text, country))
        return (ordering.api(),)

    def resources(self, registry: CollectorRegistry) -> Mapping[str, IResource]:
        clients, meters = clients_of(self._settings.web), Meters(registry)
        return {api.base: api_resource(api, clients, meters) for api in self.apis}


class Looking:
    """What only reads is read beside the ledger's thread, so that a long list holds up no turn."""

    def __init__(self, engine: Engine, aside: Aside[object]) -> None:
        self._engine = engine
        self._aside = aside

    async def look(self, job: Callable[[Connection], T], /) -> T:
        return await self._aside(self._read, job)  # type: ignore[return-value]

    def _read(self, job: Callable[[Connection], T]) -> T:
        try:
            with reading(self._engine) as connection:
                return job(connection)
        except (OperationalError, InterfaceError) as problem:
            raise LedgerAway(str(problem.orig)) from problem


def clients_of(web: WebSettings) -> Clients:
    if web.authentication == "none":
        return Clients(None, time.monotonic)
    known = [
        (Client(each.name, each.channel, each.orders == "all", each.rate), each.token_sha256) for each in web.client
    ]
    return Clients(known, time.monotonic)
