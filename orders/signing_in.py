"""How people come to the desk: by a password of ours, or sent by an identity provider that vouches for them.

Somebody who comes from a provider is known by (issuer, subject), which never change, and not by his name there, which
may. The first time he is taken for the agent of his name (`matched`) or made one (`made`); from then on it is he.
"""

from dataclasses import dataclass
from enum import StrEnum

from orders.desk_words import Role

HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class SessionRules:
    """Seconds. idle: without a sign of life, after which a session is over. shift: after which it is, however busy."""

    idle: float = HOUR
    shift: float = 12 * HOUR


@dataclass(frozen=True, slots=True)
class DoorRules:
    """tries: wrong passwords from one address `within` so many seconds, after which it waits as long; 0: however many.
    known: seconds for which a browser at which somebody has signed in is known as his."""

    tries: int = 20
    within: float = HOUR / 4
    known: float = 90 * 24 * HOUR


@dataclass(frozen=True, slots=True)
class Caller:
    """Who stands at the door. browser: the hash of what his browser is known by; empty if it never was here."""

    address: str = ""
    browser: bytes = b""


class By(StrEnum):
    PASSWORD = "password"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Entry:
    """How a session began. id_token, sid: by which the provider is told, or tells us, that it is over.
    browser: the hash of what it is known by from then on."""

    by: By = By.PASSWORD
    address: str = ""
    id_token: str = ""
    sid: str = ""
    browser: bytes = b""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody as a provider vouches for him. role: None where roles are given here. make: he may be new."""

    issuer: str
    subject: str
    name: str
    role: Role | None
    make: bool


class NotKnown(Exception):
    """Nobody here is whom the provider vouches for."""
