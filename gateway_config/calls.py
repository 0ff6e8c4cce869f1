"""Calls put together: the exchange, its prompts, and the Asterisks it has."""

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from twisted.internet.defer import Deferred

from channels.ivr import ari, music
from channels.ivr.callers import Callers, CannotCall, Told
from channels.ivr.client import AsteriskClient
from channels.ivr.exchange import MADE, Exchange, Line, MadeCalls
from channels.ivr.meters import IvrMeters
from channels.ivr.prompts import RECORDINGS, SPEECH, Prompts, Shelf
from channels.ivr.reaching import Reach
from channels.ivr.ringing import Now, Plan, State
from channels.ivr.settings import NODE, AsteriskSettings
from channels.ivr.spoken import Spoken
from dialogs.editions import Editions
from dialogs.limits import load_limits
from dialogs.phrases import CannotSay
from dialogs.words import Begun, Prompt, Say
from gateway_config.inheriting import EVERY, Heir
from gateway_config.rounds import looking
from gateway_config.settings import Settings
from gateway_config.sounds import laid_out
from gateway_config.unended import Unended
from gateway_config.waiting import LedgerKeeper, make_room
from orders.ledger.writer import Writer
from orders.recording import named

NOTICE, OWN_AGAIN = "calls.recorded", "queue.own_again"
PARTING = "calls.broken_off"


class AllMade:
    """Calls that we make, of every kind."""

    def __init__(self, kinds: tuple[MadeCalls, ...]) -> None:
        self._kinds = kinds

    def heard(self, event: ari.Event) -> bool:
        return any(kind.heard(event) for kind in self._kinds)

    def lost(self, line: Line) -> None:
        for kind in self._kinds:
            kind.lost(line)

    def found(self, line: Line) -> frozenset[str]:
        return frozenset().union(*(kind.found(line) for kind in self._kinds))


