"""TMF622 version 4: the forms of product orders and of requests to cancel them.

Of a product order that comes in, Hall reads what it orders by: the offering, how many, which telephone number goes with
it, who the customer is and whether he proved to be that, to whom and where it goes, when he would like to have it, and
whether he agreed that it cannot be given back. The attributes of `KEPT` are the hall's own; they are kept with the
order and given back as they came.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from channels.tmf.forms import Instant, Money, Read, ReadParty, Reference, RelatedParty, Text, Word, Written
from orders.order import OrderState
from orders.wish import LARGEST_QUANTITY

KEPT = (
    "category",
    "description",
    "priority",
    "notificationContact",
    "requestedStartDate",
    "note",
)
MOST_ITEMS = 20
MOST_NOTES = 20

ITEM_STATES = tuple(state.value for state in OrderState if state is not OrderState.PARTIAL)


# ── What is read ─────────────────────────────────────────────────────────────────────────────────────────────────────


class ReadNote(Read):
    text: Text


class ReadOwn(Read):
    """What is the hall's own, and when the customer would like to have it (requestedCompletionDate)."""

    category: Text | None = None
    description: Text | None = None
    priority: Text | None = None
    notificationContact: Text | None = None  # noqa: N815 - TM Forum's names, here and below
    requestedStartDate: Instant | None = None  # noqa: N815
    requestedCompletionDate: Instant | None = None  # noqa: N815
    note: Annotated[list[ReadNote], Field(max_length=MOST_NOTES)] | None = None


class ReadOffering(Read):
    id: Word


class ReadResource(Read):
    id: Word


class ReadPlace(Read):
    role: Word | None = None
    name: Text | None = None


class ReadProduct(Read):
    """realizingResource: the telephone number that goes with it. place: where it goes, by name."""

    realizingResource: Annotated[list[ReadResource], Field(max_length=1)] | None = None  # noqa: N815
    place: Annotated[list[ReadPlace], Field(max_length=5)] | None = None


class ReadItem(Read):
    id: Word
    action: Literal["add"]
    quantity: Annotated[int, Field(ge=1, le=LARGEST_QUANTITY)] = 1
    productOffering: ReadOffering  # noqa: N815
    product: ReadProduct | None = None


class ReadAgreement(Read):
    """no-return: the customer agreed that what has been activated cannot be given back. Others are not kept."""

    id: Word


class ProductOrderCreate(ReadOwn):
    """relatedParty, by role: customer, his telephone number; recipient, a name; identity, a masked token."""

    externalId: Word | None = None  # noqa: N815
    agreement: Annotated[list[ReadAgreement], Field(max_length=5)] | None = None
    relatedParty: Annotated[list[ReadParty], Field(min_length=1, max_length=10)]  # noqa: N815
    productOrderItem: Annotated[list[ReadItem], Field(min_length=1, max_length=MOST_ITEMS)]  # noqa: N815


class ReadItemChange(Read):
    id: Word
    action: Literal["add", "modify", "noChange"] = "add"
    quantity: Annotated[int, Field(ge=1, le=LARGEST_QUANTITY)] | None = None
    productOffering: ReadOffering | None = None  # noqa: N815
    product: ReadProduct | None = None


class ProductOrderUpdate(ReadOwn):
    """productOrderItem: of an order of one item, what shall be otherwise of it.

    relatedParty, by role: recipient, a name; identity, a masked token.
    """

    productOrderItem: Annotated[list[ReadItemChange], Field(min_length=1, max_length=1)] | None = None  # noqa: N815
    relatedParty: Annotated[list[ReadParty], Field(min_length=1, max_length=10)] | None = None  # noqa: N815
    state: Literal["cancelled"] | None = None
    cancellationReason: Text | None = None  # noqa: N815


class ReadOrderRef(Read):
    id: Word


class CancelProductOrderCreate(Read):
    productOrder: ReadOrderRef  # noqa: N815
    cancellationReason: Text | None = None  # noqa: N815
    requestedCancellationDate: Instant | None = None  # noqa: N815


# ── What is written ──────────────────────────────────────────────────────────────────────────────────────────────────


class Price(Written):
    taxIncludedAmount: Money  # noqa: N815


class OrderPrice(Written):
    priceType: str  # noqa: N815
    price: Price


class Place(Written):
    role: str
    name: str


class ProductRefOrValue(Written):
    realizingResource: list[Reference] | None = None  # noqa: N815
    place: list[Place] | None = None


class ProductOrderItem(Written):
    id: str
    action: str
    quantity: int
    state: Literal[ITEM_STATES]  # type: ignore[valid-type]
    productOffering: Reference  # noqa: N815
    product: ProductRefOrValue | None = None
    itemTotalPrice: list[OrderPrice]  # noqa: N815


class RelatedChannel(Written):
    id: str
    name: str


class AgreementRef(Written):
    id: str


class ProductOrder(Written):
    id: str
    href: str
    externalId: str | None = None  # noqa: N815
    state: OrderState
    orderDate: Instant  # noqa: N815
    completionDate: Instant | None = None  # noqa: N815
    cancellationDate: Instant | None = None  # noqa: N815
    cancellationReason: str | None = None  # noqa: N815
    category: str | None = None
    description: str | None = None
    priority: str | None = None
    notificationContact: str | None = None  # noqa: N815
    requestedStartDate: Instant | None = None  # noqa: N815
    requestedCompletionDate: Instant | None = None  # noqa: N815
    note: list[dict[str, Any]] | None = None
    agreement: list[AgreementRef] | None = None
    channel: list[RelatedChannel]
    relatedParty: list[RelatedParty]  # noqa: N815
    productOrderItem: list[ProductOrderItem]  # noqa: N815
    orderTotalPrice: list[OrderPrice]  # noqa: N815


class CancelProductOrder(Written):
    id: str
    href: str
    state: str
    productOrder: Reference  # noqa: N815
    cancellationReason: str | None = None  # noqa: N815
    requestedCancellationDate: Instant | None = None  # noqa: N815
    effectiveCancellationDate: Instant | None = None  # noqa: N815
