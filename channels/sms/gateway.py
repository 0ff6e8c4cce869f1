"""Text messages between the links and the ledger.

    link ── deliver_sm ──► hear ──► Arrival ──► ledger ──(committed)──► ESME_ROK
                                                  │
    link ◄── submit_sm × segments ◄── compose ◄── Outbound
      └── submit_sm_resp × segments ──► Sent | Postponed | Failed ──► ledger

A message of several segments has one fate: sent when all of them are, failed when one of them was refused for good.
When one was refused for now, or its answer never came, all of it is tried again: a subscriber who reads a part twice is
better off than one who never reads the end.

When the ledger falls behind, reading stops on every link until it has caught up; the message centre keeps what it has.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure

from channels.msisdn import normalise
from channels.smpp.client import SmppClient
from channels.smpp.pdus import DataSm, DeliverSm
from channels.smpp.reasons import in_words
from channels.smpp.rules import rules_of
from channels.smpp.segments import TooManyParts
from channels.smpp.settings import LinkSettings
from channels.smpp.status import ESME_RINVBNDSTS, ESME_RINVSCHED, ESME_ROK, ESME_RX_T_APPN, Class
from channels.sms.brake import MOST, Brake
from channels.sms.carriers import Carriers
from channels.sms.enquirer import Enquirer
from channels.sms.enquiries import Enquiry
from channels.sms.hearing import Unheard, hear, kept_parameters
from channels.sms.meters import SmsMeters
from channels.sms.outgoing import can_wait, compose
from channels.sms.pending import Pending, unpacked
from channels.sms.receipts import canonical_id
from channels.sms.references import References
from channels.sms.routes import NoRoute, RouteSettings
from dialogs.words import DeliveryReport, Inbound, MessageReceived
from orders.arrival import Arrival, LedgerAway, Taken
from orders.outbound import NO_LINK, Failed, GaveUp, Mark, Outbound, Postponed, Sent

MOST_PENDING = 5_000  # messages handed to links and not settled; beyond, they wait as rows
BEHIND, CAUGHT_UP = 10_000, 2_000  # arrivals waiting to be committed
LEASE_MARGIN = 10.0
NOT_YET = "its time has not come"

log = Logger()


class Ledger(Protocol):
    """What the gateway needs of the ledger's writer."""

    @property
    def waiting(self) -> int: ...
    def accept(self, arrival: Arrival, ours: bool = False) -> "Deferred[Taken]": ...
    def mark(self, mark: Mark) -> None: ...
    def opened(self, link: str) -> int: ...
    def confirmed(self, connection: int, number: int) -> None: ...
    def lost(self, connection: int) -> None: ...


