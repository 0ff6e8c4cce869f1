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
when we cannot take them (ESME_RX_T_APPN: come again). A response that answers nothing came too late: it is passed over.

When the peer has been silent for a while it is asked whether it lives; when it stays silent it is dead. One request
that is never answered is only that: its outcome is unknown, its place in the window is free, the session goes on.

The order of sending is the order of `submit`, also through throttling. See submissions, window and confirmations for
what is kept of each direction.
"""

from collections.abc import Callable
from enum import Enum, auto
from struct import Struct
from typing import Any, Final

from channels.sms import events as e
from channels.sms.confirmations import Confirmations
from channels.sms.framing import Framer
from channels.sms.pdus import (
    ALERT_NOTIFICATION,
    BIND_RECEIVER,
    BIND_TRANSCEIVER,
    BIND_TRANSMITTER,
    DATA_SM,
    DELIVER_SM,
    RESPONSE,
    Bind,
    BindResp,
    DataSm,
    DataSmResp,
    DeliverSm,
    DeliverSmResp,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    MalformedPdu,
    OtherPdu,
    Pdu,
    SubmitSm,
    SubmitSmResp,
    Unbind,
    UnbindResp,
    UnfitPdu,
    decode,
    encode,
)
from channels.sms.segments import segments_in
from channels.sms.settings import LinkSettings
from channels.sms.status import (
    ESME_RINVBNDSTS,
    ESME_RINVCMDID,
    ESME_RINVCMDLEN,
    ESME_RINVPARLEN,
    ESME_ROK,
    ESME_RSYSERR,
    ESME_RX_T_APPN,
    Class,
    classify,
    patience_after,
)
from channels.sms.submissions import Submission, Submissions
from channels.sms.window import Asked, InFlight, Window

RELEASE_WITHIN: Final = 5.0  # seconds in which the peer's unbind is answered, whatever is still open

_SEQUENCE: Final = Struct("!I")
_BINDS: Final = {"transceiver": BIND_TRANSCEIVER, "transmitter": BIND_TRANSMITTER, "receiver": BIND_RECEIVER}
_ANSWERS: Final[dict[int, type[DeliverSmResp | DataSmResp]]] = {DELIVER_SM: DeliverSmResp, DATA_SM: DataSmResp}


class State(Enum):
    BINDING = auto()
    BOUND = auto()
    FINISHING = auto()
    UNBINDING = auto()
    RELEASING = auto()
    CLOSED = auto()


_LEAVING: Final = (State.FINISHING, State.RELEASING)
_MESSAGES_REFUSED: Final = {
    State.BINDING: ESME_RINVBNDSTS,
    State.FINISHING: ESME_RX_T_APPN,
    State.UNBINDING: ESME_RX_T_APPN,
    State.RELEASING: ESME_RX_T_APPN,
}


class Link:
    def __init__(self, settings: LinkSettings, sequence_start: int = 1) -> None:
        self._settings = settings
        self._state = State.BINDING
        self._framer = Framer()
        self._out: list[bytes] = []
        self._events: list[e.Event] = []
        self._window = Window(settings.response_timeout, sequence_start)
        self._submissions = Submissions(settings.window, settings.throughput)
        self._confirmations = Confirmations()
        self._to_answer: dict[int, tuple[int, type[DeliverSmResp | DataSmResp]]] = {}
        self._now = 0.0
        self._heard_at = 0.0
        self._enquiring = False
        self._leave_by = 0.0
        self._peers_unbind = 0

    # ── what the owner of the connection says ──

    def start(self, now: float) -> None:
        self._now = self._heard_at = now
        settings = self._settings
        bind = Bind(
            command_id=_BINDS[settings.bind],
            system_id=settings.system_id,
            password=settings.password,
            system_type=settings.system_type,
        )
        self._ask(Asked.BIND, bind, now)

    def receive(self, data: bytes, now: float) -> list[e.Event]:
        if self._closed():
            return []
        self._now = self._heard_at = now
        for frame in self._framer.feed(data):
            self._take(frame, now)
            if self._closed():
                return self._told()
        if self._framer.broken is not None:
            self._write(GenericNack(sequence=0, status=ESME_RINVCMDLEN))
            self._die(f"the peer announced a PDU of {self._framer.broken} octets: this is not SMPP")
        self._go_on(now)
        return self._told()

    def tick(self, now: float) -> list[e.Event]:
        """To be called when `next_deadline` has come; does no harm before."""
        if self._closed():
            return []
        self._now = now
        for request in self._window.expire(now):
            self._give_up(request)
        enquire_at = self._enquire_at()
        if enquire_at is not None and enquire_at <= now:
            self._enquiring = True
            self._ask(Asked.ENQUIRE_LINK, EnquireLink(), now)
        self._go_on(now)
        return self._told()

    def submit(self, token: object, pdu: SubmitSm, now: float) -> list[e.Event]:
        self._now = now
        if self._state not in (State.BINDING, State.BOUND) or self._settings.bind == "receiver":
            return [e.Refused(token, ESME_RINVBNDSTS, Class.SESSION)]
        try:
            frame = encode(pdu, 0)
        except UnfitPdu as error:
            return [
                e.Complaint(f"submit_sm cannot be sent: {error}"),
                e.Refused(token, ESME_RINVPARLEN, Class.PERMANENT),
            ]
        self._submissions.add(token, frame, segments_in(pdu))
        self._send_waiting(now)
        return []

    def acknowledge(self, number: int, status: int, now: float) -> list[e.Event]:
        """By the number it was heard with, not its sequence number: that a peer may use twice."""
        self._now = now
        answer = self._to_answer.pop(number, None)
        if answer is None or self._state is State.CLOSED:
            return []
        sequence, response = answer
        self._write(response(sequence=sequence, status=status))
        self._confirmations.acknowledge(number, now)
        if self._state in _LEAVING:
            self._go_on(now)
        return self._told()

    def unbind(self, now: float, within: float = 0.0) -> list[e.Event]:
        """Leave, when everything in flight has been answered or `within` seconds are over."""
        self._now = now
        if self._state is State.BINDING:
            self._close(e.Unbound())
        elif self._state is State.BOUND:
            self._state = State.FINISHING
            self._leave_by = now + within
        self._refuse_waiting()
        self._go_on(now)
        return self._told()

    def lost(self, now: float) -> list[e.Event]:
        """The connection is gone, and with it every answer that was still to come."""
        self._now = now
        self._state = State.CLOSED
        self._to_answer.clear()
        for request in self._window.emptied():
            if isinstance(request.what, Submission):
                self._tell(e.Unanswered(request.what.token))
        self._refuse_waiting()
        return self._told()

    # ── what it may want to know ──

    def data_to_send(self) -> bytes:
        data = b"".join(self._out)
        self._out.clear()
        return data

    def next_deadline(self) -> float | None:
        if self._state is State.CLOSED:
            return None
        deadlines = (
            self._window.deadline(),
            self._enquire_at(),
            self._submissions.opens_at(self._now),
            self._leave_by if self._state in _LEAVING else None,
        )
        return min((deadline for deadline in deadlines if deadline is not None), default=None)

    @property
    def state(self) -> State:
        return self._state

    @property
    def writable(self) -> bool:
        return self._state is State.BOUND and self._settings.bind != "receiver"

    @property
    def in_flight(self) -> int:
        return self._window.submissions

    @property
    def queued(self) -> int:
        return len(self._submissions)

    @property
    def unacknowledged(self) -> int:
        return len(self._to_answer)

    def room(self, now: float) -> int:
        """How many more could be submitted now and would leave at once."""
        if not self.writable:
            return 0
        return max(0, self._submissions.openings(self._window.submissions, now) - len(self._submissions))

    # ── what the peer says ──

    def _take(self, frame: bytes, now: float) -> None:
        try:
            pdu = decode(frame)
        except MalformedPdu as malformed:
            self._tell(e.Complaint(str(malformed)))
            self._write(_refusal(malformed))
            return
        _HANDLERS[type(pdu)](self, pdu, now)

    def _on_message(self, pdu: DeliverSm | DataSm, now: float) -> None:
        response = _ANSWERS[pdu.command_id]
        refusal = self._why_no_message()
        if refusal:
            self._write(response(sequence=pdu.sequence, status=refusal))
            return
        number = self._confirmations.hear()
        self._to_answer[number] = (pdu.sequence, response)
        self._tell(e.Heard(pdu.sequence, pdu, number))

    def _why_no_message(self) -> int:
        if self._state is not State.BOUND:
            return _MESSAGES_REFUSED[self._state]
        if self._settings.bind == "transmitter":
            return ESME_RINVBNDSTS
        return ESME_RX_T_APPN if len(self._to_answer) >= self._settings.backlog else ESME_ROK

    def _on_enquire_link(self, pdu: EnquireLink, now: float) -> None:
        self._write(EnquireLinkResp(sequence=pdu.sequence))

    def _on_unbind(self, pdu: Unbind, now: float) -> None:
        if self._state not in (State.BOUND, State.FINISHING):
            self._write(UnbindResp(sequence=pdu.sequence))
            if self._state is State.BINDING:
                self._close(e.Unbound())
            return
        self._state = State.RELEASING
        self._leave_by = now + RELEASE_WITHIN
        self._peers_unbind = pdu.sequence
        self._tell(e.PeerUnbound())
        self._refuse_waiting()

    def _on_unspoken(self, pdu: Pdu, now: float) -> None:
        if pdu.command_id & RESPONSE or pdu.command_id == ALERT_NOTIFICATION:
            return
        self._tell(e.Complaint(f"command 0x{pdu.command_id:08x} is nothing that a message centre may ask of us"))
        self._write(GenericNack(sequence=pdu.sequence, status=ESME_RINVCMDID))

    def _on_submit_sm_resp(self, pdu: SubmitSmResp, now: float) -> None:
        request = self._window.waiting(pdu.sequence)
        if request is None or not isinstance(request.what, Submission):
            return
        self._answered(pdu.sequence, request, now)
        self._settle(request.what, pdu.status, pdu.message_id, now)

    def _on_bind_resp(self, pdu: BindResp, now: float) -> None:
        if self._is_answer_to(Asked.BIND, pdu.sequence, now):
            self._bind_answered(pdu.status, pdu.system_id)

    def _on_enquire_link_resp(self, pdu: EnquireLinkResp, now: float) -> None:
        if self._is_answer_to(Asked.ENQUIRE_LINK, pdu.sequence, now):
            self._enquiring = False

    def _on_unbind_resp(self, pdu: UnbindResp, now: float) -> None:
        if self._is_answer_to(Asked.UNBIND, pdu.sequence, now):
            self._close(e.Unbound())

    def _on_generic_nack(self, pdu: GenericNack, now: float) -> None:
        """Whatever was asked under that number has been answered: badly."""
        request = self._window.waiting(pdu.sequence)
        if request is None:
            self._tell(e.Complaint(f"generic_nack, status 0x{pdu.status:x}, for sequence {pdu.sequence}"))
            return
        self._answered(pdu.sequence, request, now)
        status = pdu.status or ESME_RSYSERR
        match request.what:
            case Asked.BIND:
                self._bind_answered(status, "")
            case Asked.ENQUIRE_LINK:
                self._enquiring = False
            case Asked.UNBIND:
                self._close(e.Unbound())
            case Submission() as submission:
                self._settle(submission, status, "", now)

    # ── what follows ──

    def _is_answer_to(self, asked: Asked, sequence: int, now: float) -> bool:
        request = self._window.waiting(sequence)
        if request is None or request.what is not asked:
            return False
        self._answered(sequence, request, now)
        return True

    def _answered(self, sequence: int, request: InFlight, now: float) -> None:
        self._window.close(sequence)
        if self._confirmations.answer(request.through, now):
            self._tell(e.Confirmed(request.through))

    def _bind_answered(self, status: int, system_id: str) -> None:
        if status == ESME_ROK:
            self._state = State.BOUND
            self._tell(e.Bound(system_id))
        else:
            self._close(e.BindRefused(status, patience_after(status)))

    def _settle(self, submission: Submission, status: int, message_id: str, now: float) -> None:
        klass = classify(status)
        if status == ESME_ROK:
            self._submissions.settled(submission)
            self._tell(e.Submitted(submission.token, message_id))
        elif klass is not Class.THROTTLE:
            self._submissions.settled(submission)
            self._tell(e.Refused(submission.token, status, klass))
        elif not self._submissions.throttled(submission, status, now):
            self._tell(e.Refused(submission.token, status, klass))
        elif self._state is not State.BOUND:
            self._refuse_waiting()
        if status == ESME_RINVBNDSTS:
            self._die("the message centre says that we are not bound")

    def _give_up(self, request: InFlight) -> None:
        match request.what:
            case Submission() as submission:
                self._submissions.unanswered(submission)
                self._tell(e.Unanswered(submission.token))
            case Asked.BIND:
                self._die("the bind was not answered")
            case Asked.UNBIND:
                self._close(e.Unbound())
            case Asked.ENQUIRE_LINK:
                self._enquiring = False
                if self._heard_at <= request.sent_at:
                    self._die("the peer has been silent, also when asked whether it lives")

    def _enquire_at(self) -> float | None:
        """When the peer has been silent for long, or when acknowledgements have been open for long."""
        if self._enquiring or self._state in (State.BINDING, State.UNBINDING, State.CLOSED):
            return None
        silent = self._heard_at + self._settings.enquire_link
        unconfirmed = self._confirmations.due(nothing_in_flight=not self._window)
        return silent if unconfirmed is None else min(silent, unconfirmed)

    def _go_on(self, now: float) -> None:
        if self._state is State.BOUND:
            self._send_waiting(now)
        elif self._state in _LEAVING:
            unfinished = self._window.submissions or self._to_answer
            if not unfinished or now >= self._leave_by:
                self._leave(now)

    def _leave(self, now: float) -> None:
        if self._state is State.FINISHING:
            self._state = State.UNBINDING
            self._ask(Asked.UNBIND, Unbind(), now)
        else:
            self._write(UnbindResp(sequence=self._peers_unbind))
            self._close(e.Unbound())

    def _send_waiting(self, now: float) -> None:
        if self._state is not State.BOUND:
            return
        while (submission := self._submissions.next(self._window.submissions, now)) is not None:
            sequence = self._window.open(submission, self._confirmations.ask(), now)
            frame = submission.frame
            self._out.append(frame[:12] + _SEQUENCE.pack(sequence) + frame[16:])

    def _refuse_waiting(self) -> None:
        for submission in self._submissions.emptied():
            self._tell(e.Refused(submission.token, ESME_RINVBNDSTS, Class.SESSION))

    def _ask(self, what: Asked, pdu: Bind | EnquireLink | Unbind, now: float) -> None:
        sequence = self._window.open(what, self._confirmations.ask(), now)
        self._out.append(encode(pdu, sequence))

    def _write(self, pdu: Pdu) -> None:
        self._out.append(encode(pdu))

    def _closed(self) -> bool:
        return self._state is State.CLOSED

    def _die(self, reason: str) -> None:
        self._close(e.Dead(reason))

    def _close(self, last: e.Event) -> None:
        self._state = State.CLOSED
        self._tell(last)

    def _tell(self, event: e.Event) -> None:
        self._events.append(event)

    def _told(self) -> list[e.Event]:
        told, self._events = self._events, []
        return told


def _refusal(malformed: MalformedPdu) -> Pdu:
    response = _ANSWERS.get(malformed.command_id)
    if response is not None:
        return response(sequence=malformed.sequence, status=malformed.status)
    return GenericNack(sequence=malformed.sequence, status=malformed.status)


_HANDLERS: Final[dict[type, Callable[[Link, Any, float], None]]] = {
    DeliverSm: Link._on_message,
    DataSm: Link._on_message,
    EnquireLink: Link._on_enquire_link,
    Unbind: Link._on_unbind,
    BindResp: Link._on_bind_resp,
    SubmitSmResp: Link._on_submit_sm_resp,
    EnquireLinkResp: Link._on_enquire_link_resp,
    UnbindResp: Link._on_unbind_resp,
    GenericNack: Link._on_generic_nack,
    DeliverSmResp: Link._on_unspoken,
    DataSmResp: Link._on_unspoken,
    Bind: Link._on_unspoken,
    SubmitSm: Link._on_unspoken,
    OtherPdu: Link._on_unspoken,
}
