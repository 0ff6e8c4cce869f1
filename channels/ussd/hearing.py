"""What a deliver_sm says that belongs to a USSD session, by the dialect of its link.

    pdu ── hear ──> Dialled(mark, subscriber, service, text)     a session begins
                    Typed(mark, subscriber, service, text)       it goes on
                    Left(mark, subscriber, reason)               it is over on the other side
                    Unheard(why)                                 nothing that a session could be told

The mark is the peer's name of the session, in hexadecimal: the bits of its parameter that stay the same. Whether the
end bit is set is asked before the operation: some gateways end with the operation of a reply.

The dialled string is the code and what was dialled behind it: `*100*1#`. Which code is told by its beginning, so that
`*100*1#` and `*100#` are one service. What cannot be told is the link's first code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from channels.msisdn import normalise
from channels.smpp import alphabets
from channels.smpp.pdus import DataSm, DeliverSm
from channels.smpp.tlvs import USSD_SERVICE_OP, find, find_int
from channels.ussd.dialects import Dialect
from channels.ussd.settings import UssdLinkSettings

_CODINGS = {"gsm": alphabets.GSM, "ucs2": alphabets.UCS2, "latin1": alphabets.LATIN1}


@dataclass(frozen=True, slots=True)
class Dialled:
    """`octets`: of the session's parameter, as they came."""

    mark: str
    subscriber: str
    service: str
    text: str
    octets: bytes = b""


@dataclass(frozen=True, slots=True)
class Typed:
    mark: str
    subscriber: str
    service: str
    text: str
    octets: bytes = b""


@dataclass(frozen=True, slots=True)
class Left:
    mark: str
    subscriber: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unheard:
    why: str


Heard: TypeAlias = Dialled | Typed | Left | Unheard


def hear(pdu: DeliverSm | DataSm, settings: UssdLinkSettings, country: str) -> Heard:
    dialect = settings.dialect
    subscriber = normalise(pdu.source_addr, country)
    if not subscriber:
        return Unheard("its sender is no telephone number")
    text = text_of(pdu, settings)
    if text is None:
        return Unheard("what it says is no text")
    marked = find(pdu.tlvs, dialect.session_tag) if dialect.session_tag else b""
    if marked is None:
        return Unheard(f"it does not say which session it is of: the parameter 0x{dialect.session_tag:04x} is missing")
    mark, last = read_mark(marked, dialect)
    operation = find_int(pdu.tlvs, USSD_SERVICE_OP)
    if operation is None:
        operation = dialect.opens[0] if text.startswith(("*", "#")) else dialect.replies[0]
    if operation in dialect.aborts or last:
        return Left(mark, subscriber, "aborted" if operation in dialect.aborts else "ended")
    if operation in dialect.confirms:
        return Left(mark, subscriber, "seen")
    if operation in dialect.opens:
        dialled = pdu.destination_addr if dialect.dialled == "destination_addr" else text
        return Dialled(mark, subscriber, service_of(dialled, settings.codes), dialled, marked)
    if operation in dialect.replies:
        return Typed(mark, subscriber, service_of(pdu.destination_addr, settings.codes), text, marked)
    return Unheard(f"the operation 0x{operation:02x} is none of its dialect")


def text_of(pdu: DeliverSm | DataSm, settings: UssdLinkSettings) -> str | None:
    named = settings.dialect.codings.get(str(pdu.data_coding))
    coding = _CODINGS[named] if named else alphabets.coding_of(pdu.data_coding, settings.default_alphabet)
    if coding is None:
        return None
    return alphabets.decode(pdu.user_data, coding).replace("\0", "").rstrip("\r")


def read_mark(octets: bytes, dialect: Dialect) -> tuple[str, bool]:
    """The session's bits, and whether this is its end."""
    number = int.from_bytes(octets, "big")
    if not dialect.session_tag:
        return "", False
    masked = octets if len(octets) > 2 else (number & dialect.session_mask).to_bytes(2, "big")
    return masked.hex(), bool(number & dialect.end_bit) and len(octets) <= 2


def service_of(dialled: str, codes: Sequence[str]) -> str:
    """The longest code that it begins with."""
    fitting = [code for code in codes if dialled == code or dialled.startswith(f"{code.rstrip('#')}*")]
    return max(fitting, key=len, default=codes[0])
