"""Hall, as it is started in production, and USSD gateways made of SMPP libraries that somebody else wrote.

What each vendor puts where is written down here once more, as octets: the library carries them, and Hall's dialects are
held against it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from tests.peers.foreign import ForeignCentre
from tests.peers.hall import Hall, setup

pytestmark = [pytest.mark.peers, pytest.mark.slow]

ITS, REFERENCE = 0x1383, 0x0204
NUMBERS = count(8613800139100)
LINK = """
[[ussd.link]]
name = "{kind}"
connect = "tcp:127.0.0.1:{port}"
system_id = "hall"
password = "secret"
dialect = "{kind}"
codes = ["*100#"]
"""


@dataclass(frozen=True)
class Vendor:
    dial: int
    reply: int
    ask: int
    end: int
    abort: int
    tag: int = ITS
    first: str = "0102"
    then: str = "0102"
    last: str = "0103"


VENDORS = {
    "standard": Vendor(0x01, 0x12, 0x02, 0x11, 0x81, then="0104", last="0105"),
    "tata": Vendor(0x01, 0x12, 0x02, 0x02, 0x11),
    "sixdee": Vendor(0x01, 0x12, 0x02, 0x11, 0x81),
    "mica": Vendor(0x01, 0x12, 0x02, 0x11, 0x81, tag=REFERENCE, last="0102"),
}


@dataclass
class Gateways:
    by_kind: dict[str, ForeignCentre]
    texts: ForeignCentre


@dataclass
class Telephone:
    """A session of one subscriber over one vendor's gateway."""

    centre: ForeignCentre
    vendor: Vendor
    msisdn: str

    def puts_in(self, text: str, op: int, mark: str) -> tuple[str, int, str]:
        tag = self.centre.puts_in(self.msisdn, text, op, self.vendor.tag, mark)
        said = self.centre.hears_parts(self.msisdn)[0]
        assert self.centre.statuses([tag]) == [0]
        assert len(said["text"].encode("utf-16-be")) <= 160
        return said["text"], said["ussd"]["op"], said["ussd"]["mark"]

    def dials(self, code: str) -> tuple[str, int, str]:
        return self.puts_in(code, self.vendor.dial, self.vendor.first)

    def types(self, text: str) -> tuple[str, int, str]:
        return self.puts_in(text, self.vendor.reply, self.vendor.then)


@pytest.fixture(scope="module", params=["node", "smpp34"])
def gateways(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateways]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    texts = ForeignCentre(request.param)
    by_kind = {kind: ForeignCentre(request.param) for kind in VENDORS}
    links = "".join(LINK.format(kind=kind, port=centre.port) for kind, centre in by_kind.items())
    hall = Hall(setup(folder, f"sqlite:///{folder / 'hall.db'}", texts.port, link=links))
    try:
        hall.await_ready()
        for centre in (texts, *by_kind.values()):
            centre.await_count("bound", 1)
        yield Gateways(by_kind, texts)
        assert hall.stop() == 0
    finally:
        print(hall.tail())  # shown only if a test failed
        hall.end()
        for centre in (texts, *by_kind.values()):
            centre.close()


@pytest.fixture(params=list(VENDORS))
def telephone(gateways: Gateways, request: pytest.FixtureRequest) -> Telephone:
    return Telephone(gateways.by_kind[request.param], VENDORS[request.param], str(next(NUMBERS)))


def order_number(text: str) -> str:
    found = re.search(r"订单号(\d{10,})", text)
    assert found, text
    return found.group(1)


def test_an_order_and_where_it_is(telephone: Telephone) -> None:
    vendor = telephone.vendor
    menu, op, mark = telephone.dials("*100#")
    assert "3 订购" in menu and (op, mark) == (vendor.ask, vendor.first)
    goods, op, mark = telephone.types("3")
    assert "酷派F800" in goods and (op, mark) == (vendor.ask, vendor.then)
    question, op, _ = telephone.types("1")
    assert "1380.00" in question and op == vendor.ask
    placed, op, mark = telephone.types("1")
    number = order_number(placed)
    assert (op, mark) == (vendor.end, vendor.last)
    orders, _, _ = telephone.dials("*100*4#")
    assert number in orders


def test_balance_straight_in(telephone: Telephone) -> None:
    balance, op, _ = telephone.dials("*100*1#")
    assert "18.88" in balance and op == telephone.vendor.end


def test_a_session_that_was_aborted_is_gone_on_with(telephone: Telephone) -> None:
    telephone.dials("*100*3*1001#")
    vendor, centre = telephone.vendor, telephone.centre
    aborted = centre.puts_in(telephone.msisdn, "", vendor.abort, vendor.tag, vendor.then)
    assert centre.statuses([aborted]) == [0]
    offer, _, _ = telephone.dials("*100#")
    assert "酷派F800" in offer
    question, _, _ = telephone.types("1")
    assert "1380.00" in question


def test_what_was_agreed_in_a_session_that_died_is_told_by_text(telephone: Telephone, gateways: Gateways) -> None:
    telephone.dials("*100*3*1001#")
    vendor, centre = telephone.vendor, telephone.centre
    centre.answers_next(0x0400)
    confirmed = centre.puts_in(telephone.msisdn, "1", vendor.reply, vendor.tag, vendor.then)
    assert centre.statuses([confirmed]) == [0]
    assert order_number(gateways.texts.hears(telephone.msisdn))


def test_every_way_that_the_menu_leads_ends_or_asks(telephone: Telephone) -> None:
    for key in "1234":
        telephone.dials("*100#")
        said, op, _ = telephone.types(key)
        assert said and op in (telephone.vendor.ask, telephone.vendor.end)
    left, op, _ = telephone.dials("*100*0#")
    assert left and op == telephone.vendor.end
