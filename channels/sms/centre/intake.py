"""Whether a message is taken, and what is then on its way.

Where it goes is told by its destination: a short code, or a code that somebody has named, is a service; anything else
with enough digits is a handset. What can go nowhere is refused with the status that says why.
"""

from collections.abc import Callable, Iterator, Sequence

from channels.clock import Clock
from channels.smpp.pdus import DeliverSm, SubmitSm
from channels.smpp.status import (
    ESME_RINVDSTADR,
    ESME_RINVEXPIRY,
    ESME_RINVPARLEN,
    ESME_RINVSCHED,
    ESME_RINVSRCADR,
    ESME_RMSGQFUL,
    ESME_ROK,
)
from channels.sms.centre.events import Submission
from channels.sms.centre.handsets import HandsetStore, PartOf
from channels.sms.centre.manners import Manners
from channels.sms.centre.messages import as_delivered, as_one, fits, is_handset
from channels.sms.centre.peers import Peer
from channels.sms.centre.routes import Destination, Pending
from channels.sms.centre.settings import CentreSettings
from channels.sms.centre.times import Unreadable, instant


class Intake:
    """full: whether a destination has as much waiting as it may have."""

    def __init__(
        self,
        clock: Clock,
        ids: Callable[[], int],
        settings: CentreSettings,
        store: HandsetStore,
        full: Callable[[Destination], bool],
        bound: Callable[[], Sequence[Peer]],
        manners: Manners,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._settings = settings
        self._store = store
        self._full = full
        self._bound = bound
        self._manners = manners

    def taken(self, submitter: str, pdu: Submission) -> tuple[Destination, Pending] | int:
        """Or the status with which it is refused."""
        message, now = as_delivered(pdu), self._clock.seconds()
        destination = self.destination(message)
        if isinstance(destination, int):
            return destination
        status = self._manners.refuses(now)
        if status != ESME_ROK:
            return status
        try:
            begins = instant(pdu.schedule_delivery_time, now) if isinstance(pdu, SubmitSm) else None
        except Unreadable:
            return ESME_RINVSCHED
        try:
            until = instant(pdu.validity_period, now) if isinstance(pdu, SubmitSm) else None
        except Unreadable:
            return ESME_RINVEXPIRY
        return destination, self.pending(message, submitter, pdu.registered_delivery, until, begins or 0.0)

    def destination(self, message: DeliverSm) -> Destination | int:
        """Or the status with which the message is refused."""
        address = as_one(message.destination_addr)
        if not message.source_addr:
            return ESME_RINVSRCADR
        if not fits(message):
            return ESME_RINVPARLEN
        if self._is_service(address):
            to = Destination("service", address)
        elif is_handset(address):
            to = Destination("handset", address)
        else:
            return ESME_RINVDSTADR
        return ESME_RMSGQFUL if self._full(to) else to

    def _is_service(self, address: str) -> bool:
        if address in self._settings.short_codes:
            return True
        return not is_handset(address) and any(peer.claims.name(address) for peer in self._bound())

    def pending(
        self,
        message: DeliverSm,
        submitter: str = "",
        registered_delivery: int = 0,
        until: float | None = None,
        begins: float = 0.0,
    ) -> Pending:
        now, number = self._clock.seconds(), self._ids()
        message_id = str(number) if self._settings.decimal_ids else f"{number:x}"
        kept_until = max(now, begins) + self._settings.retention
        expires_at = kept_until if until is None else min(until, kept_until)
        shown = tuple(self._shown(message, now))
        return Pending(message, message_id, submitter, registered_delivery, now, expires_at, shown, begins)

    def _shown(self, message: DeliverSm, now: float) -> Iterator[PartOf]:
        """A message between two handsets is seen on both."""
        sender, recipient = as_one(message.source_addr), as_one(message.destination_addr)
        if is_handset(sender):
            yield self._store.record(sender, "out", recipient, message, now)
        if is_handset(recipient):
            yield self._store.record(recipient, "in", sender, message, now)
