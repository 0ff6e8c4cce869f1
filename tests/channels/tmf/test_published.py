"""Every kind of answer is as TM Forum has published it, and as Hall's own description says."""

from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from channels.tmf import openapi
from orders.flags import Action, Rule, Rules
from tests.channels.tmf.hall_client import OFFERS, HallClient, Halls, order_of
from tests.channels.tmf.published import FORMS, ITEM_STATES, faults
from tests.channels.tmf.test_hub import CRM, Hearers, herald_of, rounds, subscribed
from tests.orders.ledger.pool import fill

POOL = "/tmf-api/resourcePoolManagement/v4"
CATALOG = "/tmf-api/productCatalogManagement/v4"
NOT_TO_BE_RETURNED = {code: replace(offer, no_return=True) for code, offer in OFFERS.items()}


def answers(halls: Halls) -> list[tuple[str, Any]]:
    """Each with the form that it should have."""
    web = HallClient(halls)
    halls.house = replace(halls.house, offers=NOT_TO_BE_RETURNED)
    with halls.engine.begin() as connection:
        fill(connection, ["13912345678", "13912348888"])
    told: list[tuple[str, Any]] = [("EventSubscription", subscribed(web, query="state=held,acknowledged,cancelled"))]
    asked = order_of(
        externalId="W-1", category="c", priority="1", description="d", notificationContact="n",
        note=[{"text": "by the gate"}], requestedStartDate="2026-12-01T00:00:00Z",
        requestedCompletionDate="2026-12-09T12:00:00+08:00",
    )  # fmt: skip
    asked["relatedParty"] += [{"role": "recipient", "name": "Li"}, {"role": "identity", "id": "330***********1234"}]
    asked["agreement"] = [{"id": "no-return"}]
    product = {"place": [{"role": "delivery address", "name": "1 Long Street"}]}
    asked["productOrderItem"][0] |= {"id": "01", "product": product | {"realizingResource": [{"id": "13912345678"}]}}
    status, order = web.post("productOrder", asked)
    assert status == 201 and order["agreement"], order
    told.append(("ProductOrder", order))
    told += [("ProductOrder", each) for each in web.get("productOrder")[1]]
    told.append(("CancelProductOrder", web.post("cancelProductOrder", {"productOrder": {"id": order["id"]}})[1]))
    told.append(("ProductOrder", web.get(f"productOrder/{order['id']}")[1]))
    told += [("Error", web.get("productOrder/1")[1]), ("Error", web.post("productOrder", {})[1])]
    told += [("ProductOffering", each) for each in web.get(f"{CATALOG}/productOffering")[1]]
    told += [("ProductOfferingPrice", each) for each in web.get(f"{CATALOG}/productOfferingPrice")[1]]
    customer = {"id": "8613800138000", "role": "customer"}
    reserving = {"relatedParty": [customer], "reservationItem": [{"quantity": 1}]}
    told.append(("Reservation", web.post(f"{POOL}/reservation", reserving)[1]))
    told.append(("AvailabilityCheck", web.post(f"{POOL}/availabilityCheck", {})[1]))
    told += [("ResourcePool", each) for each in web.get(f"{POOL}/resourcePool")[1]]
    hearers = Hearers()
    rounds(halls, herald_of(halls, hearers), 4)
    assert len(hearers.heard) == 3
    assert all(url == CRM for url, _ in hearers.heard)
    return told + [("Event", event) for _, event in hearers.heard]


@pytest.fixture(params=["clear", "flagged"])
def told(engine: Any, request: pytest.FixtureRequest) -> list[tuple[str, Any]]:
    rules = Rules((Rule("first_order", Action.FLAG, 10),)) if request.param == "flagged" else None
    return answers(Halls(engine, rules))


def test_answers_are_as_published(told: list[tuple[str, Any]]) -> None:
    assert {form for form, _ in told} <= set(FORMS)
    found = [f"{form}{fault}" for form, document in told for fault in faults(document, form)]
    assert found == []


def test_answers_are_as_described(told: list[tuple[str, Any]], engine: Any) -> None:
    _, schemas = openapi.described(_ApisOf().apis)
    contents = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": {"schemas": schemas}}
    registry: Any = Registry().with_resource("urn:hall", Resource.from_contents(contents))
    for form, document in told:
        if form != "Event":
            schema = {"$ref": f"urn:hall#/components/schemas/{form}"}
            jsonschema.Draft202012Validator(schema, registry=registry).validate(document)


class _ApisOf(Halls):
    """Only what they are, with nothing behind them."""

    def __init__(self) -> None:
        self.store: Any = None
        self.clock: Any = _NoClock()


class _NoClock:
    def seconds(self) -> float:
        return 0.0


def test_a_fault_is_found() -> None:
    order = {"id": 7, "productOrderItem": [{"id": "1", "state": "partial"}], "colour": "red"}
    assert sorted(faults(order, "ProductOrder")) == [
        ".colour: is not among what was published of ProductOrder",
        ".id: 7 is no text",
        ".productOrderItem[0].action: is missing",
        f".productOrderItem[0].state: 'partial' is none of {ITEM_STATES}",
    ]
