"""One running Hall: every part made, told of the others, started in an order that loses nothing, stopped in another.

    start   lock ─ schema ─ ids ─ doubts of the last life ─ web ─ links ─ housekeeping
    stop    not ready ─ no new work ─ links unbind (what is in flight is answered) ─ the ledger drains ─ claims released

Nothing is accepted before the doubts are known, and no link is bound before the ledger can commit. Stopping never waits
for ever: with the database away, what is not committed is left to its peers, who have had no answer and keep it.
"""

import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, cast

from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, Engine
from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.internet.endpoints import serverFromString
from twisted.internet.error import CannotListenError
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import IResource

from channels.backends.asker import Asker
from channels.backends.backend import Backend
from channels.backends.billing import billing_backend
from channels.backends.carriers.lines import lines
from channels.backends.carriers.page import carriers_resource
from channels.backends.sign_in import SERVICE as SIGN_IN
from channels.clock import limited
from channels.confided import Confided
from channels.dispatch import Dispatch, Sender
from channels.smpp.account_pace import AccountPaces
from channels.smpp.client import SmppClient
from channels.smpp.endpoints import endpoint_of
from channels.smpp.gate import Gate
from channels.smpp.settings import LinkSettings
from channels.sms.gateway import Gateway
from channels.sms.links import Links
from channels.sms.meters import SmsMeters
from channels.web.proxied import proxied_site
from channels.web.root import site
from dialogs.editions import read_edition
from dialogs.words import Inbound, LookupDone
from gateway_config import logs
from gateway_config.all_links import AllLinks
from gateway_config.calls import Calls
from gateway_config.deliveries import Deliveries
from gateway_config.delivery_meters import DeliveryMeters
from gateway_config.desk import DeskRoom
from gateway_config.following import Following
from gateway_config.halls import Halls
from gateway_config.house import make_house
from gateway_config.housekeeping import Housekeeping
from gateway_config.key_calls import KeyCalls
from gateway_config.learning import Learning
from gateway_config.marking import Marking
from gateway_config.meters import LedgerMeters
from gateway_config.ports import PortTaken
from gateway_config.proving import make_sign_in
from gateway_config.recordings import Recordings, Vault
from gateway_config.rule_readings import readings
from gateway_config.rule_texts import RuleTexts
from gateway_config.settings import Settings
from gateway_config.shelf import Shelf
from gateway_config.storage import no_database, told_in_words
from gateway_config.unended_sessions import UnendedSessions
from gateway_config.ussd import make_channel, make_doors, make_gateway
from orders.arrival import Arrival, LedgerAway
from orders.ledger import (
    agent_states,
    claims,
    hub,
    link_rows,
    marks,
    phone_calls,
    schema,
    stores,
    waiting_calls,
)
from orders.ledger.engine import NodeLock, open_engine
from orders.ledger.house import DAY, House, selling
from orders.ledger.ids import Ids
from orders.ledger.load import Written
from orders.ledger.offers import offers_sold
from orders.ledger.report_keeping import Kept
from orders.ledger.tally import Keeping
from orders.ledger.worker import ThreadWorker
from orders.ledger.writer import Writer
from orders.lookup import Answer, Lookup
from orders.outbound import Outbound
from orders.waiting import State as Stands

DRAIN_WITHIN = 10.0

log = Logger()


