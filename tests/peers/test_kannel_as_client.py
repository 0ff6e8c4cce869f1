"""Debian's Kannel bound to the embedded message centre, as an application would be."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from tests.peers import kannel
from tests.peers.kannel import DELIVERED_TO_PHONE, SENT_TO_CENTRE, SERVICE, Kannel
from tests.peers.simulated import SimulatedCentre

pytestmark = [pytest.mark.peers, pytest.mark.slow]

NUMBERS = count(8613800139000)
LONG = {
    "chinese": "您好，您订购的手机已经发出，请保持电话畅通。" * 8,
    "ascii": "the quick brown fox jumps over the lazy dog; " * 8 + ".",
    "emoji": "好的🙂👍" * 30,
}
SHORT = {"ascii": "YE", "chinese": "余额", "gsm": "Ça va? 5 €", "cyrillic": "привет", "emoji": "🙂"}


@dataclass(frozen=True, slots=True)
class Peers:
    centre: SimulatedCentre
    kannel: Kannel


KINDS = {
    "transceiver": (kannel.TRANSCEIVER, ()),
    "two binds": (kannel.TWO_BINDS, ()),
    "a centre that misbehaves": (
        kannel.TRANSCEIVER,
        ("--delay=0.2", "--reorder=0.3", "--receipts=twice,text"),
    ),
}


@pytest.fixture(scope="module", params=KINDS)
def bound(request: pytest.FixtureRequest) -> Iterator[Peers]:
    binds, options = KINDS[request.param]
    centre = SimulatedCentre(f"--short-code={SERVICE}", "--account=kannel:secret", *options)
    try:
        with kannel.running(centre.port, lambda text: f"heard: {text}", binds) as client:
            yield Peers(centre, client)
    finally:
        centre.close()


@pytest.fixture
def msisdn() -> str:
    return str(next(NUMBERS))


@pytest.mark.parametrize("alphabet", SHORT)
def test_a_text_goes_to_kannel_and_its_answer_comes_back(bound: Peers, msisdn: str, alphabet: str) -> None:
    text = f"{SHORT[alphabet]} {msisdn[-4:]}"
    bound.centre.texts(msisdn, text)
    assert bound.kannel.hears(text) == msisdn
    assert bound.centre.hears(msisdn) == f"heard: {text}"


@pytest.mark.parametrize("alphabet", LONG)
def test_long_texts_both_ways(bound: Peers, msisdn: str, alphabet: str) -> None:
    text = f"{msisdn[-4:]} {LONG[alphabet]}"
    bound.centre.texts(msisdn, text)
    assert bound.kannel.hears(text) == msisdn
    assert bound.centre.hears(msisdn) == f"heard: {text}"


def test_kannel_is_told_what_became_of_its_message(bound: Peers, msisdn: str) -> None:
    bound.centre.texts(msisdn, "")
    bound.kannel.sends(msisdn, "你好", reports=DELIVERED_TO_PHONE | SENT_TO_CENTRE)
    assert bound.centre.hears(msisdn) == "你好"
    bound.kannel.is_told(SENT_TO_CENTRE)
    bound.kannel.is_told(DELIVERED_TO_PHONE)
