"""The embedded message centre: an SMPP server for demonstrations, with the handsets behind it.

    phone page ── submit_mo ──┐                 ┌── deliver_sm ──> Hall (system_id `hall`)
                              ├──> Traffic ─────┤
    any SMPP tool ─ submit_sm ┘                 └── the handset store, and the tool that plays the handset

Where a message goes is told by its destination. A short code is a service: whoever binds as the application, or names
the code in his address_range, is given a deliver_sm. Anything else with enough digits is a handset: the store shows the
message, and a tool plays that handset if its address_range covers the number, or if it has submitted from it over this
connection. A handset that nobody plays is the phone page's, always switched on and never full.

A bind with the system_type `USSD` is given what is dialled instead, and no text messages (screens.py).

What is not acknowledged (the connection was lost, the answer did not come, the answer was "not now") is kept and
delivered again, in each sender's order. Receipts go the same way, to the system_id that asked for them.

Everything is in memory, and bounded. A real message centre keeps what it has taken; this one forgets with the process.
"""

from collections.abc import Callable, Sequence

from twisted.internet.defer import Deferred

from channels.clock import Clock, Delayed
from channels.smpp.pdus import Bind
from channels.smpp.status import (
    ESME_RINVDSTADR,
    ESME_RINVPARLEN,
    ESME_RMSGQFUL,
    ESME_ROK,
)
from channels.sms.centre.claims import read_claims
from channels.sms.centre.events import (
    Bound,
    Closed,
    Delivered,
    Event,
    Queried,
    Refused,
    Submission,
    Submitted,
    Unanswered,
)
from channels.sms.centre.handsets import HandsetMessage, HandsetStore, Listener
from channels.sms.centre.intake import Intake
from channels.sms.centre.journal import Journal
from channels.sms.centre.manners import Manners
from channels.sms.centre.messages import as_one, is_handset, typed
from channels.sms.centre.odd_receipts import EARLY_BY
from channels.sms.centre.peers import Peer, Wire
from channels.sms.centre.routes import Destination, Passage, Pending
from channels.sms.centre.screens import Screens, is_ussd
from channels.sms.centre.screens import Session as UssdSession
from channels.sms.centre.settings import CentreSettings
from channels.sms.centre.traffic import Traffic

_WHY = {
    ESME_RINVDSTADR: "there is no such service and no such number",
    ESME_RINVPARLEN: "its address is too long",
    ESME_RMSGQFUL: "too many messages wait there already: try again when they have gone",
}


class NotSent(ValueError):
    """A phone would have said so too: the sender's fault, or the destination's."""