class Calls:
    """All Asterisks of the configuration; none, if there are none."""

    def __init__(
        self,
        settings: Settings,
        editions: Callable[[], Editions],
        writer: Writer,
        registry: CollectorRegistry,
        reactor: Any,
        now: Callable[[], float],
        aside: Callable[..., "Deferred[Any]"],
        confide: Callable[[str], str] = lambda keys: "",
    ) -> None:
        ivr, folder = settings.ivr, settings.prompts_folder
        meters = IvrMeters(registry)
        house = writer.house
        busy = Say(Prompt("apology.busy"), house.language)
        self.exchange = Exchange(
            ledger=writer,
            prompts=Prompts(Shelf(folder, ivr.speech, ivr.voices), ivr.sounds or str(folder), aside),
            clock=reactor,
            now=now,
            new_id=lambda: writer.house.ids.next(now()),
            meters=meters,
            busy=laid_out(editions(), settings.service.zone, [busy]),
            country=settings.service.country,
            first=load_limits().silence.get("ivr", 5.0),
            between=ivr.between,
            barge_in=ivr.barge_in,
            longest=ivr.longest,
            language=house.language,
            text_service=settings.text_service,
            text_validity=house.text_validity,
            confide=confide,
            proves=_shows(ivr.subscribers),
            asks_who=ivr.withheld == "ask",
            other_number=ivr.other_number,
            own_again=self._own_again,
        )
        self.callers = Callers(reactor, now)
        self.keeper = LedgerKeeper(writer, now)
        tune = f"sound:{ivr.sounds or folder}/{_tune(folder)}"
        told = reactor, now, meters, editions, settings.service.zone, tune
        self.room = make_room(ivr, self.exchange, self.keeper, *told)
        self.exchange.made = AllMade((self.callers, self.room))
        self.room.notice = lambda language: self.words(NOTICE, language)
        self._folder = folder
        self._longest = ivr.longest
        self._editions, self._zone = editions, settings.service.zone
        self._others = settings.database.url.startswith("postgresql")
        self._clock = reactor
        back = Unended(settings, self.exchange, aside).look
        self._clients = [
            AsteriskClient(_of_this(each, house.node), reactor, self.exchange, meters, reactor, random.random, back)
            for each in ivr.asterisk
        ]
        lines = [(client, _called(each)) for client, each in zip(self._clients, ivr.asterisk, strict=True)]
        self._heir = Heir(house.node, lines, writer, now, back)

    def _own_again(self) -> Spoken | None:
        try:
            return laid_out(self._editions(), self._zone, [Say(Prompt(OWN_AGAIN), self.exchange.language)])
        except CannotSay:
            return None  # editions of an earlier time say nothing, and go back all the same

    def start(self, own: Callable[[Any], None]) -> None:
        if self._clients:
            music.write(self._folder)
        for client in self._clients:
            own(client.run())
        if self._clients and self._others:
            own(looking("calls of fallen nodes", self._heir.look, EVERY, self._clock))

    @property
    def able(self) -> bool:
        """Whether a call can be made now."""
        return self._caller() is not None

    def _caller(self) -> AsteriskClient | None:
        return next((each for each in self._clients if each.connected and each.settings.outbound), None)

    def ring(self, call: int, agent: str, number: str, told: Told, notice: tuple[str, ...] = ()) -> None:
        """Ring an agent's telephone (as Asterisk dials it), then the customer's; recorded once both have heard the
        notice. Raises CannotCall."""
        client = self._caller()
        if client is None:
            raise CannotCall("no Asterisk that can make calls is heard: dial the number by hand")
        asterisk = client.settings
        customer, shown = asterisk.outbound.format(number=number), asterisk.lines[0]
        record = named(call) if notice else ""
        plan = Plan(
            f"{MADE}{call}",
            asterisk.application,
            agent,
            customer,
            shown,
            longest=self._longest,
            record=record,
            notice=notice,
        )
        self.callers.ring(client, plan, told)

    def words(self, phrase: str, language: str) -> "Deferred[tuple[str, ...]]":
        """What both hear, or the customer alone, to be played. Raises CannotSay."""
        spoken = laid_out(self._editions(), self._zone, [Say(Prompt(phrase), language)])
        return self.exchange.prompts.media(spoken.sounds, spoken.language)

    def reach(self, call: int, number: str, begun: Begun, told: Told) -> None:
        """Ring a customer's telephone; when he answers, `begun` says what he hears. Raises CannotCall."""
        client = self._caller()
        if client is None:
            raise CannotCall("no Asterisk that can make calls is heard")
        asterisk = client.settings
        customer, shown = asterisk.outbound.format(number=number), asterisk.lines[0]
        plan = Reach(f"{MADE}{call}", asterisk.application, customer, shown, longest=self._longest)

        def heard(news: Now) -> None:
            told(news)
            if news.state is State.TALKING:
                self.exchange.take_up(client, plan.channel, number, begun)

        self.callers.reach(client, plan, heard)

    def hang_up(self, call: int) -> None:
        self.callers.hang_up(f"{MADE}{call}")

    def dismiss(self, call: int, words: tuple[str, ...]) -> None:
        """Its agent is there no more."""
        self.callers.dismiss(f"{MADE}{call}", words)

    @property
    def making(self) -> bool:
        return bool(self.callers.made)

    @property
    def asterisks(self) -> Sequence[AsteriskClient]:
        return self._clients

    def missing(self) -> list[str]:
        return [client.settings.name for client in self._clients if not client.connected]

    async def stop(self) -> None:
        self.exchange.leave()
        self.callers.leave()
        for client in self._clients:
            await client.stop()


def _of_this(settings: AsteriskSettings, node: str) -> AsteriskSettings:
    return settings.model_copy(update={"application": settings.application_of(node)})


def _called(settings: AsteriskSettings) -> Callable[[str], str]:
    """Its application on each node; empty where that is not known by the node's name."""
    return settings.application_of if NODE in settings.application else lambda node: ""


def _shows(pattern: str) -> Callable[[str], bool]:
    """Whether a number that the line shows says who calls."""
    if not pattern:
        return bool
    known = re.compile(pattern)
    return lambda number: known.fullmatch(number) is not None


def _tune(folder: Path) -> str:
    """An operator's own comes before ours."""
    recorded = any((folder / RECORDINGS).glob(f"{music.NAME}.*"))
    return f"{RECORDINGS if recorded else SPEECH}/{music.NAME}"
