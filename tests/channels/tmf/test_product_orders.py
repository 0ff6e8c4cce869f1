"""Other halls place and follow orders: what is answered, on both databases."""

from typing import Any

import pytest
from sqlalchemy import select

from orders.audit import verify
from orders.flags import Action, Rule, Rules
from orders.ledger.order_rows import event_of, load_order
from orders.ledger.tables import call_tasks, order_events, orders
from tests.channels.tmf.hall_client import ZHAO, HallClient, Halls, order_of


def test_an_order_is_placed_and_stands_in_the_one_store(halls: Halls, web: HallClient) -> None:
    status, order = web.post("productOrder", order_of(quantity=2, externalId="W-1", category="campus"))
    assert status == 201
    assert web.headers["location"] == order["href"]
    assert order["state"] == "acknowledged"
    assert order["category"] == "campus"
    assert order["orderTotalPrice"][0]["price"]["taxIncludedAmount"] == {"unit": "CNY", "value": 1398.0}
    assert order["relatedParty"][0]["id"] == ZHAO
    with halls.engine.begin() as connection:
        row = connection.execute(select(orders)).one()
    assert (row.number, row.hall, row.external_id, row.channel, row.total) == (
        order["id"],
        "web",
        "W-1",
        "web",
        139_800,
    )
    assert web.get(f"productOrder/{order['id']}") == (200, order)


def test_the_same_rules_flag_it_and_an_agent_will_ring(engine: Any) -> None:
    halls = Halls(engine, Rules((Rule("first_order", Action.FLAG, 10),)))
    _, order = HallClient(halls).post("productOrder", order_of())
    assert order["state"] == "held"
    with engine.begin() as connection:
        assert connection.execute(select(call_tasks.c.order_number)).scalar_one() == order["id"]


@pytest.mark.parametrize("named", [{"Idempotency_Key": "k-1"}, {}], ids=["by its key", "by the hall's own id"])
def test_what_is_asked_again_is_not_ordered_again(web: HallClient, named: dict[str, str]) -> None:
    asked = order_of(externalId="W-7")
    first = web.post("productOrder", asked, **named)
    again = web.post("productOrder", dict(reversed(asked.items())), **named)
    assert first == again
    assert web.get("productOrder")[1] == [first[1]]
    status, refused = web.post("productOrder", asked | {"category": "other"}, **named)
    assert (status, refused["code"]) == (409, "conflict")


def test_a_key_is_a_halls_own(halls: Halls, web: HallClient) -> None:
    _, first = web.post("productOrder", order_of(), Idempotency_Key="k-1")
    _, other = HallClient(halls, "wap").post("productOrder", order_of(), Idempotency_Key="k-1")
    assert first["id"] != other["id"]


def test_what_was_refused_may_be_asked_again_under_its_key(web: HallClient) -> None:
    assert web.post("productOrder", order_of("NIX"), Idempotency_Key="k-1")[0] == 400
    assert web.post("productOrder", order_of(), Idempotency_Key="k-1")[0] == 201


def test_a_hall_sees_its_own_orders_and_an_auditor_all(halls: Halls, web: HallClient) -> None:
    _, order = web.post("productOrder", order_of())
    wap, audit = HallClient(halls, "wap"), HallClient(halls, "audit")
    assert wap.get(f"productOrder/{order['id']}")[0] == 404
    assert wap.patch(f"productOrder/{order['id']}", {"state": "cancelled"})[0] == 404
    assert wap.post("cancelProductOrder", {"productOrder": {"id": order["id"]}})[0] == 404
    assert wap.get("productOrder") == (200, [])
    assert audit.get("productOrder") == (200, [order])


@pytest.mark.parametrize("token", ["", "wrong", "web's own secret "])
def test_nobody_else_is_told_anything(halls: Halls, token: str) -> None:
    stranger = HallClient(halls, "")
    stranger.token = token.strip() + "x" if token else ""
    status, told = stranger.get("productOrder")
    assert (status, told["code"]) == (401, "unauthorized")
    assert stranger.headers["www-authenticate"].startswith("Bearer")


