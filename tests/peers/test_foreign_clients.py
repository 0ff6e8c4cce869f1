"""npm's `smpp` and PyPI's `smpp34` as clients of the embedded message centre, one the service and one a handset."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.peers.foreign_clients import CLIENTS, ForeignClient
from tests.peers.simulated import SimulatedCentre

pytestmark = [pytest.mark.peers, pytest.mark.slow]

NUMBERS = count(8613800140000)
UCS2, LATIN1 = 8, 3
CHINESE = "您好，您订购的手机已经发出，请保持电话畅通。"
# Scripts of every kind, and pictures of several code points; no surrogates, which are no text by themselves.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60) | st.text(
    st.sampled_from("🙂👍🏽👨‍👩‍👧‍👦🇨🇳éก็ष्म"), min_size=1, max_size=20
)


@dataclass(frozen=True, slots=True)
class House:
    centre: SimulatedCentre
    service: ForeignClient
    kind: str


@pytest.fixture(scope="module", params=CLIENTS)
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    with ExitStack() as stack:
        centre = stack.enter_context(closing(SimulatedCentre("--account=hall:secret", "--account=tool:secret")))
        service = stack.enter_context(closing(ForeignClient(request.param, centre.port, "transceiver", "hall")))
        assert service.bound == 0
        yield House(centre, service, request.param)


@pytest.fixture
def msisdn() -> str:
    return str(next(NUMBERS))


def test_texts_in_every_script_to_a_handset(house: House, msisdn: str) -> None:
    with closing(ForeignClient(house.kind, house.centre.port, "receiver", "tool", address_range=msisdn)) as tool:

        @settings(max_examples=60, deadline=None, database=None)
        @given(text=TEXTS)
        def arrives(text: str) -> None:
            octets = text.encode("utf-16-be")[:140]
            assert house.service.submits(msisdn, octets, source_addr="10086", data_coding=UCS2)["status"] == 0
            assert tool.hears()["text"] == octets.decode("utf-16-be", "replace")

        arrives()


def test_a_text_from_the_terminal_and_its_answer(house: House, msisdn: str) -> None:
    house.centre.texts(msisdn, "余额")
    asked = house.service.hears(lambda event: event["source"] == msisdn)
    assert (asked["text"], asked["coding"], asked["destination"]) == ("余额", UCS2, "10086")
    house.service.submits(msisdn, "18.88元".encode("utf-16-be"), source_addr="10086", data_coding=UCS2)
    assert house.centre.hears(msisdn) == "18.88元"


def in_parts(text: str, kind: str) -> list[dict[str, object]]:
    """The fields of each submit_sm."""
    octets = text.encode("utf-16-be")
    if kind == "payload":
        return [{"octets": octets, "payload": True}]
    pieces = [octets[at : at + 130] for at in range(0, len(octets), 130)]
    header = {"8": bytes([5, 0, 3, 7]), "16": bytes([6, 8, 4, 1, 7])}[kind]
    return [
        {"octets": header + bytes([len(pieces), number]) + piece, "esm_class": 0x40}
        for number, piece in enumerate(pieces, 1)
    ]


@pytest.mark.parametrize("kind", ["8", "16", "payload"])
def test_long_texts(house: House, msisdn: str, kind: str) -> None:
    text = f"{msisdn} " + CHINESE * 7
    house.centre.texts(msisdn, "")
    for fields in in_parts(text, kind):
        octets = fields.pop("octets")
        assert isinstance(octets, bytes)
        answer = house.service.submits(msisdn, octets, source_addr="10086", data_coding=UCS2, **fields)
        assert answer["status"] == 0
    assert house.centre.hears(msisdn) == text


def test_a_long_text_from_a_handset(house: House, msisdn: str) -> None:
    text = f"{msisdn} " + CHINESE * 7
    house.centre.texts(msisdn, text)
    heard: dict[int, str] = {}
    while len(heard) < 3:
        part = house.service.hears(lambda event: event["source"] == msisdn)
        heard[int(part["part"][0][-2:], 16)] = part["text"]
    assert "".join(heard[number] for number in sorted(heard)) == text


def test_a_receipt_names_the_message(house: House, msisdn: str) -> None:
    answer = house.service.submits(msisdn, b"hello", source_addr="10086", registered_delivery=1)
    receipt = house.service.hears(lambda event: event["receipted"] == answer["message_id"])
    assert (receipt["esm_class"], receipt["state"], receipt["source"]) == (4, 2, msisdn)
    assert f"id:{answer['message_id']} sub:001 dlvrd:001" in receipt["text"]


def test_a_transmitter_and_a_receiver(house: House, msisdn: str) -> None:
    with ExitStack() as stack:
        kinds = ("transmitter", "receiver")
        out, back = (
            stack.enter_context(closing(ForeignClient(house.kind, house.centre.port, kind, "tool"))) for kind in kinds
        )
        assert (out.bound, back.bound) == (0, 0)
        answer = out.submits(msisdn, b"hello", source_addr="10086", registered_delivery=1)
        assert back.hears()["receipted"] == answer["message_id"]
        out.unbinds()


def test_a_wrong_password(house: House) -> None:
    with closing(ForeignClient(house.kind, house.centre.port, "transceiver", "hall", "wrong")) as refused:
        assert refused.bound in (0x0E, -1)


def test_what_cannot_be_is_refused_and_the_bind_lives(house: House, msisdn: str) -> None:
    assert house.service.submits("12", b"x", source_addr="10086")["status"] == 0x0B
    assert (
        house.service.submits(msisdn, b"x", source_addr="10086", validity_period="0000000000100000")["status"] == 0x62
    )
    assert house.service.submits(msisdn, b"x", source_addr="10086")["status"] == 0


@pytest.mark.parametrize("house", ["node"], indirect=True)  # smpp34 has neither
def test_query_sm_and_data_sm(house: House, msisdn: str) -> None:
    house.centre.texts(msisdn, "")
    octets = CHINESE.encode("utf-16-be")
    fields = {"source_addr": "10086", "data_coding": UCS2, "command": "data_sm"}
    answer = house.service.submits(msisdn, octets, **fields)
    assert answer["status"] == 0
    assert house.centre.hears(msisdn) == CHINESE
    assert house.service.queries(answer["message_id"], "10086")["state"] == 2
    assert house.service.queries("nonsense", "10086")["status"] == 0x0C
