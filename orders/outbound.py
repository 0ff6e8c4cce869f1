"""A message on its way out: committed with the turn that caused it, sent afterwards, and followed to its end.

        ┌────────── postponed (due_at) ◄── temporary refusal, no link
        ▼                │
    queued ──claimed──► sending ──► sent ──► delivered | undelivered   (receipts, where they were asked for)
                           ├──────► failed ──resent──► queued           (given up: a dead letter, until it is resent)
                           └──────► diverted: queued, as a text         (its session was over)

A row in `sending` belongs to one node until its lease runs out; then any node may take it up again. That is the one
place where a message can go out twice: the node died, or its link did, between `submit_sm` and the recording of its
answer.
"""

from dataclasses import dataclass
from enum import StrEnum


class OutboundState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


NO_LINK = "no link is bound"  # why a message was postponed that will go as soon as one is


class GaveUp(StrEnum):
    """Why nobody tries any more."""

    REFUSED = "refused"  # for good, by the message centre
    SPENT = "spent"  # as many tries as there may be
    EXPIRED = "expired"  # nobody wants it any more
    NO_ROUTE = "no_route"  # no link carries it
    TOO_LONG = "too_long"  # more segments than the link allows
    UNKNOWN = "unknown"  # it may have been sent, and is not to be sent twice
    MACHINE = "machine"  # whoever writes there answers whatever he is told, for ever


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to one subscriber, whole; a channel cuts or speaks it.

    service:     the address it comes from (`10086`).
    not_before:  when he may have it at the earliest; 0: at once.
    expires_at:  when it is no longer worth sending.
    phrase:      what is said, by its key, and by which script: replies may be routed by either.
    layout:      how a session's channel shows it, in that channel's own words; empty for a plain text.
    by_text:     it must reach him: when the session is over it goes as a text message.
    lease_until: until when the node that holds it may send it.
    put_through: the caller whom it makes of him who is to be put through to an agent after it; 0: nobody is.
    signed_in:   whose session it has become, if somebody has just proved that; known only where the turn was taken.
    """

    id: int
    subscriber: str
    channel: str
    service: str
    session: str
    text: str
    created_at: float
    expires_at: float
    lease_until: float
    attempts: int = 0
    ends: bool = False
    phrase: str = ""
    layout: str = ""
    by_text: bool = False
    not_before: float = 0.0
    script: str = ""
    signed_in: str = ""
    put_through: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted by a message centre, in as many segments as there are `remote_ids`; receipts will name those, on any
    link of the account. late: said when nobody counted on it any more; it holds if nothing has been done since."""

    outbound: int
    subscriber: str
    at: float
    link: str
    account: str
    remote_ids: tuple[str, ...]
    receipts: bool
    late: bool = False


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not accepted for now; to be tried again at `due_at`."""

    outbound: int
    subscriber: str
    due_at: float
    reason: str
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Failed:
    """Given up. `reason` says in words what the matter was."""

    outbound: int
    subscriber: str
    at: float
    reason: str
    why: GaveUp = GaveUp.REFUSED


@dataclass(frozen=True, slots=True)
class Diverted:
    """There is no session any more in which it could be said: it becomes a text message, from the address `service`."""

    outbound: int
    subscriber: str
    at: float
    reason: str
    service: str
    expires_at: float


Mark = Sent | Postponed | Failed | Diverted
