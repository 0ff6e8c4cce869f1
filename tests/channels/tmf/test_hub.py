"""What other halls are told of: which events, in which order, signed, again and again until somebody hears."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure

from channels.tmf import herald as heralds
from channels.tmf.callbacks import Callback
from channels.tmf.herald import Herald, HubMeters
from orders.flags import Action, Rule, Rules
from orders.halls import Cancellation, TaskState
from orders.hub import Patience
from orders.ledger import hub, posting
from orders.ledger.deed import act
from orders.ledger.hall_cancelling import keep
from orders.ledger.order_rows import load_order
from orders.ledger.tables import hub_deliveries
from orders.order import Act
from tests.channels.tmf.hall_client import CALLBACKS, NOON, ORDERING, POOL, ROOT, ZHAO, HallClient, Halls, order_of
from tests.channels.tmf.published import faults
from tests.orders.ledger.pool import fill

CRM = "https://crm.example.com/listener"


class Response:
    def __init__(self, code: int) -> None:
        self.code = code

    def deliverBody(self, protocol: Any) -> None:
        protocol.connectionLost(Failure(connectionDone))


class Hearers:
    """Whoever is told: what they heard, and how they answer."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.raw: list[tuple[bytes, str]] = []
        self.answers: Callable[[str], Any] = lambda url: succeed(Response(204))

    def __call__(self, callback: Callback) -> "Hearers":
        return self

    def post(self, url: str, *, data: bytes, headers: Any, **how: Any) -> Any:
        assert how["allow_redirects"] is False
        answer = self.answers(url)
        self.heard.append((url, json.loads(data)))
        self.raw.append((data, headers.getRawHeaders("X-Hall-Signature")[0]))
        return answer

    @property
    def types(self) -> list[str]:
        return [event["eventType"].removeprefix("productOrder") for _, event in self.heard]


@pytest.fixture
def hearers() -> Hearers:
    return Hearers()


def herald_of(halls: Halls, hearers: Hearers, callbacks: list[str] = CALLBACKS) -> Herald:
    patience = Patience(delays=(2.0, 10.0), tries=3, pause=1.0)
    return Herald(
        halls.store, hearers, halls.clock, halls.clock.seconds, callbacks, lambda path: f"{ROOT}/{path}",
        HubMeters(CollectorRegistry()), patience,
    )  # fmt: skip


def rounds(halls: Halls, herald: Herald, times: int = 1) -> None:
    for _ in range(times):
        done: list[Any] = []
        Deferred.fromCoroutine(herald.round()).addBoth(done.append)
        assert done == [None]
        halls.clock.advance(1.0)


def subscribed(client: HallClient, callback: str = CRM, query: str | None = None) -> dict[str, Any]:
    status, made = client.post("hub", {"callback": callback} | ({"query": query} if query else {}))
    assert status == 201, made
    return dict(made)