class Server:
    """extra: further pages by path, for the demonstration. again: reads the configuration anew."""

    def __init__(
        self,
        settings: Settings,
        reactor: Any,
        extra: dict[str, IResource] | None = None,
        again: Callable[[], Settings] | None = None,
    ) -> None:
        self.settings = settings
        self._again = again or (lambda: settings)
        self.registry = CollectorRegistry()
        self._reactor = reactor
        self._extra = extra or {}
        self._tasks: list[Deferred[Any]] = []
        self._ports: list[Any] = []
        self._stopping = False
        self._ready = False

    # ── making ──

    def prepare(self) -> None:
        """Whatever can refuse, before the reactor runs: scripts, rules, schema, a second node."""
        settings = self.settings
        self.shelf = Shelf()
        with told_in_words(settings):
            self.engine: Engine = open_engine(settings.database.url)
            self._lock = NodeLock(settings.database.url, self.engine, settings.node.name)
            if schema.current(self.engine) is None:
                schema.upgrade(self.engine)
            schema.require_current(self.engine)
            with self.engine.begin() as connection:
                ordinal = claims.register(connection, settings.node.name, time.time())
                marked = marks.upto(connection, ordinal)
                waited = waiting_calls.regained(connection, settings.node.name, time.time())
                talking = [each.id for each in waited if each.state is Stands.TALKING]
                phone_calls.end_those_of(connection, settings.node.name, time.time(), talking)
                agent_states.lines_down(connection, settings.node.name, time.time(), talking)
                offers, stock = offers_sold(connection, time.time()), stores.left(connection)
                fetched = self.shelf.fetch(connection)
        self.shelf.follow(fetched, self.shelf.opened(fetched))
        self.ids = Ids(ordinal)
        self.ids.beyond(marked)
        house = make_house(settings, self.shelf.editions(), self.ids, offers, self.shelf.recall)
        self._make(selling(house, offers, stock))
        self.calls.room.left = {each.session: each for each in waited}

    def _make(self, house: Any) -> None:
        reactor, settings = self._reactor, self.settings
        self._meters = LedgerMeters(self.registry)
        self._account_paces = AccountPaces(reactor.seconds)
        self._worker = ThreadWorker(reactor.callFromThread)
        self.writer = Writer(self.engine, house, self._worker, reactor, time.time, self._deliver, self._direct)
        self._make_links()
        confided = Confided(time.time)
        self._make_calls(confided)
        senders: dict[str, Sender] = {"sms": self.gateway, "ussd": self.ussd, "ivr": self.calls.exchange}
        self._dispatch = Dispatch(senders, self._claim, self._renew)
        self._make_backends(confided)
        counts = Keeping(settings.dialogs.counts_daily, settings.dialogs.counts_kept)
        self._housekeeping = Housekeeping(
            self.writer,
            self._dispatch,
            self._asker,
            self.links,
            self._meters,
            reactor,
            time.time,
            counts,
            settings.desk.door,
            Kept(settings.reports.kept_days),
        )
        self._halls = Halls(settings, self.engine, self.writer.run, self.aside, lambda: self.writer.house)
        beside = self._halls.looking.look, self.aside, reactor
        self._desk = DeskRoom(lambda: self.settings, self.writer, self.ids, self.shelf, self.calls, *beside)
        self._following = Following(self.shelf, self.writer, self.aside, reactor, self._published)
        self._learning = Learning(self.shelf, self.writer, self.aside, reactor)
        self._rule_texts = RuleTexts(self.writer, readings(lambda: self.settings), reactor)

    def _make_links(self) -> None:
        reactor, settings = self._reactor, self.settings
        self.gateway = Gateway(
            ledger=self.writer,
            now=time.time,
            new_id=lambda: self.ids.next(time.time()),
            meters=SmsMeters(self.registry),
            settings={link.name: link for link in settings.sms.link},
            routes=settings.sms.route,
            country=settings.service.country,
            ready_again=lambda: self._dispatch.ready("sms"),
            hurry=self._hurry,
            awake=self._awake,
        )
        self.ussd = make_channel(settings, self.writer, self.registry, reactor, time.time)
        self.ussd_gateway = make_gateway(self.ussd, self.writer, settings, time.time)
        self._doors = make_doors(self.ussd, self.writer, settings, time.time)
        self.links = AllLinks(
            Links(self.gateway, lambda link: self._client(link, self.gateway), self._own, time.time),
            Links(self.ussd_gateway, lambda link: self._client(link, self.ussd_gateway), self._own, time.time),
        )

    def _make_calls(self, confided: Confided) -> None:
        reactor, settings = self._reactor, self.settings
        told = settings, self.shelf.editions, self.writer, self.registry, reactor, time.time, self.aside
        self.calls = Calls(*told, confided.keep)
        house_calls = self.calls, self.writer, lambda: self.settings.calls, self.shelf.editions, self.registry
        self._key_calls = KeyCalls(*house_calls, reactor, time.time)
        self._recordings = Recordings(
            self.calls.asterisks,
            Vault(settings.recordings_folder),
            settings.calls.kept * DAY,
            self.writer,
            reactor,
            self.aside,
            lambda: self.settings.calls.record,
        )

    def _make_backends(self, confided: Confided) -> None:
        """Whom Hall asks, and who brings what was ordered."""
        reactor, settings = self._reactor, self.settings
        billing = billing_backend(settings.billing, reactor, random.random, settings.service.zone)
        signing_in = make_sign_in(self.writer, confided, self.aside, time.time, settings.service.country)
        backends: dict[str, Backend] = {**billing, SIGN_IN: signing_in}
        self._asker = Asker(backends, reactor, self._answered, self._postponed, settings.billing.concurrent)
        carriers = lines(settings.carrier, settings.node.name, reactor, self.aside, time.time)
        self._deliveries = Deliveries(self.writer, carriers, DeliveryMeters(self.registry), reactor, time.time)

    # ── running ──

    async def start(self) -> None:
        """Raises PortTaken and NoDatabase."""
        try:
            await self.writer.start()
            await self._rule_texts.look()
            held = await self.writer.run(self._held)
        except LedgerAway as away:
            raise no_database(self.settings, away) from None
        if not self._stopping:
            await self._listen()
        if self._stopping:
            return
        self.links.follow(self.settings, held)
        self.calls.start(self._own)
        self._own(self._key_calls.run())
        self._own(self._recordings.run())
        self._own(self._housekeeping.run())
        self._own(Marking(self.writer, self._halls.looking.look, self._reactor, time.time).run())
        self._own(self._deliveries.run())
        self._own(self._halls.herald(self._reactor, self.registry).run())
        self._own(self._following.run())
        self._own(self._learning.run())
        self._own(self._rule_texts.run())
        self._own(self._desk.newsroom.run())
        self._own(UnendedSessions(self.settings, self.ussd, self.aside).run(self._reactor))
        self._ready = True
        log.info("{node} is ready", node=self.settings.node.name)

    async def stop(self) -> None:
        if self._stopping:
            return
        self._stopping, self._ready = True, False
        log.info("stopping: taking nothing new, finishing what is in flight")
        await self.links.stop()
        self.ussd.stop()
        await self.calls.stop()
        self._desk.newsroom.stop()
        self._asker.stop()
        for task in self._tasks:
            task.cancel()
        await self._drain()
        for port in self._ports:
            await port.stopListening()
        self._worker.quit()
        self.engine.dispose()
        self._lock.release()
        log.info("stopped")

    async def _drain(self) -> None:
        try:
            await limited(self.writer.drained(), DRAIN_WITHIN, self._reactor)
            await limited(self.writer.run(self._leave), DRAIN_WITHIN, self._reactor)
        except (TimeoutError, LedgerAway):
            log.warn("the database is away: what is not committed is left to those who still have it")

    def _leave(self, connection: Connection) -> None:
        name, now = self.settings.node.name, time.time()
        claims.release(connection, name, now)
        hub.release(connection, name, now)
        marks.last_words(connection, self.writer.house, now)
        link_rows.leave(connection, name, now)

    def reload(self) -> None:
        """Scripts, phrases, rules and links anew. What is wrong is logged, and all goes on as it was."""
        try:
            settings = self._followed(self._again())
            self.shelf.put_packaged(read_edition())
            house = self._house(settings)
        except Exception as problem:  # noqa: BLE001 - whatever is wrong with the files, the server goes on
            log.warn("nothing was reloaded: {problem}", problem=str(problem))
            return
        self.settings = settings
        self.writer.house = house
        self._following.again()
        self.links.follow(settings, self.links.held)
        self._doors.follow(settings.ussd.gateway)
        self._halls.follow(settings)
        self.writer.run(self._held).addErrback(
            lambda failure: log.warn("links that are gone are still listed: {why}", why=str(failure.value))
        )
        log.info("scripts, phrases, rules, links and gateways were reloaded")

    def _house(self, settings: Settings) -> House:
        old = self.writer.house
        house = make_house(settings, self.shelf.editions(), self.ids, old.offers, self.shelf.recall)
        house = self._rule_texts.applied(replace(house, numbers=old.numbers))
        return selling(house, old.offers, old.stock)

    def _published(self) -> None:
        self.writer.house = self._house(self.settings)

    def _followed(self, fresh: Settings) -> Settings:
        """What a running server can follow of it; the rest is for the next start, and so it listens where it did."""
        self.settings.require_guarded(fresh.ussd.gateway)
        followed = {"sms": fresh.sms, "ussd": fresh.ussd, "orders": fresh.orders, "calls": fresh.calls}
        settings = self.settings.model_copy(update=followed)
        changed = [name for name in Settings.model_fields if getattr(fresh, name) != getattr(settings, name)]
        if changed:
            log.warn("[{sections}] has changed: that needs a new start", sections="], [".join(changed))
        return settings

    def hold(self, out: bool, by: str) -> None:
        """Take all links of this node out of service, or put them back."""
        names, now = [link.name for link in self.settings.links], time.time()
        log.info("all links {what}, by {by}", what="leave" if out else "come back", by=by)
        told = self.writer.run(
            lambda connection: link_rows.want(connection, self.settings.node.name, names, out, by, now)
        )
        told.addCallbacks(
            lambda _: self.links.hold(frozenset(names) if out else frozenset()),
            lambda failure: log.warn("the links stay as they are: {why}", why=str(failure.value)),
        )

    def _held(self, connection: Connection) -> frozenset[str]:
        link_rows.forget(connection, self.settings.node.name, (link.name for link in self.settings.links))
        return link_rows.held(connection, self.settings.node.name)

    def _client(self, link: LinkSettings, gate: Gate) -> SmppClient:
        share = self._account_paces.share(link)
        return SmppClient(link, endpoint_of(self._reactor, link), self._reactor, gate, random.random, share)

    async def _listen(self) -> None:
        root = site(
            children={
                "desk": self._desk.opened(self._own),
                "carriers": carriers_resource(
                    {each.name: each for each in self.settings.carrier if each.kind == "http"},
                    self._deliveries.tell,
                    time.time,
                ),
                **self._halls.resources(self.registry),
                "ussd": cast(IResource, self._doors),
                **self._extra,
            },
            checks={"database": self._database, "links": self._links, "server": self._serving},
            registry=self.registry,
        )
        pages = proxied_site(root, self.settings.web.proxies, logFormatter=logs.request_line)
        for endpoint in self.settings.web.listen:
            try:
                self._ports.append(await serverFromString(self._reactor, endpoint).listen(pages))
            except CannotListenError as problem:
                raise PortTaken(
                    f"[web] listen: {endpoint} cannot be listened on: {problem.socketError}. "
                    "Does another server run there? Else choose another port"
                ) from None

    def _own(self, task: Coroutine[Any, Any, None]) -> None:
        started = Deferred.fromCoroutine(task)
        started.addErrback(self._task_failed)
        self._tasks.append(started)

    def _task_failed(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            log.failure("a task of the server has ended", failure)

    # ── health ──

    def _serving(self) -> str | None:
        return None if self._ready else "starting or stopping"

    def _database(self) -> str | None:
        return "the database is away" if self.writer.away else None

    def _links(self) -> str | None:
        """Those without which Hall is not to be counted on; the others may come and go."""
        missing = self.links.missing()
        return f"not bound: {', '.join(missing)}" if missing else None

    # ── between the rooms ──

    def _deliver(self, written: Written) -> None:
        self._meters.written(written)
        for batch in written.batches:
            self._dispatch.deliver(batch.outbound)
            for lookup in batch.lookups:
                self._asker.ask(lookup, time.time())

    def _direct(self) -> frozenset[str]:
        return self._dispatch.direct()

    def _claim(self, channel: str, most: int) -> "Deferred[list[Outbound]]":
        house = self.writer.house
        return self.writer.run(
            lambda connection: claims.due_outbound(connection, house.node, channel, time.time(), house.lease, most)
        )

    def _renew(self, messages: list[Outbound], until: float) -> "Deferred[None]":
        return self.writer.run(lambda connection: claims.renew(connection, self.settings.node.name, messages, until))

    def _hurry(self) -> None:
        self._sooner(lambda connection: claims.hurry(connection, "sms", time.time()))

    def _awake(self, subscriber: str) -> None:
        self._sooner(lambda connection: claims.awake(connection, "sms", subscriber, time.time()))

    def _sooner(self, job: Callable[[Connection], int]) -> None:
        told = self.writer.run(job)
        told.addErrback(lambda failure: log.warn("messages wait a little longer: {why}", why=str(failure.value)))

    def _answered(self, lookup: Lookup, answer: Answer) -> None:
        kind = LookupDone(lookup.id, answer.result, answer.values, lookup.resume)
        now, where = time.time(), (lookup.channel, lookup.subscriber, lookup.service_address)
        inbound = Inbound(self.ids.next(now), *where, now, kind, lookup.session, lookup.proof)
        told = self.writer.accept(Arrival(inbound), ours=True)
        told.addErrback(lambda failure: log.failure("an answer could not be taken", failure))

    def _postponed(self, lookup: Lookup, due_at: float) -> None:
        told = self.writer.run(lambda connection: claims.postpone_lookup(connection, lookup, due_at))
        told.addErrback(lambda failure: log.warn("a look-up waits for its lease to end: {why}", why=str(failure.value)))

    def aside(self, slow: Callable[..., Any], *arguments: Any) -> "Deferred[Any]":
        return deferToThreadPool(self._reactor, self._reactor.getThreadPool(), slow, *arguments)
