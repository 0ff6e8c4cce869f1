"""One connection of the embedded message centre: the server's side of SMPP 3.4, without a socket.

    ESME                                   centre
      bind_transceiver                →                      a connection that does not bind in time is closed
                                      ←    bind_transceiver_resp
      submit_sm, data_sm              →                      Submitted; answered by `answer`, with a message id
                                      ←    submit_sm_resp
      query_sm                        →                      Queried; answered by `tell`
                                      ←    deliver_sm        `deliver`, as far as the window has room
      deliver_sm_resp                 →                      Delivered or Refused; Unanswered when it does not come
      enquire_link                   ←→    enquire_link      whoever has heard nothing for a while asks
      unbind                         ←→    unbind            either may end it

What may be asked when is one table, `_LEGAL`. What is asked at the wrong time is refused with RINVBNDSTS and changes
nothing; a second bind with RALYBND. A command that the centre does not speak gets a generic_nack, and a length that no
PDU can have ends the session, because nothing after it can be trusted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from channels.smpp.framing import Framer
from channels.smpp.pdus import (
    BIND_RECEIVER,
    BIND_TRANSCEIVER,
    BIND_TRANSMITTER,
    RESPONSE,
    Bind,
    BindResp,
    DataSm,
    DataSmResp,
    DeliverSm,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    MalformedPdu,
    OtherPdu,
    Pdu,
    QuerySm,
    QuerySmResp,
    Response,
    SubmitSm,
    SubmitSmResp,
    Unbind,
    UnbindResp,
    decode,
    encode,
)
from channels.smpp.status import ESME_RALYBND, ESME_RINVBNDSTS, ESME_RINVCMDID, ESME_RINVCMDLEN, ESME_ROK
from channels.smpp.tlvs import SC_INTERFACE_VERSION, Tlvs
from channels.smpp.window import LAST_SEQUENCE
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
from channels.sms.centre.refusals import refusal
from channels.sms.centre.settings import CentreSettings

_VERSION_3_4 = 0x34


class Stage(Enum):
    OPEN = "open"
    TRANSMITTER = "transmitter"
    RECEIVER = "receiver"
    TRANSCEIVER = "transceiver"
    UNBINDING = "unbinding"
    CLOSED = "closed"


_BOUND_AS = {
    BIND_TRANSMITTER: Stage.TRANSMITTER,
    BIND_RECEIVER: Stage.RECEIVER,
    BIND_TRANSCEIVER: Stage.TRANSCEIVER,
}
_SUBMITS = frozenset({Stage.TRANSMITTER, Stage.TRANSCEIVER})
_RECEIVES = frozenset({Stage.RECEIVER, Stage.TRANSCEIVER})

# Requests that are heard at a stage; enquire_link and unbind are answered at every one.
_LEGAL: dict[type, frozenset[Stage]] = {
    Bind: frozenset({Stage.OPEN}),
    SubmitSm: _SUBMITS,
    DataSm: _SUBMITS,
    QuerySm: _SUBMITS,
    DeliverSm: frozenset(),  # no ESME's to send
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request of ours. No token: an enquire_link or an unbind."""

    token: object | None
    deadline: float


