"""Consignments follow their orders: made when nothing stands in the way of one, called back when it is called off.

    the order comes to                       its consignments
    acknowledged, inProgress    for the first time: one, that rests for the grace and then asks the rules who has it;
                                none, where nobody has to carry anything (`carrying`)
                                after it was held: those that rested go on
    held, pending               those that nobody has yet rest
    assessingCancellation,
    cancelled, rejected, …      are called back: those that nobody has yet stay here, the others' carriers are asked

On the way of a text message that orders this is one more row, and nothing is looked up. A house without carriers has no
consignments: whoever dispatches there follows the orders himself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from orders.consignment import Consignment, ConsignmentEvent, ConsignmentState, Step, Tiding, moved
from orders.dispatching import CLEAR
from orders.ledger import consignment_rows as rows
from orders.ledger.carrying import RESTS, ends_by_itself, needs_carrier
from orders.ledger.house import House
from orders.order import FINAL, Change, Order, OrderState

CALLED_OFF = FINAL | {OrderState.ASSESSING_CANCELLATION}
GOES_ON = CLEAR | RESTS


def follow(connection: Connection, house: House, now: float, changes: Sequence[Change]) -> None:
    if not house.dispatching:
        return
    changes = [change for change in changes if not ends_by_itself(connection, house, change)]
    rows.put(connection, [_first(house, change.after, now) for change in changes if _is_new_and_clear(change)])
    for change in changes:
        if change.before is not None and change.before.state is not change.after.state:
            _follow_one(connection, house, now, change.before.state, change.after)


def _is_new_and_clear(change: Change) -> bool:
    return change.before is None and change.after.state in CLEAR


def _follow_one(connection: Connection, house: House, now: float, before: OrderState, order: Order) -> None:
    if before in RESTS and order.state in CLEAR:
        _go_on(connection, house, now, order)
    elif before in CLEAR and order.state in RESTS:
        _rest(connection, order)
    elif before in GOES_ON and order.state in CALLED_OFF:
        _call_back(connection, house, now, order)


def _first(house: House, order: Order, now: float) -> Consignment:
    begins = now + house.dispatching.grace
    return Consignment(
        id=house.ids.next(now),
        subscriber=order.subscriber,
        order=order.number,
        state=ConsignmentState.WAITING,
        created_at=now,
        changed_at=now,
        due_at=begins,
        late_at=house.dispatching.late_at(None, ConsignmentState.WAITING, begins),
    )


def _go_on(connection: Connection, house: House, now: float, order: Order) -> None:
    found = rows.of_order(connection, order.subscriber, order.number)
    if not found:
        rows.put(connection, [_first(house, order, now)])
        return
    late_at = house.dispatching.late_at(None, ConsignmentState.WAITING, now)
    rows.replace_rows(
        connection,
        [
            replace(each, due_at=now, late_at=late_at, late=False, declined=each.declined if each.carrier else ())
            for each in _waiting(found)
        ],
    )


def try_again(connection: Connection, house: House, now: float, order: Order) -> None:
    """Whoever dispatches is asked anew, at once: what nobody has yet is due, what was never made is made, and in place
    of what was lost another is sent."""
    if house.dispatching and order.state in CLEAR and needs_carrier(connection, house, order):
        _go_on(connection, house, now, order)
        _replace_lost(connection, house, now, order)


def _replace_lost(connection: Connection, house: House, now: float, order: Order) -> None:
    told = Tiding(Step.WRITE_OFF, now, "house")
    for each in rows.of_order(connection, order.subscriber, order.number):
        if each.state is ConsignmentState.LOST and (heard := moved(each, told, now)):
            rows.replace_rows(connection, [replace(heard[0], due_at=None, late_at=None)])
            rows.record(connection, [heard[1]])
            rows.put(connection, [replace(_first(house, order, now), items=each.items)])


def _rest(connection: Connection, order: Order) -> None:
    found = rows.of_order(connection, order.subscriber, order.number)
    rows.replace_rows(connection, [replace(each, due_at=None, late_at=None) for each in _waiting(found)])


def _waiting(found: Iterable[Consignment]) -> Iterable[Consignment]:
    return (each for each in found if each.state is ConsignmentState.WAITING)


def _call_back(connection: Connection, house: House, now: float, order: Order) -> None:
    """One that is stopped here is due once more when somebody waits to hear whether the order can be cancelled."""
    told = Tiding(Step.RECALL, now, "house")
    changed: list[Consignment] = []
    events: list[ConsignmentEvent] = []
    for each in rows.of_order(connection, order.subscriber, order.number):
        if heard := moved(each, told, now):
            after, event = heard
            due_at = house.dispatching.due_at(after.carrier, after.state, now)
            if after.ended and order.state is OrderState.ASSESSING_CANCELLATION:
                due_at = now
            late_at = house.dispatching.late_at(after.carrier, after.state, now)
            changed.append(replace(after, due_at=due_at, late_at=late_at))
            events.append(event)
    rows.replace_rows(connection, changed)
    rows.record(connection, events)


def left_the_house(connection: Connection, subscriber: str, number: str) -> bool:
    """Whether a carrier has something of this order, or has brought it: from then on cancelling is asking."""
    return any(each.left_at is not None for each in rows.of_order(connection, subscriber, number))
