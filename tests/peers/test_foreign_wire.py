"""Hall bound to message centres that somebody else wrote: every kind of bind, of text and of long message, and cuts."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.smpp import gsm
from tests.peers.cable import Cable
from tests.peers.foreign import COMMANDS, ForeignCentre, NothingHeard
from tests.peers.hall import Hall, setup

pytestmark = [pytest.mark.peers, pytest.mark.slow]

NUMBERS = count(8613800150000)
OFFERS = ("酷派F800", "联想TD80t", "G3座机", "数据卡", "关爱通")
SECOND = """
account = "one"
long_messages = "udh16"
[[sms.link]]
name = "smsc-b"
account = "one"
connect = "tcp:127.0.0.1:{port}"
bind = "receiver"
system_id = "hall"
password = "secret"
short_codes = ["10086"]
"""
QUICK = "reconnect = 0.1\nreconnect_limit = 0.5\n"
VARIANTS = {
    "transceiver": ("transceiver", 'long_messages = "udh8"'),
    "two binds": ("transmitter", SECOND),
    "sar": ("transceiver", 'long_messages = "sar"'),
    "payload": ("transceiver", 'long_messages = "payload"'),
}
LOOKS = {  # of each part of a long message from Hall: the first element of its header, and where its text is
    "transceiver": (0x00, False),
    "two binds": (0x08, False),
    "sar": (None, False),
    "payload": (None, True),
}


@dataclass(frozen=True, slots=True)
class House:
    centre: ForeignCentre
    cable: Cable
    database: Path
    variant: str

    def stored(self, msisdn: str) -> list[str]:
        statement = "SELECT content FROM inbound WHERE subscriber = ? AND kind = 'message' ORDER BY id"
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return [str(row[0]) for row in connection.execute(statement, (msisdn,))]


@pytest.fixture(scope="module", params=[(kind, variant) for kind in COMMANDS for variant in VARIANTS], ids=" ".join)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    kind, variant = request.param
    bind, link = VARIANTS[variant]
    folder = tmp_path_factory.mktemp("wire")
    database = folder / "hall.db"
    with ExitStack() as stack:
        centre = stack.enter_context(closing(ForeignCentre(kind)))
        cable = stack.enter_context(closing(Cable(centre.port)))
        more = link.format(port=centre.port)
        hall = Hall(
            setup(
                folder,
                f"sqlite:///{database}",
                cable.port,
                link=f"reconnect = 0.1\nreconnect_limit = 0.5\n{more}",
                bind=bind,
            )
        )
        stack.callback(hall.end)
        hall.await_ready()
        centre.await_count("bound", 2 if variant == "two binds" else 1)
        yield House(centre, cable, database, variant)
        assert hall.stop() == 0


def heard(house: House, *deliveries: dict[str, Any]) -> list[str]:
    """What Hall has stored of a message that came so."""
    msisdn = str(next(NUMBERS))
    tags = [house.centre.delivers(msisdn, **delivery) for delivery in deliveries]
    assert set(house.centre.statuses(tags)) == {0}
    assert house.centre.hears(msisdn), "some answer comes to everything"
    return house.stored(msisdn)


# What does not hang on the kind of bind is tried with one of them.
transceiver = pytest.mark.parametrize(
    "house", [(kind, "transceiver") for kind in COMMANDS], indirect=True, ids=" ".join
)


def in_its_own_words(size: int) -> st.SearchStrategy[str]:
    """Every script and emoji; not surrogates alone nor control characters, and not only what nobody would see."""
    letters = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf", "Cn"))
    pictures = st.sampled_from(["🙂", "👍🏽", "👨‍👩‍👧‍👦", "🇨🇳", "é", "ก็", "ष्म"])
    return st.lists(letters | pictures, min_size=1, max_size=size).map("".join)


examples = settings(
    max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True
)


GSM_LETTERS = [*"@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüàazAZ09^{}\\[~]|€"]
TEXTS: dict[str, tuple[st.SearchStrategy[str], int, Callable[[str], bytes]]] = {
    "every script": (in_its_own_words(20), 8, lambda text: text.encode("utf-16-be")),
    "the GSM alphabet": (st.text(GSM_LETTERS, min_size=1, max_size=80), 0, gsm.encode),
    "Latin-1": (
        st.text(st.characters(min_codepoint=0xAE, max_codepoint=0xFF), min_size=1, max_size=140),
        3,
        lambda text: text.encode("latin-1"),
    ),
}


@transceiver
@pytest.mark.parametrize("kind", TEXTS)
def test_texts_in(house: House, kind: str) -> None:
    texts, coding, encode = TEXTS[kind]

    @examples
    @given(text=texts)
    def arrives(text: str) -> None:
        assert heard(house, {"octets": encode(text), "coding": coding}) == [text]

    arrives()


@transceiver
@pytest.mark.parametrize("way", ["udh8", "udh16", "sar", "payload"])
def test_long_texts_by(house: House, way: str) -> None:
    @examples
    @given(text=in_its_own_words(150), chance=st.randoms(use_true_random=False))
    def arrives(text: str, chance: random.Random) -> None:
        deliveries = cut(text, way, chance.randrange(1, 256))
        chance.shuffle(deliveries)
        assert heard(house, *deliveries) == [text]

    arrives()


def cut(text: str, way: str, reference: int) -> list[dict[str, Any]]:
    """In octets, wherever that is: a character may be in two parts."""
    octets = text.encode("utf-16-be")
    if way == "payload":
        return [{"octets": octets, "coding": 8, "payload": True}]
    pieces = [octets[at : at + 61] for at in range(0, len(octets), 61)]
    headers = {"udh8": bytes([5, 0, 3, reference]), "udh16": bytes([6, 8, 4, 0, reference])}
    if way == "sar":
        places = [[reference, len(pieces), number] for number in range(1, len(pieces) + 1)]
        return [{"octets": piece, "coding": 8, "sar": place} for piece, place in zip(pieces, places, strict=True)]
    return [
        {"octets": headers[way] + bytes([len(pieces), number]) + piece, "coding": 8, "esm_class": 0x40}
        for number, piece in enumerate(pieces, 1)
    ]


def test_a_long_answer_goes_out_as_this_message_centre_wants_it(house: House) -> None:
    msisdn = str(next(NUMBERS))
    house.centre.texts(msisdn, "SP")
    parts = house.centre.hears_parts(msisdn)
    assert {(part["header"], part["payload"]) for part in parts} == {LOOKS[house.variant]}
    whole = "".join(part["text"] for part in parts)
    assert [offer for offer in OFFERS if offer not in whole] == []


@transceiver
def test_cuts_at_random_octets_lose_nothing_and_take_nothing_twice(house: House) -> None:
    chance = random.Random(10086)
    everybody: list[str] = []
    for turn in range(12):
        binds = house.centre.events["bound"]
        house.cable.cut_after(chance.randrange(1, 300), to_centre=bool(turn % 2))
        subscribers = [str(next(NUMBERS)) for _ in range(8)]
        tags = [tag for each in subscribers for tag in house.centre.texts(each, "BZ")]
        house.centre.await_count("bound", binds + 1)
        house.centre.redelivers(house.centre.unanswered(tags))
        assert set(house.centre.statuses(tags)) == {0}
        assert [house.stored(each) for each in subscribers] == [["BZ"]] * len(subscribers)
        everybody += subscribers
    for each in everybody:
        assert answered(house, each)


def answered(house: House, msisdn: str) -> str:
    """An answer whose connection was lost is sent again, after a while."""
    for _ in range(3):
        with suppress(NothingHeard):
            return house.centre.hears(msisdn)
    return ""
