"""Hall without a network: the scripts, the ledger and its rules, on a database in memory that is gone afterwards.

What is ordered here is ordered nowhere else. Everything else is as in the server: the same batches take the same turns,
so what a rehearsal says is what a subscriber would read. Billing is the embedded one, also where the configuration has
another: everybody has the demonstration's balance, unless the configuration gives a default of its own.

Time passes as it does outside, and at once when told to: `wait` moves the clock, wakes dialogs that wanted to be woken,
and is silence to a caller and the end of a USSD session when it is long enough. `hang_up` ends a session; what is said
next begins another, as a code that is dialled does.
"""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from channels.backends.settings import BillingSettings
from dialogs.editions import Editions
from dialogs.library import Library, load_library
from dialogs.limits import load_limits
from dialogs.words import CallBegan, Digits, Inbound, Kind, MessageReceived, Prompt, SessionClosed, UssdInput
from gateway_config.house import make_house
from gateway_config.number_settings import grades_of
from gateway_config.presenting import Said, presenter
from gateway_config.seed import BALANCE
from gateway_config.seed.numbers import seed_numbers
from gateway_config.settings import Settings
from orders.arrival import Arrival
from orders.catalogue import Offer
from orders.ledger import number_importing, schema
from orders.ledger.claims import due_timers
from orders.ledger.engine import open_engine
from orders.ledger.ids import Ids
from orders.ledger.imports import import_offers
from orders.ledger.load import Written
from orders.ledger.worker import MemoryWorker
from orders.ledger.writer import Writer

KINDS: dict[str, Callable[[str, bool], Any]] = {
    "sms": lambda text, first: MessageReceived(text),
    "ussd": lambda text, first: UssdInput(text, opening=first),
    "ivr": lambda text, first: CallBegan(text) if first else Digits(text.rstrip("#"), terminated=text.endswith("#")),
}

_CODE = re.compile(r"(\*\d+)[*\d]*#$")  # what one dials: the service's code, and what leads straight in


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


FEW = 300  # telephone numbers, beside the lucky ones


class Rehearsal:
    def __init__(
        self, settings: Settings, offers: list[Offer], channel: str, msisdn: str, library: Library | None = None
    ) -> None:
        engine = open_engine("sqlite://")
        schema.upgrade(engine)
        with engine.begin() as connection:
            import_offers(connection, offers)
            number_importing.take_in(connection, seed_numbers(grades_of(settings.numbers), FEW), time.time())
        self._channel, self._msisdn = channel, msisdn
        self._service = settings.text_service
        self._session = "" if channel == "sms" else "rehearsal"
        self._ids, self._steps, self._worker = Ids(0), Steps(), MemoryWorker()
        self._heard: list[str] = []
        self._begun = self.over = False
        self._sessions = 0
        self._engine, self._ahead = engine, 0.0  # seconds by which the clock was put forward
        self._said: dict[str, Said] = {}
        self._limits = load_limits()
        library = library or load_library()
        self._presenter = presenter(channel, library.phrases, settings.service.zone, self._limits)
        sold = {offer.code: offer.facts for offer in offers if offer.sold}
        house = make_house(with_balance(settings), Editions.only(library), self._ids, sold)
        self._render = house.render
        house = replace(house, render=self._rendered)
        self._writer = Writer(
            engine,
            house,
            self._worker,
            self._steps,
            self._now,
            self._deliver,
            lambda: frozenset({"sms", "ussd", "ivr"}),
        )

    def begin(self) -> list[str]:
        """A call is answered with the menu; by text and USSD it is the subscriber who begins."""
        return self.say("") if self._channel == "ivr" else []

    def hang_up(self) -> list[str]:
        if not self._session or not self._begun:
            return ["(there is no session)"]
        said, self.over = self._take(self._inbound(SessionClosed("hung up"))), True
        return [*said, "(the session is closed)"]

    def say(self, text: str) -> list[str]:
        """What is said back."""
        if refused := self._presenter.refused(text):
            return [f"({refused})"]
        dialled = _CODE.match(text) if self._channel == "ussd" else None
        begins = bool(self._session) and (not self._begun or self.over or dialled is not None)
        if begins:
            self._begin(dialled[1] + "#" if dialled else self._service)
        elif page := self._presenter.turned(text):
            return page
        self._begun = True
        return self._take(self._inbound(KINDS[self._channel](text, begins)))

    def _begin(self, service: str) -> None:
        self._sessions += 1
        self._session, self._service, self.over = f"rehearsal-{self._sessions}", service, False

    def wait(self, seconds: float) -> list[str]:
        """What is said while so much time passes."""
        self._ahead += seconds
        with self._engine.connect() as connection:
            due = due_timers(connection, self._ids, self._now(), 10)
        if due:
            return [line for inbound in due for line in self._take(inbound)]
        if not self._begun or seconds < self._limits.silence.get(self._channel, float("inf")):
            return []
        if self._channel == "ivr":
            return self._take(self._inbound(Digits("")))
        self.over = True
        return [*self._take(self._inbound(SessionClosed("timeout"))), "(the session is closed)"]

    def _now(self) -> float:
        return time.time() + self._ahead

    def _inbound(self, kind: Kind) -> Inbound:
        now = self._now()
        return Inbound(self._ids.next(now), self._channel, self._msisdn, self._service, now, kind, self._session)

    def _take(self, inbound: Inbound) -> list[str]:
        self._heard, self._said = [], {}
        self._writer.accept(Arrival(inbound)).addErrback(lambda failure: self._heard.append(str(failure.value)))
        self._steps.run()
        while self._worker.perform():
            self._steps.run()
        return self._heard

    def _rendered(self, channel: str, prompt: Prompt, language: str) -> str:
        text = self._render(channel, prompt, language)
        self._said[text] = Said(prompt, language)
        return text

    def _deliver(self, written: Written) -> None:
        for batch in written.batches:
            for message in batch.outbound:
                if message.channel != self._channel:
                    self._heard.append(f"(as a text message) {message.text}")
                    continue
                said = [each for text, each in self._said.items() if text in message.text]
                self._heard += self._presenter.shown(message.text, said)
                self.over = self.over or (message.ends and self._channel != "sms")
