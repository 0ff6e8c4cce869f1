"""What is brought back, and the money for it.

    asked ──take_back──► due ──refund──► refunded
      └──refuse_return──► refused                       he may ask again while there is time
    an order that failed or was cancelled, and was paid ──owe──► due ──refund──► refunded

Whoever buys from afar may bring it back within seven days, counted from the day after he signed for it. What loses its
worth once it has been activated may be kept out of that, but only if the buyer agreed to it when he ordered: so that is
kept with the order (`Order.waived_at`). Then he is not refused, but a person must see whether it was activated.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from orders.order import Order, OrderState

DAYS = 7


class ReturnState(StrEnum):
    ASKED = "asked"
    REFUSED = "refused"
    DUE = "due"
    REFUNDED = "refunded"


class Why(StrEnum):
    """Why something cannot be returned."""

    NOT_DELIVERED = "not_delivered"
    TOO_LATE = "too_late"
    EXCLUDED = "excluded"
    ALREADY = "already"


class CannotReturn(Exception):
    """It cannot be brought back, or there is no money to be given back; `why` says what stands against it."""

    def __init__(self, number: str, why: Why) -> None:
        super().__init__(f"order {number} cannot be returned: {why}")
        self.number, self.why = number, why


@dataclass(frozen=True, slots=True)
class Return:
    """amount: what is given back, in fen. by: who did the last step."""

    subscriber: str
    number: str
    state: ReturnState
    reason: str
    amount: int
    asked_at: float
    changed_at: float
    by: str

    @property
    def settled(self) -> bool:
        return self.state in (ReturnState.REFUNDED, ReturnState.REFUSED)


def until(signed_at: float, zone: tzinfo, days: int = DAYS) -> float:
    """The end of the last day on which it may be brought back, by the clock on the wall there."""
    signed = datetime.fromtimestamp(signed_at, zone).date()
    return datetime.combine(signed + timedelta(days=days + 1), time(), zone).timestamp()


def refusal(order: Order, signed_at: float | None, known: Return | None, now: float, zone: tzinfo) -> Why | None:
    """Why he may not bring it back by himself; None if he may."""
    if known is not None and known.state is not ReturnState.REFUSED:
        return Why.ALREADY
    if order.state is not OrderState.COMPLETED or signed_at is None:
        return Why.NOT_DELIVERED
    if now >= until(signed_at, zone):
        return Why.TOO_LATE
    return Why.EXCLUDED if order.waived_at is not None else None
