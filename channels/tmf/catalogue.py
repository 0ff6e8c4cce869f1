"""TMF620 Product Catalog, version 4, as far as it is read: what can be ordered, at which prices, by which channels.

    GET productOffering, productOffering/{id}              the id is the code that a subscriber texts
    GET productOfferingPrice, productOfferingPrice/{id}    the price that always holds, and those that hold for a time

The catalogue is read anew for each request: it is small, and what it says is what an order would be charged now.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from channels.tmf import queries
from channels.tmf.forms import Instant, Money, Reference, TimePeriod, Written
from channels.tmf.instants import written
from channels.tmf.matching import page_of
from channels.tmf.operations import Answer, Api, Asked, Operation, Parameter, Reply
from channels.tmf.ordering import COUNTS, paged
from channels.tmf.product_orders import CURRENCY
from channels.tmf.queries import Attribute
from channels.tmf.store import CatalogueStore
from orders.catalogue import Listed, Offer
from orders.halls import NoSuchThing

BASE = "tmf-api/productCatalogManagement/v4"
STANDING = "standing"
ID = Parameter("id", "path", "Its id", required=True)

Document = dict[str, Any]

OFFERINGS: Mapping[str, Attribute] = {
    "id": Attribute("id", sorts=True),
    "name": Attribute("name", sorts=True),
    "lifecycleStatus": Attribute("lifecycleStatus"),
    "isSellable": Attribute("isSellable"),
    "channel.id": Attribute("channel.id"),
}
PRICES: Mapping[str, Attribute] = {"id": Attribute("id", sorts=True), "name": Attribute("name", sorts=True)}


class ChannelRef(Written):
    id: str
    name: str


class Value(Written):
    value: int


class ValueUse(Written):
    """`left`: how many can be ordered at once."""

    name: str
    productSpecCharacteristicValue: list[Value]  # noqa: N815 - TM Forum's names, here and below


class ProductOffering(Written):
    id: str
    href: str
    name: str
    description: str
    isBundle: bool  # noqa: N815
    isSellable: bool  # noqa: N815
    lifecycleStatus: str  # noqa: N815
    channel: list[ChannelRef] | None = None
    productOfferingPrice: list[Reference]  # noqa: N815
    prodSpecCharValueUse: list[ValueUse] | None = None  # noqa: N815


class ProductOfferingPrice(Written):
    id: str
    href: str
    name: str
    isBundle: bool  # noqa: N815
    lifecycleStatus: str  # noqa: N815
    priceType: str  # noqa: N815
    price: Money
    validFor: TimePeriod | None = None  # noqa: N815
    lastUpdate: Instant | None = None  # noqa: N815


class Catalogue:
    """language: in which an offer is called by its name; it is described in the other."""

    def __init__(self, store: CatalogueStore, href: Callable[[str], str], language: str) -> None:
        self._store = store
        self._site = href
        self._language = language

    def _href(self, path: str) -> str:
        return self._site(f"{BASE}/{path}")

    async def offerings(self, asked: Asked) -> Reply:
        return _page(asked, OFFERINGS, [self._offering(each) for each in await self._store.offers()])

    async def offering(self, asked: Asked) -> Reply:
        names = queries.only_fields(asked.query)
        for each in await self._store.offers():
            if each.offer.code == asked.path["id"]:
                return Reply(200, queries.chosen(self._offering(each), names))
        raise NoSuchThing(f"nothing is called {asked.path['id']} here")

    async def prices(self, asked: Asked) -> Reply:
        return _page(asked, PRICES, [price for each in await self._store.offers() for price in self._prices(each)])

    async def price(self, asked: Asked) -> Reply:
        names = queries.only_fields(asked.query)
        for each in await self._store.offers():
            for price in self._prices(each):
                if price["id"] == asked.path["id"]:
                    return Reply(200, queries.chosen(price, names))
        raise NoSuchThing(f"there is no price {asked.path['id']}")

    def _offering(self, listed: Listed) -> Document:
        offer = listed.offer
        refs = [
            {"@type": "ProductOfferingPriceRef", "id": price["id"], "href": price["href"], "name": price["name"]}
            for price in self._prices(listed)
        ]
        document: Document = {
            "@type": "ProductOffering",
            "id": offer.code,
            "href": self._href(f"productOffering/{offer.code}"),
            "name": self._name(offer),
            "description": " / ".join(dict.fromkeys([*offer.names.values(), *offer.aliases])),
            "isBundle": False,
            "isSellable": listed.sellable,
            "lifecycleStatus": "Active" if offer.sold else "Retired",
            "productOfferingPrice": refs,
        }
        if offer.channels:
            document["channel"] = [{"@type": "ChannelRef", "id": each, "name": each} for each in offer.channels]
        if listed.left is not None:
            left = {"@type": "CharacteristicValueSpecification", "value": listed.left}
            use = {"@type": "ProductSpecificationCharacteristicValueUse", "name": "left"}
            document["prodSpecCharValueUse"] = [use | {"productSpecCharacteristicValue": [left]}]
        return document

    def _prices(self, listed: Listed) -> Iterator[Document]:
        offer = listed.offer
        yield self._price(offer, STANDING, offer.price)
        for place, each in enumerate(offer.prices, 1):
            times = {"startDateTime": each.since, "endDateTime": each.until}
            period = {name: written(at) for name, at in times.items() if at is not None}
            yield self._price(offer, str(place), each.fen) | {"validFor": {"@type": "TimePeriod", **period}}

    def _price(self, offer: Offer, which: str, fen: int) -> Document:
        number = f"{offer.code}-{which}"
        return {
            "@type": "ProductOfferingPrice",
            "id": number,
            "href": self._href(f"productOfferingPrice/{number}"),
            "name": self._name(offer),
            "isBundle": False,
            "lifecycleStatus": "Active" if offer.sold else "Retired",
            "priceType": "oneTime",
            "price": {"unit": CURRENCY, "value": fen / 100},
        }

    def _name(self, offer: Offer) -> str:
        return offer.names.get(self._language) or next(iter(offer.names.values()), offer.code)

    @property
    def operations(self) -> tuple[Operation, ...]:
        offering, price = Answer("The offering", ProductOffering), Answer("The price", ProductOfferingPrice)
        offerings = Answer("", ProductOffering, True, COUNTS)
        prices = Answer("", ProductOfferingPrice, True, COUNTS)
        one = (ID, *queries.FIELDS)
        return (
            Operation("listProductOffering", "GET", "/productOffering", "What can be ordered", self.offerings,
                      {200: offerings}, parameters=queries.parameters(OFFERINGS)),
            Operation("retrieveProductOffering", "GET", "/productOffering/{id}", "One of them", self.offering,
                      {200: offering}, parameters=one, refuses=("notFound",)),
            Operation("listProductOfferingPrice", "GET", "/productOfferingPrice", "What it costs", self.prices,
                      {200: prices}, parameters=queries.parameters(PRICES)),
            Operation("retrieveProductOfferingPrice", "GET", "/productOfferingPrice/{id}", "One price", self.price,
                      {200: price}, parameters=one, refuses=("notFound",)),
        )  # fmt: skip

    def api(self) -> Api:
        return Api("Product Catalog", BASE, "TMF620, version 4, to be read", self.operations)


def _page(asked: Asked, attributes: Mapping[str, Attribute], documents: list[Document]) -> Reply:
    wanted = queries.wanted(asked.query, attributes)
    found, total = page_of(documents, wanted.search)
    return paged([queries.chosen(each, wanted.fields) for each in found], total)
