"""Between the links and the ledger: what the ledger cannot take, the peer keeps."""

from typing import Any

import pytest
from twisted.python.failure import Failure

from channels.smpp.settings import LinkSettings
from channels.smpp.status import (
    ESME_ROK,
    ESME_RX_T_APPN,
)
from channels.sms import gateway as seam
from channels.sms.brake import MOST as MOST_TOLD
from channels.sms.brake import WITHIN, Brake
from dialogs.words import DeliveryReport, MessageReceived
from orders.arrival import LedgerAway, Taken
from orders.outbound import Failed, GaveUp
from tests.channels.sms.gateway_house import ALICE, NOW, House, house, link, message, status_of, text_from

__all__ = ["house"]


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


# ── Machines that answer ─────────────────────────────────────────────────────────────────────────────────────────────


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
