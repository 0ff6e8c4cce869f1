"""What a channel hands to the ledger: an inbound, with the marks by which a redelivered one is known.

A `deliver_sm` carries no id that a redelivery would repeat, and two messages with the same words may both be meant: a
subscriber who answers `1` twice in one session means it. So a message is taken for a repeat only when an earlier copy's
acknowledgement was *in doubt*: written, perhaps, but its connection was lost before it had surely arrived. For that
each arrival says on which connection it came, as which number, and with what fingerprint.

    message centre            Hall
        deliver_sm (n=7)  →
                              commit
                          ←   deliver_sm_resp        in doubt from here …
                          ←   submit_sm
        submit_sm_resp    →                          … to here: the centre read the answer before it read the submit_sm
"""

from dataclasses import dataclass
from enum import Enum

from dialogs.words import Inbound


@dataclass(frozen=True, slots=True)
class Arrival:
    """An inbound on its way into the ledger.

    fingerprint: of the message as it came; empty where a channel has reliable ids or none are needed.
    connection:  which connection it came on (an id given by the ledger), 0 for what came by no connection.
    number:      its place on that connection, from 1.
    parameters:  what the peer sent besides and somebody wants kept, as JSON; empty for nothing.
    """

    inbound: Inbound
    fingerprint: bytes = b""
    connection: int = 0
    number: int = 0
    parameters: str = ""


class Taken(Enum):
    """What became of an arrival once its batch was committed. All of them are answered with success."""

    TAKEN = "taken"
    REPEATED = "repeated"
    QUARANTINED = "quarantined"


class LedgerAway(Exception):
    """The database cannot be reached. Nothing was stored: let the peer keep what it sent and try again."""
