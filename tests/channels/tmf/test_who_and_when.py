"""To whom another hall's order goes, where and when, who proved to be who, and what he agreed to: on both databases."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from orders.audit import verify
from orders.ledger.order_rows import event_of, load_order
from orders.ledger.tables import hall_requests, hall_words, order_events, order_items, order_private
from orders.order import Order
from tests.channels.tmf.hall_client import NOON, OFFERS, ZHAO, HallClient, Halls, order_of
from tests.channels.tmf.test_hub import Hearers, herald_of, rounds, subscribed

TOKEN, MASKED = "token:3f9a1c7be2", "330***********1234"
NO_RETURN = [{"id": "no-return"}]
CARD = "SJK"  # that cannot be given back here
PHONE = "F800"  # that can
SHOWN = {"@type": "RelatedParty", "id": "proved", "role": "identity", "@referredType": "Individual"}


@pytest.fixture
def halls(engine: Any) -> Halls:
    made = Halls(engine)
    made.house = replace(made.house, offers=OFFERS | {CARD: replace(OFFERS[CARD], no_return=True)})
    return made


def asked(offer: str = CARD, token: str | None = TOKEN, **more: Any) -> dict[str, Any]:
    document = order_of(offer, agreement=NO_RETURN, requestedCompletionDate="2026-01-01T07:00:00+08:00") | more
    document["relatedParty"].append({"role": "recipient", "name": "Li"})
    if token is not None:
        document["relatedParty"].append({"role": "identity", "id": token})
    place = {"role": "delivery address", "name": "1 Long Street"}
    document["productOrderItem"][0]["product"] = {"place": [place]}
    return document


def kept(halls: Halls, number: str) -> Order:
    with halls.engine.begin() as connection:
        order = load_order(connection, ZHAO, number)
    assert order is not None
    return order


def parties(order: dict[str, Any], role: str) -> list[dict[str, Any]]:
    return [party for party in order["relatedParty"] if party["role"] == role]


def test_all_of_it_is_kept_with_the_order(halls: Halls, web: HallClient) -> None:
    status, told = web.post("productOrder", asked())
    assert status == 201, told
    order = kept(halls, told["id"])
    assert (order.recipient, order.address, order.identity) == ("Li", "1 Long Street", TOKEN)
    assert order.deliver_at == 1_767_222_000.0
    assert order.waived_at == NOON
    assert told["requestedCompletionDate"] == "2025-12-31T23:00:00.000Z"
    assert told["agreement"] == [{"@type": "AgreementRef", "id": "no-return"}]
    assert parties(told, "recipient")[0]["name"] == "Li"
    assert told["productOrderItem"][0]["product"]["place"][0]["name"] == "1 Long Street"
    assert web.get(f"productOrder/{told['id']}") == (200, told)


def test_a_token_is_shown_to_nobody(halls: Halls, web: HallClient) -> None:
    hearers = Hearers()
    subscribed(web)
    _, told = web.post("productOrder", asked())
    _, changed = web.patch(f"productOrder/{told['id']}", {"relatedParty": [{"role": "identity", "id": MASKED}]})
    rounds(halls, herald_of(halls, hearers), 3)
    events = [event["event"]["productOrder"] for _, event in hearers.heard]
    assert len(events) == 2
    for shown in (told, changed, *events, *HallClient(halls, "audit").get("productOrder")[1]):
        assert parties(shown, "identity") == [SHOWN]
        assert TOKEN not in json.dumps(shown) and MASKED not in json.dumps(shown)
    with halls.engine.begin() as connection:
        rows = [row for table in (order_events, hall_words, hall_requests, order_items) for row in
                connection.execute(select(table))]  # fmt: skip
    assert not any(TOKEN in str(row) or MASKED in str(row) for row in rows)


def test_events_tell_it_as_it_was(halls: Halls, web: HallClient) -> None:
    hearers = Hearers()
    subscribed(web)
    _, first = web.post("productOrder", asked())
    web.patch(f"productOrder/{first['id']}", {"requestedCompletionDate": "2026-01-02T00:00:00Z"})
    rounds(halls, herald_of(halls, hearers), 3)
    events = [event["event"]["productOrder"] for _, event in hearers.heard]
    assert [event["agreement"] for event in events] == [first["agreement"]] * 2
    assert [event["requestedCompletionDate"] for event in events] == [
        "2025-12-31T23:00:00.000Z", "2026-01-02T00:00:00.000Z"
    ]  # fmt: skip


DOCUMENTS = ["330106199001011234", "token:330106199001011234", "E12345678", "proved", "王女士"]


@pytest.mark.parametrize("shown", DOCUMENTS)
def test_the_number_of_a_document_is_refused_and_not_repeated(halls: Halls, web: HallClient, shown: str) -> None:
    status, told = web.post("productOrder", asked(token=shown))
    assert (status, told["code"]) == (400, "badBody")
    assert "relatedParty[2].id" in told["message"]
    assert shown not in told["message"]
    assert web.get("productOrder") == (200, [])


def test_who_proved_to_be_nobody_is_refused(web: HallClient) -> None:
    document = asked(token=None)
    document["relatedParty"].append({"role": "identity"})
    status, told = web.post("productOrder", document)
    assert status == 400
    assert "relatedParty[2].id" in told["message"]


@pytest.mark.parametrize(
    ("offer", "agreement"), [(PHONE, NO_RETURN), (CARD, None), (CARD, [{"id": "frame-7"}]), (CARD, [])]
)
def test_an_agreement_is_recorded_where_it_holds_and_only_if_it_was_made(
    halls: Halls, web: HallClient, offer: str, agreement: Any
) -> None:
    _, told = web.post("productOrder", asked(offer, agreement=agreement))
    assert "agreement" not in told
    assert kept(halls, told["id"]).waived_at is None


def test_it_is_part_of_what_is_asked(web: HallClient) -> None:
    assert web.post("productOrder", asked(externalId="W-1"))[0] == 201
    assert web.post("productOrder", asked(externalId="W-1", agreement=None))[0] == 409


def test_what_may_change_of_it_does(halls: Halls, web: HallClient) -> None:
    _, first = web.post("productOrder", asked(token=None))
    assert parties(first, "identity") == []
    place = {"role": "delivery address", "name": "2 Short Street"}
    wanted = {
        "requestedCompletionDate": "2026-01-03T00:00:00Z",
        "relatedParty": [{"role": "recipient", "name": "Wang"}, {"role": "identity", "id": MASKED}],
        "productOrderItem": [{"id": "1", "quantity": 2, "product": {"place": [place]}}],
    }
    status, told = web.patch(f"productOrder/{first['id']}", wanted)
    assert status == 200, told
    order = kept(halls, first["id"])
    assert (order.recipient, order.address, order.identity) == ("Wang", "2 Short Street", MASKED)
    assert (order.deliver_at, order.waived_at, order.items[0].quantity) == (1_767_398_400.0, NOON, 2)
    assert told["requestedCompletionDate"] == "2026-01-03T00:00:00.000Z"
    with halls.engine.begin() as connection:
        rows = connection.execute(select(order_events).order_by(order_events.c.event)).all()
        private = {row.event: row.data for row in connection.execute(select(order_private))}
    assert [(row.actor, row.act) for row in rows] == [("hall:web", "place_clear"), ("hall:web", "amend")]
    assert verify([event_of(row, private.get(row.event)) for row in rows], order) is None


def test_what_was_shown_may_be_sent_back(halls: Halls, web: HallClient) -> None:
    _, first = web.post("productOrder", asked())
    seen = {name: first[name] for name in ("relatedParty", "productOrderItem", "requestedCompletionDate")}
    status, told = web.patch(f"productOrder/{first['id']}", seen)
    assert (status, told) == (200, first)
    assert kept(halls, first["id"]).identity == TOKEN
    with halls.engine.begin() as connection:
        assert len(connection.execute(select(order_events)).all()) == 1


REFUSED = [
    ({"agreement": NO_RETURN}, "agreement"),
    ({"requestedCompletionDate": None}, "requestedCompletionDate"),
    ({"requestedCompletionDate": "soon"}, "requestedCompletionDate"),
    ({"relatedParty": [{"role": "identity", "id": "330106199001011234"}]}, "relatedParty[0].id"),
]


@pytest.mark.parametrize(("change", "path"), REFUSED)
def test_what_may_not_change_of_it_stays(halls: Halls, web: HallClient, change: Any, path: str) -> None:
    _, first = web.post("productOrder", asked())
    before = kept(halls, first["id"])
    status, told = web.patch(f"productOrder/{first['id']}", change)
    assert (status, told["code"]) == (400, "badBody")
    assert told["message"].startswith(path)
    assert kept(halls, first["id"]) == before


def test_it_does_not_change_any_more_after_its_end(web: HallClient) -> None:
    _, first = web.post("productOrder", asked())
    path = f"productOrder/{first['id']}"
    web.patch(path, {"state": "cancelled"})
    assert web.patch(path, {"requestedCompletionDate": "2026-01-03T00:00:00Z"})[0] == 409
    assert web.patch(path, {"relatedParty": [{"role": "identity", "id": MASKED}]})[0] == 409
    assert web.get(path)[1]["requestedCompletionDate"] == first["requestedCompletionDate"]
