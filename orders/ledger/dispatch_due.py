"""Consignments that are due: given to a carrier by the rules, handed to whoever speaks to him, looked for when late.

    nobody has it yet                 the rules are asked (it may become several), and it is due at that carrier
    the demonstration's               takes its next step by itself
    an account manager's, to begin    he is written to, and has it on his list at the desk
    stopped here, its order assessed  the order is told
    any other carrier's               this node's until the lease ends: a `Shipment` for `channels.carriers`

A round reads one index and is bounded. What is looked at is looked at again once its subscriber is locked; a shipment
whose node dies is due again when its lease ends, which is why every carrier must take the same consignment twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, bindparam, select

from dialogs.words import Inbound, Prompt
from orders.consignment import Consignment, ConsignmentEvent, ConsignmentState, Step, Tiding
from orders.dispatching import MANAGER, Carrier, Sent, routes
from orders.ledger import consignment_rows as rows
from orders.ledger import delivery
from orders.ledger.at_hand import Deed
from orders.ledger.batch import lock_subscribers
from orders.ledger.carrying import inside
from orders.ledger.house import House
from orders.ledger.order_rows import load_order
from orders.ledger.posting import deed as deed_of
from orders.ledger.tables import consignments, subscribers
from orders.order import Order
from orders.shipment import Piece, Shipment

MOST = 50

_due = (
    select(consignments.c.subscriber, consignments.c.order_number, consignments.c.id)
    .where(consignments.c.due_at <= bindparam("now"))
    .order_by(consignments.c.due_at)
    .limit(bindparam("most"))
)
_late = (
    select(consignments.c.subscriber, consignments.c.order_number, consignments.c.id)
    .where(consignments.c.late_at <= bindparam("now"))
    .order_by(consignments.c.late_at)
    .limit(bindparam("most"))
)
_person = select(subscribers.c.name, subscribers.c.address, subscribers.c.manager, subscribers.c.language).where(
    subscribers.c.subscriber == bindparam("who")
)


@dataclass(slots=True)
class Round:
    """shipments: for this node's carriers. taken: what was done at once, by carrier and step. late: found to be so.
    surveys: dialogs that are to begin."""

    shipments: list[Shipment] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    late: int = 0
    surveys: list[Inbound] = field(default_factory=list)


def due(connection: Connection, house: House, now: float, most: int = MOST) -> Round:
    found = Round()
    if not house.dispatching:
        return found
    deed = deed_of(connection, house, now)
    for parcel in _again(connection, connection.execute(_due, {"now": now, "most": most}).all()):
        if parcel.due_at is not None and parcel.due_at <= now:
            _due_one(deed, parcel, found)
    for parcel in _again(connection, connection.execute(_late, {"now": now, "most": most}).all()):
        if parcel.late_at is not None and parcel.late_at <= now:
            _miss(deed, parcel)
            found.late += 1
    return found


def _again(connection: Connection, listed: Iterable[tuple[str, str, int]]) -> Iterable[Consignment]:
    """Those rows as they stand once their subscribers are locked, one after another."""
    listed = list(listed)
    if listed:
        lock_subscribers(connection, {subscriber for subscriber, _, _ in listed})
    for subscriber, order, number in listed:
        yield from (each for each in rows.of_order(connection, subscriber, order) if each.id == number)


def _due_one(deed: Deed, parcel: Consignment, found: Round) -> None:
    if parcel.ended:
        _settle(deed, parcel)
    elif parcel.carrier is None:
        _route(deed, parcel)
    else:
        carrier = deed.house.dispatching.carriers.get(parcel.carrier)
        if carrier is None:
            _put(deed, replace(parcel, due_at=None))  # a carrier of former days: it is on the list of the late ones
        elif parcel.state in carrier.plays:
            _play(deed, carrier, parcel, found)
        elif carrier.kind == MANAGER:
            _hand_to_manager(deed, carrier, parcel, found)
        else:
            leased = replace(parcel, due_at=deed.now + deed.house.lease)
            _put(deed, leased)
            if order := load_order(deed.connection, parcel.subscriber, parcel.order):
                found.shipments.append(_shipment(deed, order, leased))


def _put(deed: Deed, *parcels: Consignment) -> None:
    rows.replace_rows(deed.connection, parcels)


def _settle(deed: Deed, parcel: Consignment) -> None:
    _put(deed, replace(parcel, due_at=None))
    order = load_order(deed.connection, parcel.subscriber, parcel.order)
    if order is not None:
        delivery.settle(deed, order, rows.of_order(deed.connection, parcel.subscriber, parcel.order), "house")


# ── By the rules ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _route(deed: Deed, parcel: Consignment) -> None:
    order = load_order(deed.connection, parcel.subscriber, parcel.order)
    if order is None:
        return
    person = deed.connection.execute(_person, {"who": parcel.subscriber}).one_or_none()
    sent = Sent(
        number=order.number,
        subscriber=order.subscriber,
        address=order.address or (person.address if person else None),
        manager=person.manager if person else None,
    )
    carried = inside(deed.connection, deed.house, order, parcel)
    found = routes(deed.house.dispatching, sent, carried, parcel.declined)
    (carrier, places), *others = found.items()
    _put(deed, _given(deed, parcel, carrier, places if others else parcel.items))
    apart = [_given(deed, _apart(deed, parcel), carrier, places) for carrier, places in others]
    rows.put(deed.connection, apart)
    if None in found:
        delivery.settle(deed, order, rows.of_order(deed.connection, parcel.subscriber, parcel.order), "house")


def _given(deed: Deed, parcel: Consignment, carrier: str | None, places: tuple[int, ...]) -> Consignment:
    rules, state = deed.house.dispatching, ConsignmentState.WAITING
    return replace(
        parcel,
        carrier=carrier,
        items=places,
        due_at=rules.due_at(carrier, state, deed.now) if carrier else None,
        late_at=rules.late_at(carrier, state, deed.now),
    )


def _apart(deed: Deed, parcel: Consignment) -> Consignment:
    return replace(parcel, id=deed.house.ids.next(deed.now), events=0)


# ── By a carrier ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _play(deed: Deed, carrier: Carrier, parcel: Consignment, found: Round) -> None:
    step = carrier.plays[parcel.state][1]
    tracking = f"YS{parcel.id % 10**10:010}" if step is Step.PICK_UP else None
    signed_by = "本人" if step is Step.DELIVER else None
    told = Tiding(step, deed.now, f"carrier:{carrier.name}", tracking, signed_by)
    delivery.hear(deed, parcel.subscriber, parcel.order, parcel.id, told)
    found.taken.append((carrier.name, step.value))


def _hand_to_manager(deed: Deed, carrier: Carrier, parcel: Consignment, found: Round) -> None:
    """He is a person: he is told once, and the rest is his."""
    _put(deed, replace(parcel, due_at=None))
    order = load_order(deed.connection, parcel.subscriber, parcel.order)
    if order is None:
        return
    new = parcel.state is ConsignmentState.WAITING
    if carrier.phone:
        phrase = "notice.manager_bring" if new else "notice.manager_bring_back"
        name = delivery.named(deed, order, parcel, deed.house.language)
        values = {"number": order.number, "name": name, "phone": order.subscriber}
        deed.post(carrier.phone, Prompt(phrase, values), deed.house.language)
    if new:
        told = Tiding(Step.OFFER, deed.now, "house")
        delivery.hear(deed, parcel.subscriber, parcel.order, parcel.id, told)
        found.taken.append((carrier.name, Step.OFFER.value))


def _shipment(deed: Deed, order: Order, parcel: Consignment) -> Shipment:
    person = deed.connection.execute(_person, {"who": order.subscriber}).one_or_none()
    offers = deed.house.offers
    return Shipment(
        consignment=parcel,
        pieces=tuple(
            Piece(item.offer, offers[item.offer].names if item.offer in offers else {}, item.quantity)
            for _, item in inside(deed.connection, deed.house, order, parcel)
        ),
        phone=order.subscriber,
        language=(person.language if person else None) or order.language,
        recipient=order.recipient or (person.name if person else None),
        address=order.address or (person.address if person else None),
    )


# ── Late ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _miss(deed: Deed, parcel: Consignment) -> None:
    """Nothing was heard of it for too long: from now on it is somebody's business, until something is heard."""
    missed = replace(parcel, late=True, late_at=None, events=parcel.events + 1)
    _put(deed, missed)
    event = ConsignmentEvent(
        subscriber=parcel.subscriber,
        consignment=parcel.id,
        event=parcel.events,
        at=deed.now,
        told_at=deed.now,
        actor="house",
        step="late",
        state=parcel.state.value,
        note="",
    )
    rows.record(deed.connection, [event])
    order = load_order(deed.connection, parcel.subscriber, parcel.order)
    if order is not None:
        delivery.settle(deed, order, rows.of_order(deed.connection, parcel.subscriber, parcel.order), "house")