class CentreSession:
    """`judge` says with which status a bind is answered."""

    def __init__(self, settings: CentreSettings, judge: Callable[[Bind], int], now: float) -> None:
        self._settings = settings
        self._judge = judge
        self._framer = Framer()
        self._out: list[bytes] = []
        self._events: list[Event] = []
        self._asked: dict[int, _Asked] = {}  # equally patient with all, so the first is the first to expire
        self._sequence = 0
        self._deliveries = 0
        self._heard_at = now
        self._give_up_at = now + settings.session_init
        self._enquiring = False
        self.stage = Stage.OPEN
        self.bind: Bind | None = None

    @property
    def receives(self) -> bool:
        return self.stage in _RECEIVES

    @property
    def room(self) -> int:
        """How many more deliver_sm it takes now."""
        return self._settings.window - self._deliveries if self.receives else 0

    def data_to_send(self) -> bytes:
        data = b"".join(self._out)
        self._out.clear()
        return data

    # ── from the wire ────────────────────────────────────────────────────────────────────────────────────────────────

    def receive(self, data: bytes, now: float) -> list[Event]:
        self._heard_at = now
        for frame in self._framer.feed(data):
            if self.stage is not Stage.CLOSED:
                self._take(frame, now)
        if self._framer.broken is not None and self.stage is not Stage.CLOSED:
            self._send(GenericNack(sequence=0, status=ESME_RINVCMDLEN))
            self._close(f"a PDU of {self._framer.broken} octets cannot be")
        return self._told()

    def lost(self) -> list[Event]:
        if self.stage is not Stage.CLOSED:
            self._close("the connection was lost")
        return self._told()

    # ── from the clock ───────────────────────────────────────────────────────────────────────────────────────────────

    def tick(self, now: float) -> list[Event]:
        if self.stage is Stage.CLOSED:
            return []
        self._expire(now)
        if self.stage in (Stage.OPEN, Stage.UNBINDING) and now >= self._give_up_at:
            self._close("it did not bind in time" if self.stage is Stage.OPEN else "unbind was not answered")
        elif self.stage in _BOUND_AS.values() and not self._enquiring and now >= self._enquire_at():
            self._enquiring = True
            self._ask(EnquireLink(), None, now)
        return self._told()

    def next_deadline(self) -> float | None:
        if self.stage is Stage.CLOSED:
            return None
        deadlines = [asked.deadline for asked in list(self._asked.values())[:1]]
        if self.stage in (Stage.OPEN, Stage.UNBINDING):
            deadlines.append(self._give_up_at)
        elif not self._enquiring:
            deadlines.append(self._enquire_at())
        return min(deadlines)

    # ── from the centre ──────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, asked: Submission, status: int, message_id: str = "", tlvs: Tlvs = ()) -> None:
        kind = SubmitSmResp if isinstance(asked, SubmitSm) else DataSmResp
        self._send(kind(sequence=asked.sequence, status=status, message_id=message_id, tlvs=tlvs))

    def tell(self, about: QuerySmResp) -> None:
        self._send(about)

    def blurt(self, octets: bytes) -> None:
        """What no message centre should say."""
        if self.stage is not Stage.CLOSED:
            self._out.append(octets)

    def deliver(self, token: object, pdu: DeliverSm, now: float) -> None:
        """Only while there is room."""
        self._deliveries += 1
        self._ask(pdu, token, now)

    def unbind(self, now: float) -> list[Event]:
        """Nothing more is delivered. One that never bound is closed without a word."""
        if self.stage is Stage.OPEN:
            self._close("the message centre stops")
        elif self.stage in _BOUND_AS.values():
            self.stage = Stage.UNBINDING
            self._give_up_at = now + self._settings.response_timeout
            self._ask(Unbind(), None, now)
        return self._told()

    # ── within ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, frame: bytes, now: float) -> None:
        try:
            pdu = decode(frame)
        except MalformedPdu as malformed:
            self._send(refusal(malformed.command_id, malformed.sequence, malformed.status))
            return
        match pdu:
            case EnquireLink():
                self._send(EnquireLinkResp(sequence=pdu.sequence))
            case Unbind():
                self._send(UnbindResp(sequence=pdu.sequence))
                self._close("it unbound")
            case Bind() | SubmitSm() | DataSm() | DeliverSm() | QuerySm():
                self._request(pdu)
            case _ if not pdu.command_id & RESPONSE:
                self._send(GenericNack(sequence=pdu.sequence, status=ESME_RINVCMDID))
            case OtherPdu():
                pass
            case _:
                self._answered(pdu)

    def _request(self, pdu: Bind | SubmitSm | DataSm | DeliverSm | QuerySm) -> None:
        if self.stage not in _LEGAL[type(pdu)]:
            status = ESME_RALYBND if isinstance(pdu, Bind) and self.bind else ESME_RINVBNDSTS
            self._send(refusal(pdu.command_id, pdu.sequence, status))
        elif isinstance(pdu, Bind):
            self._bound(pdu)
        elif isinstance(pdu, QuerySm):
            self._events.append(Queried(pdu))
        elif isinstance(pdu, SubmitSm | DataSm):
            self._events.append(Submitted(pdu))

    def _bound(self, bind: Bind) -> None:
        status = self._judge(bind)
        if status != ESME_ROK:
            self._send(BindResp(command_id=bind.command_id | RESPONSE, sequence=bind.sequence, status=status))
            return
        tlvs = ((SC_INTERFACE_VERSION, bytes((_VERSION_3_4,))),) if bind.interface_version >= _VERSION_3_4 else ()
        system_id = self._settings.system_id
        command_id = bind.command_id | RESPONSE
        self._send(BindResp(command_id=command_id, sequence=bind.sequence, system_id=system_id, tlvs=tlvs))
        self.stage = _BOUND_AS[bind.command_id]
        self.bind = bind
        self._events.append(Bound(bind))

    def _answered(self, response: Pdu) -> None:
        """One that answers nothing (too late, or never asked) changes nothing."""
        asked = self._asked.pop(response.sequence, None)
        if asked is None:
            return
        if asked.token is not None:
            self._deliveries -= 1
            ok = response.status == ESME_ROK
            self._events.append(Delivered(asked.token) if ok else Refused(asked.token, response.status))
        elif self.stage is Stage.UNBINDING and isinstance(response, UnbindResp | GenericNack):
            self._close("unbound")
        else:
            self._enquiring = False

    def _expire(self, now: float) -> None:
        while self._asked and next(iter(self._asked.values())).deadline <= now:
            sequence, asked = next(iter(self._asked.items()))
            del self._asked[sequence]
            if asked.token is not None:
                self._deliveries -= 1
                self._events.append(Unanswered(asked.token, lost=False))
            elif self._heard_at <= asked.deadline - self._settings.response_timeout:
                self._close("it does not answer enquire_link")
            else:
                self._enquiring = False

    def _enquire_at(self) -> float:
        return self._heard_at + self._settings.enquire_link

    def _ask(self, pdu: DeliverSm | EnquireLink | Unbind, token: object | None, now: float) -> None:
        self._sequence = 1 if self._sequence >= LAST_SEQUENCE else self._sequence + 1
        self._asked[self._sequence] = _Asked(token, now + self._settings.response_timeout)
        self._out.append(encode(pdu, self._sequence))

    def _send(self, pdu: Response) -> None:
        if self.stage is not Stage.CLOSED:
            self._out.append(encode(pdu))

    def _close(self, reason: str) -> None:
        self.stage = Stage.CLOSED
        self._events += [
            Unanswered(asked.token, lost=True) for asked in self._asked.values() if asked.token is not None
        ]
        self._asked.clear()
        self._deliveries = 0
        self._events.append(Closed(reason))

    def _told(self) -> list[Event]:
        events, self._events = self._events, []
        return events
