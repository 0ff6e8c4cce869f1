"""Whom to ask about when no receipt came; and what becomes of a message whose submit_sm was never answered."""

from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from twisted.internet.defer import Deferred

from channels.smpp.pdus import DeliverSm, QuerySm, SubmitSm
from channels.smpp.settings import LinkSettings
from channels.smpp.status import ESME_RMSGQFUL, Class
from channels.sms.enquiries import AT_ONCE, TIMES, Enquiries
from channels.sms.gateway import Gateway
from channels.sms.meters import SmsMeters
from dialogs.words import DeliveryReport
from orders.arrival import Arrival, LedgerAway, Taken
from orders.outbound import Failed, GaveUp, Outbound, Postponed

NOW, ALICE = 1_800_000_000.0, "8613800138000"


def link(**changes: Any) -> LinkSettings:
    plain = {"name": "a", "connect": "tcp:x", "system_id": "hall", "short_codes": ("10086",), "query_after": 100}
    return LinkSettings(**{**plain, **changes})  # type: ignore[arg-type]


class Client:
    room, bound = 50, True

    def __init__(self, settings: LinkSettings) -> None:
        self.settings = settings
        self.submitted: list[tuple[Any, SubmitSm]] = []
        self.queried: list[tuple[Any, QuerySm]] = []

    def submit(self, token: object, pdu: SubmitSm) -> None:
        self.submitted.append((token, pdu))

    def query(self, token: object, pdu: QuerySm) -> None:
        self.queried.append((token, pdu))


class Ledger:
    waiting = 0

    def __init__(self) -> None:
        self.accepted: list[tuple[Arrival, Deferred[Taken]]] = []
        self.marks: list[Any] = []

    def accept(self, arrival: Arrival, ours: bool = False) -> "Deferred[Taken]":
        told: Deferred[Taken] = Deferred()
        self.accepted.append((arrival, told))
        return told

    def mark(self, mark: object) -> None:
        self.marks.append(mark)


class House:
    def __init__(self, **changes: Any) -> None:
        self.now, self.ledger, self.link = NOW, Ledger(), link(**changes)
        self.client = Client(self.link)
        self.gateway = Gateway(
            ledger=self.ledger,  # type: ignore[arg-type]
            now=lambda: self.now,
            new_id=lambda: 1,
            meters=SmsMeters(CollectorRegistry()),
            settings={"a": self.link},
        )
        self.gateway.clients.append(self.client)  # type: ignore[arg-type]

    def sends(self, message_id: str = "00AB") -> None:
        self.gateway.send(message())
        self.gateway.submitted(self.client.submitted[-1][0], message_id)

    def asks(self, after: float = 0) -> list[Any]:
        self.now += after
        self.client.queried.clear()
        self.gateway.enquirer.ask()
        return [(pdu.message_id, pdu.source_addr) for _, pdu in self.client.queried]

    def answers(self, state: int | None) -> None:
        (token, _) = self.client.queried[-1]
        self.gateway.queried(token, state)

    @property
    def reports(self) -> list[object]:
        return [arrival.inbound.kind for arrival, _ in self.ledger.accepted]


def message(**changes: Any) -> Outbound:
    return Outbound(41, ALICE, "sms", "10086", "", "您好", NOW, NOW + 86_400, NOW + 120, **changes)


def test_what_was_not_reported_on_is_asked_about_by_the_id_as_it_was_given() -> None:
    house = House()
    house.sends()
    assert house.asks(99) == []
    assert house.asks(2) == [("00AB", "10086")]
    house.answers(2)
    assert house.reports == [DeliveryReport("a", "ab", "delivered")]
    assert house.asks(10_000) == []


def test_a_receipt_in_the_meantime_is_answer_enough_and_an_intermediate_one_is_not() -> None:
    house = House()
    house.sends()
    house.gateway.heard(1, 1, "a", receipt(b"id:00AB stat:ENROUTE"), b"")
    assert len(house.asks(101)) == 1
    house = House()
    house.sends()
    house.gateway.heard(1, 1, "a", receipt(b"id:00ab stat:DELIVRD"), b"")
    assert house.asks(101) == []


