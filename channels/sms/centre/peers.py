"""Who is bound, and who of them is to be given what.

    to a service     whoever names the code in his address_range, else whoever binds as the application
    to a handset     the tool that plays it: by its address_range, or because it has submitted from that number
    a receipt        whoever is bound under the system_id that submitted the message it is about

A tool may bind under the application's own name: as soon as it submits from a handset it is known for a tool.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from channels.smpp.pdus import Bind
from channels.sms.centre.claims import Claims
from channels.sms.centre.messages import is_handset
from channels.sms.centre.session import CentreSession

_HOME = "86"
_HOME_LENGTH = 13


class Wire(Protocol):
    """A connection, as the centre uses it."""

    session: CentreSession

    def flush(self) -> None:
        """Write what the session has to send, and close if it has closed."""

    def abort(self) -> None:
        """As a cable is pulled."""


@dataclass(eq=False, slots=True)
class Peer:
    """A bind, and what it is for."""

    wire: Wire
    bind: Bind
    claims: Claims
    plays: set[str] = field(default_factory=set)

    @property
    def session(self) -> CentreSession:
        return self.wire.session


def for_service(peers: Sequence[Peer], code: str, application: str) -> list[Peer]:
    named = [peer for peer in peers if peer.claims.name(code)]
    return named + [
        peer for peer in peers if peer.bind.system_id == application and not peer.plays and peer not in named
    ]


def for_handset(peers: Sequence[Peer], msisdn: str) -> list[Peer]:
    home = msisdn.startswith(_HOME) and len(msisdn) == _HOME_LENGTH
    spellings = (msisdn, msisdn.removeprefix(_HOME)) if home else (msisdn,)
    return [peer for peer in peers if msisdn in peer.plays or any(peer.claims.cover(number) for number in spellings)]


def for_receipt(peers: Sequence[Peer], system_id: str, submitted_by: str) -> list[Peer]:
    """If several share the name, those are meant who are what the submitter was: handsets, or a service."""
    same = [peer for peer in peers if peer.bind.system_id == system_id]
    return [peer for peer in same if bool(peer.plays) is is_handset(submitted_by)] or same