WRONG = [
    (order_of("NIX"), "productOrderItem[0].productOffering.id"),
    (order_of(quantity=0), "productOrderItem[0].quantity"),
    (order_of(customer="me"), "relatedParty[0].id"),
    (order_of(relatedParty=[]), "relatedParty"),
    (order_of(productOrderItem=[{"id": "1", "action": "delete"}]), "productOrderItem[0].action"),
    (order_of(requestedStartDate="tomorrow"), "requestedStartDate"),
    (order_of(category="\x00"), "category"),
    (b'{"category": "\\ud800"}', "category"),
    (b'{"productOrderItem": NaN}', "NaN"),
    (b"[]", "object"),
    (b"{", "JSON"),
    (b'{"note": [{"text": "x", "weight": 1e999}]}', "1e999 is no number"),
    (b'{"externalId": "a", "externalId": "b"}', "'externalId' is there twice"),
    (b'{"note": [{"text": "a", "text": "b"}]}', "'text' is there twice"),
    (b"\xff", "UTF-8"),
    (b"[" * 100_000, "deep"),
]


@pytest.mark.parametrize(("body", "path"), WRONG)
def test_what_is_wrong_in_a_body_is_told_with_its_path(web: HallClient, body: Any, path: str) -> None:
    status, told = web.post("productOrder", body)
    assert status == 400
    assert told["@type"] == "Error"
    assert told["status"] == "400"
    assert path in told["message"]


def test_types_sizes_and_methods_are_looked_at(web: HallClient) -> None:
    assert web.post("productOrder", order_of(), Content_Type="text/plain")[0] == 415
    assert web.post("productOrder", b'"' + b"x" * 200_000)[0] == 413
    assert web.ask("DELETE", "productOrder/1000000008")[0] == 405
    assert web.headers["allow"] == "GET, PATCH"
    assert web.get("nothing")[0] == 404
    assert web.get("productOrder/1000000008")[0] == 404
    assert web.get("productOrder/%00")[0] == 404


def test_lists_are_filtered_sorted_and_paged(halls: Halls, web: HallClient) -> None:
    numbers = []
    for offer in ("F800", "SJK", "F800"):
        numbers.append(web.post("productOrder", order_of(offer))[1]["id"])
        halls.clock.advance(60)
    web.patch(f"productOrder/{numbers[2]}", {"state": "cancelled"})

    def found(query: str) -> list[int]:
        status, listed = web.get(f"productOrder?{query}")
        assert status == 200, listed
        return [numbers.index(order["id"]) for order in listed]

    assert found("") == [0, 1, 2]
    assert found("sort=-orderDate&limit=2") == [2, 1]
    assert (web.headers["x-total-count"], web.headers["x-result-count"]) == ("3", "2")
    assert found("offset=7") == []
    assert found("state=cancelled,failed") == [2]
    assert found("state.ne=cancelled") == [0, 1]
    assert found("productOrderItem.productOffering.id=SJK") == [1]
    assert found("productOrderItem.productOffering.id.ne=SJK") == [0, 2]
    assert found("relatedParty.id=8613800138001") == []
    first = web.get(f"productOrder/{numbers[0]}")[1]["orderDate"]
    assert found(f"orderDate.gt={first}") == [1, 2]
    assert found(f"orderDate={first}&id={numbers[0]}") == [0]
    assert found("cancellationDate.gt=2020-01-01T00:00:00Z") == [2]
    assert set(web.get("productOrder?fields=state")[1][0]) == {"@type", "id", "href", "state"}


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=x", "offset=99999999999999", "nothing=1", "state=lost", "orderDate=1", "sort=price"]
)
def test_what_cannot_be_looked_for_is_refused(web: HallClient, query: str) -> None:
    status, told = web.get(f"productOrder?{query}")
    assert (status, told["code"]) == (400, "badQuery")
    assert query.partition("=")[0] in told["message"]


def test_a_change_is_made_to_what_was_seen(web: HallClient) -> None:
    _, order = web.post("productOrder", order_of(description="a gift"))
    path, seen = f"productOrder/{order['id']}", web.headers["etag"]
    status, changed = web.patch(path, {"category": "b", "description": None}, If_Match=seen)
    assert (status, changed["category"], "description" in changed) == (200, "b", False)
    now = web.headers["etag"]
    assert now != seen
    assert web.patch(path, {"category": "c"}, If_Match=seen)[0] == 412
    assert web.patch(path, {"state": "cancelled", "cancellationReason": "changed his mind"}, If_Match=now)[0] == 200
    _, gone = web.get(path)
    assert (gone["state"], gone["cancellationReason"]) == ("cancelled", "changed his mind")
    assert gone["cancellationDate"]
    assert web.patch(path, {"state": "cancelled"})[0] == 409