# ── What became of a shipment ────────────────────────────────────────────────────────────────────────────────────────


def heard_back(connection: Connection, house: House, now: float, parcel: int, steps: Iterable[Tiding]) -> None:
    """The carrier has answered: what he told is taken; when nothing is left to do at once, it rests until it is due."""
    known = rows.find(connection, parcel)
    if known is None:
        return
    deed = deed_of(connection, house, now)
    lock_subscribers(connection, [known.subscriber])
    before = known.state
    for told in steps:
        delivery.hear(deed, known.subscriber, known.order, parcel, told)
    after = rows.find(connection, parcel)
    if after is not None and after.state is before and after.carrier == known.carrier:
        carrier = house.dispatching.carriers.get(after.carrier or "")
        rests = now + carrier.look if carrier and carrier.look > 0 and not after.ended else None
        _put(deed, replace(after, due_at=rests, attempts=0))


def put_off(connection: Connection, house: House, now: float, parcel: int) -> None:
    """The carrier could not be reached."""
    known = rows.find(connection, parcel)
    if known is None:
        return
    lock_subscribers(connection, [known.subscriber])
    known = rows.find(connection, parcel)
    if known is not None and not known.ended and known.due_at is not None:
        due_at = house.dispatching.again_at(known.attempts, now)
        rows.replace_rows(connection, [replace(known, due_at=due_at, attempts=known.attempts + 1)])
