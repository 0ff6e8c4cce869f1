"""Links that belong together: who sends, who takes over, and what has nowhere to go."""

from collections import Counter
from typing import Any

import pytest

from channels.smpp.pdus import DeliverSm
from channels.smpp.status import ESME_RINVBNDSTS, ESME_RINVDSTADR, ESME_RSYSERR, Class
from channels.sms.carriers import Carriers
from channels.sms.routes import RouteSettings
from dialogs.words import DeliveryReport
from orders.arrival import Arrival
from orders.outbound import Failed, GaveUp, Postponed, Sent
from tests.channels.sms.gateway_house import LONG, NOW, House, link, message


def given(house: House) -> dict[str, int]:
    return {client.settings.name: len(client.submitted) for client in house.clients}


def test_what_is_heard_on_one_bind_of_an_account_is_answered_on_another() -> None:
    house = House(link("rx", account="mobile", bind="receiver"), link("tx", account="mobile", bind="transmitter"))
    house.gateway.send(message())
    assert given(house) == {"rx": 0, "tx": 1}


def test_a_receipt_is_the_accounts_on_whichever_link_it_comes() -> None:
    house = House(link("rx", account="mobile", bind="receiver"), link("tx", account="mobile", bind="transmitter"))
    house.gateway.send(message())
    house.gateway.submitted(house.clients[1].tokens[0], "77")
    (sent,) = house.ledger.marks
    assert isinstance(sent, Sent) and (sent.link, sent.account) == ("tx", "mobile")
    receipt = DeliverSm(source_addr="8613800138000", esm_class=0x04, short_message=b"id:77 stat:DELIVRD err:000")
    house.gateway.heard(7, 1, "rx", receipt, b"fingerprint")
    ((arrival, _),) = house.ledger.accepted
    assert isinstance(arrival, Arrival) and isinstance(arrival.inbound.kind, DeliveryReport)
    assert arrival.inbound.kind.account == sent.account


def test_binds_of_one_account_share_by_weight_and_one_that_is_full_is_passed_over() -> None:
    house = House(link("a", account="mobile", weight=3), link("b", account="mobile", weight=1))
    for number in range(40):
        house.gateway.send(message(id=100 + number))
    assert given(house) == {"a": 30, "b": 10}
    house.clients[0].room = 0
    house.gateway.send(message(id=200))
    assert given(house) == {"a": 30, "b": 11}


def test_a_higher_rank_only_carries_what_the_lower_ones_cannot() -> None:
    house = House(link("main"), link("spare", rank=1))
    house.clients[0].room = 0
    house.gateway.send(message(id=1))
    assert given(house) == {"main": 1, "spare": 0}, "a busy link is not a broken one"
    house.clients[0].bound = False
    house.gateway.send(message(id=2))
    assert given(house) == {"main": 1, "spare": 1}
    house.clients[0].bound = True
    house.gateway.send(message(id=3))
    assert given(house) == {"main": 2, "spare": 1}


def test_the_next_account_of_a_route_takes_over() -> None:
    house = House(link("a"), link("b"), link("c"))
    house.gateway.configure(house.gateway.settings, [RouteSettings(accounts=("b", "c"))])
    house.gateway.send(message(id=1))
    house.clients[1].bound = False
    house.gateway.send(message(id=2))
    assert given(house) == {"a": 0, "b": 1, "c": 1}


def test_a_subscriber_is_answered_by_the_message_centre_on_which_he_was_heard_last() -> None:
    house = House(link("mobile"), link("telecom"))
    heard = DeliverSm(source_addr=message().subscriber, destination_addr="10086", short_message=b"YE")
    house.gateway.heard(7, 1, "telecom", heard, b"fingerprint")
    for number in range(4):
        house.gateway.send(message(id=100 + number))
    assert given(house) == {"mobile": 0, "telecom": 4}
    house.clients[1].bound = False
    house.gateway.send(message(id=200))
    assert given(house) == {"mobile": 1, "telecom": 4}


