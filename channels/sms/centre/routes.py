"""What is on its way to one destination, and how patient the centre is with it.

A route ends at a service (`10086`), at a handset, or at the sender of what a receipt is about. Each keeps what it has
until somebody has taken it; after a refusal it rests, longer each time, and goes on with the same message.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from channels.clock import Delayed
from channels.smpp.pdus import DeliverSm
from channels.sms.centre.handsets import PartOf
from channels.sms.centre.lanes import Lanes

Kind: TypeAlias = Literal["service", "handset", "receipts"]


@dataclass(frozen=True, slots=True)
class Pending:
    """expires_at: until then it is worth delivering; not_before: and not earlier than this.

    submitter: the system_id to which a receipt goes, if one is wanted; empty for the phone page and for receipts.
    """

    pdu: DeliverSm
    message_id: str
    submitter: str
    registered_delivery: int
    submitted_at: float
    expires_at: float
    shown: tuple[PartOf, ...] = ()
    not_before: float = 0.0


@dataclass(frozen=True, slots=True)
class Destination:
    """`address`: the code, the number, or the system_id; with the number that a receipt is for, if it is one."""

    kind: Kind
    address: str
    submitted_by: str = ""


@dataclass(eq=False, slots=True)
class Route:
    """rests_until: nothing is delivered before; held_until: as long, a handset waits for the tool that played it."""

    to: Destination
    lanes: Lanes[Pending] = field(default_factory=Lanes)
    refusals: int = 0
    rests_until: float = 0.0
    held_until: float = 0.0
    alarm: Delayed | None = None
    expiry: Delayed | None = None
    expires_at: float = 0.0  # when `expiry` rings

    def refused(self, now: float, retry: float, longest: float) -> None:
        """What else was in flight and is refused with it is the same refusal."""
        if now >= self.rests_until:
            self.rests_until = now + min(retry * 2.0 ** min(self.refusals, 20), longest)
            self.refusals += 1

    def taken(self) -> None:
        self.refusals = 0

    def hush(self) -> None:
        for alarm in (self.alarm, self.expiry):
            if alarm is not None and alarm.active():
                alarm.cancel()


@dataclass(frozen=True, slots=True)
class Passage:
    """The token under which a session delivers: what comes back to the centre with the answer.

    copy: sent beside the first, by mischief; nothing depends on its answer.
    """

    route: Route
    lane: str
    pending: Pending
    copy: bool = False
