"""What a session tells the centre that has happened on its connection."""

from dataclasses import dataclass
from typing import TypeAlias

from channels.smpp.pdus import Bind, DataSm, QuerySm, SubmitSm

Submission: TypeAlias = SubmitSm | DataSm


@dataclass(frozen=True, slots=True)
class Bound:
    bind: Bind


@dataclass(frozen=True, slots=True)
class Submitted:
    """To be answered by `CentreSession.answer`."""

    pdu: Submission


@dataclass(frozen=True, slots=True)
class Queried:
    """To be answered by `CentreSession.tell`."""

    pdu: QuerySm


@dataclass(frozen=True, slots=True)
class Delivered:
    token: object


@dataclass(frozen=True, slots=True)
class Refused:
    token: object
    status: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """It may have been taken, or not. `lost`: because the connection was."""

    token: object
    lost: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """Close the connection, once what is to be sent has been."""

    reason: str


Event: TypeAlias = Bound | Submitted | Queried | Delivered | Refused | Unanswered | Closed
