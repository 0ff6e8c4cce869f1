"""Another hall and a running server: an order by HTTP, its events at a callback, and the subscriber's own text."""

import json
from hashlib import sha256
from typing import Any

import pytest
import pytest_twisted
import treq
from twisted.internet.defer import DeferredQueue
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.web.resource import Resource
from twisted.web.server import Site

from channels.tmf import herald
from channels.tmf.events import signature
from gateway_config import housekeeping
from gateway_config.settings import WebClient, WebSettings
from tests.channels.tmf.hall_client import order_of
from tests.gateway_config.opened_house import house, log
from tests.gateway_config.whole_house import WITHIN, House, listened, reactor, soon

__all__ = ["house", "log"]

TOKEN = "the web hall's own"
ORDERING = "/tmf-api/productOrderingManagement/v4"
ALICE = "8613800138000"


class Listener(Resource):
    """The web hall's own server, as far as it hears of events."""

    isLeaf = True  # noqa: N815 - as Twisted spells it

    def __init__(self) -> None:
        super().__init__()
        self.heard: DeferredQueue[Any] = DeferredQueue()

    def render_POST(self, request: Any) -> bytes:
        self.heard.put((request.getHeader("x-hall-signature"), request.content.read()))
        request.setResponseCode(204)
        return b""


class WebHall:
    def __init__(self, house: House) -> None:
        self._root = f"http://127.0.0.1:{house.web}"
        self.token = TOKEN

    async def asks(self, method: str, path: str, document: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        response = await treq.request(
            method,
            self._root + (path if path.startswith("/") else f"{ORDERING}/{path}"),
            data=None if document is None else json.dumps(document).encode(),
            headers=headers,
            persistent=False,
            timeout=WITHIN,
        )
        text = await response.text()
        return response.code, json.loads(text) if text else None


@pytest.fixture(autouse=True)
def quick_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "EVERY", 0.05)
    monkeypatch.setattr(herald, "EVERY", 0.05)


def web_settings(house: House, **more: Any) -> WebSettings:
    client = WebClient(name="web", token_sha256=sha256(TOKEN.encode()).hexdigest())
    return WebSettings(listen=(f"tcp:{house.web}:interface=127.0.0.1",), client=(client,), **more)


@pytest_twisted.ensureDeferred
async def test_an_order_by_http_is_heard_of_by_its_hall_and_by_its_subscriber(house: House) -> None:
    listener = Listener()
    port = await TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(Site(listener))
    callback = f"http://127.0.0.1:{port.getHost().port}/listener"
    server = await house.starts(web=web_settings(house, callbacks=(f"127.0.0.1:{port.getHost().port}",)))
    hall = WebHall(house)
    status, made = await soon(hall.asks("POST", "hub", {"callback": callback}))
    assert status == 201, made
    status, order = await soon(hall.asks("POST", "productOrder", order_of(customer=ALICE, externalId="W-1")))
    assert status == 201, order
    assert order["href"] == f"{ORDERING}/productOrder/{order['id']}"
    alice = house.handset(ALICE)
    assert order["id"] in await alice.texts("DD")
    await alice.texts(f"QX {order['id']}")
    await alice.texts("Y")
    heard = []
    while not heard or heard[-1]["event"]["productOrder"]["state"] != "cancelled":
        signed, body = await listener.heard.get().addTimeout(WITHIN, reactor)
        at = float(signed.partition(",")[0].removeprefix("t="))
        assert signed == signature(body, made["secret"], at)
        heard.append(json.loads(body))
    assert [event["eventType"] for event in heard] == ["productOrderCreateEvent", "productOrderStateChangeEvent"]
    assert (await soon(hall.asks("GET", f"productOrder/{order['id']}")))[1]["state"] == "cancelled"
    counted = server.registry.get_sample_value
    await soon(house.until(lambda: counted("hall_hub_deliveries_total", {"outcome": "delivered"}) == 2.0))
    await port.stopListening()


@pytest_twisted.ensureDeferred
async def test_nobody_else_is_told_anything(house: House) -> None:
    await house.starts(web=web_settings(house))
    stranger = WebHall(house)
    stranger.token = "guessed"
    assert (await soon(stranger.asks("GET", "productOrder")))[0] == 401


@pytest_twisted.ensureDeferred
async def test_whose_orders_somebody_looks_for_is_not_logged(house: House) -> None:
    with listened() as log:
        await house.starts(web=web_settings(house))
        await soon(WebHall(house).asks("GET", f"productOrder?relatedParty.id={ALICE}&note=secret"))
        await soon(house.until(lambda: "/productOrder HTTP" in log.text.getvalue()))
        assert "secret" not in log.text.getvalue()
        assert ALICE[-6:] not in log.text.getvalue()
