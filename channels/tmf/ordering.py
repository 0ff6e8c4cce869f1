"""TMF622 Product Ordering, version 4: how other halls place and follow orders in the house's one store.

    POST   productOrder              201, the order as it stands; the same request again: the same order
    GET    productOrder              200, a page of those that meet the query
    GET    productOrder/{id}         200, with its ETag
    PATCH  productOrder/{id}         200; If-Match: 412 when it has changed since
    POST   cancelProductOrder        201: cancelled, or to be looked into; 409 when it cannot be cancelled any more
    GET    cancelProductOrder        200
    GET    cancelProductOrder/{id}   200

An order is never deleted: what was agreed is kept, and shown to auditors. Whoever does not want it cancels it.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from channels.tmf import product_orders, queries
from channels.tmf.bodies import read
from channels.tmf.errors import Refusal
from channels.tmf.operations import Answer, Api, Asked, Operation, Parameter, Reply
from channels.tmf.order_forms import (
    CancelProductOrder,
    CancelProductOrderCreate,
    ProductOrder,
    ProductOrderCreate,
    ProductOrderUpdate,
)
from channels.tmf.queries import Attribute, instant
from channels.tmf.store import OrderStore
from orders.halls import HallOrder, Keys, NoSuchOrder, NoSuchThing, Unplaceable
from orders.order import OrderState
from orders.order_numbers import valid_order_number

BASE = "tmf-api/productOrderingManagement/v4"
LONGEST_KEY = 200
PATCHES = ("application/json", "application/merge-patch+json")
_CHOSEN = "product.realizingResource[0].id"
WHY: Mapping[str, tuple[str, str]] = {
    "not_sold": ("cannotBeOrdered", "productOffering.id: nothing of this code is sold"),
    "elsewhere": ("cannotBeOrdered", "productOffering.id: it is not sold by this channel"),
    "quantity": ("cannotBeOrdered", "quantity: not so many; one, where a number goes with it"),
    "number_unknown": ("cannotBeOrdered", f"{_CHOSEN}: there is no such number in the pool"),
    "number_taken": ("conflict", f"{_CHOSEN}: somebody else has this number"),
    "number_limit": ("conflict", f"{_CHOSEN}: he has as many numbers as one may have"),
    "sold_out": ("conflict", "productOffering.id: sold out"),
    "too_few": ("conflict", "quantity: there are not so many left"),
}

EXAMPLE: Mapping[str, Any] = {
    "@type": "ProductOrder",
    "relatedParty": [{"id": "8613800138000", "role": "customer", "@referredType": "Individual"}],
    "productOrderItem": [{"id": "1", "action": "add", "quantity": 1, "productOffering": {"id": "F800"}}],
}

ETAG = "ETag"
COUNTS = ("X-Total-Count", "X-Result-Count")
IF_MATCH = Parameter("If-Match", "header", "The ETag that was seen: 412 when the order has changed since")
IDEMPOTENCY = Parameter(
    "Idempotency-Key",
    "header",
    "Names the request: when it comes again it is told the order that it made",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
)
ID = Parameter("id", "path", "Its id", {"type": "string", "minLength": 1}, required=True)


def _state(text: str) -> str:
    if text not in (known := [state.value for state in OrderState]):
        raise ValueError(f"one of {', '.join(known)}")
    return text


ATTRIBUTES: Mapping[str, Attribute] = {
    "id": Attribute("number", sorts=True),
    "externalId": Attribute("external_id", sorts=True),
    "state": Attribute("state", _state, sorts=True),
    "orderDate": Attribute("ordered_at", instant, sorts=True),
    "completionDate": Attribute("completed_at", instant, sorts=True),
    "cancellationDate": Attribute("cancelled_at", instant, sorts=True),
    "channel.id": Attribute("channel"),
    "relatedParty.id": Attribute("subscriber"),
    "productOrderItem.productOffering.id": Attribute("offer"),
}


class Ordering:
    """href: of what stands under a path of the site. number: a telephone number as the house writes it."""

    def __init__(self, store: OrderStore, href: Callable[[str], str], number: Callable[[str], str]) -> None:
        self._store = store
        self._href = lambda path: href(f"{BASE}/{path}")
        self._number = number

    async def create(self, asked: Asked) -> Reply:
        form, document = read(asked.body, ProductOrderCreate)
        wish = product_orders.wish(form, asked.client, self._number)
        told = product_orders.told(form, document)
        keys = Keys(_digest(document), _names(asked, form))
        try:
            seen, _ = await self._store.place(asked.client, wish, keys, told)
        except Unplaceable as refused:
            code, why = WHY.get(refused.reason, ("cannotBeOrdered", refused.reason))
            raise Refusal(code, f"productOrderItem[{refused.item}].{why}") from None
        return self._shown(seen, 201)

    async def listed(self, asked: Asked) -> Reply:
        wanted = queries.wanted(asked.query, ATTRIBUTES)
        page = await self._store.orders(asked.client, wanted.search)
        documents = [product_orders.product_order(seen, self._href) for seen in page.found]
        return paged([queries.chosen(document, wanted.fields) for document in documents], page.total)

    async def one(self, asked: Asked) -> Reply:
        names = queries.only_fields(asked.query)
        return self._shown(await self._store.order(asked.client, _order_number(asked)), 200, names)

    async def amend(self, asked: Asked) -> Reply:
        form, document = read(asked.body, ProductOrderUpdate)
        wanted = product_orders.amendment(form, document, self._number)
        return self._shown(await self._store.amend(asked.client, _order_number(asked), wanted, _tag(asked)))

    def _shown(self, seen: HallOrder, status: int = 200, names: frozenset[str] | None = None) -> Reply:
        document = product_orders.product_order(seen, self._href)
        headers = {ETAG: f'"{seen.tag}"'} | ({"Location": document["href"]} if status == 201 else {})
        return Reply(status, queries.chosen(document, names), headers)

    # ── cancelling ──

    async def cancel(self, asked: Asked) -> Reply:
        form, _ = read(asked.body, CancelProductOrderCreate)
        date = product_orders.dated(form.requestedCancellationDate, "requestedCancellationDate")
        try:
            done = await self._store.cancel(asked.client, form.productOrder.id, form.cancellationReason, date)
        except NoSuchOrder:
            raise Refusal("notFound", f"productOrder.id: there is no order {form.productOrder.id}") from None
        document = product_orders.cancellation(done, self._href)
        return Reply(201, document, {"Location": document["href"]})

    async def cancellations(self, asked: Asked) -> Reply:
        wanted = queries.wanted(asked.query, {"productOrder.id": Attribute("order")})
        orders = [value for condition in wanted.search.conditions for value in condition.values]
        if len(orders) > 1 or any(condition.compare != "eq" for condition in wanted.search.conditions):
            raise Refusal("badQuery", "productOrder.id: one, and nothing but equal to it")
        search, order = wanted.search, str(orders[0]) if orders else None
        found, total = await self._store.cancellations(asked.client, order, search.offset, search.limit)
        documents = [product_orders.cancellation(each, self._href) for each in found]
        return paged([queries.chosen(document, wanted.fields) for document in documents], total)

    async def cancellation(self, asked: Asked) -> Reply:
        names, number = queries.only_fields(asked.query), asked.path["id"]
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise NoSuchThing(f"there is no cancellation {number}")
        found = await self._store.cancellation(asked.client, int(number))
        return Reply(200, queries.chosen(product_orders.cancellation(found, self._href), names))

    @property
    def operations(self) -> tuple[Operation, ...]:
        one, page = Answer("The order", ProductOrder, headers=(ETAG,)), Answer("", ProductOrder, True, COUNTS)
        task, tasks = Answer("The request", CancelProductOrder), Answer("", CancelProductOrder, True, COUNTS)
        made = Answer("The order as it stands", ProductOrder, headers=(ETAG, "Location"))
        asked = Answer("Done, or to be looked into", CancelProductOrder, headers=("Location",))
        look = queries.parameters(ATTRIBUTES)
        tasks_look = (*queries.PAGING, Parameter("productOrder.id", "query", "Of this order"))
        order, orders = "/productOrder/{id}", "/productOrder"
        cancelling, cancelled = "/cancelProductOrder", "/cancelProductOrder/{id}"
        return (
            Operation("createProductOrder", "POST", orders, "Order something", self.create, {201: made},
                      ProductOrderCreate, parameters=(IDEMPOTENCY,), refuses=("conflict",), example=EXAMPLE,
                      leads_to=("retrieveProductOrder", "patchProductOrder", "createCancelProductOrder")),
            Operation("listProductOrder", "GET", orders, "Look for orders", self.listed, {200: page},
                      parameters=look),
            Operation("retrieveProductOrder", "GET", order, "How an order stands", self.one, {200: one},
                      parameters=(ID, *queries.FIELDS), refuses=("notFound",)),
            Operation("patchProductOrder", "PATCH", order, "Change what is yours to change, or cancel", self.amend,
                      {200: one}, ProductOrderUpdate, PATCHES, (ID, IF_MATCH), ("notFound", "conflict", "changed")),
            Operation("createCancelProductOrder", "POST", cancelling, "Ask for an order to be cancelled", self.cancel,
                      {201: asked}, CancelProductOrderCreate, refuses=("notFound", "conflict"),
                      leads_to=("retrieveCancelProductOrder",)),
            Operation("listCancelProductOrder", "GET", cancelling, "What was asked to be cancelled",
                      self.cancellations, {200: tasks}, parameters=tasks_look),
            Operation("retrieveCancelProductOrder", "GET", cancelled, "What became of it", self.cancellation,
                      {200: task}, parameters=(ID, *queries.FIELDS), refuses=("notFound",)),
        )  # fmt: skip

    def api(self, *more: Operation) -> Api:
        return Api("Product Ordering", BASE, "TMF622, version 4", (*self.operations, *more))


def paged(documents: list[Any], total: int) -> Reply:
    return Reply(200, documents, {COUNTS[0]: str(total), COUNTS[1]: str(len(documents))})


def _digest(document: Mapping[str, Any]) -> bytes:
    """Of what was asked, whichever way it was written."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).digest()


def _names(asked: Asked, form: ProductOrderCreate) -> tuple[str, ...]:
    key = asked.header("Idempotency-Key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and all("!" <= sign <= "~" for sign in key)):
        raise Refusal("badRequest", f"Idempotency-Key: 1 to {LONGEST_KEY} letters, digits and signs of ASCII")
    external = form.externalId
    return tuple(name for name in (key and f"Idempotency-Key:{key}", external and f"externalId:{external}") if name)


def _order_number(asked: Asked) -> str:
    number = asked.path["id"]
    if not valid_order_number(number):
        raise NoSuchOrder(f"there is no order {number}")
    return number


def _tag(asked: Asked) -> str | None:
    given = asked.header("If-Match")
    if given is None or given == "*":
        return None
    return given.removeprefix("W/").strip('"')