def test_a_hall_is_told_of_its_orders_in_their_order(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    made = subscribed(web)
    assert web.headers["location"] == f"{ROOT}{ORDERING}/hub/{made['id']}"
    _, order = web.post("productOrder", order_of(category="campus"))
    HallClient(halls, "wap").post("productOrder", order_of())
    web.patch(f"productOrder/{order['id']}", {"description": "x"})
    web.post("cancelProductOrder", {"productOrder": {"id": order["id"]}})
    rounds(halls, herald_of(halls, hearers), 5)
    assert hearers.types == [
        "CreateEvent", "AttributeValueChangeEvent", "StateChangeEvent", "cancelProductOrderCreateEvent"
    ]  # fmt: skip
    first = hearers.heard[0][1]
    told = first["event"]["productOrder"]
    assert (told["id"], told["state"], told["category"]) == (order["id"], "acknowledged", "campus")
    assert hearers.heard[2][1]["event"]["productOrder"]["state"] == "cancelled"
    assert hearers.heard[2][1]["event"]["productOrder"]["cancellationDate"]
    assert len({event["eventId"] for _, event in hearers.heard}) == 4
    with halls.engine.begin() as connection:
        assert connection.execute(select(hub_deliveries)).all() == []


def test_what_is_sent_is_signed(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    made = subscribed(web)
    web.post("productOrder", order_of())
    rounds(halls, herald_of(halls, hearers))
    body, signature = hearers.raw[0]
    stamp = f"t={int(NOON)}"
    digest = hmac.new(made["secret"].encode(), f"{int(NOON)}.".encode() + body, hashlib.sha256).hexdigest()
    assert signature == f"{stamp},v1={digest}"


def test_only_what_was_asked_for(engine: Any, hearers: Hearers) -> None:
    halls = Halls(engine, Rules((Rule("first_order", Action.FLAG, 10),)))
    web, audit = HallClient(halls), HallClient(halls, "audit")
    subscribed(web, "https://crm.example.com/held", "eventType=productOrderCreateEvent&state=held")
    subscribed(web, "https://crm.example.com/gone", "state=cancelled")
    subscribed(audit, "https://crm.example.com/all")
    _, order = HallClient(halls, "wap").post("productOrder", order_of())
    _, mine = web.post("productOrder", order_of(customer="8613800138001"))
    web.patch(f"productOrder/{mine['id']}", {"state": "cancelled"})
    rounds(halls, herald_of(halls, hearers), 3)
    told = [(url.rpartition("/")[2], event["event"]["productOrder"]["id"]) for url, event in hearers.heard]
    assert sorted(told) == sorted(
        [("held", mine["id"]), ("gone", mine["id"]), ("all", order["id"]), ("all", mine["id"]), ("all", mine["id"])]
    )


def test_our_own_channels_orders_are_told_to_who_sees_all(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    audit = HallClient(halls, "audit")
    subscribed(audit)
    _, order = web.post("productOrder", order_of())
    with halls.engine.begin() as connection:
        deed = posting.deed(connection, halls.house, halls.clock.seconds())
        found = load_order(connection, ZHAO, order["id"])
        assert found is not None
        act(deed, found, Act.ASK_CUSTOMER, "system")
    rounds(halls, herald_of(halls, hearers), 4)
    assert hearers.types == ["CreateEvent", "StateChangeEvent", "InformationRequiredEvent"]


def test_a_cancellation_that_is_looked_into_is_told_when_it_is_decided(
    halls: Halls, web: HallClient, hearers: Hearers
) -> None:
    subscribed(web, query="eventType=cancelProductOrderCreateEvent,cancelProductOrderStateChangeEvent")
    _, order = web.post("productOrder", order_of())

    def does(what: Act) -> None:
        with halls.engine.begin() as connection:
            deed = posting.deed(connection, halls.house, halls.clock.seconds())
            found = load_order(connection, ZHAO, order["id"])
            assert found is not None
            act(deed, found, what, "system")

    does(Act.START)
    does(Act.ASK_CANCEL)
    with halls.engine.begin() as connection:
        deed = posting.deed(connection, halls.house, halls.clock.seconds())
        asked = Cancellation(7, order["id"], ZHAO, TaskState.IN_PROGRESS, None, None, deed.now)
        found = load_order(connection, ZHAO, order["id"])
        assert found is not None
        keep(deed, "web", asked, found)
    halls.clock.advance(1)
    does(Act.REFUSE_CANCEL)
    rounds(halls, herald_of(halls, hearers), 3)
    told = [event["event"]["cancelProductOrder"]["state"] for _, event in hearers.heard]
    assert told == ["inProgress", "done"]
    assert web.get("cancelProductOrder/7")[1]["state"] == "done"


def test_who_does_not_hear_is_told_again_and_in_order(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    subscribed(web)
    herald = herald_of(halls, hearers)
    hearers.answers = lambda url: fail(ConnectionRefusedError())
    _, order = web.post("productOrder", order_of())
    web.patch(f"productOrder/{order['id']}", {"state": "cancelled"})
    rounds(halls, herald, 2)
    assert hearers.types == ["CreateEvent"]
    hearers.answers = lambda url: succeed(Response(200))
    rounds(halls, herald, 3)
    assert hearers.types == ["CreateEvent", "CreateEvent", "StateChangeEvent"]
    assert hearers.heard[0][1]["eventId"] == hearers.heard[1][1]["eventId"]


def test_what_nobody_hears_becomes_a_dead_letter_that_may_be_sent_again(
    halls: Halls, web: HallClient, hearers: Hearers
) -> None:
    subscribed(web)
    herald = herald_of(halls, hearers)
    hearers.answers = lambda url: succeed(Response(503))
    web.post("productOrder", order_of())
    rounds(halls, herald, 20)
    assert len(hearers.heard) == 3
    with halls.engine.begin() as connection:
        (letter,) = hub.dead(connection, 10)
        assert (letter.hall, letter.attempts, letter.reason) == ("web", 3, "answered 503")
        assert hub.resend(connection, [letter.id], halls.clock.seconds()) == 1
    hearers.answers = lambda url: succeed(Response(200))
    rounds(halls, herald, 2)
    assert len(hearers.heard) == 4
    with halls.engine.begin() as connection:
        assert hub.dead(connection, 10) == []


def test_a_redirect_is_no_answer_and_gone_is_gone(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    subscribed(web)
    herald = herald_of(halls, hearers)
    hearers.answers = lambda url: succeed(Response(302))
    web.post("productOrder", order_of())
    rounds(halls, herald)
    hearers.answers = lambda url: succeed(Response(410))
    rounds(halls, herald, 4)
    with halls.engine.begin() as connection:
        assert [letter.reason for letter in hub.dead(connection, 10)] == ["answered 410"]


def test_a_host_that_is_not_allowed_any_more_is_sent_nothing(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    subscribed(web)
    web.post("productOrder", order_of())
    rounds(halls, herald_of(halls, hearers, ["other.example.com"]))
    assert hearers.heard == []
    with halls.engine.begin() as connection:
        assert "not among the hosts" in hub.dead(connection, 10)[0].reason


def test_a_node_that_dies_is_succeeded(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    subscribed(web)
    herald = herald_of(halls, hearers)
    silent: Deferred[Any] = Deferred(lambda _: None)
    hearers.answers = lambda url: silent
    web.post("productOrder", order_of())
    with halls.engine.begin() as connection:
        assert len(hub.claim(connection, "hall-9", halls.clock.seconds(), heralds.LEASE, 10)) == 1
    rounds(halls, herald, 2)
    assert hearers.heard == []
    halls.clock.advance(heralds.LEASE)
    hearers.answers = lambda url: succeed(Response(200))
    rounds(halls, herald)
    assert hearers.types == ["CreateEvent"]


def test_a_node_that_leaves_in_good_order_hands_over_at_once(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    subscribed(web)
    web.post("productOrder", order_of())
    with halls.engine.begin() as connection:
        assert len(hub.claim(connection, "hall-9", halls.clock.seconds(), heralds.LEASE, 10)) == 1
        hub.release(connection, "hall-9", halls.clock.seconds())
    rounds(halls, herald_of(halls, hearers))
    assert hearers.types == ["CreateEvent"]


def test_silence_is_cut_off(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    subscribed(web)
    herald = herald_of(halls, hearers)
    hearers.answers = lambda url: Deferred()
    web.post("productOrder", order_of())
    rounds(halls, herald)
    halls.clock.advance(heralds.WITHIN)
    with halls.engine.begin() as connection:
        assert connection.execute(select(hub_deliveries.c.reason)).scalar_one() == "no answer within 10 seconds"


def test_who_is_told_no_more(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    made = subscribed(web)
    web.post("productOrder", order_of())
    assert HallClient(halls, "wap").ask("DELETE", f"hub/{made['id']}")[0] == 404
    assert web.ask("DELETE", f"hub/{made['id']}") == (204, None)
    assert web.ask("DELETE", f"hub/{made['id']}")[0] == 404
    rounds(halls, herald_of(halls, hearers))
    assert hearers.heard == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "callback"),
        ({"callback": "https://evil.example.org/"}, "callback"),
        ({"callback": CRM, "query": "eventType=nothing"}, "eventType"),
        ({"callback": CRM, "query": "state=lost"}, "state"),
        ({"callback": CRM, "query": "hall=web"}, "hall"),
    ],
)
def test_what_cannot_be_subscribed_to(web: HallClient, asked: dict[str, str], told: str) -> None:
    status, refused = web.post("hub", asked)
    assert status == 400
    assert told in refused["message"]


def test_a_hall_is_told_of_its_reservations(halls: Halls, web: HallClient, hearers: Hearers) -> None:
    with halls.engine.begin() as connection:
        fill(connection, ["13912345678", "13912348888", "13912349999"])
    made = web.post(f"{POOL}/hub", {"callback": CRM, "query": "state=inProgress,completed,cancelled"})
    assert made[0] == 201, made
    wap = HallClient(halls, "wap")

    def reserves(client: HallClient, number: str) -> str:
        item = {"relatedEntity": [{"id": number, "role": "number"}]}
        asked = {"relatedParty": [{"id": ZHAO, "role": "customer"}], "reservationItem": [item]}
        status, held = client.post(f"{POOL}/reservation", asked)
        assert status == 201, held
        return str(held["id"])

    ordered, removed = reserves(web, "13912345678"), reserves(web, "13912348888")
    reserves(wap, "13912349999")
    order = order_of("SJK")
    order["productOrderItem"][0]["product"] = {"realizingResource": [{"id": "13912345678"}]}
    assert web.post("productOrder", order)[0] == 201
    assert web.ask("DELETE", f"{POOL}/reservation/{removed}")[0] == 204
    rounds(halls, herald_of(halls, hearers), 4)
    told = [
        (event["eventType"], event["event"]["reservation"]["id"], event["event"]["reservation"]["state"])
        for _, event in hearers.heard
    ]
    assert sorted(told) == sorted(
        [
            ("reservationCreationEvent", ordered, "inProgress"),
            ("reservationCreationEvent", removed, "inProgress"),
            ("reservationStateChangeEvent", ordered, "completed"),
            ("reservationRemoveEvent", removed, "cancelled"),
        ]
    )
    (event, *_) = [event for _, event in hearers.heard]
    assert list(faults(event, "Event")) == []
