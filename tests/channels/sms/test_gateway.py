"""Between the links and the ledger: every message has one fate, and what the ledger cannot take the peer keeps."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from channels.smpp.pdus import DataSm, DeliverSm, SubmitSm
from channels.smpp.rules import TRIES
from channels.smpp.settings import LinkSettings
from channels.smpp.status import (
    ESME_RINVBNDSTS,
    ESME_RINVDSTADR,
    ESME_RINVSCHED,
    ESME_ROK,
    ESME_RSYSERR,
    ESME_RX_T_APPN,
    Class,
)
from channels.sms import gateway as seam
from channels.sms.brake import MOST as MOST_TOLD
from channels.sms.brake import WITHIN, Brake
from channels.sms.gateway import Gateway
from channels.sms.meters import SmsMeters
from channels.sms.references import MOST, References
from dialogs.words import DeliveryReport, MessageReceived
from orders.arrival import Arrival, LedgerAway, Taken
from orders.outbound import Failed, GaveUp, Outbound, Postponed, Sent

NOW = 1_800_000_000.0
ALICE = "8613800138000"
LONG = "话费" * 120  # four segments of UCS2


@dataclass
class FakeClient:
    """A link that keeps what is submitted until the test says what became of it."""

    settings: LinkSettings
    bound: bool = True
    room: int = 50
    submitted: list[tuple[object, SubmitSm]] = field(default_factory=list)
    reading: bool = True

    def submit(self, token: object, pdu: SubmitSm) -> None:
        self.submitted.append((token, pdu))

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    @property
    def tokens(self) -> list[object]:
        return [token for token, _ in self.submitted]


@dataclass
class FakeLedger:
    waiting: int = 0
    accepted: list[tuple[Arrival, "Deferred[Taken]"]] = field(default_factory=list)
    marks: list[object] = field(default_factory=list)
    told: list[tuple[object, ...]] = field(default_factory=list)

    def accept(self, arrival: Arrival, ours: bool = False) -> "Deferred[Taken]":
        assert not ours, "the message centre keeps it for us"
        told: Deferred[Taken] = Deferred()
        self.accepted.append((arrival, told))
        return told

    def mark(self, mark: object) -> None:
        self.marks.append(mark)

    def opened(self, link: str) -> int:
        self.told.append(("opened", link))
        return 7

    def confirmed(self, connection: int, number: int) -> None:
        self.told.append(("confirmed", connection, number))

    def lost(self, connection: int) -> None:
        self.told.append(("lost", connection))


class House:
    """Gateway, ledger and links, all in the test's hands."""

    def __init__(self, *links: LinkSettings) -> None:
        links = links or (link("a"),)
        self.ledger, self.now, self.ids = FakeLedger(), NOW, iter(range(1, 1_000_000))
        self.gateway = Gateway(
            ledger=self.ledger,
            now=lambda: self.now,
            new_id=lambda: next(self.ids),
            meters=SmsMeters(CollectorRegistry()),
            settings={each.name: each for each in links},
        )
        self.clients = [FakeClient(each) for each in links]
        self.gateway.clients.extend(self.clients)  # type: ignore[arg-type]

    @property
    def client(self) -> FakeClient:
        (client,) = self.clients
        return client

    def sends(self, text: str = "您好", **changes: Any) -> list[Any]:
        """The tokens of its segments."""
        self.client.submitted.clear()
        self.gateway.send(message(text, **changes))
        return self.client.tokens

    def hears(self, pdu: DeliverSm | DataSm, number: int = 1) -> "Deferred[int]":
        return self.gateway.heard(7, number, "a", pdu, b"fingerprint")

    def accepts(self, verdict: Taken | Exception) -> None:
        """The ledger has done with the oldest arrival."""
        _, told = self.ledger.accepted.pop(0)
        told.errback(verdict) if isinstance(verdict, Exception) else told.callback(verdict)


@pytest.fixture
def house() -> House:
    return House()


def link(name: str, **changes: Any) -> LinkSettings:
    return LinkSettings(name=name, connect="tcp:x", system_id="hall", short_codes=("10086",)).model_copy(update=changes)


def message(text: str = "您好", **changes: Any) -> Outbound:
    plain = Outbound(41, ALICE, "sms", "10086", "", text, NOW, NOW + 86_400, NOW + 120)
    return replace(plain, **changes)


