"""Between the ledger and the links: every message has one fate."""

from typing import Any

import pytest

from channels.smpp.rules import TRIES
from channels.smpp.status import (
    ESME_RINVBNDSTS,
    ESME_RINVDSTADR,
    ESME_RINVSCHED,
    ESME_RSYSERR,
    Class,
)
from channels.sms import gateway as seam
from channels.sms.references import MOST, References
from orders.outbound import Failed, Postponed, Sent
from tests.channels.sms.gateway_house import ALICE, LONG, NOW, House, house, link, message, text_from

__all__ = ["house"]


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
    for number in range(MOST + 1):
        references.keep(number, 0x1234)
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
