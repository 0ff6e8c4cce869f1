"""Orders that something is wrong with: what can be wrong, who says so, and what a supervisor may do about it.

    payment_missing   it was to be paid, and was not                        an agent, another hall
    not_delivered     he says that it never came                            an agent, another hall
    lost, refused, no_carrier, late, sent_though_cancelled                  what carriers tell (`delivering`)
    stuck             it has stood where it stands for longer than it should   the house, by limits that are data
    other             see the note

A problem stands with the order until somebody clears it; `stuck` goes by itself when the order moves on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from orders.delivering import PROBLEMS as BY_CARRIERS
from orders.order import STUCK, OrderState

HOUR = 3600.0
REPORTED = ("payment_missing", "not_delivered", "lost", "other")
PROBLEMS = tuple(dict.fromkeys((*REPORTED, *BY_CARRIERS, STUCK)))
ACTIONS = ("clear", "fail", "resend", "take_back", "refuse_return", "owe", "refund")

LIMITS: Mapping[OrderState, float] = MappingProxyType(
    {
        OrderState.ACKNOWLEDGED: 24 * HOUR,
        OrderState.HELD: 96 * HOUR,
        OrderState.PENDING: 96 * HOUR,
        OrderState.IN_PROGRESS: 240 * HOUR,
        OrderState.PARTIAL: 240 * HOUR,
        OrderState.ASSESSING_CANCELLATION: 72 * HOUR,
        OrderState.PENDING_CANCELLATION: 240 * HOUR,
    }
)


class NotAbnormal(Exception):
    """There is nothing wrong with it, or nothing that can be done about it in this way."""


class NoSuchOrder(NotAbnormal):
    """Nobody knows an order of that number."""


@dataclass(frozen=True, slots=True)
class Abnormal:
    """problem: its code; refund: where its return stands, and refund_amount what is given back. since: when it became
    so. acts: what may be done about it."""

    number: str
    subscriber: str
    state: str
    problem: str | None
    name: str
    total: int
    since: float
    refund: str | None = None
    refund_amount: int | None = None
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AbnormalOrders:
    """Those that have waited longest first, as far as a list should go; `count`: how many there are in all."""

    orders: tuple[Abnormal, ...]
    count: int


def actions(state: OrderState, problem: str | None, refund: str | None) -> tuple[str, ...]:
    """What a supervisor may do, by what stands."""
    going = state in (OrderState.IN_PROGRESS, OrderState.PARTIAL)
    offered = {
        "clear": problem is not None,
        "fail": problem is not None and going,
        "resend": problem is not None and state in (OrderState.ACKNOWLEDGED, OrderState.IN_PROGRESS),
        "take_back": refund == "asked" or (refund is None and problem is not None and state is OrderState.COMPLETED),
        "refuse_return": refund == "asked",
        "owe": refund is None
        and problem is not None
        and state in (OrderState.COMPLETED, OrderState.FAILED, OrderState.CANCELLED),
        "refund": refund == "due",
    }
    return tuple(name for name in ACTIONS if offered[name])
