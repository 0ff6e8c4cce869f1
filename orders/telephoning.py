"""A call to a customer, as the desk follows it and the ledger keeps it.

    calling_agent ──► calling_customer ──► ringing ──► talking ──► over
                                                                    └─ how it ended

What the network says of a line is an outcome by itself: nobody needs to press a key for "busy". Somebody who declined a
call is tried again as somebody who did not hear it: he may not have known who rang.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orders.desk import Outcome

OUTCOMES: Mapping[str, Outcome] = {
    "no_answer": Outcome.NO_ANSWER,
    "rejected": Outcome.NO_ANSWER,
    "busy": Outcome.BUSY,
    "powered_off": Outcome.POWERED_OFF,
    "no_such_number": Outcome.NO_SUCH_NUMBER,
}
CALLING = "calling_customer"
OVER = "over"
LOST = "lost"  # the node that made it is no more


class AlreadyCalling(Exception):
    """A call for this task is under way: hang it up first, or wait for its end."""


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """ending: empty until it is over; cause: what the network said (ITU-T Q.850)."""

    id: int
    subscriber: str
    task: int
    agent: str
    state: str
    began_at: float
    changed_at: float
    answered_at: float | None = None
    ending: str = ""
    cause: int = 0

    @property
    def outcome(self) -> Outcome | None:
        """What the line has decided; None where the agent has to."""
        return OUTCOMES.get(self.ending)
