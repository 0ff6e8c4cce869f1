"""A writer on a bench: its thread is stepped by hand, its clock is a Clock, and its dialogs are a few words long.

`echo` is a dialog engine for tests: what the subscriber texts tells it what to do, so that each test reads as one
conversation. `say X` says X, `place F800 2` orders, `raise` fails, `place F800 then raise` fails after it has written.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, select
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from dialogs.words import (
    Dialog,
    Facts,
    HandOver,
    Inbound,
    LookupDone,
    MessagePart,
    MessageReceived,
    OfferFacts,
    Outcome,
    Place,
    Prompt,
    Remember,
    Request,
    Resume,
    Say,
    TimerFired,
    Values,
)
from orders.arrival import Arrival, Taken
from orders.flag_rules import standard
from orders.ledger.house import Billing, House
from orders.ledger.ids import Ids
from orders.ledger.load import Written
from orders.ledger.worker import MemoryWorker
from orders.ledger.writer import Writer

T = TypeVar("T")

NOW = 1_800_000_000.0
ALICE, BOB = "8613800138000", "8613900139000"
OFFERS = {"F800": OfferFacts("F800", "1001", {"zh": "酷派F800", "en": "Coolpad F800"}, 69_900)}


def echo(dialog: Dialog, inbound: Inbound, facts: Facts, now: float) -> Outcome:
    kind = inbound.kind
    if isinstance(kind, TimerFired):
        return _timer(dialog, kind, facts)
    if isinstance(kind, LookupDone):
        return _answer(dialog, kind, facts)
    assert isinstance(kind, MessageReceived)
    after = replace(dialog, turns=dialog.turns + 1, place=Place("echo", "1", "talking", {"last": kind.text}))
    verb, _, rest = kind.text.partition(" ")
    if verb == "raise":
        raise RuntimeError("a script with a fault")
    if verb == "place":
        code, _, more = rest.partition(" ")
        arguments: Values = {"offer": code, "quantity": int(more) if more.isdigit() else 1}
        asked = replace(after, awaiting=inbound.id, place=Place("echo", "1", "placing", {"then": more}))
        return Outcome(asked, (Request(inbound.id, "orders.place", arguments),))
    if verb == "ask":
        return Outcome(replace(after, awaiting=inbound.id), (Request(inbound.id, rest, within=5.0),))
    if verb == "errand":
        resume = Resume("echo", "1", "late", {"word": "late"}, facts.language)
        return Outcome(after, (Request(inbound.id, rest, within=3600.0, resume=resume),))
    if verb == "remember":
        name, _, value = rest.partition("=")
        return Outcome(after, (Remember(name, value if name == "language" else value == "yes"), _say(facts, "noted")))
    if verb == "agent":
        return Outcome(after, (HandOver("asked_for_agent"), _say(facts, "someone will ring")))
    if verb == "wake":
        return Outcome(replace(after, deadline=now + float(rest.split()[0])), ())
    return Outcome(after, (_say(facts, kind.text),), intent="none")


def _timer(dialog: Dialog, kind: TimerFired, facts: Facts) -> Outcome:
    if kind.turns != dialog.turns:
        return Outcome(dialog)
    assert dialog.place is not None
    if str(dialog.place.slots["last"]).endswith("then raise"):
        raise RuntimeError("what the timer was for is missing")
    return Outcome(replace(dialog, deadline=None, turns=dialog.turns + 1), (_say(facts, "still there?"),))


def _answer(dialog: Dialog, kind: LookupDone, facts: Facts) -> Outcome:
    if kind.resume is None and dialog.awaiting != kind.request:
        return Outcome(dialog)
    if dialog.place is not None and dialog.place.slots.get("then") == "then raise":
        raise RuntimeError("the words for it are missing")
    text = f"{kind.result} {kind.values.get('number') or kind.values.get('amount') or ''}".strip()
    return Outcome(replace(dialog, awaiting=None), (_say(facts, text),))


def _say(facts: Facts, text: str) -> Say:
    return Say(Prompt("echo", {"text": text}), facts.language)


def render(channel: str, prompt: Prompt, language: str) -> str:
    return f"{language}: {prompt.values.get('text', prompt.phrase)}"


def join(parts: Sequence[MessagePart]) -> str:
    return b"".join(part.payload for part in parts).decode()


class Bench:
    """deliver: what the writer handed on; results: what became of each arrival, in order of their being told."""

    def __init__(self, engine: Engine, node: str = "hall-1", billing: Billing | None = None, ordinal: int = 1) -> None:
        self.engine = engine
        self.clock = Clock()
        self.clock.advance(NOW)
        self.worker = MemoryWorker()
        self.ids = Ids(ordinal)
        self.house = House(
            node=node,
            ids=self.ids,
            take_turn=echo,
            render=render,
            join=join,
            offers=OFFERS,
            flag_rules=standard(),
            billing=billing,
        )
        self.delivered: list[Written] = []
        self.direct = frozenset({"sms"})
        self.writer = Writer(
            engine,
            self.house,
            self.worker,
            self.clock,
            self.clock.seconds,
            self.delivered.append,
            lambda: self.direct,
        )

    def heard(
        self, text: str, who: str = ALICE, fingerprint: bytes = b"", connection: int = 0, number: int = 0
    ) -> Arrival:
        inbound = Inbound(self.ids.next(self.now), "sms", who, "10086", self.now, MessageReceived(text))
        return Arrival(inbound, fingerprint, connection, number)

    @property
    def now(self) -> float:
        return float(self.clock.seconds())

    def take(self, *arrivals: Arrival) -> list[Taken | Failure]:
        """Accept them all, so that they share a batch; what became of each."""
        results: list[Taken | Failure] = []
        for arrival in arrivals:
            self.writer.accept(arrival).addBoth(results.append)
        self.settle()
        return results

    def texts(self, *texts: str, who: str = ALICE) -> list[Taken | Failure]:
        return self.take(*(self.heard(text, who) for text in texts))

    def settle(self) -> None:
        """Let the writer write until it has nothing left to do."""
        self.clock.advance(0)
        while self.worker.perform():
            self.clock.advance(0)

    def run(self, job: Callable[[Connection], T]) -> T:
        told: Deferred[T] = self.writer.run(job)
        self.settle()
        result: Any = self._result(told)
        return result  # type: ignore[no-any-return]

    @staticmethod
    def _result(told: "Deferred[Any]") -> Any:
        results: list[Any] = []
        told.addBoth(results.append)
        assert results, "the writer did not answer"
        if isinstance(results[0], Failure):
            results[0].raiseException()
        return results[0]

    def said(self, who: str = ALICE) -> list[str]:
        """All that was said to him, from the database."""
        from orders.ledger.tables import outbound

        query = select(outbound.c.text).where(outbound.c.subscriber == who).order_by(outbound.c.id)
        with self.engine.begin() as connection:
            return list(connection.scalars(query))

    def rows(self, table: Any) -> list[Any]:
        with self.engine.begin() as connection:
            return list(connection.execute(select(table)).all())