@dataclass(slots=True)
class Gateway:
    """The gate of all links, and the sender of all text messages.

    new_id: gives row ids; hurry: what was postponed because no link was bound is due at once; awake: what waits for
    this subscriber is.
    """

    ledger: Ledger
    now: Callable[[], float]
    new_id: Callable[[], int]
    meters: SmsMeters
    settings: Mapping[str, LinkSettings]
    routes: Sequence[RouteSettings] = ()
    country: str = "CN"
    ready_again: Callable[[], None] = lambda: None
    hurry: Callable[[], None] = lambda: None
    awake: Callable[[str], None] = lambda subscriber: None
    clients: list[SmppClient] = field(default_factory=list)
    pending: dict[int, Pending] = field(default_factory=dict)
    _references: References = field(init=False)
    _brake: Brake = field(init=False, default_factory=Brake)
    _paused: bool = False
    enquirer: Enquirer = field(init=False)
    _carriers: Carriers = field(init=False)

    def __post_init__(self) -> None:
        self._carriers = Carriers(self.clients)
        self._references = References(int(self.now()))  # not those that were given just before a restart
        self.configure(self.settings, self.routes)
        self.enquirer = Enquirer(self.ledger.accept, self.now, self.new_id, self.meters, self.clients)

    def configure(self, settings: Mapping[str, LinkSettings], routes: Sequence[RouteSettings]) -> None:
        """Every link that is configured, also one out of service: its messages wait, and are not given up."""
        self.settings, self.routes = settings, routes
        self._carriers.configure(routes, settings.values())

    # ── the gate: what links hear ──

    def opened(self, link: str) -> int:
        log.info("link {link} is bound", link=link)
        self.meters.bound(link, True)
        if self._carriers.relieved():
            self.hurry()
        self.ready_again()
        return self.ledger.opened(link)

    def lost(self, connection: int) -> None:
        for client in self.clients:
            self.meters.bound(client.settings.name, client.bound)
        self.ledger.lost(connection)

    def confirmed(self, connection: int, number: int) -> None:
        self.ledger.confirmed(connection, number)

    def heard(
        self, connection: int, number: int, link_name: str, pdu: DeliverSm | DataSm, fingerprint: bytes
    ) -> "Deferred[int]":
        heard = hear(pdu, self.settings[link_name], self.country)
        if isinstance(heard, Unheard):
            log.info("{link}: a message is not for Hall: {why}", link=link_name, why=heard.why)
            self.meters.unheard(link_name)
            return succeed(ESME_ROK)
        kind = heard.kind
        if isinstance(kind, MessageReceived) and "\0" in kind.text:
            kind = MessageReceived(kind.text.replace("\0", ""))
        self.meters.heard(link_name, kind)
        if isinstance(kind, DeliveryReport) and kind.final:
            self.enquirer.noted.reported(kind.account, kind.remote_id)
        if isinstance(kind, MessageReceived):
            self._carriers.heard(heard.sender, self.settings[link_name].called)
        inbound = Inbound(self.new_id(), "sms", heard.sender, heard.service, self.now(), kind)
        mark = b"" if is_report(kind) else fingerprint
        tags = self.settings[link_name].keep_parameters
        kept = kept_parameters(pdu, tags) if tags and pdu.tlvs else ""
        told = self.ledger.accept(Arrival(inbound, mark, connection, number, kept))
        if self.ledger.waiting > BEHIND:
            self._pause()
        return told.addCallbacks(self._taken, self._not_taken)

    def _taken(self, taken: Taken) -> int:
        self.meters.taken(taken)
        self._resume_if_caught_up()
        return ESME_ROK

    def _not_taken(self, failure: Failure) -> int:
        self._resume_if_caught_up()
        failure.trap(LedgerAway)
        return ESME_RX_T_APPN

    def _pause(self) -> None:
        if not self._paused:
            log.warn("the ledger is behind by {waiting} messages: reading is paused", waiting=self.ledger.waiting)
            self._paused = True
        for client in self.clients:
            client.pause_reading()

    def _resume_if_caught_up(self) -> None:
        """Also when what waited was handed back: while reading is paused, nothing else would ever come."""
        if self._paused and self.ledger.waiting < CAUGHT_UP:
            self._paused = False
            for client in self.clients:
                client.resume_reading()

    # ── the sender: what Hall says ──

    @property
    def open(self) -> bool:
        """Whether a message would be on its way at once."""
        return len(self.pending) < MOST_PENDING and self._carriers.open

    @property
    def schedules(self) -> bool:
        """Whether any message centre keeps what is for later."""
        return any(link.schedule == "centre" for link in self.settings.values())

    @property
    def room(self) -> int:
        return max(0, MOST_PENDING - len(self.pending)) if self.open else 0

    def send(self, message: Outbound) -> None:
        """Its fate goes to the ledger. A message whose lease is about to run out is left to whoever claims it next."""
        now = self.now()
        if message.id in self.pending or message.lease_until < now + LEASE_MARGIN:
            return
        try:
            client = self._carriers.next_for(message)
        except NoRoute as problem:
            self._fail(message, str(problem), GaveUp.NO_ROUTE)
            return
        if message.not_before > now and not (client and can_wait(client.settings, now, message.not_before)):
            self._postpone(message, message.not_before, NOT_YET, tried=False)
            return
        if client is None:
            self._postpone(message, now + self._carriers.strand(message, now), NO_LINK, tried=False)
            return
        if self._brake.holds(message, now):
            self._fail(message, f"told {MOST} times in ten minutes that it was not understood", GaveUp.MACHINE)
            return
        reference = self._references.of(message.id)
        try:
            pdus = compose(
                client.settings,
                source=message.service,
                destination=message.subscriber,
                text=message.text,
                reference=reference,
                now=now,
                expires_at=message.expires_at,
                not_before=message.not_before,
            )
        except TooManyParts as problem:
            self._fail(message, str(problem), GaveUp.TOO_LONG)
            return
        self.meters.segments(client.settings.name, len(pdus))
        pending = Pending(message, client.settings, [""] * len(pdus), len(pdus), message.lease_until, reference)
        self.pending[message.id] = pending
        for place, pdu in enumerate(pdus):
            client.submit((pending, place), pdu)

    def aging(self, by: float) -> list[Outbound]:
        """Messages still with a link (it is throttled, perhaps) whose lease ends by then and has to be renewed."""
        return [pending.message for pending in self.pending.values() if pending.lease_until < by]

    def renewed(self, messages: Iterable[Outbound], until: float) -> None:
        for message in messages:
            if message.id in self.pending:
                self.pending[message.id].lease_until = until

    # ── the gate: what became of it ──

    def submitted(self, token: object, message_id: str) -> None:
        pending, place = unpacked(token)
        self._has(pending, place, message_id)
        pending.tried = True
        self._settled(pending)

    def _has(self, pending: Pending, place: int, message_id: str) -> None:
        """The message centre has that segment."""
        pending.ids[place] = canonical_id(message_id)
        message = pending.message
        since = max(self.now(), message.not_before)
        self.enquirer.noted.note(pending.link, message_id, message.subscriber, message.service, since)

    def refused(self, token: object, status: int, klass: Class) -> None:
        pending, _ = unpacked(token)
        if pending.rule.klass is not Class.PERMANENT:
            pending.refused, pending.status = in_words(status), status
            pending.rule = rules_of(pending.link.status).of(status)
        pending.tried = pending.tried or status != ESME_RINVBNDSTS
        self._settled(pending)

    def unanswered(self, token: object) -> None:
        pending, place = unpacked(token)
        pending.unanswered.add(place)
        pending.tried = True
        self._settled(pending)

    def late(self, token: object, message_id: str) -> None:
        """Perhaps all of its message is there now and need not be sent again, unless that is being done already."""
        pending, place = unpacked(token)
        self._has(pending, place, message_id)
        pending.unanswered.discard(place)
        if pending.sent and pending.message.id not in self.pending:
            self.meters.sent("late")
            self._mark_sent(pending, late=True)

    def ready(self, link_name: str) -> None:
        self.ready_again()

    def queried(self, token: object, state: int | None) -> None:
        assert isinstance(token, Enquiry)
        self.enquirer.answered(token, state)

    def alerted(self, link: str, address: str, availability: int | None) -> None:
        log.info("{link}: a subscriber can be reached again ({state})", link=link, state=availability)
        self.meters.alerted(link)
        subscriber = normalise(address, self.country)
        if subscriber and not availability:  # 0 is "there"
            self.awake(subscriber)

    def _settled(self, pending: Pending) -> None:
        pending.left -= 1
        if pending.left:
            return
        del self.pending[pending.message.id]
        message, now = pending.message, self.now()
        if pending.sent:
            self.meters.sent("sent")
            self._mark_sent(pending)
            return
        reason = pending.refused or "the answer never came"
        if pending.rule.klass is Class.PERMANENT:
            self._fail(message, reason, GaveUp.REFUSED)
        elif pending.unanswered and pending.link.unanswered == "fail":
            self._fail(message, f"{reason}; it is not sent again, it may have arrived", GaveUp.UNKNOWN)
        elif pending.status == ESME_RINVSCHED and message.not_before > now:  # it will not keep it: then we do
            self._postpone(message, message.not_before, reason, tried=False)
        elif message.attempts + pending.tried >= pending.rule.tries:
            self._fail(message, reason, GaveUp.SPENT)
        else:
            at_once = not pending.tried and self._carriers.has_one_for(message)
            delay = 0.0 if at_once else pending.rule.delay(message.attempts)
            if len(pending.ids) > 1:
                self._references.keep(message.id, pending.reference)
            self.meters.doubtful(pending.link.name, bool(pending.unanswered))
            self._postpone(message, now + delay, reason, pending.tried)

    def _mark_sent(self, pending: Pending, late: bool = False) -> None:
        message, link, ids = pending.message, pending.link, tuple(pending.ids)
        self.ledger.mark(
            Sent(message.id, message.subscriber, self.now(), link.name, link.called, ids, link.receipts, late)
        )

    def _postpone(self, message: Outbound, due_at: float, reason: str, tried: bool = True) -> None:
        self.meters.sent("postponed")
        self.ledger.mark(Postponed(message.id, message.subscriber, due_at, reason, tried))

    def _fail(self, message: Outbound, reason: str, why: GaveUp) -> None:
        log.warn("message {id} was not sent: {reason}", id=str(message.id), reason=reason)
        self.meters.sent("failed")
        self.meters.gave_up(why)
        self.ledger.mark(Failed(message.id, message.subscriber, self.now(), reason, why))


def is_report(kind: object) -> bool:
    return isinstance(kind, DeliveryReport)
