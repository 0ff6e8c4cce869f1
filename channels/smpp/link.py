"""One bind as a value: octets and the time go in, events and octets come out. No socket, no clock, no thread.

    start ──bind──> BINDING ──bind_resp──> BOUND ──┬─ unbind() ──> FINISHING ──unbind──> UNBINDING ──unbind_resp──┐
                       │                           └─ peer's unbind ──> RELEASING ──unbind_resp──────────────> CLOSED
                       └─ refused, no answer, nonsense, silence: from everywhere ──────────────────────────────> ┘

    BINDING     our bind is on its way; nothing else may be said, but the peer may already ask if we live
    BOUND       messages go both ways, as far as the kind of bind allows
    FINISHING   we want to go: nothing new begins, what is in flight may still be answered, for a limited time
    UNBINDING   our unbind is on its way
    RELEASING   the peer wants to go: as FINISHING, then its unbind is answered
    CLOSED      nothing is read or written any more

A message heard is not answered here: whoever has put it into the database says `acknowledge`, in any order, and until
then the peer keeps it. Everything that must not wait for a database is answered at once: enquire_link in every state,
commands we do not speak (generic_nack), requests that cannot be read (their own response, with the error), messages
when we cannot take them (ESME_RX_T_APPN: come again). A response that answers nothing is passed over.

When the peer has been silent for a while it is asked whether it lives; when it stays silent it is dead. One request
that is never answered is only that: its outcome is unknown, its place in the window is free, the session goes on.

The order of sending is the order of `submit`, also through throttling. What the owner of the connection says stands
here, what the peer says in link_hears, and what both lead to in link_session; see submissions, window, inbox and
confirmations for what is kept of each direction.
"""

from typing import Final

from channels.smpp import events as e
from channels.smpp.framing import Framer
from channels.smpp.link_hears import take
from channels.smpp.link_session import LEAVING, Session, State
from channels.smpp.paces import Paces
from channels.smpp.pdus import (
    BIND_RECEIVER,
    BIND_TRANSCEIVER,
    BIND_TRANSMITTER,
    RESPONSE,
    Bind,
    DataSm,
    EnquireLink,
    GenericNack,
    QuerySm,
    SubmitSm,
    UnfitPdu,
    encode,
)
from channels.smpp.segments import segments_in
from channels.smpp.settings import LinkSettings
from channels.smpp.status import ESME_RINVBNDSTS, ESME_RINVCMDLEN, ESME_RINVPARLEN, Class
from channels.smpp.window import Asked, Query

__all__ = ["Link", "State"]

_BINDS: Final = {"transceiver": BIND_TRANSCEIVER, "transmitter": BIND_TRANSMITTER, "receiver": BIND_RECEIVER}