def test_an_order_is_cancelled_or_changed_and_not_both(web: HallClient) -> None:
    """Else the change would be lost without a word."""
    _, order = web.post("productOrder", order_of())
    path = f"productOrder/{order['id']}"
    both = {"state": "cancelled", "productOrderItem": [{"id": "1", "quantity": 2}]}
    status, refused = web.patch(path, both)
    assert (status, "quantity" in refused["message"]) == (400, True), refused
    _, kept = web.get(path)
    assert (kept["state"], kept["productOrderItem"][0]["quantity"]) == (order["state"], 1)


@pytest.mark.parametrize("change", [{"orderDate": "x"}, {"state": "completed"}, {"cancellationReason": "why"}])
def test_what_is_not_a_halls_to_change_stays(web: HallClient, change: dict[str, Any]) -> None:
    _, order = web.post("productOrder", order_of())
    status, told = web.patch(f"productOrder/{order['id']}", change)
    assert status == 400
    assert next(iter(change)) in told["message"]


def test_what_is_meant_for_another_is_not_done_to_this_one(web: HallClient) -> None:
    _, order = web.post("productOrder", order_of())
    path = f"productOrder/{order['id']}"
    assert web.patch(path, {"relatedParty": order["relatedParty"], "productOrderItem": order["productOrderItem"]}) == (
        200,
        order,
    )
    other = [{"id": "8613900139000", "role": "customer", "@referredType": "Individual"}]
    for change in ({"relatedParty": other}, {"productOrderItem": [{"id": "7", "quantity": 2}]}):
        status, told = web.patch(path, change)
        assert (status, told["code"]) == (400, "badBody")
        assert next(iter(change)) in told["message"]
    assert web.get(path) == (200, order)


def test_an_order_is_changed_before_it_has_left(halls: Halls, web: HallClient) -> None:
    _, order = web.post("productOrder", order_of(externalId="W-1"))
    path = f"productOrder/{order['id']}"
    item = {"id": "1", "quantity": 3, "product": {"place": [{"role": "delivery address", "name": "1 Long Street"}]}}
    party = {"role": "recipient", "name": "Li"}
    wanted = {"productOrderItem": [item], "relatedParty": [party], "requestedCompletionDate": "2026-12-09T12:00:00Z"}
    status, changed = web.patch(path, wanted)
    assert status == 200, changed
    (now,) = changed["productOrderItem"]
    assert (now["quantity"], now["product"]["place"][0]["name"]) == (3, "1 Long Street")
    assert changed["orderTotalPrice"][0]["price"]["taxIncludedAmount"]["value"] == 2097.0
    assert changed["relatedParty"][1]["name"] == "Li"
    assert changed["externalId"] == "W-1"
    assert web.patch(path, {"productOrderItem": [{"id": "1", "productOffering": {"id": "NIX"}}]})[0] == 400
    web.patch(path, {"state": "cancelled"})
    assert web.patch(path, {"productOrderItem": [{"id": "1", "quantity": 2}]})[0] == 409


def test_a_request_to_cancel_is_a_thing_of_its_own(halls: Halls, web: HallClient) -> None:
    _, order = web.post("productOrder", order_of())
    asked = {"productOrder": {"id": order["id"]}, "cancellationReason": "twice"}
    status, task = web.post("cancelProductOrder", asked)
    assert (status, task["state"], task["productOrder"]["id"]) == (201, "done", order["id"])
    assert web.headers["location"] == task["href"]
    assert web.get(f"cancelProductOrder/{task['id']}") == (200, task)
    assert web.get(f"cancelProductOrder?productOrder.id={order['id']}") == (200, [task])
    assert HallClient(halls, "wap").get("cancelProductOrder") == (200, [])
    assert web.get(f"productOrder/{order['id']}")[1]["state"] == "cancelled"
    assert web.post("cancelProductOrder", asked)[0] == 409
    assert web.get("cancelProductOrder/1")[0] == 404


def test_the_chain_says_which_hall_it_was(halls: Halls, web: HallClient) -> None:
    _, order = web.post("productOrder", order_of())
    web.patch(f"productOrder/{order['id']}", {"state": "cancelled"})
    with halls.engine.begin() as connection:
        events = [event_of(row) for row in connection.execute(select(order_events).order_by(order_events.c.event))]
        kept = load_order(connection, ZHAO, order["id"])
    assert [event.actor for event in events] == ["hall:web", "hall:web"]
    assert verify(events, kept) is None


def test_a_database_that_is_away_is_told_as_such(halls: Halls, web: HallClient) -> None:
    halls.away = True
    status, told = web.post("productOrder", order_of(), Idempotency_Key="k")
    assert (status, told["code"], web.headers["retry-after"]) == (503, "away", "1")
    halls.away = False
    assert web.post("productOrder", order_of(), Idempotency_Key="k")[0] == 201
