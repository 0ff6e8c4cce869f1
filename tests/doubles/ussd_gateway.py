"""A USSD gateway that speaks SMPP, with the telephones behind it: octets by `struct` from the manuals of four vendors.

It keeps a book of every session: what was put in, what came back, whether it has ended. A gateway takes one answer for
each input; whatever else is said into a session is written down as `stray`.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.doubles import fake_smsc as mc

OP, ITS, REFERENCE = 0x0501, 0x1383, 0x0204
NO_SUCH_SESSION = 0x0400
MAIN = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}


@dataclass(frozen=True)
class Vendor:
    """Operations as the vendor's manual has them; `tag`: where the session is; `bit`: whether its last bit ends."""

    dial: int = 0x01
    reply: int = 0x12
    abort: int = 0x81
    end: int | None = 0x11
    tag: int = ITS
    bit: bool = True


VENDORS = {
    "standard": Vendor(),
    "tata": Vendor(abort=0x11, end=None),
    "sixdee": Vendor(),
    "mica": Vendor(tag=REFERENCE, bit=False),
}


@dataclass
class Session:
    msisdn: str
    number: int
    inputs: int = 0
    answers: list[str] = field(default_factory=list)
    ended: bool = False
    aborted: bool = False
    stray: list[str] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """For an answer."""
        return self.inputs > len(self.answers) and not self.ended and not self.aborted


@dataclass
class UssdGateway:
    """answered: told of each answer as it comes; refuses: the status for what is said into a session, 0 to take it."""

    kind: str = "standard"
    code: str = "*100#"
    answered: Callable[[Session, str], None] = lambda session, text: None
    refuses: Callable[[Session | None], int] = lambda session: 0
    smsc: mc.FakeSmsc = field(init=False)
    sessions: dict[tuple[str, int], Session] = field(default_factory=dict)
    all: list[Session] = field(default_factory=list)
    texts: list[tuple[str, str, int]] = field(default_factory=list)  # whom, what, operation: what is of no session
    acknowledged: dict[int, int] = field(default_factory=dict)
    octets: list[int] = field(default_factory=list)
    pushed: int = 0
    _sequence: int = 0
    _number: int = 0

    def __post_init__(self) -> None:
        self.vendor = VENDORS[self.kind]
        self.smsc = mc.FakeSmsc(on_submit=self._submitted)

    # ── the telephones: what each does is a PDU to be sent ──

    def dials(self, msisdn: str, dialled: str = "*100#") -> tuple[Session, bytes]:
        self._number = (self._number + 1) & 0xFF
        session = Session(msisdn, self._number << 8 | 0x02)
        self.all.append(session)
        self.sessions[msisdn, self._marked(session.number)] = session
        return session, self._input(session, self.vendor.dial, dialled)

    def replies_to_push(self, msisdn: str, text: str) -> tuple[Session, bytes]:
        """To the last session that the other side began."""
        session = Session(msisdn, self.pushed)
        self.sessions[msisdn, self._marked(session.number)] = session
        return session, self._input(session, self.vendor.reply, text)

    def types(self, session: Session, text: str) -> bytes:
        session.number += 4 if self.kind == "standard" and session.number & 0xFF < 0xF0 else 0  # its sequence
        return self._input(session, self.vendor.reply, text)

    def aborts(self, session: Session) -> bytes:
        session.aborted = True
        return self._pdu(session, self.vendor.abort, "")

    def _input(self, session: Session, operation: int, text: str) -> bytes:
        session.inputs += 1
        return self._pdu(session, operation, text)

    def _pdu(self, session: Session, operation: int, text: str) -> bytes:
        self._sequence += 1
        gsm = text.isascii()
        parameters = mc.tlv(OP, bytes((operation,))) + mc.tlv(self.vendor.tag, struct.pack(">H", session.number))
        body = mc.message_body(
            text.encode("ascii" if gsm else "utf-16-be"),
            source=session.msisdn.encode(),
            destination=self.code.strip("*#").encode(),
            dcs=0 if gsm else 8,
        )
        return mc.frame(mc.DELIVER_SM, self._sequence, body + parameters)

    # ── what Hall says ──

    def answer(self, octets: bytes) -> bytes:
        already = len(self.smsc.heard)
        says = self.smsc.answer(octets)
        for said in self.smsc.heard[already:]:
            if said.name == "deliver_sm_resp":
                self.acknowledged[said.sequence] = said.status
        return says

    def _submitted(self, said: mc.Said) -> bytes:
        whom, text, octets, parameters = read(said.body)
        operation = parameters[OP][0]
        number = struct.unpack(">H", parameters[self.vendor.tag])[0]
        session = self.sessions.get((whom, self._marked(number & ~1 if self.vendor.bit else number)))
        if status := self.refuses(session):
            return mc.submit_sm_resp(said.sequence, status=status)
        if session is None:
            self.texts.append((whom, text, operation))
            self.pushed = number & ~1
            return mc.submit_sm_resp(said.sequence, b"%x" % said.sequence)
        if not session.waits:
            session.stray.append(text)
            return mc.submit_sm_resp(said.sequence, status=NO_SUCH_SESSION)
        self.octets.append(octets)
        session.answers.append(text)
        session.ended = bool(number & 1) if self.vendor.bit else operation == self.vendor.end
        if self.vendor.end is not None:
            assert session.ended == (operation == self.vendor.end), "the operation and the end bit say the same"
        self.answered(session, text)
        return mc.submit_sm_resp(said.sequence, b"%x" % said.sequence)

    def _marked(self, number: int) -> int:
        return number & 0xFF00 if self.kind == "standard" else number


def read(body: bytes) -> tuple[str, str, int, dict[int, bytes]]:
    """Whom, the text, how many octets it is on the air, and the parameters of a submit_sm."""
    _, rest = body.split(b"\0", 1)
    _, rest = rest[2:].split(b"\0", 1)
    whom, rest = rest[2:].split(b"\0", 1)
    _, _, rest = rest[3:].split(b"\0", 2)
    coding, length = rest[2], rest[4]
    message, rest = rest[5 : 5 + length], rest[5 + length :]
    parameters = {}
    while rest:
        tag, size = struct.unpack(">HH", rest[:4])
        parameters[tag], rest = rest[4 : 4 + size], rest[4 + size :]
    if coding == 8:
        return whom.decode(), message.decode("utf-16-be"), len(message), parameters
    return whom.decode(), _septets(message), (len(message) * 7 + 7) // 8, parameters


def _septets(octets: bytes) -> str:
    text, escaped = "", False
    for each in octets:
        if escaped:
            text, escaped = text + EXTENSION[each], False
        elif each == 0x1B:
            escaped = True
        else:
            text += MAIN[each]
    return text
