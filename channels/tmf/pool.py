"""TMF685 Resource Pool, version 4: other halls choose from the same pool of telephone numbers.

    POST   availabilityCheck     201, numbers that fit; `next` says where to go on
    POST   reservation           201, numbers held for this hall until a time; 409 when they are not to be had
    GET    reservation, …/{id}   200
    PATCH  reservation/{id}      200, held longer, or (state cancelled) let go
    DELETE reservation/{id}      204, let go
    GET    resourcePool, …/{id}  200

A product order of the same hall may name a number that it holds (productOrderItem.product.realizingResource).

    inProgress   the numbers are held          completed   an order has them
    cancelled    let go, or the time is over
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from channels.tmf import queries
from channels.tmf.bodies import read
from channels.tmf.errors import Refusal
from channels.tmf.instants import read as instant
from channels.tmf.instants import written
from channels.tmf.operations import Answer, Api, Asked, Operation, Parameter, Reply
from channels.tmf.ordering import COUNTS, PATCHES, paged
from channels.tmf.pool_forms import (
    AvailabilityCheck,
    AvailabilityCheckCreate,
    ReadCharacteristic,
    Reservation,
    ReservationCreate,
    ReservationUpdate,
    ResourcePool,
)
from channels.tmf.product_orders import CUSTOMER, pool_number
from channels.tmf.store import PoolStore
from orders.halls import Booking, BookingState, NoSuchThing, NotToBeHad, Wanted
from orders.hub import BOOKING_STATES
from orders.number_patterns import BadPattern, pattern_of
from orders.number_search import Criteria, mark_of
from orders.numbers import PoolNumber

BASE = "tmf-api/resourcePoolManagement/v4"
NUMBERS = "telephone-numbers"
USUAL, LONGEST = 900.0, 7 * 86_400.0  # seconds for which a number is held
ID = Parameter("id", "path", "Its id", required=True)

Document = dict[str, Any]

EXAMPLE: Document = {
    "@type": "Reservation",
    "relatedParty": [{"id": "8613800138000", "role": "customer", "@referredType": "Individual"}],
    "reservationItem": [{"quantity": 1, "characteristic": [{"name": "without4", "value": True}]}],
}


class Pool:
    def __init__(
        self, store: PoolStore, href: Callable[[str], str], number: Callable[[str], str], now: Callable[[], float]
    ) -> None:
        self._store = store
        self._site = href
        self._number = number
        self._now = now

    def _href(self, path: str) -> str:
        return self._site(f"{BASE}/{path}")

    # ── reservations ──

    async def reserve(self, asked: Asked) -> Reply:
        form, _ = read(asked.body, ReservationCreate)
        until = self._until(form.reservationPeriod.endDateTime if form.reservationPeriod else None)
        customer = next((p.who for p in form.relatedParty if p.role.casefold() == CUSTOMER and p.who), None)
        subscriber = (self._number(customer) or None) if customer else None
        try:
            made = await self._store.reserve(asked.client, _wanted(form), until, subscriber)
        except NotToBeHad as problem:
            raise Refusal("conflict", f"reservationItem: {problem}") from None
        document = reservation(made, self._href)
        return Reply(201, document, {"Location": document["href"]})

    async def reservations(self, asked: Asked) -> Reply:
        wanted = queries.wanted(asked.query, {})
        found, total = await self._store.bookings(asked.client, wanted.search.offset, wanted.search.limit)
        documents = [reservation(each, self._href) for each in found]
        return paged([queries.chosen(each, wanted.fields) for each in documents], total)

    async def one(self, asked: Asked) -> Reply:
        names = queries.only_fields(asked.query)
        found = await self._store.booking(asked.client, _id(asked))
        return Reply(200, queries.chosen(reservation(found, self._href), names))

    async def change(self, asked: Asked) -> Reply:
        form, _ = read(asked.body, ReservationUpdate)
        if (form.state is None) == (form.reservationPeriod is None):
            raise Refusal("badBody", "the body: either a state of cancelled, or a reservationPeriod that ends later")
        if form.state is not None:
            found = await self._store.release(asked.client, _id(asked))
        else:
            assert form.reservationPeriod is not None
            until = self._until(form.reservationPeriod.endDateTime)
            found = await self._store.extend(asked.client, _id(asked), until)
        return Reply(200, reservation(found, self._href))

    async def release(self, asked: Asked) -> Reply:
        await self._store.release(asked.client, _id(asked), removed=True)
        return Reply(204)

    def _until(self, text: str | None) -> float:
        now = self._now()
        if text is None:
            return now + USUAL
        try:
            until = instant(text)
        except ValueError as problem:
            raise Refusal("badBody", f"reservationPeriod.endDateTime: {problem}") from None
        if not now < until <= now + LONGEST:
            raise Refusal("badBody", f"reservationPeriod.endDateTime: ahead, and within {LONGEST / 86_400:g} days")
        return until

    # ── the pool ──

    async def check(self, asked: Asked) -> Reply:
        form, _ = read(asked.body, AvailabilityCheckCreate)
        mark = mark_of(form.mark) if form.mark else None
        if form.mark and mark is None:
            raise Refusal("badBody", "mark: as `next` of the answer before has it")
        page = await self._store.fitting(_criteria(form.characteristic, "characteristic"), form.quantity, mark)
        document: Document = {
            "@type": "AvailabilityCheck",
            "id": str(page.next or "end"),
            "resource": [_resource(each) for each in page.numbers],
        }
        return Reply(201, document | ({"next": str(page.next)} if page.next else {}))

    async def pools(self, asked: Asked) -> Reply:
        wanted = queries.wanted(asked.query, {})
        found = [self._pool()][wanted.search.offset : wanted.search.offset + wanted.search.limit]
        return paged([queries.chosen(each, wanted.fields) for each in found], 1)

    async def pool(self, asked: Asked) -> Reply:
        names = queries.only_fields(asked.query)
        if asked.path["id"] != NUMBERS:
            raise NoSuchThing(f"there is no pool {asked.path['id']}")
        return Reply(200, queries.chosen(self._pool(), names))

    def _pool(self) -> Document:
        return {
            "@type": "ResourcePool",
            "id": NUMBERS,
            "href": self._href(f"resourcePool/{NUMBERS}"),
            "description": "telephone numbers to choose from",
            "resourceSpecification": {"@type": "ResourceSpecificationRef", "id": NUMBERS},
        }

    @property
    def operations(self) -> tuple[Operation, ...]:
        one, page = Answer("The reservation", Reservation), Answer("", Reservation, True, COUNTS)
        made = Answer("Held", Reservation, headers=("Location",))
        which, reservation = (ID, *queries.FIELDS), "/reservation/{id}"
        return (
            Operation("createReservation", "POST", "/reservation", "Hold numbers", self.reserve, {201: made},
                      ReservationCreate, refuses=("conflict",), example=EXAMPLE,
                      leads_to=("retrieveReservation", "patchReservation", "deleteReservation")),
            Operation("listReservation", "GET", "/reservation", "What is held", self.reservations, {200: page},
                      parameters=queries.PAGING),
            Operation("retrieveReservation", "GET", reservation, "One reservation", self.one, {200: one},
                      parameters=which, refuses=("notFound",)),
            Operation("patchReservation", "PATCH", reservation, "Hold longer, or let go", self.change, {200: one},
                      ReservationUpdate, PATCHES, (ID,), ("notFound", "conflict")),
            Operation("deleteReservation", "DELETE", reservation, "Let go", self.release, {204: Answer("Let go")},
                      parameters=(ID,), refuses=("notFound",)),
            Operation("createAvailabilityCheck", "POST", "/availabilityCheck", "Numbers that fit", self.check,
                      {201: Answer("Numbers", AvailabilityCheck)}, AvailabilityCheckCreate),
            Operation("listResourcePool", "GET", "/resourcePool", "The pools", self.pools,
                      {200: Answer("", ResourcePool, True, COUNTS)}, parameters=queries.PAGING),
            Operation("retrieveResourcePool", "GET", "/resourcePool/{id}", "One pool", self.pool,
                      {200: Answer("The pool", ResourcePool)}, parameters=which, refuses=("notFound",)),
        )  # fmt: skip

    def api(self, *more: Operation) -> Api:
        return Api("Resource Pool", BASE, "TMF685, version 4", (*self.operations, *more))


# ── From and to words ────────────────────────────────────────────────────────────────────────────────────────────────


def _id(asked: Asked) -> int:
    number = asked.path["id"]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NoSuchThing(f"there is no reservation {number}")
    return int(number)


def _wanted(form: ReservationCreate) -> Wanted:
    """All named, or one kind that fits."""
    named = list(_named(form))
    if named and any(not item.relatedEntity for item in form.reservationItem):
        raise Refusal("badBody", "reservationItem: either all name their numbers, or none does")
    if named:
        return Wanted(tuple(named))
    if len(form.reservationItem) > 1:
        raise Refusal("badBody", "reservationItem: one that says what fits, with its quantity")
    item = form.reservationItem[0]
    return Wanted((), _criteria(item.characteristic, "reservationItem[0].characteristic"), item.quantity)


def _named(form: ReservationCreate) -> Iterator[str]:
    for place, item in enumerate(form.reservationItem):
        for at, entity in enumerate(item.relatedEntity or ()):
            yield pool_number(entity.id, f"reservationItem[{place}].relatedEntity[{at}].id")


def _digits(value: Any) -> str:
    text = str(value)
    if not (isinstance(value, str) and text.isascii() and text.isdigit() and len(text) <= 8):
        raise ValueError("up to 8 digits, as a text")
    return text


def _pattern(value: Any) -> str:
    try:
        return pattern_of(str(value))
    except BadPattern as problem:
        raise ValueError(str(problem)) from None


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004 - it is the hall's value that is wrong
    return value


def _word(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 40:
        raise ValueError("a word")
    return value


CHARACTERISTICS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "tail": ("tail", _digits),
    "contains": ("contains", _digits),
    "pattern": ("pattern", _pattern),
    "without4": ("without_4", _flag),
    "grade": ("grade", _word),
    "region": ("region", _word),
}


def _criteria(given: list[ReadCharacteristic] | None, path: str) -> Criteria:
    wanted: dict[str, Any] = {}
    for place, each in enumerate(given or ()):
        if each.name not in CHARACTERISTICS:
            known = ", ".join(CHARACTERISTICS)
            raise Refusal("badBody", f"{path}[{place}].name: not {each.name[:40]!r}; what a number has: {known}")
        name, reads = CHARACTERISTICS[each.name]
        try:
            wanted[name] = reads(each.value)
        except ValueError as problem:
            raise Refusal("badBody", f"{path}[{place}].value: {problem}") from None
    return Criteria(**wanted)


def reservation(booking: Booking, href: Callable[[str], str]) -> Document:
    state = BOOKING_STATES[booking.state].value
    party = {"@type": "RelatedParty", "id": booking.client, "role": "requester", "@referredType": "Organization"}
    customer = {"@type": "RelatedParty", "id": booking.subscriber, "role": CUSTOMER, "@referredType": "Individual"}
    items = enumerate(booking.numbers, 1)
    return {
        "@type": "Reservation",
        "id": str(booking.id),
        "href": href(f"reservation/{booking.id}"),
        "state": state,
        **({"stateChangeReason": "its time is over"} if booking.state is BookingState.OVER else {}),
        "creationDate": written(booking.created_at),
        "relatedParty": [party, *([customer] if booking.subscriber else [])],
        "reservationItem": [_item(each, str(place), state) for place, each in items],
        "reservationPeriod": {
            "@type": "TimePeriod",
            "startDateTime": written(booking.created_at),
            "endDateTime": written(booking.until),
        },
    }


def _item(number: PoolNumber, name: str, state: str) -> Document:
    entity = {"@type": "RelatedEntity", "id": number.number, "role": "number", "@referredType": "LogicalResource"}
    return {
        "@type": "ReservationItem",
        "id": name,
        "quantity": 1,
        "state": state,
        "relatedEntity": [entity],
        "characteristic": list(_characteristics(number)),
    }


def _resource(number: PoolNumber) -> Document:
    return {
        "@type": "ResourceRef",
        "id": number.number,
        "@referredType": "LogicalResource",
        "characteristic": list(_characteristics(number)),
    }


def _characteristics(number: PoolNumber) -> Iterator[Document]:
    """prepaid, monthly: in yuan."""
    terms = number.terms
    said: Document = {"grade": terms.grade, "prepaid": terms.prepaid / 100, "monthly": terms.monthly / 100}
    said |= {"months": terms.months, "region": number.region}
    for name, value in said.items():
        if value not in ("", None):
            yield {"@type": "Characteristic", "name": name, "value": value}
