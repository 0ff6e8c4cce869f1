"""Reservations as halls ask for them: each hall its own, and in the words that channels speak."""

from sqlalchemy import bindparam, func, select, update

from orders.halls import Booking, BookingState, Client, Conflict, NoSuchThing, NotToBeHad, Wanted
from orders.hub import RESERVATION_CHANGED, RESERVED
from orders.ledger import hub_telling, number_reserving
from orders.ledger.at_hand import Deed
from orders.ledger.number_holding import Held, hold
from orders.ledger.number_reserving import NotAvailable, Reservation
from orders.ledger.tables import numbers, reservations
from orders.number_search import Criteria, Mark, Page
from orders.numbers import NumberState, hall_holder
from orders.order import Order

_prolonged = update(reservations).where(reservations.c.id == bindparam("of")).values(until=bindparam("end"))


_held = (
    select(func.count())
    .select_from(numbers)
    .where(
        numbers.c.holder == bindparam("whose"),
        numbers.c.state == NumberState.HELD,
        numbers.c.until > bindparam("now"),
    )
)


def reserve(deed: Deed, client: Client, wanted: Wanted, until: float, subscriber: str | None) -> Booking:
    _require_room(deed, client, len(wanted.numbers) or wanted.quantity)
    try:
        made = number_reserving.reserve(
            deed,
            client.name,
            until,
            numbers=wanted.numbers,
            criteria=wanted.criteria,
            quantity=wanted.quantity,
            subscriber=subscriber,
        )
    except NotAvailable as problem:
        raise NotToBeHad(str(problem)) from None
    return _told(deed, RESERVED, _booking(made))


def _require_room(deed: Deed, client: Client, more: int) -> None:
    """Else one hall could keep the whole pool from everybody."""
    most = deed.house.holds.hall_at_once
    held = deed.connection.execute(_held, {"whose": hall_holder(client.name), "now": deed.now}).scalar_one()
    if held + more > most:
        raise Conflict(f"{client.name} holds {held} numbers, and {most} at most at a time: let some go first")


def one(deed: Deed, client: Client, number: int) -> Booking:
    return _booking(_own(deed, client, number))


def listed(deed: Deed, client: Client, offset: int, limit: int) -> tuple[list[Booking], int]:
    mine = [] if client.sees_all else [reservations.c.client == client.name]
    total = deed.connection.execute(select(func.count()).select_from(reservations).where(*mine)).scalar_one()
    query = select(reservations.c.id).where(*mine).order_by(reservations.c.id).offset(offset).limit(limit)
    found = [number_reserving.reservation(deed, number) for number in deed.connection.scalars(query).all()]
    return [_booking(each) for each in found if each is not None], total


def extend(deed: Deed, client: Client, number: int, until: float) -> Booking:
    """Its numbers are held from now on until then. What is over or ordered is what it is."""
    standing = _own(deed, client, number)
    if _booking(standing).state is not BookingState.STANDS:
        raise Conflict(f"reservation {number} is {standing.state.value} and cannot be prolonged")
    for each in standing.numbers:
        if each.state is NumberState.HELD and each.holder == hall_holder(standing.client):
            held = hold(deed, each.number, hall_holder(standing.client), until, number)
            if held.result is not Held.HELD:
                raise Conflict(f"{each.number} is being taken at this moment: ask again")
    deed.connection.execute(_prolonged, {"of": number, "end": until})
    return one(deed, client, number)


def release(deed: Deed, client: Client, number: int, kind: str = RESERVATION_CHANGED) -> Booking:
    """What was let go, ordered, or over before, stays what it is, and nobody is told again."""
    before = _booking(_own(deed, client, number))
    released = number_reserving.release_reservation(deed, number)
    assert released is not None
    after = _booking(released)
    return after if before.state is after.state and kind == RESERVATION_CHANGED else _told(deed, kind, after)


def _told(deed: Deed, kind: str, booking: Booking) -> Booking:
    hub_telling.tell_booking(deed.connection, deed.house.ids, deed.now, kind, booking)
    return booking


def ordered(deed: Deed, client: Client, order: Order) -> None:
    """An order has taken numbers that may have been reserved: whoever reserved them is told."""
    named = [item.resource for item in order.items if item.resource]
    if not named:
        return
    of = numbers.c.order_number == order.number
    query = select(numbers.c.reservation).distinct().where(numbers.c.number.in_(named), of)
    for reservation in deed.connection.scalars(query.where(numbers.c.reservation.is_not(None))).all():
        _told(deed, RESERVATION_CHANGED, one(deed, client, reservation))


def fitting(deed: Deed, criteria: Criteria, most: int, mark: Mark | None) -> Page:
    return number_reserving.search(deed, criteria, most, mark)


def _own(deed: Deed, client: Client, number: int) -> Reservation:
    found = number_reserving.reservation(deed, number)
    if found is None or not (client.sees_all or found.client == client.name):
        raise NoSuchThing(f"there is no reservation {number}")
    return found


def _booking(found: Reservation) -> Booking:
    state = BookingState(found.state.value)
    return Booking(found.id, found.client, found.subscriber, state, found.numbers, found.created_at, found.until)
