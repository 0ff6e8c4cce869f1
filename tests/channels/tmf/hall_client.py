"""Other halls without a network: the real APIs on a real database, and a client that speaks to them."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar, cast

from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, Engine, insert
from treq.testing import StubTreq
from twisted.internet.task import Clock
from twisted.web.resource import Resource

from channels.msisdn import normalise
from channels.tmf.app import Meters, api_resource
from channels.tmf.catalogue import Catalogue
from channels.tmf.clients import Clients
from channels.tmf.operations import Api
from channels.tmf.ordering import Ordering
from channels.tmf.pool import Pool
from channels.tmf.subscribing import Hub
from dialogs.words import OfferFacts
from orders.arrival import LedgerAway
from orders.flags import Rules
from orders.halls import Client
from orders.hub import ORDERING as ORDERING_EVENTS
from orders.hub import RESERVING
from orders.ledger import numbering
from orders.ledger.hall_store import HallLedger
from orders.ledger.house import House
from orders.ledger.ids import Ids
from orders.ledger.tables import offers

T = TypeVar("T")

ROOT = "http://hall.test"
POOL = "/tmf-api/resourcePoolManagement/v4"
ORDERING = "/tmf-api/productOrderingManagement/v4"
NOON = 1_767_200_400.0
TOKENS = {"web": "web's own secret", "wap": "wap's own secret", "audit": "the auditors' secret"}
CLIENTS = [Client("web"), Client("wap", "wap"), Client("audit", "web", sees_all=True)]
PHONE = {"zh": "酷派F800", "en": "Coolpad F800"}
OFFERS = {
    "F800": OfferFacts("F800", "1001", PHONE, 69_900),
    "SJK": OfferFacts("SJK", "2002", {"zh": "数据卡", "en": "Data card"}, 10_000),
}
CALLBACKS = ["crm.example.com", "10.1.2.3:8443", "*.example.net"]
ZHAO = "8613800138000"


def order_of(offer: str = "F800", quantity: int = 1, customer: str = ZHAO, **more: Any) -> dict[str, Any]:
    """What a hall posts to order something."""
    item = {"id": "1", "action": "add", "quantity": quantity, "productOffering": {"id": offer}}
    party = {"id": customer, "role": "customer", "@referredType": "Individual"}
    return {"productOrderItem": [item], "relatedParty": [party], **more}


def _never(*_: Any) -> Any:
    raise AssertionError("a hall takes no turn")


class Halls:
    """The house behind the APIs, in one thread: what the writer does with a job, done at once."""

    def __init__(self, engine: Engine, rules: Rules | None = None) -> None:
        self.engine, self.clock = engine, Clock()
        self.clock.advance(NOON)
        self.away = False
        self.house = House(
            node="hall-1", ids=Ids(0), take_turn=_never, render=lambda *_: "", join=_never, offers=OFFERS,
            flag_rules=rules or Rules(),
        )  # fmt: skip
        with engine.begin() as connection:
            for place, facts in enumerate(OFFERS.values()):
                row = {"code": facts.code, "keypad": facts.keypad, "names": json.dumps(facts.names), "aliases": "[]"}
                connection.execute(insert(offers), [row | {"price": facts.price, "position": place, "sold": True}])
        self.store = HallLedger(self.run, self.run, lambda: self.house, self.clock.seconds)
        self.clients = Clients(
            [(client, sha256(TOKENS[client.name].encode()).hexdigest()) for client in CLIENTS], self.clock.seconds
        )

    async def run(self, job: Callable[[Connection], T], /) -> T:
        if self.away:
            raise LedgerAway("the database cannot be reached")
        with self.engine.begin() as connection:
            if self.house.numbers.low:
                self.house.numbers.add(numbering.take_block(connection))
            return job(connection)

    @property
    def apis(self) -> list[Api]:
        secret = iter(f"secret {number}" for number in range(100)).__next__
        hub = Hub(self.store, ORDERING_EVENTS, lambda path: f"{ROOT}{ORDERING}/{path}", CALLBACKS, secret)

        numbers = Hub(self.store, RESERVING, lambda path: f"{ROOT}{POOL}/{path}", CALLBACKS, secret)

        def href(path: str) -> str:
            return f"{ROOT}/{path}"

        return [
            Ordering(self.store, href, normalise).api(*hub.operations),
            Catalogue(self.store, href, "en").api(),
            Pool(self.store, href, normalise, self.clock.seconds).api(*numbers.operations),
        ]

    def site(self) -> Resource:
        root, meters = Resource(), Meters(CollectorRegistry())
        for api in self.apis:
            resource: Any = root
            *steps, last = api.base.encode().split(b"/")
            for step in steps:
                if step not in resource.children:
                    resource.putChild(step, Resource())
                resource = resource.children[step]
            resource.putChild(last, api_resource(api, self.clients, meters))
        return root


class HallClient:
    def __init__(self, halls: Halls, name: str = "web") -> None:
        self.halls = halls
        self.token = TOKENS.get(name, name)
        self.headers: dict[str, str] = {}
        self._treq: Any = StubTreq(halls.site())  # type: ignore[no-untyped-call]

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return self.ask("GET", path, **headers)

    def post(self, path: str, document: Any, **headers: str) -> tuple[int, Any]:
        return self.ask("POST", path, document, **headers)

    def patch(self, path: str, document: Any, **headers: str) -> tuple[int, Any]:
        return self.ask("PATCH", path, document, **headers)

    def ask(self, method: str, path: str, document: Any = None, **headers: str) -> tuple[int, Any]:
        """path: below the ordering API, or with a slash before it, of the site. A document of bytes goes as it is."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if document is not None:
            sent["Content-Type"] = "application/json"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = document if isinstance(document, bytes) else b"" if document is None else json.dumps(document).encode()
        url = ROOT + (path if path.startswith("/") else f"{ORDERING}/{path}")
        response = self._done(self._treq.request(method, url, data=data, headers=sent, allow_redirects=False))
        content = cast(bytes, self._done(response.content()))
        self.headers = {
            name.decode().lower(): values[0].decode() for name, values in response.headers.getAllRawHeaders()
        }
        return response.code, json.loads(content) if content else None

    def _done(self, asked: Any) -> Any:
        results: list[Any] = []
        asked.addBoth(results.append)
        self._treq.flush()
        assert results, "no answer has come"
        if hasattr(results[0], "raiseException"):
            results[0].raiseException()
        return results[0]
