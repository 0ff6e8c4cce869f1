"""The handsets' USSD screens: codes that are dialled, what is typed, and how long anybody waits.

    phone page ── dial, reply ──► deliver_sm (PSSR indication, USSR confirm) ──► whoever bound with system_type USSD
               ◄── Screen ──────  submit_sm  (USSR request, PSSR response)  ◄──

A handset has one session. Every input is answered by one screen, and if none comes in time the network says so, as it
does outside: `failed`, and the other side is told that it is over. Whoever does not type for three minutes is cut off.
Sessions are marked as the specification has it: a number and the end bit in its_session_info.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from twisted.internet.defer import Deferred

from channels.clock import Clock, Delayed
from channels.smpp import alphabets, gsm
from channels.smpp.pdus import DataSm, DeliverSm, SubmitSm
from channels.smpp.status import ESME_ROK
from channels.smpp.tlvs import ITS_SESSION_INFO, USSD_SERVICE_OP, find_int
from channels.sms.centre.messages import as_one, is_handset
from channels.sms.centre.peers import Peer

SYSTEM_TYPE: Final = "USSD"
NETWORK_WAITS: Final = 15.0
PERSON_WAITS: Final = 180.0
SEPTETS, UNITS = 182, 80
DIALLED, TYPED, ABORTED = 0x01, 0x12, 0x81
ASKS, TELLS, ENDS = 0x02, 0x03, 0x11
NO_SUCH_SESSION: Final = 0x0400

State = Literal["asks", "over", "failed"]


class NotDialled(ValueError):
    """A phone would have said so too."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the handset shows. characters, room: so many places of the alphabet, of so many; waits: seconds to type."""

    state: State
    text: str = ""
    alphabet: str = ""
    characters: int = 0
    room: int = 0
    waits: float = 0.0


@dataclass(eq=False, slots=True)
class Session:
    """awaited: the screen that answers the last input; alarm: when somebody has waited long enough."""

    msisdn: str
    code: str
    number: int
    awaited: "Deferred[Screen] | None" = None
    alarm: Delayed | None = None


class Screens:
    """peers: everybody who is bound."""

    def __init__(self, clock: Clock, peers: Callable[[], Sequence[Peer]]) -> None:
        self._clock = clock
        self._peers = peers
        self._sessions: dict[str, Session] = {}
        self._number = 0

    # ── the handset ──

    def dial(self, msisdn: str, code: str) -> "Deferred[Screen]":
        """Raises NotDialled. A new code ends what was going on."""
        who = as_one(msisdn)
        if not is_handset(who):
            raise NotDialled(f"{msisdn!r} is no telephone number: give its digits, with or without the country code")
        if not (code.startswith(("*", "#")) and code.endswith("#")):
            raise NotDialled(f"{code!r} is no code: it begins with * and ends with #")
        self.leave(who)
        self._number = self._number % 255 + 1
        session = self._sessions[who] = Session(who, code, self._number << 8)
        return self._input(session, DIALLED, code)

    def reply(self, msisdn: str, text: str) -> "Deferred[Screen]":
        """Raises NotDialled."""
        session = self._sessions.get(as_one(msisdn))
        if session is None or session.awaited is not None:
            raise NotDialled("no session is open in which anything could be typed: dial a code")
        if places(text)[1] > places(text)[2]:
            raise NotDialled(f"that is more than a screen holds: {SEPTETS} characters, or {UNITS} with Chinese")
        return self._input(session, TYPED, text)

    def leave(self, msisdn: str) -> None:
        session = self._sessions.get(as_one(msisdn))
        if session is not None:
            self._over(session, Screen("over"))
            self._deliver(session, ABORTED, "")

    # ── the network ──

    def said(self, pdu: SubmitSm | DataSm) -> int | None:
        """With which status a submission into a session is answered; None if it is no such thing."""
        operation = find_int(pdu.tlvs, USSD_SERVICE_OP)
        if operation is None:
            return None
        marked = find_int(pdu.tlvs, ITS_SESSION_INFO) or 0
        session = self._sessions.get(as_one(pdu.destination_addr))
        if session is None or session.awaited is None or marked & 0xFF00 != session.number:
            return NO_SUCH_SESSION
        coding = alphabets.coding_of(pdu.data_coding, "gsm")
        text = alphabets.decode(pdu.user_data, alphabets.GSM if coding is None else coding)
        alphabet, characters, room = places(text)
        if characters > room:
            return NO_SUCH_SESSION
        if operation == ENDS or marked & 1:
            self._over(session, Screen("over", text, alphabet, characters, room))
        else:
            self._answered(session, Screen("asks", text, alphabet, characters, room, PERSON_WAITS))
            session.alarm = self._clock.callLater(PERSON_WAITS, self._cut_off, session)
        return ESME_ROK

    def refused(self, session: Session) -> None:
        """What was put in did not get there."""
        if self._sessions.get(session.msisdn) is session:
            self._over(session, Screen("failed"))

    def stop(self) -> None:
        for session in tuple(self._sessions.values()):
            self._over(session, Screen("failed"))

    # ── within ──

    def _input(self, session: Session, operation: int, text: str) -> "Deferred[Screen]":
        self._silence(session)
        awaited: Deferred[Screen] = Deferred()
        session.awaited = awaited
        session.alarm = self._clock.callLater(NETWORK_WAITS, self._cut_off, session)
        if not self._deliver(session, operation, text):
            self.refused(session)
        return awaited

    def _deliver(self, session: Session, operation: int, text: str) -> bool:
        peer = next((peer for peer in self._peers() if is_ussd(peer) and peer.session.room), None)
        if peer is None:
            return False
        octets = gsm.encode(text) if gsm.fits(text) else text.encode("utf-16-be")
        pdu = DeliverSm(
            service_type="USSD",
            source_addr_ton=1,
            source_addr_npi=1,
            source_addr=session.msisdn,
            destination_addr=session.code.strip("*#").partition("*")[0],
            data_coding=0 if gsm.fits(text) else 8,
            short_message=octets,
            tlvs=(
                (USSD_SERVICE_OP, bytes((operation,))),
                (ITS_SESSION_INFO, (session.number | 0x02).to_bytes(2, "big")),
            ),
        )
        peer.session.deliver(session, pdu, self._clock.seconds())
        peer.wire.flush()
        return True

    def _cut_off(self, session: Session) -> None:
        if self._sessions.get(session.msisdn) is session:
            self._over(session, Screen("failed"))
            self._deliver(session, ABORTED, "")

    def _over(self, session: Session, screen: Screen) -> None:
        if self._sessions.get(session.msisdn) is session:
            del self._sessions[session.msisdn]
        self._answered(session, screen)

    def _answered(self, session: Session, screen: Screen) -> None:
        self._silence(session)
        awaited, session.awaited = session.awaited, None
        if awaited is not None:
            awaited.callback(screen)

    @staticmethod
    def _silence(session: Session) -> None:
        if session.alarm is not None and session.alarm.active():
            session.alarm.cancel()


def is_ussd(peer: Peer) -> bool:
    return peer.bind.system_type == SYSTEM_TYPE


def places(text: str) -> tuple[str, int, int]:
    """The alphabet, how many places of it the text takes, and how many there are."""
    if gsm.fits(text):
        return "GSM-7", gsm.septets(text), SEPTETS
    return "UCS-2", len(text.encode("utf-16-be")) // 2, UNITS
