"""What becomes of an order by what becomes of its consignments, and what its subscriber is told.

The order follows its parcels: whatever a carrier tells, the states of all consignments of the order are looked at
together, and the table below gives the acts that the order now takes, one after another until none is left.

    the order is           and its consignments                               it takes
    acknowledged           one is with a carrier                              start
    inProgress, partial    all are at an end: all delivered                   complete
                                              some                            part
                                              none                            fail
    assessingCancellation  none is being recalled any more, and all are
                           on their way back or back                          grant_cancel
                           one goes on to the customer, or is there           refuse_cancel
    pendingCancellation    all are at an end, none delivered                  close_cancel

What is wrong with an order is a code in `Order.problem`, for as long as it is wrong:

    no_carrier              nobody would take it
    late                    nothing was heard within the time for it (`dispatching`)
    refused, lost           as the carrier says
    sent_though_cancelled   it is on its way to, or with, a customer who has cancelled
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from orders.consignment import ENDS, ON_THE_WAY, Consignment, ConsignmentState
from orders.order import LIFE, Act, OrderState, may

S = ConsignmentState

WITH_CARRIER = frozenset(S) - {S.WAITING, S.OFFERED, S.RECALLED}
COMES_BACK = frozenset({S.COMING_BACK, S.RECALLED, S.RETURNED, S.REFUSED, S.WRITTEN_OFF, S.LOST})
CANCELLED = frozenset({OrderState.CANCELLED, OrderState.PENDING_CANCELLATION, OrderState.REJECTED})

PROBLEMS = ("sent_though_cancelled", "lost", "refused", "no_carrier", "late")  # the worst first


def counted(parcels: Sequence[Consignment]) -> list[Consignment]:
    """Of those that hold the same items only the last counts: it was sent in place of the others."""
    return list({each.items: each for each in sorted(parcels, key=lambda each: each.id)}.values())


def acts(order: OrderState, parcels: Collection[ConsignmentState]) -> Iterator[Act]:
    """What the order takes now, in this order. The caller takes each, so that each is an event of its own."""
    while (act := _next(order, parcels)) and may(act, order):
        yield act
        order = LIFE[act, order]


def _next(order: OrderState, parcels: Collection[ConsignmentState]) -> Act | None:
    if not parcels:
        return None
    match order:
        case OrderState.ACKNOWLEDGED:
            return Act.START if any(state in WITH_CARRIER for state in parcels) else None
        case OrderState.IN_PROGRESS | OrderState.PARTIAL:
            return _ending(order, parcels)
        case OrderState.ASSESSING_CANCELLATION:
            return _assessed(parcels)
        case OrderState.PENDING_CANCELLATION:
            back = all(state in ENDS for state in parcels) and S.DELIVERED not in parcels
            return Act.CLOSE_CANCEL if back else None
    return None


def _ending(order: OrderState, parcels: Collection[ConsignmentState]) -> Act | None:
    if not all(state in ENDS for state in parcels):
        return None
    delivered = sum(state is S.DELIVERED for state in parcels)
    if delivered == len(parcels):
        return Act.COMPLETE
    if delivered:
        return Act.PART if order is OrderState.IN_PROGRESS else None
    return Act.FAIL if order is OrderState.IN_PROGRESS else None


def _assessed(parcels: Collection[ConsignmentState]) -> Act | None:
    if S.RECALLING in parcels:
        return None
    return Act.GRANT_CANCEL if all(state in COMES_BACK for state in parcels) else Act.REFUSE_CANCEL


def problem(order: OrderState, parcels: Collection[Consignment]) -> str | None:
    """What is wrong now, as far as parcels tell; the worst of it."""
    found = {code for each in parcels if (code := _problem_of(order, each))}
    return next((code for code in PROBLEMS if code in found), None)


def _problem_of(order: OrderState, parcel: Consignment) -> str | None:
    if order in CANCELLED and (parcel.state in ON_THE_WAY or parcel.state is S.DELIVERED):
        return "sent_though_cancelled"
    if parcel.state in (S.LOST, S.WRITTEN_OFF):
        return "lost"
    if parcel.state is S.REFUSED:
        return "refused"
    if parcel.ended:
        return None
    if parcel.state is S.WAITING and parcel.carrier is None and parcel.declined and parcel.due_at is None:
        return "no_carrier"
    return "late" if parcel.late else None


# ── What the subscriber is told ──────────────────────────────────────────────────────────────────────────────────────

OF_STATES: Mapping[ConsignmentState, str] = {
    S.DELIVERED: "notice.delivered",
    S.LOST: "notice.lost",
}
OF_ACTS: Mapping[Act, str] = {
    Act.FAIL: "notice.returned",
    Act.GRANT_CANCEL: "notice.cancel_granted",
    Act.REFUSE_CANCEL: "notice.cancel_refused",
}


def notices(before: Consignment, after: Consignment, taken: Collection[Act]) -> list[str]:
    """Phrases, in the order in which they are said."""
    told = []
    if before.left_at is None and after.state in ON_THE_WAY:
        told.append("notice.dispatched" if after.tracking else "notice.dispatched_untracked")
    if after.state is not before.state and after.state in OF_STATES:
        told.append(OF_STATES[after.state])
    told += [OF_ACTS[act] for act in taken if act in OF_ACTS]
    if "notice.delivered" in told and "notice.cancel_refused" in told:
        told.remove("notice.cancel_refused")  # he has it in his hands
    return told