def text_from(words: bytes = b"YE", **changes: Any) -> DeliverSm:
    return replace(DeliverSm(source_addr=ALICE, destination_addr="10086", short_message=words), **changes)


def status_of(acknowledged: "Deferred[int]") -> object:
    return acknowledged.result if acknowledged.called else None


# ── One fate ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_sent_when_all_its_segments_are_and_keeps_their_ids_in_order(house: House) -> None:
    one, two, three, four = house.sends(LONG)
    for token, remote in ((two, "b"), (four, "d"), (one, "a")):
        house.gateway.submitted(token, remote)
    assert house.ledger.marks == [] and len(house.gateway.pending) == 1
    house.gateway.submitted(three, "c")
    assert house.ledger.marks == [Sent(41, ALICE, NOW, "a", "a", ("a", "b", "c", "d"), True)]
    assert not house.gateway.pending


def test_all_segments_carry_one_reference_and_no_two_messages_the_same(house: House) -> None:
    references = []
    for number in range(2):
        house.sends(LONG, id=number)
        marks = {bytes(pdu.short_message[:4]) for _, pdu in house.client.submitted}
        assert len(marks) == 1
        references.append(marks.pop())
    assert references[0] != references[1]


def test_one_segment_refused_for_good_fails_all_of_it_once(house: House) -> None:
    one, two, *rest = house.sends(LONG)
    house.gateway.refused(two, ESME_RINVDSTADR, Class.PERMANENT)
    house.gateway.refused(one, ESME_RSYSERR, Class.TEMPORARY)
    for token in rest:
        house.gateway.submitted(token, "x")
    (mark,) = house.ledger.marks
    assert isinstance(mark, Failed) and mark.outbound == 41 and "0x0b" in mark.reason, "it says why it failed"


@pytest.mark.parametrize(
    ("tags", "tlvs", "kept"),
    [
        ((0x1400, 0x1401), ((0x1400, b"\x0a\xff"), (0x0204, b"\0\1"), (0x1400, b"again")), '{"0x1400":"0aff"}'),
        ((0x1400, 0x0204), ((0x0204, b"\0\1"), (0x1400, b"")), '{"0x1400":"","0x0204":"0001"}'),
        ((0x1400,), (), ""),
        ((), ((0x1400, b"x"),), ""),
    ],
)
def test_parameters_are_kept_if_somebody_wants_them(tags: tuple[int, ...], tlvs: Any, kept: str) -> None:
    house = House(link("a", keep_parameters=tags))
    house.gateway.heard(7, 1, "a", text_from(tlvs=tlvs), b"mark")
    ((arrival, _),) = house.ledger.accepted
    assert arrival.parameters == kept


def test_what_is_for_later_waits_as_a_row() -> None:
    house = House()
    assert house.sends(not_before=NOW + 3600) == []
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed) and (mark.due_at, mark.tried) == (NOW + 3600, False)
    assert not house.gateway.schedules
    assert len(house.sends(not_before=NOW)) == 1


def test_or_with_a_message_centre_that_keeps_it() -> None:
    house = House(link("a", schedule="centre"))
    assert house.gateway.schedules
    (token,) = house.sends(not_before=NOW + 3600)
    assert house.client.submitted[0][1].schedule_delivery_time == "000000010000000R"
    house.gateway.submitted(token, "7")
    assert isinstance(house.ledger.marks[0], Sent)


@pytest.mark.parametrize("too_long", [True, False])
def test_what_it_will_not_keep_waits_as_a_row_all_the_same(too_long: bool) -> None:
    house = House(link("a", schedule="centre"))
    later = NOW + (100 * 86_400 if too_long else 3600)
    for token in house.sends(not_before=later):
        house.gateway.refused(token, ESME_RINVSCHED, Class.TEMPORARY)
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed) and (mark.due_at, mark.tried) == (later, False)


def test_a_long_message_that_is_sent_again_has_its_reference_again() -> None:
    house = House()

    def reference() -> bytes:
        return house.client.submitted[0][1].short_message[3:4]

    one, *others = house.sends(LONG)
    first = reference()
    house.gateway.refused(one, ESME_RSYSERR, Class.TEMPORARY)
    for token in others:
        house.gateway.submitted(token, "7")
    house.sends(LONG, id=42)
    assert reference() != first
    house.sends(LONG)
    assert reference() == first


