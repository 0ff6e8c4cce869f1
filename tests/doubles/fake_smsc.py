"""A message centre for tests: PDUs by `struct` from the specification, and a book of what was said.

It shares nothing with the code under test, so that a mistake in one is not hidden by the same mistake in the other. It
is given octets and gives octets; what carries them (a link directly, an in-memory pump) is the test's business.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x01, 0x02, 0x09
SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK, DATA_SM = 0x04, 0x05, 0x06, 0x15, 0x103
GENERIC_NACK = RESP = 0x80000000
NAMES = {
    BIND_RECEIVER: "bind_receiver",
    BIND_TRANSMITTER: "bind_transmitter",
    BIND_TRANSCEIVER: "bind_transceiver",
    SUBMIT_SM: "submit_sm",
    DELIVER_SM: "deliver_sm",
    UNBIND: "unbind",
    ENQUIRE_LINK: "enquire_link",
    DATA_SM: "data_sm",
}
NAMES |= {command | RESP: f"{name}_resp" for command, name in NAMES.items()} | {GENERIC_NACK: "generic_nack"}


def frame(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    return struct.pack(">LLLL", 16 + len(body), command, status, sequence) + body


def tlv(tag: int, value: bytes) -> bytes:
    return struct.pack(">HH", tag, len(value)) + value


def message_body(
    text: bytes, *, source: bytes = b"8613800138000", destination: bytes = b"10086", esm: int = 0, dcs: int = 0
) -> bytes:
    """The body that deliver_sm and submit_sm have in common, up to the optional parameters."""
    return (
        b"\0"
        + b"\x01\x01" + source + b"\0"
        + b"\x00\x01" + destination + b"\0"
        + bytes((esm, 0, 0)) + b"\0" + b"\0"
        + bytes((0, 0, dcs, 0, len(text))) + text
    )  # fmt: skip


def deliver_sm(sequence: int, text: bytes = b"YE", tlvs: bytes = b"", **fields: object) -> bytes:
    return frame(DELIVER_SM, sequence, message_body(text, **fields) + tlvs)  # type: ignore[arg-type]


def data_sm(sequence: int, tlvs: bytes, source: bytes = b"8613800138000") -> bytes:
    return frame(DATA_SM, sequence, b"\0\x01\x01" + source + b"\0\x00\x0110086\0" + b"\0\0\0" + tlvs)


def submit_sm_resp(sequence: int, message_id: bytes = b"1", status: int = 0) -> bytes:
    return frame(SUBMIT_SM | RESP, sequence, message_id + b"\0" if not status else b"", status)


@dataclass(frozen=True)
class Said:
    """A PDU that the other side sent."""

    name: str
    status: int
    sequence: int
    body: bytes

    @property
    def short_message(self) -> bytes:
        _, rest = self.body.split(b"\0", 1)
        _, rest = rest[2:].split(b"\0", 1)
        _, rest = rest[2:].split(b"\0", 1)
        _, _, rest = rest[3:].split(b"\0", 2)
        return rest[5 : 5 + rest[4]]


def take_apart(octets: bytes) -> list[Said]:
    said = []
    while octets:
        length, command, status, sequence = struct.unpack(">LLLL", octets[:16])
        said.append(Said(NAMES.get(command, hex(command)), status, sequence, octets[16:length]))
        octets = octets[length:]
    return said


@dataclass
class FakeSmsc:
    """Answers binds, enquiries and unbinds by itself; `on_submit` decides what is said to a submit_sm, if anything."""

    on_submit: Callable[[Said], bytes] = lambda said: submit_sm_resp(said.sequence, b"%x" % said.sequence)
    bind_status: int = 0
    heard: list[Said] = field(default_factory=list)
    _rest: bytes = b""

    def answer(self, octets: bytes) -> bytes:
        self._rest += octets
        answers = b""
        while len(self._rest) >= 4 and len(self._rest) >= (length := struct.unpack(">L", self._rest[:4])[0]):
            (said,) = take_apart(self._rest[:length])
            self._rest = self._rest[length:]
            self.heard.append(said)
            answers += self._answer_one(said)
        return answers

    def names(self) -> list[str]:
        return [said.name for said in self.heard]

    def _answer_one(self, said: Said) -> bytes:
        if said.name.startswith("bind_"):
            command = next(command for command, name in NAMES.items() if name == said.name)
            body = b"fake\0" + tlv(0x0210, b"\x34") if not self.bind_status else b""
            return frame(command | RESP, said.sequence, body, self.bind_status)
        if said.name == "enquire_link":
            return frame(ENQUIRE_LINK | RESP, said.sequence)
        if said.name == "unbind":
            return frame(UNBIND | RESP, said.sequence)
        if said.name == "submit_sm":
            return self.on_submit(said)
        return b""
