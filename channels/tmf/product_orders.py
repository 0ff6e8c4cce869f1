"""An order of the house, as TMF622 writes it, and a product order that comes in, as a wish. Pure.

    relatedParty, role customer    the subscriber: his telephone number is the party's id
    relatedParty, role recipient   to whom it goes, by name
    productOffering.id             the offer's code
    product.realizingResource.id   the telephone number that goes with it
    product.place.name             where it goes
    relatedParty, role identity    a token of who proved to be who, masked
    requestedCompletionDate        when he would like to have it
    agreement.id no-return         he agreed that what has been activated cannot be given back
    state                          one to one; an item stands where its order stands

What the hall calls its items, and what else is its own, is kept with the order (`told`). What the order itself knows is
shown as the order has it, whoever said or changed it. Of an identity it is only shown that there is one (`PROVED`): the
hall that gave the token has it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from channels.tmf.errors import Refusal
from channels.tmf.forms import ReadParty
from channels.tmf.instants import read, written
from channels.tmf.order_forms import KEPT, ProductOrderCreate, ProductOrderUpdate, ReadItem, ReadOwn
from dialogs.words import Value, Values
from orders.halls import ITEMS, Amendment, Cancellation, Client, HallOrder
from orders.identity import BadIdentity, masked
from orders.order import Order, OrderItem, OrderState
from orders.wish import Wish, WishedItem

CURRENCY = "CNY"
CUSTOMER, RECIPIENT, SELLER, IDENTITY = "customer", "recipient", "seller", "identity"
NO_RETURN = "no-return"
PROVED = "proved"
WANTED_AT = "requestedCompletionDate"
DELIVERY = "delivery address"
REASON = "cancellationReason"
SAID_BUT_FIXED = ("@type", "@baseType", "@schemaLocation", "id", "href")

Document = dict[str, Any]
Number = Callable[[str], str]


# ── What comes in ────────────────────────────────────────────────────────────────────────────────────────────────────


def wish(form: ProductOrderCreate, client: Client, number: Number) -> Wish:
    """number: a telephone number as the house writes it; empty for what is none. Raises Refusal."""
    return Wish(
        subscriber=_customer(form.relatedParty, number),
        channel=client.channel,
        service=client.name,
        items=tuple(_wished(item, place) for place, item in enumerate(form.productOrderItem)),
        hall=client.name,
        external_id=form.externalId,
        recipient=next((party.name for party in form.relatedParty if _role(party) == RECIPIENT), None),
        address=next(filter(None, _places(form)), None),
        identity=_identity(form.relatedParty),
        deliver_at=_wanted_at(form),
        agreed=any(each.id == NO_RETURN for each in form.agreement or ()),
    )


def _role(party: ReadParty) -> str:
    return party.role.casefold()


def _customer(parties: list[ReadParty], number: Number) -> str:
    customers = [(place, party) for place, party in enumerate(parties) if _role(party) == CUSTOMER]
    if len(customers) != 1:
        raise Refusal("badBody", f"relatedParty: one with the role {CUSTOMER}, not {len(customers)}")
    place, customer = customers[0]
    return _telephone(customer.who, f"relatedParty[{place}].id", number)


def _wished(item: ReadItem, place: int) -> WishedItem:
    chosen = item.product.realizingResource if item.product else None
    path = f"productOrderItem[{place}].product.realizingResource[0].id"
    resource = pool_number(chosen[0].id, path) if chosen else None
    return WishedItem(item.productOffering.id, item.quantity, resource)


def _telephone(text: str, path: str, number: Number) -> str:
    digits = number(text)
    if not 8 <= len(digits) <= 15:
        raise Refusal("badBody", f"{path}: a telephone number, as 8613800138000")
    return digits


def pool_number(text: str, path: str) -> str:
    """As the pool has it: that is how a hall has read it there."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Refusal("badBody", f"{path}: a telephone number, in digits, as the pool has it")
    return text


