"""What a peer says to a link, PDU by PDU, and what that leads to.

Everything that must not wait for a database is answered here and at once: enquire_link in every state, commands that we
do not speak, requests that cannot be read, messages when we cannot take them. A response that answers nothing (it was
never asked for, it is of another kind than the question) is passed over; one that comes too late is told, if it brings
good news.
"""

from collections.abc import Callable
from typing import Any, Final

from channels.smpp import events as e
from channels.smpp.inbox import ACKNOWLEDGEMENTS
from channels.smpp.link_session import Session, State
from channels.smpp.pdus import (
    RESPONSE,
    AlertNotification,
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
    Outbind,
    Pdu,
    QuerySm,
    QuerySmResp,
    SubmitSm,
    SubmitSmResp,
    Unbind,
    UnbindResp,
    decode,
)
from channels.smpp.status import (
    ESME_RINVBNDSTS,
    ESME_RINVCMDID,
    ESME_ROK,
    ESME_RSYSERR,
    ESME_RX_T_APPN,
)
from channels.smpp.submissions import Submission
from channels.smpp.tlvs import CONGESTION_STATE, MS_AVAILABILITY_STATUS, Tlvs, find_int
from channels.smpp.window import Asked, Query

RELEASE_WITHIN: Final = 5.0  # seconds in which the peer's unbind is answered, whatever is still open

_MESSAGES_REFUSED: Final = {
    State.BINDING: ESME_RINVBNDSTS,
    State.FINISHING: ESME_RX_T_APPN,
    State.UNBINDING: ESME_RX_T_APPN,
    State.RELEASING: ESME_RX_T_APPN,
}


def take(session: Session, frame: bytes, now: float) -> None:
    try:
        pdu = decode(frame)
    except MalformedPdu as malformed:
        session.tell(e.Complaint(str(malformed)))
        _refuse(session, malformed)
        return
    _HANDLERS[type(pdu)](session, pdu, now)


def _refuse(session: Session, malformed: MalformedPdu) -> None:
    response = ACKNOWLEDGEMENTS.get(malformed.command_id)
    refusal: Callable[..., Pdu] = GenericNack if response is None else response
    session.write(refusal(sequence=malformed.sequence, status=malformed.status))


# ── requests ──


def _message(session: Session, pdu: DeliverSm | DataSm, now: float) -> None:
    acknowledgement = ACKNOWLEDGEMENTS[pdu.command_id]
    refusal = _why_no_message(session)
    if refusal:
        session.write(acknowledgement(sequence=pdu.sequence, status=refusal))
        return
    number = session.inbox.hear(pdu.sequence, acknowledgement)
    session.tell(e.Heard(pdu.sequence, pdu, number))


def _why_no_message(session: Session) -> int:
    if session.state is not State.BOUND:
        return _MESSAGES_REFUSED[session.state]
    if session.settings.bind == "transmitter":
        return ESME_RINVBNDSTS
    return ESME_RX_T_APPN if session.inbox.full else ESME_ROK


def _enquire_link(session: Session, pdu: EnquireLink, now: float) -> None:
    session.write(EnquireLinkResp(sequence=pdu.sequence))


def _unbind(session: Session, pdu: Unbind, now: float) -> None:
    if session.state not in (State.BOUND, State.FINISHING):
        session.write(UnbindResp(sequence=pdu.sequence))
        if session.state is State.BINDING:
            session.close(e.Unbound())
        return
    session.state = State.RELEASING
    session.leave_by = now + RELEASE_WITHIN
    session.peers_unbind = pdu.sequence
    session.tell(e.PeerUnbound())
    session.refuse_waiting()


def _alert_notification(session: Session, pdu: AlertNotification, now: float) -> None:
    """Never answered, by the specification."""
    if session.state is not State.BINDING:
        session.tell(e.Alerted(pdu.source_addr, find_int(pdu.tlvs, MS_AVAILABILITY_STATUS)))


def _unspoken(session: Session, pdu: Pdu, now: float) -> None:
    if pdu.command_id & RESPONSE:
        return
    session.tell(e.Complaint(f"command 0x{pdu.command_id:08x} is nothing that a message centre may ask of us"))
    session.write(GenericNack(sequence=pdu.sequence, status=ESME_RINVCMDID))


