"""What other halls read of the catalogue."""

from typing import Any

import pytest

from tests.channels.tmf.hall_client import HallClient

CATALOG = "/tmf-api/productCatalogManagement/v4"


def ids(listed: tuple[int, Any]) -> list[str]:
    assert listed[0] == 200, listed
    return [each["id"] for each in listed[1]]


def test_what_can_be_ordered_and_what_it_costs(web: HallClient) -> None:
    status, listed = web.get(f"{CATALOG}/productOffering")
    assert status == 200
    phone = next(each for each in listed if each["id"] == "F800")
    assert (phone["name"], phone["lifecycleStatus"], phone["isSellable"]) == ("Coolpad F800", "Active", True)
    assert web.get(f"{CATALOG}/productOffering/F800") == (200, phone)
    (price,) = phone["productOfferingPrice"]
    _, told = web.get(f"{CATALOG}/productOfferingPrice/{price['id']}")
    assert told["price"] == {"unit": "CNY", "value": 699.0}


def test_it_is_looked_through(web: HallClient) -> None:
    assert ids(web.get(f"{CATALOG}/productOffering?id=SJK,NIX")) == ["SJK"]
    assert ids(web.get(f"{CATALOG}/productOffering?sort=-id")) == ["SJK", "F800"]
    assert ids(web.get(f"{CATALOG}/productOffering?id.ne=SJK&isSellable=true")) == ["F800"]
    assert ids(web.get(f"{CATALOG}/productOffering?limit=1")) == ["F800"]
    assert web.headers["x-total-count"] == "2"
    assert ids(web.get(f"{CATALOG}/productOfferingPrice?offset=1")) == ["SJK-standing"]


@pytest.mark.parametrize("path", ["productOffering/NIX", "productOfferingPrice/NIX", "category"])
def test_what_is_not_there(web: HallClient, path: str) -> None:
    assert web.get(f"{CATALOG}/{path}")[0] == 404


def test_nothing_is_written(web: HallClient) -> None:
    assert web.post(f"{CATALOG}/productOffering", {})[0] == 405
