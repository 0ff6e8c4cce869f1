"""Other halls and the pool of numbers: looked for, held, held longer, let go, ordered; never two at once."""

from dataclasses import replace
from typing import Any

import pytest

from channels.tmf.instants import written
from orders.numbers import HoldRules
from tests.channels.tmf.hall_client import NOON, ZHAO, HallClient, Halls, order_of
from tests.orders.ledger.pool import fill

POOL = "/tmf-api/resourcePoolManagement/v4"
NUMBERS = ["13912345678", "13912348888", "13912341688", "13912345201"]


@pytest.fixture(autouse=True)
def pool(halls: Halls) -> None:
    with halls.engine.begin() as connection:
        fill(connection, NUMBERS)


def reserving(*numbers: str, **more: Any) -> dict[str, Any]:
    items = [{"relatedEntity": [{"id": number, "role": "number"}]} for number in numbers]
    return {"relatedParty": [{"role": "customer", "id": ZHAO}], "reservationItem": items, **more}


def test_numbers_that_fit_are_shown_with_what_they_cost(web: HallClient) -> None:
    asked = {"characteristic": [{"name": "tail", "value": "88"}]}
    status, found = web.post(f"{POOL}/availabilityCheck", asked)
    assert status == 201
    assert sorted(each["id"] for each in found["resource"]) == ["13912341688", "13912348888"]
    assert "next" not in found
    assert all(each["characteristic"] for each in found["resource"])


def test_pages_do_not_repeat(web: HallClient) -> None:
    seen: list[str] = []
    asked: dict[str, Any] = {"quantity": 3}
    while True:
        _, found = web.post(f"{POOL}/availabilityCheck", asked)
        seen += [each["id"] for each in found["resource"]]
        if "next" not in found:
            break
        asked["mark"] = found["next"]
    assert sorted(seen) == sorted(NUMBERS)


def test_a_number_is_held_for_one_hall_and_ordered_by_it(halls: Halls, web: HallClient) -> None:
    status, held = web.post(f"{POOL}/reservation", reserving(NUMBERS[0]))
    assert (status, held["state"]) == (201, "inProgress")
    assert web.headers["location"] == held["href"]
    wap = HallClient(halls, "wap")
    assert wap.post(f"{POOL}/reservation", reserving(NUMBERS[0]))[0] == 409
    assert wap.get(f"{POOL}/reservation/{held['id']}")[0] == 404
    assert wap.get(f"{POOL}/reservation") == (200, [])
    assert web.get(f"{POOL}/reservation") == (200, [held])
    order = order_of("SJK")
    order["productOrderItem"][0]["product"] = {"realizingResource": [{"id": NUMBERS[0]}]}
    refused = wap.post("productOrder", order)
    assert refused[0] == 409
    assert "realizingResource[0].id" in refused[1]["message"]
    status, placed = web.post("productOrder", order)
    assert status == 201, placed
    assert placed["productOrderItem"][0]["product"]["realizingResource"][0]["id"] == NUMBERS[0]
    assert web.get(f"{POOL}/reservation/{held['id']}")[1]["state"] == "completed"
    web.patch(f"productOrder/{placed['id']}", {"state": "cancelled"})
    assert wap.post(f"{POOL}/reservation", reserving(NUMBERS[0]))[0] == 201


def test_all_of_them_or_none(halls: Halls, web: HallClient) -> None:
    web.post(f"{POOL}/reservation", reserving(NUMBERS[0]))
    wap = HallClient(halls, "wap")
    status, told = wap.post(f"{POOL}/reservation", reserving(NUMBERS[1], NUMBERS[0]))
    assert (status, NUMBERS[0] in told["message"]) == (409, True)
    assert wap.post(f"{POOL}/reservation", reserving(NUMBERS[1]))[0] == 201


def test_one_hall_cannot_keep_the_whole_pool_from_the_others(halls: Halls, web: HallClient) -> None:
    halls.house = replace(halls.house, holds=HoldRules(hall_at_once=3))
    assert web.post(f"{POOL}/reservation", reserving(*NUMBERS[:2]))[0] == 201
    status, refused = web.post(f"{POOL}/reservation", reserving(*NUMBERS[2:]))
    assert (status, refused["code"], "3 at most" in refused["message"]) == (409, "conflict", True)
    assert HallClient(halls, "wap").post(f"{POOL}/reservation", reserving(*NUMBERS[2:]))[0] == 201
    halls.clock.advance(3_600)
    assert web.post(f"{POOL}/reservation", reserving(*NUMBERS[:3]))[0] == 201


def test_so_many_that_fit(web: HallClient) -> None:
    item = {"quantity": 2, "characteristic": [{"name": "tail", "value": "88"}]}
    status, held = web.post(f"{POOL}/reservation", reserving() | {"reservationItem": [item]})
    assert (status, len(held["reservationItem"])) == (201, 2)
    assert web.post(f"{POOL}/reservation", reserving() | {"reservationItem": [item]})[0] == 409


def test_held_longer_let_go_and_over(halls: Halls, web: HallClient) -> None:
    _, held = web.post(f"{POOL}/reservation", reserving(NUMBERS[0]))
    path, later = f"{POOL}/reservation/{held['id']}", {"endDateTime": written(NOON + 7_200)}
    status, longer = web.patch(path, {"reservationPeriod": later})
    assert (status, longer["reservationPeriod"]["endDateTime"]) == (200, later["endDateTime"])
    halls.clock.advance(3_600)
    assert web.get(path)[1]["state"] == "inProgress"
    halls.clock.advance(3_601)
    _, over = web.get(path)
    assert (over["state"], over["stateChangeReason"]) == ("cancelled", "its time is over")
    assert web.patch(path, {"reservationPeriod": {"endDateTime": written(NOON + 9_000)}})[0] == 409
    _, other = web.post(f"{POOL}/reservation", reserving(NUMBERS[0]))
    assert web.patch(f"{POOL}/reservation/{other['id']}", {"state": "cancelled"})[1]["state"] == "cancelled"
    _, third = web.post(f"{POOL}/reservation", reserving(NUMBERS[0]))
    assert web.ask("DELETE", f"{POOL}/reservation/{third['id']}") == (204, None)


def test_the_pool_itself(web: HallClient) -> None:
    status, (pool,) = web.get(f"{POOL}/resourcePool")
    assert status == 200
    assert web.get(f"{POOL}/resourcePool/{pool['id']}") == (200, pool)
    assert web.get(f"{POOL}/resourcePool/other")[0] == 404


WRONG: list[tuple[dict[str, Any], str]] = [
    (reserving("x"), "reservationItem[0].relatedEntity[0].id"),
    (reserving() | {"reservationItem": [{}, {}]}, "reservationItem"),
    (reserving(NUMBERS[0], reservationPeriod={"endDateTime": "soon"}), "reservationPeriod.endDateTime"),
    (reserving(NUMBERS[0], reservationPeriod={"endDateTime": "2020-01-01T00:00:00Z"}), "reservationPeriod"),
    (
        reserving() | {"reservationItem": [{"characteristic": [{"name": "colour", "value": "red"}]}]},
        "reservationItem[0].characteristic[0].name",
    ),
    (
        reserving() | {"reservationItem": [{"characteristic": [{"name": "tail", "value": 88}]}]},
        "reservationItem[0].characteristic[0].value",
    ),
]


@pytest.mark.parametrize(("body", "path"), WRONG)
def test_what_is_wrong_is_told_with_its_path(web: HallClient, body: dict[str, Any], path: str) -> None:
    status, told = web.post(f"{POOL}/reservation", body)
    assert status == 400
    assert path in told["message"]
