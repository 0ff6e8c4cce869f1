"""Whoever asks for too much, or too slowly, gets an answer or is hung up on, and the others are served meanwhile."""

from io import StringIO

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web.resource import Resource

from channels.web.bounds import FARTHEST, LARGEST, WITHIN, BoundedSite, half_of_all
from channels.web.proxied import proxied_site

PEER = IPv4Address("TCP", "203.0.113.9", 4711)
FORM = "Content-Type: application/x-www-form-urlencoded"


class Counted(Resource):
    """Answers how many octets it could read, and whether anybody has taken a form apart."""

    isLeaf = True  # noqa: N815

    def render(self, request):
        return f"{len(request.content.read())} octets, {len(request.args)} fields\n".encode()


class Wire(StringTransport):
    aborted = False

    def abortConnection(self):
        self.aborted = True
        self.loseConnection()


class Came:
    """One who has connected."""

    def __init__(self, site):
        self.wire = Wire(peerAddress=PEER)
        self.channel = site.buildProtocol(PEER)
        if self.channel is not None:
            self.channel.makeConnection(self.wire)

    def sends(self, *lines, body=b""):
        self.channel.dataReceived("\r\n".join(lines).encode() + body)

    def posts(self, length, *headers):
        self.sends("POST / HTTP/1.1", "Host: hall", f"Content-Length: {length}", *headers, "", "")

    def leaves(self):
        self.channel.connectionLost(Failure(ConnectionError()))

    @property
    def heard(self):
        return self.wire.value().decode().rpartition("\r\n\r\n")[2]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def site(clock):
    site = proxied_site(Counted(), [], most=2, reactor=clock)
    site.logFile = StringIO()
    return site


@pytest.mark.parametrize("length", [0, 1, LARGEST, LARGEST + 1, 2 * LARGEST])
def test_a_body_is_kept_as_far_as_anybody_reads_it_and_one_octet_more(site, length):
    came = Came(site)
    came.posts(length)
    for at in range(0, length, 100_000):
        came.channel.dataReceived(b"x" * min(100_000, length - at))
    assert came.heard == f"{min(length, LARGEST + 1)} octets, 0 fields\n"


def test_forms_are_not_taken_apart_for_those_who_do_not_ask(site):
    came = Came(site)
    came.posts(8, FORM)
    came.channel.dataReceived(b"a=1&b=2&")
    assert came.heard == "8 octets, 0 fields\n"


@pytest.mark.parametrize("chunked", [True, False])
def test_who_goes_on_for_ever_is_hung_up_on(site, chunked):
    came, part = Came(site), b"x" * LARGEST
    if chunked:
        came.sends("POST / HTTP/1.1", "Host: hall", "Transfer-Encoding: chunked", "", "")
    else:
        came.posts(100 * FARTHEST)
    for _ in range(FARTHEST // LARGEST):
        came.channel.dataReceived(b"100000\r\n" + part + b"\r\n" if chunked else part)
    assert not came.wire.aborted
    came.channel.dataReceived(b"100000\r\n" + part + b"\r\n" if chunked else part)
    assert came.wire.aborted


def test_who_drips_has_a_minute(site, clock):
    came = Came(site)
    came.sends("GET / HTTP/1.1", "X-Slow: ")
    for _ in range(11):
        clock.advance(WITHIN / 12)
        came.channel.dataReceived(b"x")
    assert not came.wire.disconnecting
    clock.advance(WITHIN / 12)
    assert came.wire.disconnecting


def test_who_asks_again_and_again_has_a_minute_for_each(site, clock):
    came = Came(site)
    for _ in range(5):
        came.sends("GET / HTTP/1.1", "Host: hall", "")
        clock.advance(WITHIN - 1)
        came.sends("", "")
        clock.advance(WITHIN - 1)
    assert not came.wire.disconnecting
    assert came.wire.value().count(b"0 octets") == 5
    clock.advance(1)
    assert came.wire.disconnecting


def test_more_than_so_many_are_turned_away_until_one_leaves(site):
    first, second = Came(site), Came(site)
    assert Came(site).channel is None
    first.leaves()
    third = Came(site)
    third.posts(0)
    assert third.heard and Came(site).channel is None
    second.leaves()
    third.leaves()
    assert Came(site).channel is not None


def test_links_and_the_database_keep_half_of_what_may_be_open(clock):
    assert BoundedSite(Counted(), reactor=clock)._most == half_of_all() >= 16