# ── responses ──


def _submission_answered(session: Session, pdu: SubmitSmResp | DataSmResp, now: float) -> None:
    _hear_congestion(session, pdu.tlvs, now)
    request = session.window.waiting(pdu.sequence)
    if request is None:
        _answered_late(session, pdu)
        return
    if not isinstance(request.what, Submission) or request.what.answer != pdu.command_id:
        return
    session.answered(pdu.sequence, request, now)
    session.settle(request.what, pdu.status, pdu.message_id, now)


def _answered_late(session: Session, pdu: SubmitSmResp | DataSmResp) -> None:
    """A refusal that comes late changes nothing: the message is tried again, or given up, already."""
    submission = session.window.answered_late(pdu.sequence)
    if submission is not None and submission.answer == pdu.command_id and pdu.status == ESME_ROK:
        session.tell(e.Late(submission.token, pdu.message_id))


def _hear_congestion(session: Session, tlvs: Tlvs, now: float) -> None:
    """SMPP 5.0; a message centre of 3.4 says nothing."""
    state = find_int(tlvs, CONGESTION_STATE) if tlvs else None
    if state is not None and session.submissions.congested(state, now):
        session.tell(e.Complaint(f"the message centre is congested (state {state}): sending more slowly"))


def _query_sm_resp(session: Session, pdu: QuerySmResp, now: float) -> None:
    request = session.window.waiting(pdu.sequence)
    if request is None or not isinstance(request.what, Query):
        return
    session.answered(pdu.sequence, request, now)
    known = pdu.status == ESME_ROK and pdu.message_state
    session.tell(e.Queried(request.what.token, pdu.message_state if known else None))


def _bind_resp(session: Session, pdu: BindResp, now: float) -> None:
    _hear_congestion(session, pdu.tlvs, now)
    if _answers(session, Asked.BIND, pdu.sequence, now):
        session.bind_answered(pdu.status, pdu.system_id)


def _enquire_link_resp(session: Session, pdu: EnquireLinkResp, now: float) -> None:
    _hear_congestion(session, pdu.tlvs, now)
    if _answers(session, Asked.ENQUIRE_LINK, pdu.sequence, now):
        session.enquiring = False


def _unbind_resp(session: Session, pdu: UnbindResp, now: float) -> None:
    if _answers(session, Asked.UNBIND, pdu.sequence, now):
        session.close(e.Unbound())


def _generic_nack(session: Session, pdu: GenericNack, now: float) -> None:
    """Whatever was asked under that number has been answered: badly."""
    request = session.window.waiting(pdu.sequence)
    if request is None:
        session.tell(e.Complaint(f"generic_nack, status 0x{pdu.status:x}, for sequence {pdu.sequence}"))
        return
    session.answered(pdu.sequence, request, now)
    status = pdu.status or ESME_RSYSERR
    match request.what:
        case Asked.BIND:
            session.bind_answered(status, "")
        case Asked.ENQUIRE_LINK:
            session.enquiring = False
        case Asked.UNBIND:
            session.close(e.Unbound())
        case Query() as query:
            session.tell(e.Queried(query.token, None))
        case Submission() as submission:
            session.settle(submission, status, "", now)


def _answers(session: Session, asked: Asked, sequence: int, now: float) -> bool:
    request = session.window.waiting(sequence)
    if request is None or request.what is not asked:
        return False
    session.answered(sequence, request, now)
    return True


_HANDLERS: Final[dict[type, Callable[[Session, Any, float], None]]] = {
    DeliverSm: _message,
    DataSm: _message,
    EnquireLink: _enquire_link,
    Unbind: _unbind,
    AlertNotification: _alert_notification,
    BindResp: _bind_resp,
    SubmitSmResp: _submission_answered,
    DataSmResp: _submission_answered,
    QuerySmResp: _query_sm_resp,
    EnquireLinkResp: _enquire_link_resp,
    UnbindResp: _unbind_resp,
    GenericNack: _generic_nack,
    DeliverSmResp: _unspoken,
    Bind: _unspoken,
    Outbind: _unspoken,
    SubmitSm: _unspoken,
    QuerySm: _unspoken,
    OtherPdu: _unspoken,
}
