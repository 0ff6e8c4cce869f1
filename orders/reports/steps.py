"""The way of an order, as reports count it: four stages, and a step where it goes from one to another.

    new ──► waiting ──► good ──► done          waiting: to be rung back, or for his yes by text
     │  └───────────────▲ │                    good:    clear, confirmed, on its way
     │         waiting ◄──┘ (held again)
     └──► lost ◄── from anywhere, with the act that lost it: `waiting>lost:reject`

A step is counted in the hour in which the order was *placed*, whenever it is taken: so the steps of an hour's orders
add up, and what is not lost and not done is still under way. What changes nothing of that is no step.
"""

from collections.abc import Mapping

from orders.order import Change, OrderState

NEW, WAITING, GOOD, DONE, LOST = "new", "waiting", "good", "done", "lost"

STAGES: Mapping[str, str] = {
    OrderState.HELD: WAITING,
    OrderState.PENDING: WAITING,
    OrderState.ACKNOWLEDGED: GOOD,
    OrderState.IN_PROGRESS: GOOD,
    OrderState.PARTIAL: GOOD,
    OrderState.ASSESSING_CANCELLATION: GOOD,
    OrderState.PENDING_CANCELLATION: GOOD,
    OrderState.COMPLETED: DONE,
    OrderState.REJECTED: LOST,
    OrderState.CANCELLED: LOST,
    OrderState.FAILED: LOST,
}


def step_of(change: Change) -> str | None:
    before = None if change.before is None else change.before.state.value
    return step(before, change.after.state.value, change.event.act)


def step(before: str | None, after: str, act: str) -> str | None:
    """`from>to`, and for what is lost the act; None where it stays at its stage."""
    here, there = NEW if before is None else STAGES[before], STAGES[after]
    if here == there:
        return None
    return f"{here}>{there}:{act}" if there == LOST else f"{here}>{there}"
