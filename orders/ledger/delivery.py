"""What was told of a consignment, and all that follows from it in the same transaction.

    a carrier, a manager at the desk, the demonstration
        │ Tiding
        ▼
    moved ──► the consignment and its event ──► the order's acts ──► its problem ──► notices to the subscriber

Everything here is done with the subscriber locked (`batch.lock_subscribers`), so that a carrier who delivers and a
customer who cancels in the same moment come one after the other, on whichever nodes.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import select

from dialogs.words import Prompt, Value, Values
from orders.consignment import Consignment, NoSuchConsignment, Step, Tiding, moved
from orders.delivering import PROBLEMS, acts, counted, notices, problem
from orders.ledger import consignment_rows as rows
from orders.ledger.carrying import inside
from orders.ledger.deed import Deed, act
from orders.ledger.locks import lock_subscribers
from orders.ledger.order_rows import load_order
from orders.ledger.tables import subscribers
from orders.order import FINAL, Act, Order, may


def tell(deed: Deed, number: int, told: Tiding, carrier: str | None = None) -> bool:
    """From outside, by the number of the consignment; whether it changed anything. `carrier`: who says so, if one does.

    Raises NoSuchConsignment, also when it is another carrier's, and IllegalStep.
    """
    found = rows.find(deed.connection, number)
    if found is None:
        raise NoSuchConsignment(f"there is no consignment {number}")
    lock_subscribers(deed.connection, [found.subscriber])
    return hear(deed, found.subscriber, found.order, number, told, carrier)


def hear(deed: Deed, subscriber: str, order: str, number: int, told: Tiding, carrier: str | None = None) -> bool:
    """The same, with the subscriber locked."""
    known = load_order(deed.connection, subscriber, order)
    parcels = rows.of_order(deed.connection, subscriber, order)
    before = next((each for each in parcels if each.id == number), None)
    if known is None or before is None:
        raise NoSuchConsignment(f"there is no consignment {number}")
    if carrier is not None and carrier != before.carrier:
        if carrier in before.declined:
            return False  # he would not have it, and says so again
        raise NoSuchConsignment(f"consignment {number} is not with {carrier}")
    heard = moved(before, told, deed.now)
    if heard is None or (told.step is Step.MOVE and rows.is_told(deed.connection, before, told)):
        return False
    after, event = heard
    after = scheduled(deed, before, after)
    rows.replace_rows(deed.connection, [after])
    rows.record(deed.connection, [event])
    parcels = [after if each.id == number else each for each in parcels]
    known, taken = settle(deed, known, parcels, told.actor)
    _notify(deed, known, after, notices(before, after, taken))
    return True


def scheduled(deed: Deed, before: Consignment, after: Consignment) -> Consignment:
    """With the time at which it is due again, and late, in its new state."""
    rules = deed.house.dispatching
    late_at = rules.late_at(after.carrier, after.state, deed.now)
    if after.state is before.state and after.carrier == before.carrier:
        return replace(after, late_at=late_at)
    return replace(after, due_at=rules.due_at(after.carrier, after.state, deed.now), late_at=late_at)


def settle(deed: Deed, order: Order, parcels: Sequence[Consignment], actor: str) -> tuple[Order, list[Act]]:
    """The order takes what its parcels have come to. What is wrong is said first: it tells what a failure means."""
    parcels = counted(parcels)
    order = _troubled(deed, order, problem(order.state, parcels), actor)
    taken = list(acts(order.state, [each.state for each in parcels]))
    data: Values = {"consignments": {str(each.id): each.state.value for each in parcels}}
    for what in taken:
        order = act(deed, order, what, actor, data)
    return _troubled(deed, order, problem(order.state, parcels), actor), taken


def _troubled(deed: Deed, order: Order, wrong: str | None, actor: str) -> Order:
    """What others found wrong with it stays; and once it has come to its end, what is wrong is for people to settle."""
    what = Act.TROUBLE if wrong else Act.SETTLE
    ours = order.problem is None or order.problem in PROBLEMS
    if wrong == order.problem or not ours or not may(what, order.state) or (order.state in FINAL and not wrong):
        return order
    return act(deed, order, what, actor, {"problem": wrong or order.problem}, replace(order, problem=wrong))


def _notify(deed: Deed, order: Order, parcel: Consignment, phrases: Collection[str]) -> None:
    if not phrases:
        return
    query = select(subscribers.c.language).where(subscribers.c.subscriber == order.subscriber)
    language = deed.connection.execute(query).scalar_one_or_none() or order.language or deed.house.language
    values: dict[str, Value] = {
        "number": order.number,
        "name": named(deed, order, parcel, language),
        "carrier": {**deed.house.dispatching.called(parcel.carrier)},
        "tracking": parcel.tracking or "",
    }
    for phrase in phrases:
        deed.post(order.subscriber, Prompt(phrase, values), language)


def named(deed: Deed, order: Order, parcel: Consignment, language: str) -> str:
    """What is in it, in a few words."""
    offers = deed.house.offers
    names = [
        offers[item.offer].names.get(language, item.offer) if item.offer in offers else item.offer
        for _, item in inside(deed.connection, deed.house, order, parcel)
    ]
    return ("、" if language == "zh" else ", ").join(names)
