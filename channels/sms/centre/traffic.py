"""The messages that are on their way, and what becomes of each.

enqueue ──> lane ──> handed over ──> delivered            settled: shown, and a receipt if one is wanted
             ▲            ├────────> refused for good     settled
             └── rest ────┤          refused for now, or not answered in time
             └────────────┘          the connection was lost
"""

from collections.abc import Callable, Sequence

from channels.clock import Clock
from channels.smpp.status import Class, classify
from channels.sms.centre.fates import Fates
from channels.sms.centre.handsets import HandsetStore, State
from channels.sms.centre.journal import Journal
from channels.sms.centre.manners import Manners
from channels.sms.centre.peers import Peer, Wire, for_handset, for_receipt, for_service
from channels.sms.centre.receipts import DELIVERED, ENROUTE, EXPIRED, UNDELIVERABLE, Report, wants_receipt
from channels.sms.centre.routes import Destination, Passage, Pending, Route
from channels.sms.centre.schedule import Schedule
from channels.sms.centre.settings import CentreSettings


class Traffic:
    def __init__(
        self,
        clock: Clock,
        settings: CentreSettings,
        store: HandsetStore,
        bound: Callable[[], Sequence[Peer]],
        manners: Manners,
        journal: Journal,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._store = store
        self._bound = bound
        self._manners = manners
        self._journal = journal
        self.fates = Fates(settings.fates)
        self._routes: dict[Destination, Route] = {}
        self._waiting_for_room: dict[Route, None] = {}
        self._unflushed: set[Wire] = set()
        self._schedule = Schedule(clock, settings.waiting, self._due)
        self._stopped = False
        self._notified: set[str] = set()

    def full(self, to: Destination) -> bool:
        route = self._routes.get(to)
        return self._schedule.full or (route is not None and len(route.lanes) >= self._settings.waiting)

    def enqueue(self, to: Destination, pending: Pending) -> None:
        if pending.submitter:
            self.fates.begun(pending.message_id, pending.pdu.source_addr)
        if pending.not_before > self._clock.seconds():
            self._schedule.keep(to, pending)
        else:
            self._begin(to, pending)

    def _due(self, to: Destination, pending: Pending) -> None:
        self._begin(to, pending)
        self.flush()

    def _begin(self, to: Destination, pending: Pending) -> None:
        route = self._routes.setdefault(to, Route(to))
        route.lanes.push(pending.pdu.source_addr, pending)
        self._deliver(route)
        self._watch_expiry(route, pending)

    def deliver_all(self) -> None:
        for route in list(self._routes.values()):
            self._deliver(route)

    def delivered(self, passage: Passage) -> None:
        self._journal.of("delivered", passage.pending, copy=passage.copy)
        if passage.copy:
            self._has_room(passage.route)
            return
        passage.route.taken()
        self._settle(passage.route, passage.lane, passage.pending, DELIVERED)
        self._has_room(passage.route)

    def refused(self, passage: Passage, status: int) -> None:
        self._journal.of("refused", passage.pending, copy=passage.copy)
        self._manners.counts[f"deliver_sm refused with 0x{status:02x}"] += 1
        if passage.copy:
            return
        if classify(status) is Class.PERMANENT:
            self._settle(passage.route, passage.lane, passage.pending, UNDELIVERABLE)
            self._has_room(passage.route)
        else:
            self._again(passage, rest=True)

    def unanswered(self, passage: Passage, lost: bool) -> None:
        self._journal.of("unsure" if lost else "overdue", passage.pending, copy=passage.copy)
        if passage.copy:
            return
        if lost and passage.route.to.kind == "handset":
            passage.route.held_until = self._clock.seconds() + self._settings.grace
        self._again(passage, rest=not lost)

    def flush(self) -> None:
        unflushed, self._unflushed = self._unflushed, set()
        for wire in unflushed:
            wire.flush()

    def stop(self) -> None:
        """Nothing more is delivered; what is still answered is still settled."""
        self._stopped = True
        self._schedule.stop()
        for route in self._routes.values():
            route.hush()

    def _again(self, passage: Passage, rest: bool) -> None:
        if rest:
            passage.route.refused(self._clock.seconds(), self._settings.retry, self._settings.longest_retry)
        self._show(passage.pending, "queued")
        self._notify(passage.pending)
        passage.route.lanes.again(passage.lane)
        self._has_room(passage.route)
        self._watch_expiry(passage.route, passage.pending)

    def _has_room(self, route: Route) -> None:
        """A place in a window is free. Messages and receipts share it: who has waited longest for one comes first."""
        waiting, self._waiting_for_room = self._waiting_for_room, {}
        for each in (*waiting, route):
            self._deliver(each)

    def _deliver(self, route: Route) -> None:
        if self._stopped:
            return
        receivers = self._receivers(route.to)
        while route.lanes.ready and not self._resting(route, receivers):
            if route.to.kind == "handset" and not receivers:
                self._settle(route, *route.lanes.take(), DELIVERED)
                continue
            peer = next((peer for peer in receivers if peer.session.room > 0), None)
            if peer is None:
                if receivers:
                    self._waiting_for_room[route] = None
                break
            self._hand_over(route, peer)
        if not route.lanes and self._routes.get(route.to) is route:
            del self._routes[route.to]
            route.hush()

    def _receivers(self, to: Destination) -> list[Peer]:
        listening = [peer for peer in self._bound() if peer.session.receives]
        if to.kind == "service":
            return for_service(listening, to.address, self._settings.application)
        if to.kind == "handset":
            return for_handset(listening, to.address)
        return for_receipt(listening, to.address, to.submitted_by)

    def _resting(self, route: Route, receivers: Sequence[Peer]) -> bool:
        now = self._clock.seconds()
        until = max(route.rests_until, 0.0 if receivers else route.held_until)
        if now >= until:
            return False
        if route.alarm is None or not route.alarm.active():
            route.alarm = self._clock.callLater(until - now, self._rested, route)
        return True

    def _rested(self, route: Route) -> None:
        self._deliver(route)
        self.flush()

    def _hand_over(self, route: Route, peer: Peer) -> None:
        now = self._clock.seconds()
        lane, pending = route.lanes.take()
        if pending.expires_at <= now:
            self._settle(route, lane, pending, EXPIRED)
            return
        peer.session.deliver(Passage(route, lane, pending), pending.pdu, now)
        if route.to.kind == "service" and peer.session.room > 0 and self._manners.repeats():
            peer.session.deliver(Passage(route, lane, pending, copy=True), pending.pdu, now)
        self._unflushed.add(peer.wire)
        self._show(pending, "sent")

    def _settle(self, route: Route, lane: str, pending: Pending, state: int) -> None:
        route.lanes.done(lane)
        self._ended(pending, state)

    def _ended(self, pending: Pending, state: int) -> None:
        if state != DELIVERED:
            self._journal.of("gave up", pending)
        self._notified.discard(pending.message_id)
        self.fates.ended(pending.message_id, state, self._clock.seconds())
        self._show(pending, "delivered" if state == DELIVERED else "failed")
        if pending.submitter and wants_receipt(pending.registered_delivery, state):
            self._report(pending, state)

    def _report(self, pending: Pending, state: int) -> None:
        now = self._clock.seconds()
        to = Destination("receipts", pending.submitter, pending.pdu.source_addr)
        for said in self._manners.receipts(Report(pending.pdu, pending.message_id, state, pending.submitted_at, now)):
            if not self.full(to):
                self.enqueue(to, Pending(said, "", "", 0, now, now + self._settings.retention))

    def _notify(self, pending: Pending) -> None:
        """That it has been tried in vain, and is tried again; once."""
        wanted = pending.submitter and wants_receipt(pending.registered_delivery, ENROUTE)
        if wanted and pending.message_id not in self._notified:
            self._notified.add(pending.message_id)
            self._report(pending, ENROUTE)

    # ── the validity of what waits ───────────────────────────────────────────────────────────────────────────────────

    def _watch_expiry(self, route: Route, pending: Pending) -> None:
        """One alarm for a route; what is worth keeping as long as the centre likes needs none."""
        if pending.expires_at >= pending.submitted_at + self._settings.retention or self._stopped or not route.lanes:
            return
        if route.expiry is not None and route.expiry.active():
            if route.expires_at <= pending.expires_at:
                return
            route.expiry.cancel()
        route.expires_at = pending.expires_at
        wait = max(pending.expires_at - self._clock.seconds(), 0)
        route.expiry = self._clock.callLater(wait, self._expire, route)

    def _expire(self, route: Route) -> None:
        now = self._clock.seconds()
        waiting = list(route.lanes.waiting())
        for lane, pending in waiting:
            if pending.expires_at <= now:
                route.lanes.withdraw(lane, pending)
                self._ended(pending, EXPIRED)
            else:
                self._watch_expiry(route, pending)
        self._deliver(route)
        self.flush()

    def _show(self, pending: Pending, state: State) -> None:
        for part in pending.shown:
            self._store.moved(part, state, self._clock.seconds())