def test_only_so_many_references_are_kept() -> None:
    references = References(0xFFFE)
    assert [references.of(1), references.of(2)] == [0xFFFF, 0]
    for message in range(MOST + 1):
        references.keep(message, 0x1234)
    assert (references.of(0), references.of(1), references.of(1)) == (1, 0x1234, 2)


def test_an_answer_that_comes_too_late_makes_the_message_sent_unless_it_is_being_sent_again() -> None:
    house = House()
    (token,) = house.sends()
    house.gateway.unanswered(token)
    house.gateway.late(token, "00A7")
    postponed, late = house.ledger.marks
    assert isinstance(postponed, Postponed)
    assert isinstance(late, Sent) and late.late and late.remote_ids == ("a7",)
    house.sends()
    house.gateway.late(token, "00A7")
    assert len(house.ledger.marks) == 2


def test_a_long_message_is_sent_when_the_last_of_its_late_answers_has_come() -> None:
    house = House()
    one, two, three, four = house.sends(LONG)
    for token in (one, two):
        house.gateway.unanswered(token)
    house.gateway.late(two, "2")
    house.gateway.submitted(three, "3")
    house.gateway.submitted(four, "4")
    (postponed,) = house.ledger.marks
    assert isinstance(postponed, Postponed)
    house.gateway.late(one, "1")
    late = house.ledger.marks[-1]
    assert isinstance(late, Sent) and late.late and late.remote_ids == ("1", "2", "3", "4")


def test_a_segment_that_was_refused_is_not_mended_by_the_late_answer_to_another() -> None:
    house = House()
    one, two, three, four = house.sends(LONG)
    house.gateway.refused(two, ESME_RSYSERR, Class.TEMPORARY)
    house.gateway.unanswered(one)
    house.gateway.submitted(three, "3")
    house.gateway.submitted(four, "4")
    house.gateway.late(one, "1")
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed)


def test_one_segment_refused_for_now_postpones_all_of_it(house: House) -> None:
    one, *rest = house.sends(LONG)
    for token in rest:
        house.gateway.submitted(token, "x")
    house.gateway.refused(one, ESME_RSYSERR, Class.TEMPORARY)
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed) and mark.due_at > NOW and mark.tried


def test_one_answer_that_never_came_postpones_all_of_it(house: House) -> None:
    one, *rest = house.sends(LONG)
    house.gateway.unanswered(one)
    for token in rest:
        house.gateway.submitted(token, "x")
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed) and mark.tried and "never came" in mark.reason


def test_what_the_message_centre_was_not_even_asked_is_no_try(house: House) -> None:
    for token in house.sends(LONG):
        house.gateway.refused(token, ESME_RINVBNDSTS, Class.SESSION)
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed) and not mark.tried


def test_a_part_that_was_asked_makes_it_a_try(house: House) -> None:
    one, *rest = house.sends(LONG)
    house.gateway.submitted(one, "x")
    for token in rest:
        house.gateway.refused(token, ESME_RINVBNDSTS, Class.SESSION)
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed) and mark.tried


def test_tries_become_rarer_and_come_to_an_end(house: House) -> None:
    delays = []
    for attempts in range(TRIES):
        (token,) = house.sends(attempts=attempts)
        house.gateway.refused(token, ESME_RSYSERR, Class.TEMPORARY)
        mark = house.ledger.marks.pop()
        if isinstance(mark, Postponed):
            delays.append(mark.due_at - NOW)
        else:
            assert isinstance(mark, Failed) and attempts == TRIES - 1
    assert len(delays) == TRIES - 1 and delays == sorted(delays)


def test_answers_that_never_come_end_as_well(house: House) -> None:
    (token,) = house.sends(attempts=TRIES - 1)
    house.gateway.unanswered(token)
    (mark,) = house.ledger.marks
    assert isinstance(mark, Failed)


def test_more_parts_than_a_message_may_have_are_an_error_and_nothing_is_sent() -> None:
    house = House(link("a", max_parts=3))
    assert house.sends(LONG) == []
    (mark,) = house.ledger.marks
    assert isinstance(mark, Failed) and not house.gateway.pending


