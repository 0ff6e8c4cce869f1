"""Two servers on one PostgreSQL, one of them killed: what other halls ask for often is ordered once, and told to them.

Every request is asked of both servers at once, several times over, under one name; half-way one server is killed with
SIGKILL. Whoever gets no answer asks again, as docs/halls.md says. In the end each name has one order, each number one
owner, and every order was told to the callback.
"""

import json
import threading
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, select

from orders.ledger.tables import hub_deliveries, numbers, orders
from tests.peers.hall import Hall
from tests.peers.order_store import TOKENS, StoreSetup, serving, store
from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

pytestmark = [pytest.mark.peers, pytest.mark.slow]

NAMES, AT_ONCE = 12, 4  # how many different requests; how often each is asked, at each server
NUMBERS = [f"139123456{digit}0" for digit in range(6)]


class Listener:
    """The hall's own server: what it was told, by order, as it came."""

    def __init__(self) -> None:
        self.heard: dict[str, list[str]] = defaultdict(list)
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                mine.heard[event["event"]["productOrder"]["id"]].append(event["eventType"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Not on the tests' screen."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Pair:
    """Two servers, of which a hall asks now one and now the other."""

    def __init__(self, folder: Path, database: str, callback: int) -> None:
        setups = [store(folder / "a", database, NUMBERS), StoreSetup(folder / "b", database, 0, free_port())]
        setups[1].configure()
        for setup, name in zip(setups, ("hall-a", "hall-b"), strict=True):
            text = setup.configuration.read_text().replace('name = "hall-1"', f'name = "{name}"')
            setup.configuration.write_text(text.replace('"crm.example.com"', f'"127.0.0.1:{callback}"'))
        self.setups = setups
        self.halls: list[Hall] = [serving(setup) for setup in setups]

    def asks(self, node: int, path: str, document: Mapping[str, Any], **headers: str) -> tuple[int, Any]:
        """Until there is an answer, of whichever server."""
        until = monotonic() + WITHIN
        while True:
            try:
                return _ask(f"{self.setups[node].url}/tmf-api/{path}", document, headers)
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert monotonic() < until, "no server answers"
                node = 1 - node
                sleep(0.05)


def _ask(url: str, document: Mapping[str, Any], headers: Mapping[str, str]) -> tuple[int, Any]:
    sent = {"Authorization": f"Bearer {TOKENS['web']}", "Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, data=json.dumps(document).encode(), headers=sent, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=WITHIN) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        if refused.code == 503:
            raise ConnectionError("the ledger is away") from None
        return refused.code, json.load(refused)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def pair(tmp_path: Path, postgres_url: str, listener: Listener) -> Iterator[Pair]:
    pair = Pair(tmp_path, postgres_url, listener.port)
    yield pair
    for hall in pair.halls:
        hall.end()


def order(customer: int, offer: str = "F800", number: str | None = None) -> dict[str, Any]:
    item: dict[str, Any] = {"id": "1", "action": "add", "productOffering": {"id": offer}}
    if number:
        item["product"] = {"realizingResource": [{"id": number}]}
    return {
        "relatedParty": [{"id": f"86138001{customer:05d}", "role": "customer"}],
        "productOrderItem": [item],
    }


def test_what_is_asked_often_of_both_is_done_once_and_told(pair: Pair, listener: Listener, postgres_url: str) -> None:
    ordering = "productOrderingManagement/v4"
    callback = f"http://127.0.0.1:{listener.port}/listener"
    status, made = pair.asks(0, f"{ordering}/hub", {"callback": callback})
    assert status == 201, made
    asked = [(name, node) for name in range(NAMES) for node in (0, 1) for _ in range(AT_ONCE)]

    def place(which: tuple[int, int]) -> tuple[int, str]:
        name, node = which
        status, told = pair.asks(node, f"{ordering}/productOrder", order(name), **{"Idempotency-Key": f"k-{name}"})
        assert status == 201, told
        return name, told["id"]

    with ThreadPoolExecutor(16) as crowd:
        told = [crowd.submit(place, which) for which in asked]
        for each in told[: len(told) // 3]:
            each.result(timeout=WITHIN)
        pair.halls[0].kill()
        placed = [each.result(timeout=WITHIN) for each in told]
    by_name = {name: {number for which, number in placed if which == name} for name in range(NAMES)}
    assert all(len(found) == 1 for found in by_name.values()), by_name
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(orders)) == NAMES
    wanted = {number for found in by_name.values() for number in found}
    until = monotonic() + 90  # the dead server's leases end before
    while not wanted <= set(listener.heard):
        assert monotonic() < until, f"heard of {len(listener.heard)} of {len(wanted)}"
        sleep(0.1)
    assert all(types[0] == "productOrderCreateEvent" for types in listener.heard.values())
    while _left(engine) > 1:  # what the listener has heard is crossed out a moment later
        assert monotonic() < until, "what was heard stands among what is to be told"
        sleep(0.1)
    engine.dispose()


def test_a_number_that_many_want_has_one_owner(pair: Pair, postgres_url: str) -> None:
    asked = [(customer, customer % 2, NUMBERS[customer % len(NUMBERS)]) for customer in range(36)]

    def want(which: tuple[int, int, str]) -> tuple[str, int]:
        customer, node, number = which
        document = order(customer, "HM", number)
        key = {"Idempotency-Key": f"n-{customer}"}
        status, told = pair.asks(node, "productOrderingManagement/v4/productOrder", document, **key)
        assert status in (201, 409), told
        return number, status

    with ThreadPoolExecutor(12) as crowd:
        told = [crowd.submit(want, which) for which in asked]
        for each in told[:12]:
            each.result(timeout=WITHIN)
        pair.halls[1].kill()
        got = Counter(each.result(timeout=WITHIN) for each in told)
    assert [got[number, 201] for number in NUMBERS] == [1] * len(NUMBERS)
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        owners = connection.execute(select(numbers.c.number, numbers.c.state, numbers.c.holder)).all()
        assert connection.scalar(select(func.count()).select_from(orders)) == len(NUMBERS)
    assert {row.state for row in owners} == {"ordered"}
    engine.dispose()


def _left(engine: Engine) -> int:
    with engine.begin() as connection:
        return connection.scalar(select(func.count()).select_from(hub_deliveries)) or 0