class Link:
    """paces: what was kept to on earlier connections counts on the next."""

    def __init__(self, settings: LinkSettings, sequence_start: int = 1, paces: Paces | None = None) -> None:
        self._settings = settings
        self._session = Session(settings, sequence_start, paces or Paces(settings.throughput))
        self._framer = Framer()
        self._now = 0.0

    # ── what the owner of the connection says ──

    def start(self, now: float) -> None:
        self._now = self._session.heard_at = now
        settings = self._settings
        bind = Bind(
            command_id=_BINDS[settings.bind],
            system_id=settings.system_id,
            password=settings.password,
            system_type=settings.system_type,
            interface_version=settings.interface_version,
            addr_ton=settings.address_ton,
            addr_npi=settings.address_npi,
            address_range=settings.address_range,
        )
        self._session.ask(Asked.BIND, bind, now)

    def receive(self, data: bytes, now: float) -> list[e.Event]:
        session = self._session
        if self._closed():
            return []
        self._now = session.heard_at = now
        for frame in self._framer.feed(data):
            take(session, frame, now)
            if self._closed():
                return session.told()
        if self._framer.broken is not None:
            session.write(GenericNack(sequence=0, status=ESME_RINVCMDLEN))
            session.die(f"the peer announced a PDU of {self._framer.broken} octets: this is not SMPP")
        session.go_on(now)
        return session.told()

    def tick(self, now: float) -> list[e.Event]:
        """To be called when `next_deadline` has come; does no harm before."""
        session = self._session
        if self._closed():
            return []
        self._now = now
        for request in session.window.expire(now):
            session.give_up(request)
        enquire_at = session.enquire_at()
        if enquire_at is not None and enquire_at <= now:
            session.enquiring = True
            session.ask(Asked.ENQUIRE_LINK, EnquireLink(), now)
        session.go_on(now)
        return session.told()

    def submit(self, token: object, pdu: SubmitSm | DataSm, now: float) -> list[e.Event]:
        self._now = now
        session = self._session
        if session.state not in (State.BINDING, State.BOUND) or self._settings.bind == "receiver":
            return [e.Refused(token, ESME_RINVBNDSTS, Class.SESSION)]
        try:
            frame = encode(pdu, 0)
        except UnfitPdu as error:
            return [
                e.Complaint(f"a message cannot be sent: {error}"),
                e.Refused(token, ESME_RINVPARLEN, Class.PERMANENT),
            ]
        session.submissions.add(token, frame, segments_in(pdu), pdu.command_id | RESPONSE, pdu.destination_addr)
        session.send_waiting(now)
        return []

    def query(self, token: object, pdu: QuerySm, now: float) -> list[e.Event]:
        """What became of a message that was submitted on this bind or another; it takes no place in the window."""
        self._now = now
        if not self.writable:
            return [e.Queried(token, None)]
        try:
            self._session.ask(Query(token), pdu, now)
        except UnfitPdu as error:
            return [e.Complaint(f"a query cannot be sent: {error}"), e.Queried(token, None)]
        return []

    def acknowledge(self, number: int, status: int, now: float) -> list[e.Event]:
        """By the number it was heard with, not its sequence number: that a peer may use twice."""
        self._now = now
        session = self._session
        if self._closed():
            return []
        answer = session.inbox.acknowledge(number, status, now)
        if answer is None:
            return []
        session.write(answer)
        if session.state in LEAVING:
            session.go_on(now)
        return session.told()

    def unbind(self, now: float, within: float = 0.0) -> list[e.Event]:
        """Leave, when everything in flight has been answered or `within` seconds are over."""
        self._now = now
        session = self._session
        if session.state is State.BINDING:
            session.close(e.Unbound())
        elif session.state is State.BOUND:
            session.state = State.FINISHING
            session.leave_by = now + within
        session.refuse_waiting()
        session.go_on(now)
        return session.told()

    def lost(self, now: float) -> list[e.Event]:
        """The connection is gone, and with it every answer that was still to come."""
        self._now = now
        self._session.state = State.CLOSED
        self._session.lose()
        return self._session.told()

    # ── what it may want to know ──

    def data_to_send(self) -> bytes:
        return self._session.written()

    def next_deadline(self) -> float | None:
        session = self._session
        if self._closed():
            return None
        deadlines = (
            session.window.deadline(),
            session.enquire_at(),
            session.submissions.opens_at(self._now),
            session.leave_by if session.state in LEAVING else None,
        )
        return min((deadline for deadline in deadlines if deadline is not None), default=None)

    @property
    def state(self) -> State:
        return self._session.state

    @property
    def writable(self) -> bool:
        return self._session.state is State.BOUND and self._settings.bind != "receiver"

    @property
    def in_flight(self) -> int:
        return self._session.window.submissions

    @property
    def queued(self) -> int:
        return len(self._session.submissions)

    @property
    def unacknowledged(self) -> int:
        return len(self._session.inbox)

    @property
    def throttled(self) -> bool:
        return self._session.submissions.slowed(self._now)

    def room(self, now: float) -> int:
        """How many more could be submitted now and would leave at once."""
        if not self.writable:
            return 0
        submissions = self._session.submissions
        return max(0, submissions.openings(self._session.window.submissions, now) - len(submissions))

    def _closed(self) -> bool:
        return self._session.state is State.CLOSED