def test_a_message_that_is_with_a_link_already_is_not_sent_again(house: House) -> None:
    assert len(house.sends()) == 1
    assert house.sends(lease_until=NOW + 1000) == []


# ── Which link, and when none ────────────────────────────────────────────────────────────────────────────────────────


def test_it_goes_over_a_bound_link_that_carries_its_address_and_has_room() -> None:
    house = House(
        link("other", short_codes=("10010",)),
        link("narrow"),
        link("wide"),
        link("ear", bind="receiver"),
        link("gone"),
        link("any", short_codes=()),
    )
    other, narrow, wide, ear, gone, anything = house.clients
    other.room, narrow.room, wide.room, ear.room, gone.room, anything.room = 99, 0, 9, 99, 99, 0
    gone.bound = False
    house.gateway.send(message())
    assert [len(client.submitted) for client in house.clients] == [0, 0, 1, 0, 0, 0]
    wide.bound, anything.room = False, 5
    house.gateway.send(message(id=42))
    assert len(anything.submitted) == 1, "a link without short codes carries any"
    house.gateway.send(message(id=43, service="95588"))
    assert len(anything.submitted) == 2


def test_without_a_link_it_is_due_as_soon_as_there_is_one_and_that_is_no_try(house: House) -> None:
    house.client.bound = False
    assert house.sends() == []
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed) and not mark.tried and mark.due_at == NOW
    assert not house.gateway.open and house.gateway.room == 0, "nothing is claimed meanwhile"


def test_while_only_links_for_another_address_are_bound_it_waits_a_while() -> None:
    house = House(link("mine"), link("other", short_codes=("10010",)))
    house.clients[0].bound = False
    house.gateway.send(message())
    (mark,) = house.ledger.marks
    assert isinstance(mark, Postponed) and not mark.tried and NOW < mark.due_at <= NOW + 60


def test_a_lease_about_to_end_is_left_to_whoever_claims_it_next(house: House) -> None:
    assert house.sends(lease_until=NOW + seam.LEASE_MARGIN - 1) == []
    assert house.ledger.marks == []


def test_a_message_that_stays_with_a_link_asks_for_its_lease_in_time(house: House) -> None:
    (token,) = house.sends()
    assert house.gateway.aging(NOW + 100) == []
    assert [each.id for each in house.gateway.aging(NOW + 121)] == [41]
    house.gateway.renewed([message()], NOW + 240)
    assert house.gateway.aging(NOW + 121) == []
    house.gateway.submitted(token, "x")
    assert house.gateway.aging(NOW + 1000) == []


def test_a_gateway_with_too_much_in_hand_takes_no_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seam, "MOST_PENDING", 2)
    assert house.gateway.room == 2
    for number in range(2):
        house.gateway.send(message(id=number))
    assert (house.gateway.open, house.gateway.room) == (False, 0)


# ── What is heard ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_acknowledged_after_the_commit_and_not_before(house: House) -> None:
    acknowledged = house.hears(text_from())
    ((arrival, _),) = house.ledger.accepted
    assert arrival.inbound.kind == MessageReceived("YE")
    assert (arrival.inbound.channel, arrival.inbound.subscriber, arrival.inbound.service) == ("sms", ALICE, "10086")
    assert (arrival.fingerprint, arrival.connection, arrival.number) == (b"fingerprint", 7, 1)
    assert status_of(acknowledged) is None
    house.accepts(Taken.TAKEN)
    assert status_of(acknowledged) == ESME_ROK


@pytest.mark.parametrize("verdict", [Taken.REPEATED, Taken.QUARANTINED])
def test_a_repeat_and_a_message_set_aside_are_ours_all_the_same(house: House, verdict: Taken) -> None:
    acknowledged = house.hears(text_from())
    house.accepts(verdict)
    assert status_of(acknowledged) == ESME_ROK


def test_while_the_ledger_is_away_the_message_centre_keeps_it(house: House) -> None:
    acknowledged = house.hears(text_from())
    house.accepts(LedgerAway("the database is away"))
    assert status_of(acknowledged) == ESME_RX_T_APPN


def test_a_fault_of_ours_is_no_answer(house: House) -> None:
    acknowledged = house.hears(text_from())
    house.accepts(ZeroDivisionError("a fault"))
    told: list[object] = []
    acknowledged.addErrback(told.append)
    (failure,) = told
    assert isinstance(failure, Failure) and failure.check(ZeroDivisionError), "the link logs it and says: come again"