def _identity(parties: list[ReadParty]) -> str | None:
    """A token of who proved to be who. The proof itself has no place here."""
    for place, party in enumerate(parties):
        if _role(party) == IDENTITY:
            try:
                return masked(party.who)
            except BadIdentity as problem:
                raise Refusal("badBody", f"relatedParty[{place}].id: {problem}") from None
    return None


def _places(form: ProductOrderCreate) -> Iterator[str | None]:
    for item in form.productOrderItem:
        for place in (item.product.place if item.product else None) or ():
            yield place.name


def told(form: ProductOrderCreate, document: Mapping[str, Any]) -> Document:
    """What is the hall's own, as it wrote it."""
    names = [item.id for item in form.productOrderItem]
    if len(set(names)) < len(names):
        raise Refusal("badBody", "productOrderItem: each has an id of its own")
    usual = names == [str(place) for place in range(1, len(names) + 1)]
    return _own(form, document) | ({} if usual else {ITEMS: names})


def _own(form: ReadOwn, document: Mapping[str, Any]) -> Document:
    dated(form.requestedStartDate, "requestedStartDate")
    return {name: document[name] for name in KEPT if document.get(name) is not None}


def _wanted_at(form: ReadOwn) -> float | None:
    at = dated(form.requestedCompletionDate, WANTED_AT)
    return None if at is None else read(at)


def dated(text: str | None, path: str) -> str | None:
    """The same, if it is an instant."""
    try:
        if text is not None:
            read(text)
    except ValueError as problem:
        raise Refusal("badBody", f"{path}: {problem}") from None
    return text


def amendment(form: ProductOrderUpdate, document: Mapping[str, Any], number: Number) -> Amendment:
    """A merge: what is not named stays, null removes."""
    changeable = (*KEPT, WANTED_AT, "state", REASON, "productOrderItem", "relatedParty")
    fixed = [name for name in document if name not in (*changeable, *SAID_BUT_FIXED)]
    if fixed:
        raise Refusal("badBody", f"{fixed[0][:80]}: cannot be changed; what can: {', '.join(changeable)}")
    if WANTED_AT in document and form.requestedCompletionDate is None:
        raise Refusal("badBody", f"{WANTED_AT}: cannot be removed; say another one")
    cancel = form.state is not None
    if REASON in document and not cancel:
        raise Refusal("badBody", f"{REASON}: goes with a state of cancelled")
    changes = _changes(form)
    if cancel and changes:
        raise Refusal("badBody", f"state: is to be cancelled, and {', '.join(changes)} to be changed: send one of them")
    removed = {name: None for name in KEPT if name in document and document[name] is None}
    reason = {REASON: form.cancellationReason} if form.cancellationReason else {}
    told = _own(form, document) | removed | reason
    named = any(_role(party) == CUSTOMER for party in form.relatedParty or ())
    customer = _customer(form.relatedParty or [], number) if named else None
    item = form.productOrderItem[0].id if form.productOrderItem else None
    return Amendment(told, cancel, form.cancellationReason, changes, customer, item)


def _changes(form: ProductOrderUpdate) -> Values:
    """What shall be otherwise of the order itself, as `orders.changing` has it."""
    (item,) = form.productOrderItem or (None,)
    parties = form.relatedParty or []
    chosen = item.product.realizingResource if item and item.product else None
    places = (item.product.place if item and item.product else None) or ()
    changes: dict[str, Value | None] = {
        "quantity": item.quantity if item else None,
        "offer": item.productOffering.id if item and item.productOffering else None,
        "number": pool_number(chosen[0].id, "productOrderItem[0].product.realizingResource[0].id") if chosen else None,
        "address": next((place.name for place in places if place.name is not None), None),
        "recipient": next((party.name for party in parties if _role(party) == RECIPIENT), None),
        "identity": _identity([party for party in parties if party.who != PROVED]),
        "deliver_at": _wanted_at(form),
    }
    return {name: value for name, value in changes.items() if value is not None}