def test_where_subscribers_were_heard_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.sms.carriers.MOST_HOMES", 2)
    carriers = Carriers([])
    carriers.configure((), [link("mobile"), link("telecom")])
    for subscriber in ("1", "2", "1", "3"):
        carriers.heard(subscriber, "mobile")
    assert list(carriers._homes) == ["1", "3"], "who was heard last is remembered longest"


def test_all_segments_of_a_message_go_over_one_link() -> None:
    house = House(link("a"), link("b"))
    for number in range(4):
        house.gateway.send(message(LONG, id=number))
    assert given(house) == {"a": 8, "b": 8}
    references = Counter(pdu.short_message[3] for pdu in (each for _, each in house.clients[0].submitted))
    assert set(references.values()) == {4}


@pytest.mark.parametrize("change", [{"service": "95588"}, {"subscriber": "85291234567"}])
def test_what_has_no_route_is_given_up_at_once_and_says_so(change: dict[str, Any]) -> None:
    house = House(link("a"))
    house.gateway.configure(house.gateway.settings, [RouteSettings(prefixes=("86",), accounts=("a",))])
    house.gateway.send(message(**change))
    (mark,) = house.ledger.marks
    assert isinstance(mark, Failed) and mark.why is GaveUp.NO_ROUTE
    assert change.get("service", "10086") in mark.reason


def test_what_only_a_link_out_of_service_could_carry_waits_for_it() -> None:
    house = House(link("a"))
    house.gateway.clients.clear()
    house.gateway.send(message())
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed) and not mark.tried


def test_the_longer_nothing_is_bound_the_seldomer_it_is_looked_at() -> None:
    house = House(link("a"), link("b", short_codes=("10010",)))
    house.clients[0].bound = False
    delays = []
    for age in (0, 300, 86_000):
        house.gateway.send(message(created_at=NOW - age))
        mark = house.ledger.marks.pop()
        assert isinstance(mark, Postponed)
        delays.append(mark.due_at - NOW)
    assert delays == [5, 30, 60]


def test_many_that_wait_are_looked_at_seldomer_and_a_bind_hurries_them_once() -> None:
    house = House(link("a"), link("b", short_codes=("10010",)))
    hurried: list[float] = []
    house.gateway.hurry = lambda: hurried.append(house.now)
    house.clients[0].bound = False
    for number in range(3_000):
        house.gateway.send(message(id=number))
    delays = [mark.due_at - NOW for mark in house.ledger.marks if isinstance(mark, Postponed)]
    assert len(delays) == 3_000 and delays == sorted(delays) and (delays[0], delays[-1]) == (5, 15)
    house.gateway.opened("a")
    house.gateway.opened("b")
    assert hurried == [NOW]


def test_what_a_leaving_link_hands_back_goes_over_another_at_once() -> None:
    house = House(link("a"), link("b", rank=1))
    house.gateway.send(message())
    house.clients[0].bound = False
    house.gateway.refused(house.clients[0].tokens[0], ESME_RINVBNDSTS, Class.SESSION)
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed) and mark.due_at == NOW and not mark.tried


def test_each_way_of_giving_up_has_a_name() -> None:
    house = House(link("a", max_parts=3))
    assert house.sends(LONG) == []
    (token,) = house.sends()
    house.gateway.refused(token, ESME_RINVDSTADR, Class.PERMANENT)
    (token,) = house.sends(attempts=99)
    house.gateway.refused(token, ESME_RSYSERR, Class.TEMPORARY)
    assert "number is not valid there (status 0x0b)" in house.ledger.marks[1].reason  # type: ignore[attr-defined]
    whys = [mark.why for mark in house.ledger.marks if isinstance(mark, Failed)]
    assert whys == [GaveUp.TOO_LONG, GaveUp.REFUSED, GaveUp.SPENT]
