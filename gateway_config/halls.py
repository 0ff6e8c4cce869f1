"""TM Forum's APIs as this server has them: who the clients are, what is asked of the ledger, and under which paths."""

import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from twisted.web.resource import IResource

from channels.desk import described as desk
from channels.msisdn import normalise
from channels.tmf import openapi
from channels.tmf.app import Meters, api_resource
from channels.tmf.catalogue import Catalogue
from channels.tmf.clients import Clients
from channels.tmf.herald import Herald, HubMeters, treq_client
from channels.tmf.operations import Api
from channels.tmf.ordering import BASE as ORDERING_BASE
from channels.tmf.ordering import Ordering
from channels.tmf.pool import BASE as POOL_BASE
from channels.tmf.pool import Pool
from channels.tmf.reaching import agent_for
from channels.tmf.subscribing import Hub
from channels.ussd import described as ussd
from channels.web.openapi import Described, Document, description, description_resource, health
from gateway_config.settings import Settings, WebSettings
from orders.arrival import LedgerAway
from orders.halls import Client
from orders.hub import ORDERING, RESERVING
from orders.ledger.engine import reading
from orders.ledger.hall_store import HallLedger, Run
from orders.ledger.house import House

DESCRIPTION = "api/openapi.json"

T = TypeVar("T")
Aside = Callable[..., Awaitable[T]]


class Halls:
    """aside: does a slow function away from the reactor. house: as the ledger has it now."""

    def __init__(
        self, settings: Settings, engine: Engine, run: Run, aside: Aside[object], house: Callable[[], House]
    ) -> None:
        self._settings = settings
        self._document: Document | None = None
        self._aside = aside
        self.looking = Looking(engine, aside)
        self.store = HallLedger(run, self.looking.look, house, time.time)

    @property
    def apis(self) -> tuple[Api, ...]:
        web, country = self._settings.web, self._settings.service.country
        ordering = Ordering(self.store, self._href, lambda text: normalise(text, country))
        told = Hub(self.store, ORDERING, lambda path: self._href(f"{ORDERING_BASE}/{path}"), web.callbacks)
        told_of_numbers = Hub(self.store, RESERVING, lambda path: self._href(f"{POOL_BASE}/{path}"), web.callbacks)
        pool = Pool(self.store, self._href, lambda text: normalise(text, country), time.time)
        catalogue = Catalogue(self.store, self._href, self._settings.service.language)
        return (ordering.api(*told.operations), catalogue.api(), pool.api(*told_of_numbers.operations))

    def _href(self, path: str) -> str:
        return f"{self._settings.web.public}/{path}"

    def herald(self, reactor: Any, registry: CollectorRegistry) -> Herald:
        """Who tells them of what happens; to be run."""
        client = treq_client(lambda callback: agent_for(reactor, callback, self._addresses))
        meters, callbacks = HubMeters(registry), self._settings.web.callbacks
        return Herald(self.store, client, reactor, time.time, callbacks, self._href, meters)

    async def _addresses(self, host: str, port: int) -> list[str]:
        found: Any = await self._aside(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def resources(self, registry: CollectorRegistry) -> Mapping[str, IResource]:
        clients, meters, apis = clients_of(self._settings.web), Meters(registry), self.apis
        pages = {api.base: api_resource(api, clients, meters) for api in apis}
        return {**pages, DESCRIPTION: description_resource(lambda: self._described(apis))}

    def follow(self, settings: Settings) -> None:
        """Only what is described of it: gateways come and go while the house runs."""
        self._settings, self._document = settings, None

    def _described(self, apis: Sequence[Api]) -> Document:
        self._document = self._document or self.description(apis)
        return self._document

    def description(self, apis: Sequence[Api]) -> Document:
        gateways = self._settings.ussd.gateway
        rooms = [
            Described(*openapi.described(apis), openapi.SECURITY),
            Described(*desk.described()),
            Described(*ussd.described(gateways)),
            health(),
        ]
        return description(rooms, version("hall"), self._settings.web.public)


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
