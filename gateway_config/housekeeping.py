"""What is done by the clock: beats, sweeps for what is due, and forgetting what nobody needs any more.

Each round is one short transaction for the look-ups and timers that are due, then the dispatcher's own claims. A round
that finds the database away is simply followed by the next one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection
from twisted.internet.defer import CancelledError
from twisted.logger import Logger

from channels.backends.asker import Asker
from channels.clock import Clock, pause
from channels.dispatch import Dispatch
from dialogs.words import Inbound, OfferFacts
from gateway_config.all_links import AllLinks
from gateway_config.meters import LedgerMeters
from orders.arrival import Arrival, LedgerAway
from orders.ledger import (
    abnormal,
    agent_states,
    claims,
    confirming,
    door_tries,
    joining,
    link_rows,
    number_holding,
    receipts,
    relaning,
    report_keeping,
    stores,
    tally,
    waiting_calls,
)
from orders.ledger.house import selling
from orders.ledger.offers import offers_sold
from orders.ledger.writer import Writer
from orders.links import LinkReport
from orders.lookup import Lookup
from orders.signing_in import DoorRules

EVERY = 1.0
OFTEN, SELDOM = 5, 60  # rounds
MOST = 500

log = Logger()


@dataclass(frozen=True, slots=True)
class Due:
    lookups: list[Lookup]
    timers: list[Inbound]
    offers: Mapping[str, OfferFacts]
    stock: Mapping[str, int]
    held: frozenset[str]
    expired: int
    outbox: tuple[int, float] | None
    laned: relaning.Looked


class Housekeeping:
    def __init__(
        self,
        writer: Writer,
        dispatch: Dispatch,
        asker: Asker,
        links: AllLinks,
        meters: LedgerMeters,
        clock: Clock,
        now: Callable[[], float],
        counts: tally.Keeping = tally.Keeping(),  # noqa: B008 - frozen
        door: DoorRules = DoorRules(),  # noqa: B008 - frozen
        reports: report_keeping.Kept = report_keeping.Kept(),  # noqa: B008 - frozen
    ) -> None:
        self._reports = reports
        self._door = door
        self._counts = counts
        self._writer = writer
        self._dispatch = dispatch
        self._asker = asker
        self._links = links
        self._reported: dict[str, LinkReport] = {}
        self._meters = meters
        self._clock = clock
        self._now = now
        self._rounds = 0
        self._laned = relaning.Looked()
        self._firing = 0  # timers that the ledger has not taken yet: they are still due, and must not fire once more

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._round()
            except LedgerAway:
                log.info("housekeeping waits for the database")
            except CancelledError:
                raise
            except Exception:  # noqa: BLE001 - one bad round must not be the last
                log.failure("a round of housekeeping failed")
            self._send_what_is_due()
            await pause(self._clock, EVERY)

    async def _round(self) -> None:
        reports = self._news_of_links()
        due = await self._writer.run(lambda connection: self._due(connection, reports))
        self._rounds += 1
        self._reported.update((report.name, report) for report in reports)
        if due.held != self._links.held:
            self._links.hold(due.held)
        for lookup in due.lookups:
            self._asker.ask(lookup, self._now())
        for timer in due.timers:
            self._fire(timer)
        if due.offers != self._writer.house.offers:
            log.info("the catalogue has changed: {count} offers", count=len(due.offers))
        self._writer.house = selling(self._writer.house, due.offers, due.stock)
        self._laned = due.laned
        if due.outbox is not None:
            self._meters.outbox.set(due.outbox[0])
            self._meters.oldest.set(due.outbox[1])
        self._meters.expired.inc(due.expired)
        self._meters.waiting.set(self._writer.waiting)

    def _fire(self, timer: Inbound) -> None:
        self._firing += 1
        told = self._writer.accept(Arrival(timer), ours=True)
        told.addErrback(lambda failure: log.failure("a timer failed", failure))
        told.addCallback(lambda _: self._fired())

    def _fired(self) -> None:
        self._firing -= 1

    def _send_what_is_due(self) -> None:
        """Whatever went wrong in the round: what was said must go out."""
        now, lease = self._now(), self._writer.house.lease
        self._dispatch.renew_leases(now + lease / 2, now + lease)
        self._dispatch.sweep()
        self._links.gateway.enquirer.ask()

    def _news_of_links(self) -> list[LinkReport]:
        """A link that came or went is told of at once; how much it has in hand, now and then."""
        all_of_them = self._rounds % OFTEN == 0
        reports = self._links.reports()
        known = {report.name for report in reports}
        self._reported = {name: told for name, told in self._reported.items() if name in known}
        return [
            report
            for report in reports
            if report != (before := self._reported.get(report.name))
            and (all_of_them or before is None or _outwardly(report) != _outwardly(before))
        ]

    def _due(self, connection: Connection, reports: list[LinkReport]) -> Due:
        now, house = self._now(), self._writer.house
        link_rows.tell(connection, house.node, reports, now)
        confirming.due(connection, house, now)
        number_holding.sweep(connection, now)
        expired = 0
        if self._rounds % SELDOM == 0:
            claims.beat(connection, house.node, now)
            abnormal.due(connection, house, now)
            agent_states.wrapped_up(connection, now, house.node)
            agent_states.gone(connection, house.node, now)
            claims.divert_outbound(connection, house.text_service, now, house.text_validity)
            expired = claims.expire_outbound(connection, now)
            door_tries.forget_old(connection, now, self._door)
            report_keeping.forget_old(connection, now, self._reports)
            joining.forget_old(connection, now)
            waiting_calls.lapse(connection, now)
            receipts.forget_old(connection, now)
            tally.fold_old(connection, house.node, now, self._counts)
        if self._rounds % OFTEN == 0 and self._links.gateway.schedules:
            claims.hand_on_early(connection, "sms", now)
        return Due(
            claims.due_lookups(connection, house.node, now, house.lease, MOST),
            claims.due_timers(connection, house.ids, now, MOST if not self._firing else 0),
            offers_sold(connection, now),
            stores.left(connection),
            link_rows.held(connection, house.node),
            expired,
            claims.outbox(connection, now) if self._rounds % OFTEN == 0 else None,
            relaning.relane(connection, house.calling_hours, self._laned, MOST),
        )


def _outwardly(report: LinkReport) -> tuple[object, ...]:
    return report.state, report.account, report.trouble
