"""The gateway of text messages with its ledger and its links, all in the test's hands."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from twisted.internet.defer import Deferred

from channels.smpp.pdus import DataSm, DeliverSm, SubmitSm
from channels.smpp.settings import LinkSettings
from channels.sms.gateway import Gateway
from channels.sms.meters import SmsMeters
from orders.arrival import Arrival, Taken
from orders.outbound import Outbound

NOW = 1_800_000_000.0
ALICE = "8613800138000"
LONG = "话费" * 120  # four segments of UCS2


@dataclass
class FakeClient:
    """A link that keeps what is submitted until the test says what became of it."""

    settings: LinkSettings
    bound: bool = True
    room: int = 50
    submitted: list[tuple[object, SubmitSm]] = field(default_factory=list)
    reading: bool = True

    def submit(self, token: object, pdu: SubmitSm) -> None:
        self.submitted.append((token, pdu))

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    @property
    def tokens(self) -> list[object]:
        return [token for token, _ in self.submitted]


@dataclass
class FakeLedger:
    waiting: int = 0
    accepted: list[tuple[Arrival, "Deferred[Taken]"]] = field(default_factory=list)
    marks: list[object] = field(default_factory=list)
    told: list[tuple[object, ...]] = field(default_factory=list)

    def accept(self, arrival: Arrival, ours: bool = False) -> "Deferred[Taken]":
        assert not ours, "the message centre keeps it for us"
        told: Deferred[Taken] = Deferred()
        self.accepted.append((arrival, told))
        return told

    def mark(self, mark: object) -> None:
        self.marks.append(mark)

    def opened(self, link: str) -> int:
        self.told.append(("opened", link))
        return 7

    def confirmed(self, connection: int, number: int) -> None:
        self.told.append(("confirmed", connection, number))

    def lost(self, connection: int) -> None:
        self.told.append(("lost", connection))


class House:
    """Gateway, ledger and links, all in the test's hands."""

    def __init__(self, *links: LinkSettings) -> None:
        links = links or (link("a"),)
        self.ledger, self.now, self.ids = FakeLedger(), NOW, iter(range(1, 1_000_000))
        self.gateway = Gateway(
            ledger=self.ledger,
            now=lambda: self.now,
            new_id=lambda: next(self.ids),
            meters=SmsMeters(CollectorRegistry()),
            settings={each.name: each for each in links},
        )
        self.clients = [FakeClient(each) for each in links]
        self.gateway.clients.extend(self.clients)  # type: ignore[arg-type]

    @property
    def client(self) -> FakeClient:
        (client,) = self.clients
        return client

    def sends(self, text: str = "您好", **changes: Any) -> list[Any]:
        """The tokens of its segments."""
        self.client.submitted.clear()
        self.gateway.send(message(text, **changes))
        return self.client.tokens

    def hears(self, pdu: DeliverSm | DataSm, number: int = 1) -> "Deferred[int]":
        return self.gateway.heard(7, number, "a", pdu, b"fingerprint")

    def accepts(self, verdict: Taken | Exception) -> None:
        """The ledger has done with the oldest arrival."""
        _, told = self.ledger.accepted.pop(0)
        told.errback(verdict) if isinstance(verdict, Exception) else told.callback(verdict)


@pytest.fixture
def house() -> House:
    return House()


def link(name: str, **changes: Any) -> LinkSettings:
    return LinkSettings(name=name, connect="tcp:x", system_id="hall", short_codes=("10086",)).model_copy(update=changes)


def message(text: str = "您好", **changes: Any) -> Outbound:
    plain = Outbound(41, ALICE, "sms", "10086", "", text, NOW, NOW + 86_400, NOW + 120)
    return replace(plain, **changes)


def text_from(words: bytes = b"YE", **changes: Any) -> DeliverSm:
    return replace(DeliverSm(source_addr=ALICE, destination_addr="10086", short_message=words), **changes)


def status_of(acknowledged: "Deferred[int]") -> object:
    return acknowledged.result if acknowledged.called else None