def receipt(text: bytes) -> DeliverSm:
    return DeliverSm(source_addr=ALICE, destination_addr="10086", esm_class=4, short_message=text)


@pytest.mark.parametrize("state", [None, 0, 1, 6, 7, 99])
def test_what_is_not_final_is_asked_again_more_seldom_and_not_for_ever(state: int | None) -> None:
    house, asked = House(), 0
    house.sends()
    for wait in (101, 300, 900, 2_700):
        if house.asks(wait):
            asked += 1
            (token, _) = house.client.queried[0]
            assert house.asks() == [], "it is asked twice at a time"
            house.gateway.queried(token, state)
    assert asked == TIMES and house.reports == []


def test_while_the_ledger_is_away_the_answer_is_asked_for_again() -> None:
    house = House()
    house.sends()
    house.asks(101)
    house.answers(5)
    house.ledger.accepted[0][1].errback(LedgerAway())
    assert len(house.asks(301)) == 1


def test_without_a_link_nobody_is_asked_and_it_is_not_forgotten() -> None:
    house = House()
    house.sends()
    house.client.bound = False
    assert house.asks(101) == []
    house.client.bound = True
    assert len(house.asks(301)) == 1


@pytest.mark.parametrize("changes", [{"query_after": 0}, {"receipts": False}])
def test_who_does_not_want_to_ask_does_not(changes: Any) -> None:
    house = House(**changes)
    house.sends()
    assert house.asks(10_000) == [] and len(house.gateway.enquirer.noted) == 0


def test_what_is_noted_is_bounded_and_so_is_what_is_asked_at_once() -> None:
    enquiries = Enquiries(most=30)
    for number in range(100):
        enquiries.note(link(), f"{number}", ALICE, "10086", NOW)
    assert len(enquiries) == 30
    due = enquiries.take_due(NOW + 101)
    assert [each.remote_id for each in due] == [str(number) for number in range(70, 70 + AT_ONCE)]
    assert len(enquiries.take_due(NOW + 101)) == 10


def test_an_unanswered_message_is_sent_again_or_given_up_as_the_link_says() -> None:
    house = House()
    house.gateway.send(message())
    house.gateway.unanswered(house.client.submitted[0][0])
    assert isinstance(house.ledger.marks[0], Postponed)
    house = House(unanswered="fail")
    house.gateway.send(message())
    house.gateway.unanswered(house.client.submitted[0][0])
    (mark,) = house.ledger.marks
    assert isinstance(mark, Failed) and mark.why is GaveUp.UNKNOWN and "may have arrived" in mark.reason


def test_each_refusal_has_its_delay_and_its_number_of_tries() -> None:
    house = House(status=({"code": 0x08, "tries": 2, "delays": (7,)},))
    for attempts, expected in ((0, 7.0), (1, None)):
        house.gateway.send(message(attempts=attempts))
        house.gateway.refused(house.client.submitted[-1][0], 0x08, Class.TEMPORARY)
        mark = house.ledger.marks[-1]
        assert mark.due_at - NOW == expected if expected else mark.why is GaveUp.SPENT
    house.gateway.send(message())
    house.gateway.refused(house.client.submitted[-1][0], ESME_RMSGQFUL, Class.TEMPORARY)
    assert house.ledger.marks[-1].due_at - NOW == 30


def test_who_is_there_again_is_written_to_at_once() -> None:
    registry = CollectorRegistry()
    house = House()
    house.gateway.meters = SmsMeters(registry)
    awake: list[str] = []
    house.gateway.awake = awake.append
    house.gateway.alerted("a", f"+{ALICE}", 0)
    house.gateway.alerted("b", ALICE, 2)  # he is not there
    house.gateway.alerted("b", "somebody", None)
    assert awake == [ALICE]
    assert registry.get_sample_value("hall_sms_alerts_total", {"link": "a"}) == 1
