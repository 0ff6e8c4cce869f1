"""Handsets of the embedded message centre dial codes: what goes over the wire, what they show, how long they wait."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from channels.smpp.pdus import Bind, DeliverSm, SubmitSm
from channels.smpp.tlvs import ITS_SESSION_INFO, USSD_SERVICE_OP
from channels.sms.centre.claims import Claims
from channels.sms.centre.peers import Peer
from channels.sms.centre.screens import NO_SUCH_SESSION, NotDialled, Screen, Screens

ALICE, BOB = "8613800138000", "8613900139000"
MARKED = (ITS_SESSION_INFO, b"\x01\x02")


@dataclass
class Wired:
    """A bind with system_type USSD, as far as the screens use it."""

    room: int = 10
    delivered: list[tuple[object, DeliverSm]] = field(default_factory=list)
    flushed: int = 0

    @property
    def session(self) -> Any:
        return self

    def deliver(self, token: object, pdu: DeliverSm, now: float) -> None:
        self.delivered.append((token, pdu))

    def flush(self) -> None:
        self.flushed += 1


class Phones:
    def __init__(self) -> None:
        self.clock, self.wire = Clock(), Wired()
        self.peers = [Peer(self.wire, Bind(system_id="hall", system_type="USSD"), Claims(frozenset(), ()))]
        self.screens = Screens(self.clock, lambda: self.peers)
        self.seen: list[Screen] = []

    def dials(self, code: str = "*100#", who: str = ALICE) -> None:
        self.screens.dial(who, code).addCallback(self.seen.append)

    def types(self, text: str) -> None:
        self.screens.reply(ALICE, text).addCallback(self.seen.append)

    def says(self, text: bytes, operation: int = 0x02, mark: bytes = b"\x01\x02", whom: str = ALICE) -> int | None:
        tlvs = ((USSD_SERVICE_OP, bytes((operation,))), (ITS_SESSION_INFO, mark))
        return self.screens.said(SubmitSm(destination_addr=whom, short_message=text, tlvs=tlvs))

    @property
    def operations(self) -> list[int]:
        return [pdu.tlvs[0][1][0] for _, pdu in self.wire.delivered]


def test_a_code_a_screen_an_answer_and_the_end() -> None:
    phones = Phones()
    phones.dials()
    assert phones.says(b"menu") == 0
    phones.types("1")
    assert phones.says(b"bye", 0x11, b"\x01\x03") == 0
    assert phones.seen == [
        Screen("asks", "menu", "GSM-7", 4, 182, 180.0),
        Screen("over", "bye", "GSM-7", 3, 182),
    ]
    dialled, typed = (pdu for _, pdu in phones.wire.delivered)
    assert (dialled.short_message, typed.short_message) == (b"*100#", b"1")
    assert dialled.tlvs == ((USSD_SERVICE_OP, b"\x01"), MARKED) and typed.tlvs == ((USSD_SERVICE_OP, b"\x12"), MARKED)
    assert dialled.source_addr == ALICE and dialled.destination_addr == "100"
    assert phones.clock.getDelayedCalls() == []


def test_what_nobody_asked_for_is_refused() -> None:
    phones = Phones()
    assert phones.says(b"menu") == NO_SUCH_SESSION
    phones.dials()
    assert phones.says(b"menu", mark=b"\x07\x02") == NO_SUCH_SESSION
    assert phones.says(b"menu", whom=BOB) == NO_SUCH_SESSION
    assert phones.says(b"x" * 183) == NO_SUCH_SESSION
    assert phones.says(b"menu") == 0
    assert phones.says(b"more") == NO_SUCH_SESSION
    assert phones.screens.said(SubmitSm(destination_addr=ALICE, short_message=b"a text")) is None


def test_a_network_that_hears_nothing_gives_up_and_says_so_to_both() -> None:
    phones = Phones()
    phones.dials()
    phones.clock.advance(15.0)
    assert phones.seen == [Screen("failed")] and phones.operations == [0x01, 0x81]


def test_whoever_does_not_type_is_cut_off() -> None:
    phones = Phones()
    phones.dials()
    phones.says(b"menu")
    phones.clock.advance(180.0)
    assert phones.operations == [0x01, 0x81]
    with pytest.raises(NotDialled, match="no session is open"):
        phones.types("1")


def test_another_code_and_leaving_end_what_was_going_on() -> None:
    phones = Phones()
    phones.dials()
    phones.says(b"menu")
    phones.dials("*100*1#")
    assert phones.operations == [0x01, 0x81, 0x01]
    phones.screens.leave(ALICE)
    assert phones.operations[-1] == 0x81 and phones.seen[-1] == Screen("over")


def test_what_is_refused_or_finds_nobody_has_failed() -> None:
    phones = Phones()
    phones.dials()
    phones.screens.refused(phones.wire.delivered[0][0])  # type: ignore[arg-type]
    phones.peers.clear()
    phones.dials()
    assert phones.seen == [Screen("failed"), Screen("failed")]


@pytest.mark.parametrize(("who", "code"), [("nobody", "*100#"), (ALICE, "100"), (ALICE, "*100")])
def test_what_cannot_be_dialled(who: str, code: str) -> None:
    with pytest.raises(NotDialled):
        Phones().screens.dial(who, code)


def test_more_than_a_screen_holds_cannot_be_typed() -> None:
    phones = Phones()
    phones.dials()
    phones.says(b"name?")
    with pytest.raises(NotDialled, match="more than a screen holds"):
        phones.types("汉" * 81)
    answered: Deferred[Screen] = phones.screens.reply(ALICE, "汉" * 80)
    phones.screens.stop()
    answered.addCallback(phones.seen.append)
    assert phones.seen[-1] == Screen("failed")