class MessageCentre:
    """ids: unique also over restarts, because message ids are made of them and receipts are known by those."""

    def __init__(
        self,
        clock: Clock,
        ids: Callable[[], int],
        settings: CentreSettings | None = None,
        manners: Manners | None = None,
        journal: Journal | None = None,
    ) -> None:
        self.settings = settings or CentreSettings()
        self.manners = manners or Manners(self.settings.accounts)
        self._journal = journal or Journal()
        self._clock = clock
        self._store = HandsetStore(ids, self.settings.handsets, self.settings.remembered, clock.seconds())
        self._traffic = Traffic(clock, self.settings, self._store, self._bound_peers, self.manners, self._journal)
        self._intake = Intake(
            clock, ids, self.settings, self._store, self._traffic.full, self._bound_peers, self.manners
        )
        self._peers: list[Peer] = []
        self.screens = Screens(clock, lambda: self._peers)
        self._wires: dict[Wire, int] = {}
        self._connections = self._sessions = 0
        self._late: dict[str, Delayed] = {}
        self._reference = 0
        self._all_gone: Deferred[None] | None = None

    # ── the handsets' side, for the phone page ───────────────────────────────────────────────────────────────────────

    def submit_mo(self, msisdn: str, text: str, to: str = "10086") -> HandsetMessage:
        """Raises `NotSent`; and `TooManyParts`, a ValueError as well."""
        sender = as_one(msisdn)
        if not is_handset(sender):
            raise NotSent(f"{msisdn!r} is no telephone number: give its digits, with or without the country code")
        self._reference = (self._reference + 1) & 0xFF
        parts = typed(sender, to, text, self._reference)
        destination = self._intake.destination(parts[0])
        if isinstance(destination, int):
            raise NotSent(f"{to!r} cannot be written to: {_WHY.get(destination, 'it was refused')}")
        pendings = [self._intake.pending(part) for part in parts]
        for pending in pendings:
            self._traffic.enqueue(destination, pending)
        self._traffic.flush()
        return self._store.message(pendings[0].shown[0])

    def messages_for(self, msisdn: str, after: int = 0) -> list[HandsetMessage]:
        return self._store.messages(as_one(msisdn), after)

    def listen(self, msisdn: str, listener: Listener) -> Callable[[], None]:
        return self._store.listen(as_one(msisdn), listener)

    @property
    def bound(self) -> tuple[str, ...]:
        """The system_ids that are bound, in the order in which they came."""
        return tuple(peer.bind.system_id for peer in self._peers)

    # ── the SMPP side, for the wires ─────────────────────────────────────────────────────────────────────────────────

    @property
    def wires(self) -> tuple[Wire, ...]:
        return tuple(self._wires)

    def judge(self, bind: Bind) -> int:
        return self.manners.judge(bind)

    def connected(self, wire: Wire) -> None:
        self._connections += 1
        self._wires[wire] = self._connections
        if self._all_gone is not None:
            self.happened(wire, wire.session.unbind(self._clock.seconds()))

    def happened(self, wire: Wire, events: Sequence[Event]) -> None:
        for event in events:
            self._take(wire, event)
        wire.flush()
        self._traffic.flush()

    def disconnected(self, wire: Wire) -> None:
        self._journal.closed(self._wires.pop(wire, 0))
        if self._all_gone is not None and not self._wires and not self._all_gone.called:
            self._all_gone.callback(None)

    async def stop(self) -> None:
        """Unbinds everybody, and waits until all have gone."""
        self._traffic.stop()
        self.screens.stop()
        for answer in self._late.values():
            answer.cancel()
        self._late.clear()
        if self._all_gone is None:
            self._all_gone = Deferred()
        for wire in tuple(self._wires):
            self.happened(wire, wire.session.unbind(self._clock.seconds()))
        if self._wires:
            await self._all_gone

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, wire: Wire, event: Event) -> None:
        match event:
            case Bound(bind=bind):
                self.manners.counts["binds"] += 1
                self._peers.append(Peer(wire, bind, read_claims(bind.address_range)))
                self._traffic.deliver_all()
            case Submitted(pdu=pdu):
                self._submitted(wire, pdu)
            case Queried(pdu=query):
                self.manners.counts["query_sm"] += 1
                wire.session.tell(self._traffic.fates.told(query))
            case Refused(token=UssdSession() as session) | Unanswered(token=UssdSession() as session):
                self.screens.refused(session)
            case Delivered(token=Passage() as passage):
                self._traffic.delivered(passage)
            case Refused(token=Passage() as passage, status=status):
                self._traffic.refused(passage, status)
            case Unanswered(token=Passage() as passage, lost=lost):
                self._traffic.unanswered(passage, lost)
            case Closed():
                self._peers = [peer for peer in self._peers if peer.wire is not wire]
                self._traffic.deliver_all()

    def _submitted(self, wire: Wire, pdu: Submission) -> None:
        """The sender knows that it was accepted before anything comes of it, unless the centre's manners are bad."""
        peer = next(peer for peer in self._peers if peer.wire is wire)
        self.manners.counts["messages submitted"] += 1
        if is_ussd(peer) and (status := self.screens.said(pdu)) is not None:
            self._sessions += 1
            wire.session.answer(pdu, status, "" if status else f"ussd-{self._sessions}")
            return
        taken = self._intake.taken(peer.bind.system_id, pdu)
        if isinstance(taken, int):
            wire.session.answer(pdu, taken, tlvs=self.manners.adds())
            return
        destination, pending = taken
        self._journal.of("taken", pending)
        self._plays(peer, as_one(pdu.source_addr))
        after = self.manners.answers_after()
        if after is None:
            self._traffic.enqueue(destination, pending)
        elif self.manners.reports_early():
            self._traffic.enqueue(destination, pending)
            self._in_time(max(after, EARLY_BY), wire, pdu, pending)
        else:
            self._in_time(after, wire, pdu, pending, destination)

    def _in_time(
        self, after: float, wire: Wire, pdu: Submission, pending: Pending, then: Destination | None = None
    ) -> None:
        if not after:
            self._answer(wire, pdu, pending, then)
            return
        self._late[pending.message_id] = self._clock.callLater(after, self._answer_late, wire, pdu, pending, then)

    def _answer_late(self, wire: Wire, pdu: Submission, pending: Pending, then: Destination | None) -> None:
        del self._late[pending.message_id]
        self._answer(wire, pdu, pending, then)
        wire.flush()
        self._traffic.flush()

    def _answer(self, wire: Wire, pdu: Submission, pending: Pending, then: Destination | None) -> None:
        """What was taken is on its way `then`, whether or not its sender is still there to be told."""
        connection = self._wires.get(wire)
        if connection is not None:
            wire.session.answer(pdu, ESME_ROK, pending.message_id, self.manners.adds())
            self._journal.answered(pending.message_id, connection)
        if then is not None:
            self._traffic.enqueue(then, pending)

    def _plays(self, peer: Peer, sender: str) -> None:
        if is_handset(sender) and sender not in peer.plays:
            peer.plays.add(sender)
            self._traffic.deliver_all()

    def _bound_peers(self) -> Sequence[Peer]:
        """Those who are given text messages."""
        return [peer for peer in self._peers if not is_ussd(peer)]
