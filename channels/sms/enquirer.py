"""Asks message centres what became of messages that they took and did not report on; what is learned is a receipt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from channels.smpp.client import SmppClient
from channels.smpp.pdus import QuerySm
from channels.sms.enquiries import Enquiries, Enquiry
from channels.sms.meters import SmsMeters
from channels.sms.receipts import queried
from dialogs.words import Inbound
from orders.arrival import Arrival, LedgerAway, Taken


@dataclass(slots=True)
class Enquirer:
    """clients: all that are running, whoever keeps the list."""

    accept: Callable[[Arrival], "Deferred[Taken]"]
    now: Callable[[], float]
    new_id: Callable[[], int]
    meters: SmsMeters
    clients: Sequence[SmppClient]
    noted: Enquiries = field(default_factory=Enquiries)

    def ask(self) -> None:
        """Now and then."""
        for enquiry in self.noted.take_due(self.now()):
            client = self._client_for(enquiry)
            if client is None:
                self.noted.again(enquiry, self.now())
            else:
                client.query(enquiry, _question(enquiry))

    def answered(self, enquiry: Enquiry, state: int | None) -> None:
        report = queried(enquiry.link.called, enquiry.remote_id, state or 0)
        self.meters.queried(enquiry.link.name, "none" if state is None else "final" if report.final else "open")
        if not report.final:
            self.noted.again(enquiry, self.now())
            return
        inbound = Inbound(self.new_id(), "sms", enquiry.subscriber, enquiry.service, self.now(), report)
        self.accept(Arrival(inbound)).addErrback(self._not_taken, enquiry)

    def _client_for(self, enquiry: Enquiry) -> SmppClient | None:
        account = enquiry.link.called
        able = (client for client in self.clients if client.settings.bind != "receiver" and client.bound)
        return next((client for client in able if client.settings.called == account), None)

    def _not_taken(self, failure: Failure, enquiry: Enquiry) -> None:
        failure.trap(LedgerAway)
        self.noted.again(enquiry, self.now())


def _question(enquiry: Enquiry) -> QuerySm:
    link = enquiry.link
    return QuerySm(
        message_id=enquiry.remote_id,
        source_addr_ton=link.source_ton,
        source_addr_npi=link.source_npi,
        source_addr=enquiry.service,
    )
