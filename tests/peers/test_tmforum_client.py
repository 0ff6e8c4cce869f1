"""A client of TM Forum's APIs that we did not write places, follows and cancels an order: PyPI's `tmforum`.

It speaks version 5 of the forms, on paths of version 5; here its resources are looked for where Hall has them, and all
else is its own: how it writes what it sends, how it reads what it is answered (what it cannot map is an error here),
and how it asks for one, for many, for a change.
"""

import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.peers.order_store import TOKENS, StoreSetup, serving, store
from tests.peers.patience import WITHIN

tmforum = pytest.importorskip("tmforum")

ZHAO = "8613800138000"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreSetup]:
    setup = store(tmp_path_factory.mktemp("store"))
    hall = serving(setup)
    try:
        yield setup
    finally:
        assert hall.stop() == 0


@pytest.fixture
def context(running: StoreSetup) -> Any:
    quiet = logging.getLogger("tmforum.quiet")
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKENS['web']}"}
    return tmforum.Context(
        api_base_url=f"{running.url}/tmf-api", headers=headers, currency_code="CNY", logger=quiet, strict_parsing=True
    )


class Order(tmforum.ProductOrder):  # type: ignore[misc, name-defined]
    @classmethod
    def get_resource_path(cls, context: Any) -> str:
        return f"{context.api_base_url}/productOrderingManagement/v4/productOrder"


class Cancel(tmforum.CancelProductOrder):  # type: ignore[misc, name-defined]
    @classmethod
    def get_resource_path(cls, context: Any) -> str:
        return f"{context.api_base_url}/productOrderingManagement/v4/cancelProductOrder"


class Offering(tmforum.ProductOffering):  # type: ignore[misc, name-defined]
    @classmethod
    def get_resource_path(cls, context: Any) -> str:
        return f"{context.api_base_url}/productCatalogManagement/v4/productOffering"


def new_order(offer: str = "F800", quantity: int = 2) -> Any:
    item = tmforum.ProductOrderItem(
        id="01",
        action=tmforum.ItemActionType.ADD,
        quantity=quantity,
        productOffering=tmforum.ProductOfferingRef(id=offer),
    )
    customer = tmforum.RelatedPartyRefOrPartyRoleRef(
        role="customer", partyOrPartyRole=tmforum.PartyRef(id=ZHAO, name="Zhao")
    )
    return Order(category="campus", description="by a foreign hand", relatedParty=[customer], productOrderItem=[item])


def test_it_places_follows_and_cancels_an_order(context: Any) -> None:
    placed = new_order().create(context)
    assert isinstance(placed, tmforum.ProductOrder), placed
    assert placed.category == "campus"
    assert placed.productOrderItem[0].id == "01"
    assert placed.productOrderItem[0].quantity == 2
    assert placed.productOrderItem[0].productOffering.id == "F800"
    assert placed.state.value in ("acknowledged", "held")
    followed = Order.from_id(placed.id, context)
    assert followed.to_dict() == placed.to_dict()
    assert [each.id for each in Order.query_get(f"relatedParty.id={ZHAO}&state={placed.state.value}", context)] == [
        placed.id
    ]
    changed = placed.update({"description": "by the same hand"}, context)
    assert changed.description == "by the same hand"
    task = Cancel(
        productOrder=tmforum.ProductOrderRef(id=placed.id), cancellationReason="he has thought better of it"
    ).create(context)
    assert isinstance(task, tmforum.CancelProductOrder), task
    assert (task.state.value, task.productOrder.id) == ("done", placed.id)
    assert Cancel.from_id(task.id, context).to_dict() == task.to_dict()
    assert placed.read(context).state.value == "cancelled"


def test_it_reads_the_catalogue(context: Any) -> None:
    offers = Offering.query_get("lifecycleStatus=Active", context)
    assert "F800" in [offer.id for offer in offers]
    assert Offering.from_id("F800", context).isSellable


def test_it_is_told_what_was_wrong(context: Any) -> None:
    refused = new_order("NIX").create(context)
    assert refused["@type"] == "Error"
    assert "productOrderItem[0].productOffering.id" in refused["message"]
    assert Order.from_id("1000000016", context) is None


def test_its_href_can_be_followed(context: Any) -> None:
    placed = new_order("SJK", 1).create(context)
    request = urllib.request.Request(placed.href, headers=context.headers)
    with urllib.request.urlopen(request, timeout=WITHIN) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError) as stranger:
        urllib.request.urlopen(placed.href, timeout=WITHIN)
    assert stranger.value.code == 401
