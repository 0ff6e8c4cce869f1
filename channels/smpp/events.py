"""What a link has to tell."""

from dataclasses import dataclass
from typing import TypeAlias

from channels.smpp.pdus import DataSm, DeliverSm
from channels.smpp.status import Class, Patience


@dataclass(frozen=True, slots=True)
class Bound:
    system_id: str


@dataclass(frozen=True, slots=True)
class BindRefused:
    status: int
    patience: Patience


@dataclass(frozen=True, slots=True)
class Heard:
    """`number` counts from 1 on each connection, and is what it is acknowledged by."""

    sequence: int
    pdu: DeliverSm | DataSm
    number: int


@dataclass(frozen=True, slots=True)
class Submitted:
    token: object
    message_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely not sent on. With the class `session` the message itself is as good as ever: it needs another bind."""

    token: object
    status: int
    klass: Class


@dataclass(frozen=True, slots=True)
class Unanswered:
    """It may have been sent on, or not."""

    token: object


@dataclass(frozen=True, slots=True)
class Late:
    """One that was unanswered has been sent on after all: the answer came, too late."""

    token: object
    message_id: str


@dataclass(frozen=True, slots=True)
class Queried:
    """The answer to a query; `state` as the message centre numbers it, None when there was no answer worth the name."""

    token: object
    state: int | None


@dataclass(frozen=True, slots=True)
class Alerted:
    """A subscriber of whom the message centre was to tell is there again."""

    address: str
    availability: int | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """All acknowledgements up to that number have surely arrived."""

    number: int


@dataclass(frozen=True, slots=True)
class PeerUnbound:
    """The message centre is about to go: nothing more can be submitted."""


@dataclass(frozen=True, slots=True)
class Unbound:
    """An unbind, whoever began it, is complete: close the connection."""


@dataclass(frozen=True, slots=True)
class Dead:
    """Nothing more can be expected of this connection."""

    reason: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """The peer did something wrong that was answered and does no harm. For the log."""

    text: str


Event: TypeAlias = (
    Bound
    | BindRefused
    | Heard
    | Submitted
    | Refused
    | Unanswered
    | Late
    | Queried
    | Alerted
    | Confirmed
    | PeerUnbound
    | Unbound
    | Dead
    | Complaint
)