def test_what_no_database_can_hold_is_left_out(house: House) -> None:
    house.hears(text_from(b"\0Y\0E\0 \0\0", data_coding=8))
    ((arrival, _),) = house.ledger.accepted
    assert arrival.inbound.kind == MessageReceived("YE ")


def test_what_is_no_message_for_hall_is_acknowledged_and_forgotten(house: House) -> None:
    assert status_of(house.hears(text_from(source_addr=""))) == ESME_ROK
    assert house.ledger.accepted == []


def test_a_receipt_is_known_by_its_id_and_brings_no_fingerprint(house: House) -> None:
    receipt = b"id:0a1b sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:DELIVRD err:000 text:hi"
    acknowledged = house.hears(text_from(receipt, esm_class=0x04))
    ((arrival, _),) = house.ledger.accepted
    assert isinstance(arrival.inbound.kind, DeliveryReport) and arrival.fingerprint == b""
    house.accepts(Taken.TAKEN)
    assert status_of(acknowledged) == ESME_ROK


def test_the_life_of_a_connection_is_told_to_the_ledger(house: House) -> None:
    assert house.gateway.opened("a") == 7
    house.gateway.confirmed(7, 3)
    house.gateway.lost(7)
    assert house.ledger.told == [("opened", "a"), ("confirmed", 7, 3), ("lost", 7)]


# ── Falling behind ───────────────────────────────────────────────────────────────────────────────────────────────────


def behind(*links: LinkSettings) -> House:
    house = House(*links)
    house.ledger.waiting = seam.BEHIND + 1
    house.hears(text_from())
    return house


def test_reading_stops_on_every_link_when_the_ledger_is_behind_and_goes_on_when_it_has_caught_up() -> None:
    house = behind(link("a"), link("b"))
    assert [client.reading for client in house.clients] == [False, False]
    house.hears(text_from(), 2)
    house.ledger.waiting = seam.CAUGHT_UP
    house.accepts(Taken.TAKEN)
    assert [client.reading for client in house.clients] == [False, False], "not for a single message"
    house.ledger.waiting = seam.CAUGHT_UP - 1
    house.accepts(Taken.TAKEN)
    assert [client.reading for client in house.clients] == [True, True]


def test_reading_goes_on_when_all_that_waited_was_handed_back() -> None:
    """The database went away while reading was paused: nothing is taken any more, and nothing new is read."""
    house = behind()
    house.ledger.waiting = 0
    house.accepts(LedgerAway("away"))
    assert house.client.reading


def test_a_link_that_was_bound_anew_meanwhile_is_paused_like_the_others() -> None:
    house = behind()
    house.client.reading = True  # another connection
    house.hears(text_from(), 2)
    assert not house.client.reading


# ── machines that answer ──


def told(house: House, number: int, **changes: Any) -> int:
    """How many of so many replies that he was not understood went out."""
    sent = 0
    for _ in range(number):
        what = {"phrase": "engine.not_understood", "lease_until": house.now + 120} | changes
        house.gateway.send(message(id=next(house.ids) + 1000, **what))
        sent += len(house.client.submitted)
        house.client.submitted.clear()
    return sent


def test_a_machine_that_answers_is_not_told_for_ever_that_it_was_not_understood(house: House) -> None:
    assert told(house, 25) == MOST_TOLD
    given_up = [mark for mark in house.ledger.marks if isinstance(mark, Failed)]
    assert [mark.why for mark in given_up] == [GaveUp.MACHINE] * (25 - MOST_TOLD)
    assert told(house, 1, subscriber="8613800138009") == 1, "nobody else pays for it"
    assert told(house, 1, phrase="balance.is") == 1, "what was understood is answered"
    house.now += WITHIN
    assert told(house, 1) == 1


def test_what_is_tried_again_is_counted_once(house: House) -> None:
    assert told(house, 100, attempts=1) == 100
    assert told(house, MOST_TOLD) == MOST_TOLD


def test_machines_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.sms.brake.KNOWN", 2)
    brake = Brake()
    for number in range(10):
        assert not brake.holds(message(subscriber=str(number), phrase="engine.not_understood"), NOW)
    assert len(brake._told) == 2
