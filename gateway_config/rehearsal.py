"""Hall without a network: the scripts, the ledger and its rules, on a database in memory that is gone afterwards.

What is ordered here is ordered nowhere else. Everything else is as in the server: the same batches take the same turns,
so what a rehearsal says is what a subscriber would read. Billing is the embedded one, also where the configuration has
another: everybody has the demonstration's balance, unless the configuration gives a default of its own.
"""

import time
from collections.abc import Callable
from typing import Any

from channels.backends.settings import BillingSettings
from dialogs.editions import Editions
from dialogs.library import Library, load_library
from dialogs.words import Digits, Inbound, MessageReceived, UssdInput
from gateway_config.house import make_house
from gateway_config.seed import BALANCE
from gateway_config.settings import Settings
from orders.arrival import Arrival
from orders.catalogue import Offer
from orders.ledger import schema
from orders.ledger.engine import open_engine
from orders.ledger.ids import Ids
from orders.ledger.load import Written
from orders.ledger.worker import MemoryWorker
from orders.ledger.writer import Writer

KINDS: dict[str, Callable[[str, bool], Any]] = {
    "sms": lambda text, first: MessageReceived(text),
    "ussd": lambda text, first: UssdInput(text, opening=first),
    "ivr": lambda text, first: Digits(text.rstrip("#"), terminated=text.endswith("#")),
}


class Steps:
    """A clock whose calls are made when the rehearsal is ready for them."""

    def __init__(self) -> None:
        self._calls: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

    def callLater(self, delay: float, call: Callable[..., Any], *args: Any) -> None:
        self._calls.append((call, args))

    def run(self) -> None:
        calls, self._calls = self._calls, []
        for call, args in calls:
            call(*args)


def with_balance(settings: Settings) -> Settings:
    if settings.billing.kind == "embedded" and settings.billing.default_balance is not None:
        return settings
    return settings.model_copy(update={"billing": BillingSettings(default_balance=BALANCE)})


class Rehearsal:
    def __init__(
        self, settings: Settings, offers: list[Offer], channel: str, msisdn: str, library: Library | None = None
    ) -> None:
        engine = open_engine("sqlite://")
        schema.upgrade(engine)
        self._channel, self._msisdn = channel, msisdn
        self._service = settings.text_service
        self._session = "" if channel == "sms" else "rehearsal"
        self._ids, self._steps, self._worker = Ids(0), Steps(), MemoryWorker()
        self._heard: list[str] = []
        self._begun = self.over = False
        sold = {offer.code: offer.facts for offer in offers if offer.sold}
        house = make_house(with_balance(settings), Editions.only(library or load_library()), self._ids, sold)
        self._writer = Writer(
            engine,
            house,
            self._worker,
            self._steps,
            time.time,
            self._deliver,
            lambda: frozenset({"sms", "ussd", "ivr"}),
        )

    def say(self, text: str) -> list[str]:
        """What is said back."""
        kind = KINDS[self._channel](text, not self._begun)
        self._begun, self._heard = True, []
        now = time.time()
        inbound = Inbound(self._ids.next(now), self._channel, self._msisdn, self._service, now, kind, self._session)
        self._writer.accept(Arrival(inbound)).addErrback(lambda failure: self._heard.append(str(failure.value)))
        self._steps.run()
        while self._worker.perform():
            self._steps.run()
        return self._heard

    def _deliver(self, written: Written) -> None:
        for batch in written.batches:
            for message in batch.outbound:
                self._heard.append(message.text)
                self.over = self.over or (message.ends and self._channel != "sms")
