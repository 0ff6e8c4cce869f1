"""All of Hall in the test's own process, on loopback: a server, the message centre with its handsets, a billing system.

The test's reactor is Hall's. So whatever fails with nobody to hear of it is seen here, which a process of its own would
only write into its log.
"""

import gc
import io
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import treq
from sqlalchemy import Connection
from twisted.internet import reactor as _reactor
from twisted.internet.defer import Deferred, DeferredQueue
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.logger import LogEvent, LogLevel, globalLogPublisher
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site

from channels.backends.settings import BillingSettings
from channels.clock import pause
from channels.smpp.settings import LinkSettings
from channels.sms.centre.centre import MessageCentre
from channels.sms.centre.handsets import HandsetMessage
from channels.sms.centre.settings import CentreSettings
from channels.sms.centre.wire import CentreFactory
from gateway_config.logs import JsonLines
from gateway_config.seed import BALANCE, seed_offers
from gateway_config.server import Server
from gateway_config.settings import (
    DatabaseSettings,
    NodeSettings,
    Settings,
    SmsSettings,
    WebSettings,
)
from orders.ledger import imports, schema
from orders.ledger.engine import open_engine
from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

reactor: Any = _reactor


class Handset:
    """A subscriber and his telephone."""

    def __init__(self, centre: MessageCentre, msisdn: str) -> None:
        self.msisdn = msisdn
        self.read: list[str] = []
        self._centre = centre
        self._new: DeferredQueue[str] = DeferredQueue()
        self._seen: set[int] = set()
        centre.listen(msisdn, self._changed)

    def sends(self, text: str) -> None:
        self._centre.submit_mo(self.msisdn, text)

    async def texts(self, text: str) -> str:
        """What he reads next."""
        self.sends(text)
        return await self.reads()

    async def reads(self) -> str:
        return await self._new.get().addTimeout(WITHIN, reactor)

    @property
    def sent(self) -> list[HandsetMessage]:
        return [message for message in self._centre.messages_for(self.msisdn) if message.direction == "out"]

    def _changed(self, message: HandsetMessage) -> None:
        if message.direction == "in" and message.arrived == message.segments and message.id not in self._seen:
            self._seen.add(message.id)
            self.read.append(message.text)
            self._new.put(message.text)


class BillingSystem(Resource):
    """TMF654, as far as a balance goes. `mood`: well, down (503) or slow (it never answers)."""

    isLeaf = True  # noqa: N815 - as Twisted spells it

    def __init__(self) -> None:
        super().__init__()
        self.mood = "well"
        self.asked: list[str] = []

    def render_GET(self, request: Any) -> Any:
        (who,) = request.args[b"logicalResource.id"]
        self.asked.append(who.decode())
        if self.mood == "slow":
            return NOT_DONE_YET
        if self.mood == "down":
            request.setResponseCode(503)
            return b"maintenance"
        value = {"amount": 18.88, "units": "CNY"}
        bucket = {"id": "1", "logicalResource": [{"id": who.decode()}], "remainingValue": value}
        return json.dumps([bucket]).encode()


class House:
    def __init__(self, folder: Path) -> None:
        first = time.time_ns() // 1000 * 1000 + secrets.randbelow(1000)
        settings = CentreSettings(retry=0.05, longest_retry=0.2)
        self.centre = MessageCentre(reactor, count(first).__next__, settings)
        self.billing = BillingSystem()
        self.folder = folder
        self.url = f"sqlite:///{folder / 'hall.db'}"
        self.web = free_port()
        self.server: Any = None
        self.smpp = self.billing_port = 0
        self._ports: list[Any] = []
        self._handsets: dict[str, Handset] = {}

    async def opens(self) -> "House":
        self.smpp = await self._listens(CentreFactory(self.centre, reactor))
        self.billing_port = await self._listens(Site(self.billing))
        engine = open_engine(self.url)
        schema.upgrade(engine)
        with engine.begin() as connection:
            imports.import_offers(connection, seed_offers())
        engine.dispose()
        return self

    async def _listens(self, factory: Any) -> int:
        port = await TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(factory)
        self._ports.append(port)
        return int(port.getHost().port)

    async def starts(self, **changes: Any) -> Server:
        """A server; a second one on the same database is its next life."""
        self.server = Server(self.settings(**changes), reactor)
        self.server.prepare()
        await self.server.start()
        return self.server  # type: ignore[no-any-return]

    def settings(self, **changes: Any) -> Settings:
        link = LinkSettings(
            name="smsc-a",
            connect=f"tcp:127.0.0.1:{self.smpp}",
            system_id="hall",
            short_codes=("10086",),
            reconnect=0.05,
        )
        plain: dict[str, Any] = {
            "node": NodeSettings(name="hall-1", data=self.folder),
            "database": DatabaseSettings(url=self.url),
            "web": WebSettings(listen=(f"tcp:{self.web}:interface=127.0.0.1",), authentication="none"),
            "sms": SmsSettings(link=(link,)),
            "billing": BillingSettings(default_balance=BALANCE),
        }
        return Settings(**(plain | changes))

    async def ends(self) -> None:
        if self.server is not None:
            await self.server.stop()
        await self.centre.stop()
        for port in self._ports:
            await port.stopListening()

    def handset(self, msisdn: str) -> Handset:
        if msisdn not in self._handsets:
            self._handsets[msisdn] = Handset(self.centre, msisdn)
        return self._handsets[msisdn]

    async def gets(self, path: str) -> tuple[int, str]:
        response = await treq.get(f"http://127.0.0.1:{self.web}{path}", persistent=False, timeout=WITHIN)
        return response.code, await response.text()

    def sees(self, look: Callable[[Connection], Any]) -> Any:
        engine = open_engine(self.url)
        with engine.begin() as connection:
            found = look(connection)
        engine.dispose()
        return found

    async def until(self, holds: Callable[[], bool]) -> None:
        """For what nobody tells of: looked at again and again, for so long."""
        end = time.monotonic() + WITHIN
        while not holds():
            assert time.monotonic() < end, "it never came to that"
            await pause(reactor, 0.02)


class Log:
    """All that is logged meanwhile, as events and as an operator reads it."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self.errors: list[LogEvent] = []
        self._lines = JsonLines(self.text, "debug")

    def __call__(self, event: LogEvent) -> None:
        self._lines(event)
        if event["log_level"] >= LogLevel.error or "log_failure" in event:
            self.errors.append(event)

    def expected(self, text: str) -> None:
        """An error that the test provokes."""
        found = [event for event in self.errors if text in str(event.get("log_format")) + str(event.get("log_failure"))]
        assert found, f"nobody said {text!r}: {self.text.getvalue()}"
        self.errors = [event for event in self.errors if event not in found]


@contextmanager
def listened() -> Iterator[Log]:
    log = Log()
    globalLogPublisher.addObserver(log)
    try:
        yield log
        gc.collect()  # a Deferred says that nobody heard of its failure when it goes
    finally:
        globalLogPublisher.removeObserver(log)


def soon(started: Any) -> "Deferred[Any]":
    return Deferred.fromCoroutine(started).addTimeout(WITHIN, reactor)