# ── What goes out ────────────────────────────────────────────────────────────────────────────────────────────────────


def product_order(seen: HallOrder, href: Callable[[str], str]) -> Document:
    """href: of a resource by its path below the API."""
    order = seen.order
    return {
        "@type": "ProductOrder",
        "id": order.number,
        "href": href(f"productOrder/{order.number}"),
        **_if("externalId", order.external_id),
        "state": order.state.value,
        "orderDate": written(order.ordered_at),
        **_at("completionDate", seen.completed_at),
        **_at("cancellationDate", seen.cancelled_at),
        **_at(WANTED_AT, order.deliver_at),
        **{name: seen.told[name] for name in (*KEPT, REASON) if name in seen.told},
        "channel": [{"@type": "RelatedChannel", "id": order.channel, "name": order.channel}],
        **({} if order.waived_at is None else {"agreement": [{"@type": "AgreementRef", "id": NO_RETURN}]}),
        "relatedParty": list(_parties(order)),
        "productOrderItem": list(_items(seen)),
        "orderTotalPrice": [price(order.total)],
    }


def _if(name: str, value: str | None) -> Document:
    return {} if value is None else {name: value}


def _at(name: str, at: float | None) -> Document:
    return {} if at is None else {name: written(at)}


def _parties(order: Order) -> Iterator[Document]:
    yield _party(order.subscriber, CUSTOMER, "Individual")
    if order.recipient:
        yield _party(order.subscriber, RECIPIENT, "Individual") | {"name": order.recipient}
    if order.identity:
        yield _party(PROVED, IDENTITY, "Individual")
    if order.hall:
        yield _party(order.hall, SELLER, "Organization")


def _party(who: str, role: str, kind: str) -> Document:
    return {"@type": "RelatedParty", "id": who, "role": role, "@referredType": kind}


def _items(seen: HallOrder) -> Iterator[Document]:
    for place, item in enumerate(seen.order.items):
        yield _item(item, seen.item_id(place), seen.order)


def _item(item: OrderItem, name: str, order: Order) -> Document:
    product = _product(item, order.address)
    return {
        "@type": "ProductOrderItem",
        "id": name,
        "action": "add",
        "quantity": item.quantity,
        "state": (OrderState.IN_PROGRESS if order.state is OrderState.PARTIAL else order.state).value,
        "productOffering": {"@type": "ProductOfferingRef", "id": item.offer},
        **({"product": product} if product else {}),
        "itemTotalPrice": [price(item.price)],
    }


def _product(item: OrderItem, address: str | None) -> Document | None:
    told: Document = {}
    if item.resource:
        told["realizingResource"] = [{"@type": "ResourceRef", "id": item.resource, "@referredType": "LogicalResource"}]
    if address:
        told["place"] = [{"@type": "RelatedPlaceRefOrValue", "role": DELIVERY, "name": address}]
    return {"@type": "Product"} | told if told else None


def price(fen: int, name: str = "oneTime") -> Document:
    return {
        "@type": "OrderPrice",
        "priceType": name,
        "price": {"@type": "Price", "taxIncludedAmount": {"unit": CURRENCY, "value": fen / 100}},
    }


def cancellation(asked: Cancellation, href: Callable[[str], str]) -> Document:
    return {
        "@type": "CancelProductOrder",
        "id": str(asked.id),
        "href": href(f"cancelProductOrder/{asked.id}"),
        "state": asked.state.value,
        "productOrder": {
            "@type": "ProductOrderRef",
            "id": asked.order,
            "href": href(f"productOrder/{asked.order}"),
            "@referredType": "ProductOrder",
        },
        **_if(REASON, asked.reason),
        **_if("requestedCancellationDate", asked.requested_for),
        **_at("effectiveCancellationDate", asked.cancelled_at),
    }
